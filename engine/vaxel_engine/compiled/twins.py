"""Blocks that look alike wherever they stand: in other kinds of documents, or as the first and the last row."""

from dataclasses import fields, is_dataclass
from typing import Any

from vaxel_engine.compiled.program import Markup, Place, Program, Role, Shape

_SHARED = frozenset({Role.ROW, Role.BLOCK, Role.OUT, Role.BESIDE, Role.PART, Role.STACK, Role.PIECE})


def learn_twins(program: Program) -> None:
    """Let blocks of one tag in the same elements, whatever stands before them, share what is known of them.

    Only where all that is known of both is the same, and something is.
    """
    groups: dict[tuple[str, ...], list[Place]] = {}
    for (language, _), body in program.root.children.items():
        _gather(body, (language,), groups)
    for group in groups.values():
        lonely = [one for one in group if one.twin == one.number]
        for at, other in enumerate(lonely):
            for one in lonely[:at]:
                if one.twin == one.number and _alike(program, one, other):
                    _join(program, one, other)
                    for child in group:
                        if child.twin == other.number:
                            child.twin = one.number
                    break


def _gather(place: Place, way: tuple[str, ...], groups: dict[tuple[str, ...], list[Place]]) -> None:
    for (_, tag), child in place.children.items():
        if child.role in _SHARED:
            groups.setdefault(way if child.role is Role.ROW else (*way, tag), []).append(child)
        if child.role not in _SHARED or child.role in (Role.BESIDE, Role.STACK):
            _gather(child, (*way, tag), groups)


def _of(program: Program, place: Place) -> dict[str, Markup]:
    return {text: markup for (number, text), markup in program.markups.items() if number == place.number}


def _alike(program: Program, one: Place, other: Place) -> bool:
    known, others = _of(program, one), _of(program, other)
    both = 0
    for text in known.keys() & others.keys():
        left, right = known[text], others[text]
        if left.why != right.why or rounded(left.slots) != rounded(right.slots):
            return False
        for key in left.shapes.keys() & right.shapes.keys():
            if rounded(left.shapes[key]) != rounded(right.shapes[key]):
                return False
            both += 1
    return both > 0


def _join(program: Program, one: Place, other: Place) -> None:
    for text, markup in _of(program, other).items():
        del program.markups[other.number, text]
        known = program.markups.setdefault((one.number, text), markup)
        if known is not markup and rounded(known.slots) == rounded(markup.slots):
            for key, shape in markup.shapes.items():
                known.shapes.setdefault(key, shape)


def rounded(value: Any) -> Any:
    """A shape, or a part of one, without the noise of sums of floats."""
    if isinstance(value, float):
        return round(value, 6) + 0.0
    if isinstance(value, Shape) or (is_dataclass(value) and not isinstance(value, type)):
        return type(value).__name__, tuple(rounded(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, tuple):
        return tuple(rounded(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return value
