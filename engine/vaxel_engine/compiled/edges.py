"""The distance between two blocks that were never seen after each other: their margins, which collapse into the widest.

CSS 2.1, 8.3.1. Whether a page may end between them is what their boxes, and those around and within them that begin or
end with them, say of breaks (CSS Fragmentation 3, 3.1).
"""

from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.program import Edges, Place, Role
from vaxel_engine.compiled.reading import Block, Frame

_NEAR = frozenset({"auto", "avoid", "avoid-page", "avoid-column"})


def edges_of(box: Any, role: Role) -> Edges:
    """What a laid-out box says of the distance to its neighbours; of a box that may be divided, for itself alone."""
    if role in (Role.CONTAINER, Role.TABLE, Role.HEAD, Role.BODY):
        within = [box, box.get_wrapped_table()] if role is Role.TABLE else [box]
        before = tuple(str(one.style["break_before"]) for one in within)
        after = tuple(str(one.style["break_after"]) for one in reversed(within))
    else:
        before, after = (tuple(map(str, inside.block._add_break_values(box, side))) for side in ("before", "after"))
    if box.style["display"][-1] == "flow-root":
        return Edges(None, None, before, after)
    above, below = _margin(box, "margin_top"), _margin(box, "margin_bottom")
    return Edges(above, below, before, after, stays=box.style["page"] not in ("auto", ""))


def _margin(box: Any, side: str) -> float | None:
    """A margin in pixels; None for one that is no length, or that draws boxes nearer."""
    if not inside.is_a(box, "BlockLevelBox"):
        return 0.0
    value = box.style[side]
    if value == "auto" or getattr(value, "unit", "") != "px" or value.value < 0:
        return None
    return float(value.value)


def between(one: Block, other: Block) -> tuple[float, bool] | None:
    """How far `other` stands below `one`, which comes right before it, and whether they want to stay together.

    None where that cannot be said.
    """
    left, right = _apart(one, other)
    places = [place for _, place in (*left, *right)]
    if not left or not right or any(place.role is Role.HEAD for _, place in left):
        return None
    distance = 0.0
    values: list[str] = []
    for chain, is_below in ((left, False), (right[::-1], True)):
        for _, place in chain:
            edges = place.edges
            if edges is None:
                return None
            margin = edges.above if is_below else edges.below
            if margin is None:
                return None
            distance = max(distance, margin)
            values += edges.before if is_below else edges.after
    if not set(values) <= _NEAR or any(place.role in (Role.STAGE, Role.OUT) for place in places):
        return None
    return distance, not set(values) <= {"auto", "avoid-column"}


def opening(one: Block, other: Block) -> tuple[int, int]:
    """How `other` begins a page after `one`: its place's number, and how much of what it is in begins there with it."""
    return other.place.number, len(_apart(one, other)[1])


def beginning(one: Block, other: Block) -> float | None:
    """How far below a page's top `other` stands that begins it, after `one`; None where that cannot be said.

    What is around both goes on there, and has no margin.
    """
    distance = 0.0
    for _, place in _apart(one, other)[1]:
        edges = place.edges
        if edges is None or (edges.stays and edges.above is None):
            return None
        distance = max(distance, edges.above or 0.0) if edges.stays else distance
    return distance


def _apart(one: Block, other: Block) -> tuple[list[tuple[Frame | None, Place]], list[tuple[Frame | None, Place]]]:
    """Two blocks, each with what it is in that the other is not in."""
    left, right = _chain(one), _chain(other)
    while left and right and left[-1][0] is not None and left[-1][0] is right[-1][0]:
        left.pop()
        right.pop()
    return left, right


def _chain(block: Block) -> list[tuple[Frame | None, Place]]:
    """A block's place and those it is in, from the inside outwards."""
    found: list[tuple[Frame | None, Place]] = [(None, block.place)]
    frame: Frame | None = block.frame
    while frame is not None:
        found.append((frame, frame.place))
        frame = frame.parent
    return found
