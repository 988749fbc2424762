"""A fault planted in a program is found by comparing what it writes, whichever block it is in."""

import random
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled import compare
from vaxel_engine.compiled.program import Line, Markup, Shape

Fault = Callable[[Shape], Shape]


@contextmanager
def planted(markups: list[Markup], fault: Fault) -> Generator[None]:
    before = [dict(markup.shapes) for markup in markups]
    for markup in markups:
        for key, shape in markup.shapes.items():
            markup.shapes[key] = fault(shape)
    try:
        yield
    finally:
        for markup, shapes in zip(markups, before, strict=True):
            markup.shapes = shapes


def _moved(shape: Shape) -> Shape:
    def move(layer: tuple[object, ...]) -> tuple[object, ...]:
        at = next((at for at, item in enumerate(layer) if isinstance(item, Line)), None)
        if at is None:
            return layer
        line = layer[at]
        assert isinstance(line, Line)
        return (*layer[:at], replace(line, dy=line.dy + 0.01), *layer[at + 1 :])

    return replace(shape, text=move(shape.text), positioned=move(shape.positioned))  # type: ignore[arg-type]  # items


def _higher(shape: Shape) -> Shape:
    return replace(shape, height=shape.height + 0.01)


def _untagged(shape: Shape) -> Shape:
    return replace(shape, structure=shape.structure.replace(b"/S /Span", b"/S /NonStruct", 1))


FAULTS: dict[str, Fault] = {"a moved line": _moved, "a row higher by 0.01 px": _higher, "a lost tag": _untagged}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_planted_by_seed_is_found(workshop: Workshop, name: str) -> None:
    program, document = workshop.setter.program, workshop.documents[0]
    dice = random.Random(name)  # noqa: S311  # reproducible, not secret
    rows = [one for (_, text), one in program.markups.items() if text.startswith(" <td") and not one.why]
    right = workshop.reference(document)
    found = 0
    for _ in range(3):
        with planted(dice.sample(rows, len(rows)), FAULTS[name]):
            found += bool(compare(right, workshop.compiled(document)))
    assert found == 3
    assert compare(right, workshop.compiled(document)) == []


def test_a_kerning_unit_is_found(workshop: Workshop) -> None:
    document, types = workshop.documents[0], workshop.setter.types
    right = workshop.reference(document)
    runs = [types.run(number, "Att betala") for number in range(len(types.faces))]
    before = [run.operator for run in runs]
    for run in runs:
        run.operator = run.operator.replace(b"[<", b"[1<", 1)
    found = compare(right, workshop.compiled(document))
    for run, operator in zip(runs, before, strict=True):
        run.operator = operator
    assert found
    assert compare(right, workshop.compiled(document)) == []
