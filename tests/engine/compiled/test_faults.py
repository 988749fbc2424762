"""A fault planted in a program is found by the gate, wherever in the program it is: every place by seed is compared."""

import os
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled import compare, empty, probe, teach
from vaxel_engine.compiled.gate import worth_comparing
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.openings import opened
from vaxel_engine.compiled.program import Line, Markup, Shape
from vaxel_engine.compiled.searching import Fact, Paper, facts_of, paper_of, used_by
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.compiled.shaping import Run
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import load, packs
from vaxel_engine.rendering.paper import typesetter

TRIALS = range(60) if os.environ.get("VAXEL_CAMPAIGN") == "full" else range(2)
Undo = Callable[[], object]
Fault = tuple[Fact | Run, Undo]
"""Where it is, and how it is taken out again."""


class Gate:
    """The gate over one small program: what it compares, and what WeasyPrint makes of that, set once."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop, self.setter = workshop, workshop.setter
        self.own = [paper_of(document, workshop.pack) for document in workshop.documents]
        self._set: dict[str, bytes] = {}

    def finds(self, papers: Iterable[Paper]) -> bool:
        """Whether any of the papers differs, and the gate does not let the program pass."""
        return any(self._differs(paper) for paper in papers)

    def using(self, papers: list[Paper], fact: Fact | Run) -> list[Paper]:
        """Those of the papers on which something of the program stands."""
        if isinstance(fact, Run):
            return [paper for paper in papers if fact in runs_on(self.setter, paper)]
        return [paper for paper in papers if fact in used_by(self.setter, paper)]

    def _differs(self, paper: Paper) -> bool:
        try:
            written = self.setter.pdf(paper.html, paper.pictures, paper.identifier)
        except Miss:
            return False
        if paper.html not in self._set:
            set_it = self.workshop.pack.once(typesetter)
            self._set[paper.html] = set_it.pdf(paper.html, paper.pictures, paper.identifier)
        return bool(compare(self._set[paper.html], written))


@pytest.fixture(scope="module")
def gate(workshop: Workshop) -> Gate:
    return Gate(workshop)


@pytest.fixture(scope="module")
def needy(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """A pack whose paragraphs have room below their last line, which WeasyPrint counts more than once."""
    folder = tmp_path_factory.mktemp("needy") / "tried"
    (folder / "css").mkdir(parents=True)
    style = load("nordljus").read("css/paper.css").decode()
    style += ".letter > p { break-inside: avoid; padding-bottom: 30px }"
    (folder / "css/paper.css").write_text(style, encoding="utf-8")
    (folder / "brand.toml").write_text('extends = "nordljus"\n', encoding="utf-8")
    pack = load("tried", [folder.parent, packs()])
    setter, documents = empty(pack), tuple(letters(random.Random(0), 3))  # noqa: S311  # reproducible, not secret
    assert teach(setter, pack, documents, stretch=False).left.keys() <= {Reason.TIGHT}
    return Gate(Workshop(pack, setter, documents))


def letters(dice: random.Random, count: int) -> Iterable[Document]:
    """Letters of two pages, their paragraphs of one to three lines."""
    begun = probe(31, kind=DocumentKind.MESSAGE, language="sv")
    for number in range(count):
        said = ("Kort.", "Elnätet i din gata byggs om " * 5, "Elnätet i din gata byggs om under hösten " * 7)
        body = "\n\n".join(dice.choice(said) for _ in range(dice.randint(14, 24)))
        message = Message(subject="Elnätet byggs om", body=body)
        yield begun.model_copy(update={"message": message, "reference": f"L-{number}"})


def bills(workshop: Workshop, dice: random.Random, count: int) -> Iterable[Document]:
    """The longest document with some of its rows, which are of one line and of several."""
    document = workshop.documents[2]
    assert document.invoice is not None
    first, *lines, last = document.invoice.lines
    for number in range(count):
        rows = sorted(dice.sample(range(len(lines)), dice.randint(1, len(lines))))
        invoice = document.invoice.model_copy(update={"lines": (first, *(lines[at] for at in rows), last)})
        yield document.model_copy(update={"invoice": invoice, "reference": f"R-{number}"})


def runs_on(setter: Setter, paper: Paper) -> list[Run]:
    _, pages = setter.laid(paper.html)
    return [run for page in pages for placed in page for lines in placed.lines for run in lines]


def _changed(
    setter: Setter, dice: random.Random, change: Callable[[Shape], Shape], suits: Callable[[Markup, Shape], bool]
) -> Fault:
    """One shape of the program, whichever block it is of, changed."""
    every = [(markup, key) for markup in setter.program.markups.values() for key in markup.shapes]
    markup, key = dice.choice([(one, key) for one, key in every if suits(one, one.shapes[key])])
    before = markup.shapes[key]
    markup.shapes[key] = change(before)
    return ("shape", id(markup.shapes[key])), lambda: markup.shapes.update({key: before})


def a_kerning_unit(gate: Gate, dice: random.Random) -> Fault:
    run = dice.choice([one for one in runs_on(gate.setter, dice.choice(gate.own)) if b"[<" in one.operator])
    before, run.operator = run.operator, run.operator.replace(b"[<", b"[1<", 1)
    return run, lambda: setattr(run, "operator", before)


def a_row_higher_by_a_hundredth(gate: Gate, dice: random.Random) -> Fault:
    def is_row(markup: Markup, _: Shape) -> bool:
        texts = [text for (_, text), one in gate.setter.program.markups.items() if one is markup]
        return texts[0].startswith(" <td")

    return _changed(gate.setter, dice, lambda shape: replace(shape, height=shape.height + 0.01), is_row)


def a_moved_line(gate: Gate, dice: random.Random) -> Fault:
    def move(layer: tuple[object, ...]) -> tuple[object, ...]:
        at = next((at for at, item in enumerate(layer) if isinstance(item, Line)), None)
        if at is None:
            return layer
        line = layer[at]
        assert isinstance(line, Line)
        return (*layer[:at], replace(line, dy=line.dy + 0.01), *layer[at + 1 :])

    def moved(shape: Shape) -> Shape:
        return replace(shape, text=move(shape.text), positioned=move(shape.positioned))  # type: ignore[arg-type]  # items

    return _changed(gate.setter, dice, moved, lambda _, shape: moved(shape) != shape)


def a_dropped_margin(gate: Gate, dice: random.Random) -> Fault:
    gaps = gate.setter.program.gaps
    key = dice.choice([key for key, (gap, _) in gaps.items() if gap])
    before = gaps[key]
    gaps[key] = 0.0, before[1]
    return ("gap", id(gate.setter.program), *key), lambda: gaps.update({key: before})


def a_lost_tag(gate: Gate, dice: random.Random) -> Fault:
    def lost(shape: Shape) -> Shape:
        return replace(shape, structure=re.sub(rb"/S /\w+", b"/S /Private", shape.structure, count=1))

    return _changed(gate.setter, dice, lost, lambda _, shape: b"/S /" in shape.structure)


PLANTED = (a_kerning_unit, a_row_higher_by_a_hundredth, a_moved_line, a_dropped_margin, a_lost_tag)


@pytest.mark.parametrize("trial", TRIALS)
@pytest.mark.parametrize("plant", PLANTED)
def test_a_fault_planted_anywhere_by_seed_is_found(
    gate: Gate, plant: Callable[[Gate, random.Random], Fault], trial: int
) -> None:
    dice = random.Random(f"{plant.__name__} {trial}")  # noqa: S311  # reproducible, not secret
    fact, undo = plant(gate, dice)
    try:
        compared = [*gate.own, *worth_comparing(gate.setter, gate.own, [])]
        assert gate.finds(gate.using(compared, fact))
    finally:
        undo()


def without_keeping(gate: Gate) -> Undo:
    """Nothing wants to stay with what follows it."""
    gaps = gate.setter.program.gaps
    before = dict(gaps)
    gaps.update({key: (gap, False) for key, (gap, _) in before.items()})
    return lambda: gaps.update(before)


def without_need(gate: Gate) -> Undo:
    """A block needs no more space than it is high; WeasyPrint counts the space below its last line twice."""
    every = [(one, key, shape) for one in gate.setter.program.markups.values() for key, shape in one.shapes.items()]
    for markup, key, shape in every:
        markup.shapes[key] = replace(shape, slack=0.0, reach=0.0)
    return lambda: [markup.shapes.update({key: shape}) for markup, key, shape in every]


@pytest.mark.parametrize("trial", TRIALS)
def test_what_should_stay_with_what_follows_and_does_not_is_found_by_the_search(gate: Gate, trial: int) -> None:
    """Documents by chance hardly show it: it decides only where a page ends just there."""
    dice = random.Random(f"kept {trial}")  # noqa: S311  # reproducible, not secret
    looked_at = [paper_of(one, gate.workshop.pack) for one in bills(gate.workshop, dice, 80)]
    found_with(gate, without_keeping, looked_at)


@pytest.mark.parametrize("trial", TRIALS)
def test_a_block_whose_needed_space_is_not_its_height_is_found_by_the_search(needy: Gate, trial: int) -> None:
    dice = random.Random(f"need {trial}")  # noqa: S311  # reproducible, not secret
    looked_at = [paper_of(one, needy.workshop.pack) for one in letters(dice, 40)]
    assert any(shape.slack for markup in needy.setter.program.markups.values() for shape in markup.shapes.values())
    found_with(needy, without_need, looked_at)


@pytest.mark.parametrize("trial", TRIALS)
def test_a_block_that_begins_a_page_too_low_is_found_by_documents_made_longer(gate: Gate, trial: int) -> None:
    """Most blocks begin a page in one document of thousands."""
    dice = random.Random(f"begins {trial}")  # noqa: S311  # reproducible, not secret
    starts = gate.setter.program.starts
    longer = opened(gate.setter, gate.own, facts_of(gate.setter.program))
    stand = [one for paper in longer for page in gate.setter.laid(paper.html)[1] for one in page]
    how = dice.choice(sorted({one.opens for one in stand if one.opens is not None}))
    before = dict(starts)
    starts[how] = 0.01
    try:
        assert gate.finds(worth_comparing(gate.setter, gate.own, gate.own))
    finally:
        starts.clear()
        starts.update(before)


def found_with(gate: Gate, ignore: Callable[[Gate], Undo], looked_at: list[Paper]) -> None:
    undo = ignore(gate)
    try:
        found = gate.finds(worth_comparing(gate.setter, gate.own, looked_at))
    finally:
        undo()
    assert found


def test_without_a_fault_nothing_is_found_and_everything_known_is_compared(gate: Gate, needy: Gate) -> None:
    for one in (gate, needy):
        assert not one.finds([*one.own, *worth_comparing(one.setter, one.own, [])])
    known = {fact for fact in facts_of(gate.setter.program) if fact[0] not in ("flow", "opens")}
    assert known <= frozenset().union(*(used_by(gate.setter, paper) for paper in gate.own))
