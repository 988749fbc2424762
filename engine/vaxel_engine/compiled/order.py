"""Which blocks follow each other, at what distance, and which want to stay together."""

from itertools import pairwise
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.edges import opening
from vaxel_engine.compiled.laid import Instance, Laid
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import OF_NO_FLOW, Program


def learn_order(program: Program, laid: Laid) -> None:
    """Which blocks follow each other at what distance, and which want to stay together."""
    ended: Instance | None = None
    for page in range(len(laid.pages)):
        flowing = [
            instance
            for (_, on), instance in sorted(laid.instances.items())
            if on == page and instance.block.place.role not in OF_NO_FLOW
        ]
        if not flowing:
            continue
        first = flowing[0]
        top = laid.pages[page].content_box_y()
        start = _top(first.box) - top
        if page == 0:
            program.starts[first.block.place.number, 0] = start
        elif ended is not None and not first.block.afresh:
            program.starts[opening(ended.block, first.block)] = start
        for one, other in pairwise(flowing):
            key = one.block.place.number, other.block.place.number
            if key not in program.gaps and not other.block.afresh:
                program.gaps[key] = _top(other.box) - _bottom(one.box), _kept(laid, one.box, other.box)
        if ended is not None and not first.block.afresh:
            _learn_gap_at_the_end(program, laid, ended, first)
        ended = flowing[-1]


def _learn_gap_at_the_end(program: Program, laid: Laid, one: Instance, other: Instance) -> None:
    """What would be between the last block of a page and the first of the next, which were never seen together."""
    key = one.block.place.number, other.block.place.number
    gap = _collapsed(laid, one.box, other.box)
    if key not in program.gaps and gap is not None and other.at > one.at:
        program.gaps[key] = gap, _kept(laid, one.box, other.box)


def _collapsed(laid: Laid, one: Any, other: Any) -> float | None:
    """The margin between two boxes, and those around them, by their styles; None for margins that are no lengths."""
    left, right = _apart(laid, one, other)
    margins = [0.0]
    for box, side in (*((box, "margin_bottom") for box in left), *((box, "margin_top") for box in right)):
        if not inside.is_a(box, "BlockLevelBox") or inside.kind(box) == "TableBox":
            continue
        value = box.style[side]
        if value == "auto" or getattr(value, "unit", "px") != "px" or value.value < 0:
            return None
        margins.append(float(value.value))
    return max(margins)


def _apart(laid: Laid, one: Any, other: Any) -> tuple[list[Any], list[Any]]:
    """Two boxes, each with those around it that are not around the other, by their elements."""
    left, right = [one, *laid.around(one)], [other, *laid.around(other)]
    while left and right and laid.number(left[-1]) == laid.number(right[-1]):
        left.pop()
        right.pop()
    return left, right


def _top(box: Any) -> float:
    return float(box.position_y if inside.kind(box) == "TableRowBox" else box.border_box_y())


def _bottom(box: Any) -> float:
    return _top(box) + float(box.height if inside.kind(box) == "TableRowBox" else box.border_height())


def _kept(laid: Laid, one: Any, other: Any) -> bool:
    """Whether a page may not end between two boxes, by the two around them that follow each other."""
    left, right = _apart(laid, one, other)
    if not left or not right:
        return False
    between: str = inside.block.block_level_page_break(left[-1], right[-1])
    if between not in ("auto", "avoid", "avoid-page"):
        raise Miss(Reason.UNSUITED, f"a page begins before {right[-1].element_tag} in any case")
    return between != "auto"
