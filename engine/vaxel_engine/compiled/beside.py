"""Boxes whose parts stand beside each other: a part is known for itself, and the highest one says how high the box is.

Totals with notices beside them are one: together they would have to be learned in each number of rows with each number
of lines. A part that draws nothing itself is a stack, each of its pieces known for itself, too.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.numbers import number
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.program import Item, Raw, Role, Shape

_SAME = 1e-6
_RECTANGLE = re.compile(rb"(?<= )([-\d.]+) re\n")
_HEIGHT = re.compile(rb"\x03([^\x03]+)\x03")
"""In what a box draws that is as high as its parts make it: by how much higher than they are."""


def is_beside(box: Any) -> bool:
    """Whether a box that is not divided holds nothing but parts of a fixed width, which hang from one line's top."""
    children = inside.children(box)
    if inside.kind(box) != "BlockBox" or len(children) != 1 or not inside.is_a(children[0], "LineBox"):
        return False
    if box.style["position"] != "static" or box.style["overflow"] != "visible" or box.style["height"] != "auto":
        return False
    parts = inside.children(children[0])
    return bool(parts) and all(_is_part(one) for one in parts)


def _is_part(box: Any) -> bool:
    style = box.style
    return (
        inside.kind(box) == "InlineBlockBox"
        and (style["vertical_align"], style["position"], style["z_index"]) == ("top", "relative", "auto")
        and style["width"] != "auto"
        and not any(getattr(box, f"margin_{side}") for side in ("top", "bottom", "left", "right"))
    )


def part_of(box: Any, around: Role) -> Role:
    """What a box is within one whose parts stand beside each other, or within a stack."""
    if around is Role.STACK:
        return Role.PIECE
    edges = (box.padding_top, box.padding_bottom, box.border_top_width, box.border_bottom_width)
    draws = box.background is not None or any(edges) or box.border_left_width or box.border_right_width
    plain = not draws and (box.style["height"], box.style["overflow"]) == ("auto", "visible")
    return Role.STACK if plain and box.children and all(map(_is_piece, inside.children(box))) else Role.PART


def _is_piece(box: Any) -> bool:
    is_block = inside.kind(box) == "BlockBox" and not box.is_table_wrapper and box.is_in_normal_flow()
    return is_block and box.style["position"] == "static" and box.element_tag.partition("::")[1] == ""


def composed(shape: Shape, box: Any, role: Role) -> Shape:
    """A shape as it is where parts are put together; raises Miss where they do not stand as they are put."""
    match role:
        case Role.BESIDE:
            return _without_parts(shape, box)
        case Role.STACK:
            pieces = [(_margins(one), float(one.border_height())) for one in inside.children(box)]
            tops, height = _stacked(pieces)
            stand = [float(one.border_box_y()) - float(box.border_box_y()) for one in inside.children(box)]
            if abs(height - shape.height) > _SAME or any(
                abs(one - other) > _SAME for one, other in zip(tops, stand, strict=True)
            ):
                raise Miss(Reason.UNSUITED, "its parts do not stand below each other at their margins' distance")
            return replace(shape, height=0.0, reach=0.0, positioned=_around_pieces(shape))
        case Role.PIECE:
            if shape.reach > shape.height + _SAME:
                raise Miss(Reason.UNSUITED, "something in it hangs out below it; let it be as high as what it holds")
            return replace(shape, margins=_margins(box))
        case _:
            return shape


def _around_pieces(shape: Shape) -> tuple[Item, Item]:
    """What opens and what closes the painting of a stack; raises Miss where it draws something itself."""
    if len(shape.positioned) == 1 and not (shape.back or shape.borders or shape.text):
        item = shape.positioned[0]
        half = len(item.form) // 2 if isinstance(item, Raw) else 0
        if isinstance(item, Raw) and item.form == b"q\n" * (half // 2) + b"Q\n" * (half // 2):
            return replace(item, form=item.form[:half], leaves=()), replace(item, form=item.form[half:])
    raise Miss(Reason.UNSUITED, "it draws something around its parts; write it on another box")


def _stacked(pieces: list[tuple[tuple[float, float], float]]) -> tuple[list[float], float]:
    """How far down pieces of such margins and heights begin, and how high they are together; CSS 2.1, 8.3.1."""
    tops: list[float] = []
    y = below = 0.0
    for (above, following), height in pieces:
        y += max(below, above)
        tops.append(y)
        y, below = y + height, following
    return tops, y + below


def _margins(box: Any) -> tuple[float, float]:
    """The margins above and below a box, collapsed with those of what begins and ends it; raises Miss."""
    found: list[float] = []
    for side, at in (("top", 0), ("bottom", -1)):
        widest, one = 0.0, box
        while True:
            value = one.style[f"margin_{side}"]
            if value == "auto" or getattr(value, "unit", "") != "px" or value.value < 0 or not one.border_height():
                raise Miss(Reason.UNSUITED, "a margin that is no length, or a box without a height")
            widest = max(widest, float(value.value))
            inner = [child for child in inside.children(one) if child.is_in_normal_flow()]
            edges = getattr(one, f"padding_{side}") or getattr(one, f"border_{side}_width")
            fixed = one.style["height"] != "auto" or one.style["overflow"] != "visible"
            if edges or fixed or not inner or inside.kind(inner[at]) != "BlockBox":
                break
            one = inner[at]
        found.append(widest)
    return found[0], found[1]


def _without_parts(shape: Shape, box: Any) -> Shape:
    """The shape of a box as if nothing stood in it; raises Miss where its parts do not hang as they do."""
    line = box.children[0]
    heights = [float(part.border_height()) for part in line.children]
    hangs = all(abs(part.border_box_y() - line.position_y) < _SAME for part in line.children)
    if not hangs or abs(float(line.height) - max(heights)) > _SAME:
        raise Miss(Reason.UNSUITED, "its parts do not hang from one line; write vertical-align: top")
    height, inner = shape.height - max(heights), float(line.position_y) - float(box.border_box_y())
    exact = [value - max(heights) for value in (shape.height, shape.height - float(box.border_top_width))]
    back = tuple(_growing(item, max(heights), exact, inner) for item in shape.back)
    return replace(shape, height=height, reach=height, inner=inner, back=back)


def _growing(item: Item, parts: float, exact: list[float], inner: float) -> Item:
    """What a box draws, with its rectangles as high as its parts will be; raises Miss for lines that move with them.

    `exact` are by how much the rectangles of its border are higher than its parts.
    """
    if not isinstance(item, Raw):
        return item
    if any(dy > inner + _SAME for dy in item.dys):
        raise Miss(Reason.UNSUITED, "a border below parts that stand beside each other; write it on another box")

    def higher(found: re.Match[bytes]) -> bytes:
        if float(found[1]) < parts - _SAME:
            return found[0]
        for more in exact:
            if number(parts + more) == found[1]:
                return b"\x03%b\x03 re\n" % repr(more).encode()
        raise Miss(Reason.UNSUITED, "a background behind parts that stand beside each other; write it on another box")

    return replace(item, form=_RECTANGLE.sub(higher, item.form))


def grown(operators: bytes, more: float) -> bytes:
    """What such a box draws around parts that make it `more` pixels higher."""
    return _HEIGHT.sub(lambda found: number(float(found[1]) + more), operators)


def together(blocks: Iterable[Placed]) -> list[Placed]:
    """Blocks as they are put on pages: parts within what they stand in; raises Miss where nothing does."""
    whole: list[Placed] = []
    for one in blocks:
        match one.block.place.role:
            case Role.PART | Role.STACK:
                whole[-1].parts.append(one)
            case Role.PIECE:
                whole[-1].parts[-1].parts.append(one)
            case _:
                whole.append(one)
    for one in whole:
        if one.block.place.role is Role.BESIDE:
            for part in one.parts:
                if part.block.place.role is Role.STACK:
                    part.more = _stacked(_of(part))[1]
            if not one.parts or not all(part.more + part.shape.height for part in one.parts):
                raise Miss(Reason.SHAPE, f"{one.block.place.name}: nothing in it")
            one.more = max(part.shape.height + part.more for part in one.parts)
    return whole


def apart(page: list[Placed]) -> list[Placed]:
    """A page's blocks with the parts of each after it, at their heights on the page."""
    if not any(one.parts for one in page):
        return page
    found: list[Placed] = []
    for one in page:
        found.append(one)
        for part in one.parts:
            part.y = one.y + one.shape.inner
            found.append(part)
            for piece, top in zip(part.parts, _stacked(_of(part))[0], strict=True):
                piece.y = part.y + top
                found.append(piece)
    return found


def _of(stack: Placed) -> list[tuple[tuple[float, float], float]]:
    return [(piece.shape.margins, piece.shape.height) for piece in stack.parts]
