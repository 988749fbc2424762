"""Paragraphs learned: how words look within each tag, from one that WeasyPrint set, and proved on that one."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.comparing import same_operators
from vaxel_engine.compiled.contents import PageContent, Used, steps_of
from vaxel_engine.compiled.flows import LENGTH, SET, parted, set_by, without_address
from vaxel_engine.compiled.laid import Instance, Laid
from vaxel_engine.compiled.miss import STUMBLES, Miss, Reason
from vaxel_engine.compiled.numbers import number
from vaxel_engine.compiled.outlines import text_string
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.program import (
    Around,
    Begin,
    Flow,
    Item,
    Line,
    Program,
    Raw,
    Shape,
    Slot,
    Style,
    Want,
    Way,
    Words,
)
from vaxel_engine.compiled.reading import collapsed
from vaxel_engine.compiled.shapes import STYLE_KEYS, keeps_its_width, shape_of
from vaxel_engine.compiled.shaping import Types
from vaxel_engine.compiled.twins import rounded

_KEPT = (
    *(one for one in STYLE_KEYS if one != "text_decoration_line"),
    *("vertical_align", "text_align_all", "text_align_last", "direction", "box_decoration_break", "tab_size"),
    *("hyphenate_limit_zone", "text_decoration_line"),
)
_NEVER = -1
"""The flow of a place whose paragraphs were seen to be set in more than one way."""
_PLAIN = {
    "letter_spacing": (0, "normal"),
    "word_spacing": (0, "normal"),
    "text_transform": ("none",),
    "direction": ("ltr",),
    "white_space": ("normal",),
    "float": ("none",),
    "position": ("static",),
}
_EDGES = tuple(f"{edge}_{side}" for edge in ("margin", "padding") for side in ("top", "right", "bottom", "left"))


def learn_flow(program: Program, laid: Laid, instance: Instance, types: Types) -> bool:
    """Take up what a paragraph shows of words in tags; False for a block that is none, or is set in another way."""
    place = instance.block.place
    within = parted(instance.block.markup)[0]
    if place.flows.get(within) == _NEVER:
        return False
    try:
        found = _found(laid, instance, types)
    except (Miss, *STUMBLES):
        return False
    if found is None:
        return False
    flow, captured = found
    known = next((at for at, one in enumerate(program.flows) if _alike(one, flow)), None)
    try:
        if known is not None:
            flow = _together(program.flows[known], flow)
        proved = _proved(flow, captured, instance, types)
    except (Miss, *STUMBLES):
        proved = False
    if not proved or place.flows.get(within, known) != known:
        place.flows[within] = _NEVER
        return False
    if known is None:
        known = len(program.flows)
        program.flows.append(flow)
    program.flows[known] = flow
    place.flows[within] = known
    alone = place.flows.get("", _NEVER)
    for tag, number_of_tag in place.flows.items():
        if alone != _NEVER and program.inner_flows.setdefault((alone, tag), number_of_tag) != number_of_tag:
            program.inner_flows[alone, tag] = _NEVER
    return True


def _alike(one: Flow, other: Flow) -> bool:
    """Whether two paragraphs are of the same kind, whatever is known of tags in them."""
    return _measures(one) == _measures(other)


def _measures(flow: Flow) -> object:
    measures = (flow.left, flow.width, flow.above, flow.below, flow.slack, *flow.place)
    return (*(round(one, 6) for one in measures), flow.style, flow.element, rounded(flow.marker), flow.level)


def _together(known: Flow, other: Flow) -> Flow:
    """What is known of both; raises Miss where words in the same tags look otherwise."""
    for mine, others in ((known.words, other.words), (known.around, other.around)):
        for way in mine.keys() & others.keys():
            if rounded(mine[way]) != rounded(others[way]):
                raise Miss(Reason.UNSUITED, f"{''.join(way)} looks otherwise in another place")
    if known.link and other.link and known.link != other.link:
        raise Miss(Reason.UNSUITED, "links of more than one kind")
    return Flow(
        *(known.left, known.width, known.above, known.below, known.slack, known.style, known.element, known.marker),
        *(known.level, known.place),
        {**known.words, **other.words},
        {**known.around, **other.around},
        known.link or other.link,
    )


def _found(laid: Laid, instance: Instance, types: Types) -> tuple[Flow, Shape] | None:
    box = instance.box
    container, marker = _container(box)
    if container is None or len([1 for at, _ in laid.instances if at == instance.at]) != 1:
        return None
    if not _is_plain(laid, container):
        return None
    slots = tuple(Slot(None) for _ in instance.block.words)
    shape = shape_of(laid, instance, slots, types, marked=False)
    if shape.back or shape.borders or shape.sets or shape.boxes or shape.alternatives or shape.fixed is not None:
        return None
    if bool(shape.positioned) != marker:
        return None
    top = float(box.border_box_y())
    lines = inside.children(container)
    bottom = float(lines[-1].position_y + lines[-1].height)
    level, place = _bookmark(box, top)
    flow = Flow(
        left=float(container.content_box_x()),
        width=float(container.width),
        above=float(lines[0].position_y) - top,
        below=top + shape.height - bottom,
        slack=shape.slack,
        style=style_of_box(container.style),
        element=_element(laid, container),
        marker=_marker(shape.positioned, instance.block.ordinal, types) if marker else (),
        level=level,
        place=place,
    )
    _learn_tags(laid, container, flow)
    _learn_words(laid, container, flow, shape)
    if shape.links:
        flow.link = _link(container, shape)
    return flow, shape


def _bookmark(box: Any, top: float) -> tuple[int, tuple[float, float]]:
    """The level and the place of a heading's bookmark; 0 for a block without one."""
    for one in map(inside.laid_out, inside.everything(box)):
        level = one.style["bookmark_level"]
        if level == "none" or not one.bookmark_label or inside.is_a(one, "TextBox"):
            continue
        if one is not box or one.style["bookmark_state"] != "open":
            raise Miss(Reason.UNSUITED, "a bookmark within a paragraph")
        x, y = one.hit_area()[:2]
        return int(level), (float(x), float(y) - top)
    return 0, (0.0, 0.0)


def _container(box: Any) -> tuple[Any, bool]:
    """The box that holds the lines, and whether a marker of a list stands beside it."""
    inner = inside.children(box)
    if inner and all(inside.is_a(one, "LineBox") for one in inner):
        return box, False
    if len(inner) == 2 and inner[0].element_tag.endswith("::marker"):
        lines = inside.children(inner[1])
        if inside.kind(inner[1]) == "BlockBox" and lines and all(inside.is_a(one, "LineBox") for one in lines):
            return inner[1], True
    return None, False


def _is_plain(laid: Laid, container: Any) -> bool:
    style = container.style
    if inside.kind(container) != "BlockBox" or style["text_align_all"] == "justify" or style["text_indent"].value:
        return False
    if style["max_lines"] != "none" or style["height"] != "auto" or container.first_letter_style:
        return False
    if style["overflow"] != "visible" or not keeps_its_width(laid, container):
        return False
    for one in inside.everything(container)[1:]:
        if not (inside.is_a(one, "LineBox") or inside.is_a(one, "InlineBox") or inside.is_a(one, "TextBox")):
            return False
        ends_a_line = one.element_tag == "br::before"
        if one.style["hyphens"] == "auto" or ("::" in (one.element_tag or "") and not ends_a_line):
            return False
        for key, values in _PLAIN.items():
            if one.style[key] not in values and not (ends_a_line and key == "white_space"):
                return False
        if inside.is_a(one, "InlineBox") and (
            any(getattr(one, edge) for edge in _EDGES if edge not in ("margin_top", "margin_bottom"))
            or one.border_left_width
            or one.border_right_width
        ):
            return False
    return True


def style_of_box(style: Any) -> Style:
    """What setting lines asks of a style, as plain values; raises Miss for a value of another kind."""
    return tuple((key, _kept(style[key])) for key in _KEPT)


def _kept(value: Any) -> object:
    if isinstance(value, set | frozenset):
        return (SET, *sorted(str(one) for one in value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, inside.properties.Dimension):
        return (LENGTH, float(value.value), value.unit)
    if isinstance(value, list | tuple):
        return tuple(_kept(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise Miss(Reason.UNSUITED, f"a style of the kind {type(value).__name__}")


def _element(laid: Laid, box: Any) -> bytes:
    for known, element in laid.recorder.elements:
        if known is box:
            tag: str = element["S"]
            return tag.encode()
    return b"/NonStruct"


def _way(laid: Laid, container: Any, box: Any) -> Way:
    """The tags around a box, itself with it where it is one."""
    tags: list[str] = []
    for one in (box, *laid.around(box)):
        if one is container:
            break
        if inside.is_a(one, "InlineBox"):
            of = laid.number(one)
            if "::" in one.element_tag:
                tags.append("::before")
            elif of is not None:
                tags.append(without_address(laid.source.elements[of].tag))
    return tuple(reversed(tags))


def _learn_tags(laid: Laid, container: Any, flow: Flow) -> None:
    for one in inside.everything(container):
        if inside.is_a(one, "InlineBox"):
            found = Around(style_of_box(one.style), _element(laid, one), one.link_annotation is not None)
            known = flow.around.setdefault(_way(laid, container, one), found)
            if known.style != found.style or known.element != found.element:
                raise Miss(Reason.UNSUITED, "the same tags look otherwise within one paragraph")


def _learn_words(laid: Laid, container: Any, flow: Flow, shape: Shape) -> None:
    boxes = [one for one in inside.everything(container) if inside.is_a(one, "TextBox")]
    groups = [*_groups(shape.text)]
    if len(boxes) != len(groups):
        raise Miss(Reason.UNSUITED, "words that are drawn apart")
    for box, (before, line) in zip(boxes, groups, strict=True):
        if line is None:
            continue
        ends = number(float(box.position_x)), number(float(box.position_x + box.width))
        found = Words(
            style_of_box(box.style),
            line.face,
            line.opacity,
            line.colour,
            tuple(_anywhere(one, ends, line.dy) for one in before),
        )
        known = flow.words.setdefault(_way(laid, container, box), found)
        if rounded(known) != rounded(found):
            raise Miss(Reason.UNSUITED, "words in the same tags look otherwise within one paragraph")


def _groups(items: tuple[Item, ...]) -> Iterator[tuple[list[Item], Line | None]]:
    """For each text what is drawn before it, and its words; None for one of spaces alone."""
    before: list[Item] | None = None
    for one in items:
        match one:
            case Line(mark=mark):
                if mark < 0 and before is None:
                    raise Miss(Reason.UNSUITED, "words without a mark")
                if mark >= 0 and before is not None:
                    yield [], None
                    before = []
                yield before or [], one
                before = None
            case Begin():
                if before is not None:
                    yield [], None
                before = []
            case _:
                if before is None:
                    raise Miss(Reason.UNSUITED, "something is drawn between words")
                before.append(one)
    if before is not None:
        yield [], None


def _anywhere(item: Item, ends: tuple[bytes, bytes], dy: float) -> Item:
    """What is drawn before words, for words that begin and end elsewhere."""
    match item:
        case Raw():
            form = b"\n".join(_marked(line, ends) for line in item.form.split(b"\n"))
            return Raw(form, tuple(one - dy for one in item.dys), item.order, item.leaves)
        case Want():
            return item
        case _:
            raise Miss(Reason.UNSUITED, "something else is drawn before words")


def _marked(line: bytes, ends: tuple[bytes, bytes]) -> bytes:
    for form, at, instead in ((b"%b %%b m", 0, b"\x01 %b m"), (b"%b %%b l", 1, b"\x02 %b l")):
        if line == form % ends[at]:
            return instead
    if line in (b"", b"q", b"Q", b"S") or line.endswith((b" w", b" gs", b" RG", b" d", b" J", b" j", b" M")):
        return line
    raise Miss(Reason.UNSUITED, "something else than a line is drawn before words")


def _marker(items: tuple[Item, ...], ordinal: int, types: Types) -> tuple[Item, ...]:
    """What is drawn for an item of a list, without its number and the number of its mark."""
    made: list[Item] = []
    for one in items:
        match one:
            case Line():
                if ordinal and one.words != f"{ordinal}. ":
                    raise Miss(Reason.UNSUITED, "numbers of another kind before the items of a list")
                if not ordinal and any(letter.isalnum() for letter in one.words):
                    raise Miss(Reason.UNSUITED, "a word that the style sheet writes")
                kept = replace(one, mark=min(one.mark, 0))
                if ordinal:  # it ends where the item begins, however wide it is
                    kept = replace(kept, anchor="right", x=one.x + types.run(one.face, one.words).width, words="")
                made.append(kept)
            case Begin():
                made.append(replace(one, mark=0))
            case _:
                made.append(one)
    return tuple(made)


def _link(container: Any, shape: Shape) -> bytes:
    """A link's dictionary with a place for its address."""
    forms: set[bytes] = set()
    targets = {one.link[1][1] for one in inside.everything(container) if inside.is_a(one, "InlineBox") and one.link}
    for link in shape.links:
        said = [address for target in targets if (address := text_string(target)) in link.rest]
        if not said:
            raise Miss(Reason.UNSUITED, "a link that says where it leads in another way")
        forms.add(link.rest.replace(max(said, key=len), b"\x01"))
    if len(forms) != 1:
        raise Miss(Reason.UNSUITED, "links of more than one kind")
    return forms.pop()


def _proved(flow: Flow, captured: Shape, instance: Instance, types: Types) -> bool:
    """Whether the paragraph that was learned from comes out as WeasyPrint set it, in operators and in elements."""
    made = set_by(flow, types, instance.block)
    if flow.level and made.block.words != [collapsed(instance.box.bookmark_label).strip(" ")]:
        return False
    parts = [
        rounded((one.height, one.reach, one.slack, one.structure, one.references, one.nodes, one.roots, one.marked_in))
        + rounded(one.links)
        for one in (captured, made.shape)
    ]
    if parts[0] != parts[1]:
        return False
    drawn: list[bytes] = []
    for block, shape, lines in ((instance.block, captured, []), (made.block, made.shape, made.lines)):
        content = PageContent(Used(), types, _no_picture)
        placed = Placed(block, shape, lines, 100.0, [0] * len(shape.marked_in))
        content.blocks([placed], lambda one: steps_of(one, types.faces))
        drawn.append(content.operators())
    return same_operators(*drawn) is None


def _no_picture(_: object) -> Any:
    raise Miss(Reason.PICTURE, "a picture in a paragraph")
