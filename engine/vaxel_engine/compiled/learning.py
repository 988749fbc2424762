"""A program learns a document: WeasyPrint sets it once, and what is new in it becomes places, shapes and pages."""

from collections.abc import Mapping
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.beside import is_beside, part_of
from vaxel_engine.compiled.edges import edges_of
from vaxel_engine.compiled.flowing import learn_flow
from vaxel_engine.compiled.laid import Instance, Laid, Source
from vaxel_engine.compiled.miss import DIVIDED, Miss, Reason
from vaxel_engine.compiled.order import learn_order
from vaxel_engine.compiled.pages import learn_pages
from vaxel_engine.compiled.program import Markup, Place, Program, Role, Slot
from vaxel_engine.compiled.reading import head_of, read
from vaxel_engine.compiled.recording import Recorder
from vaxel_engine.compiled.shapes import lines_of, sets_of, shape_of, slots_of
from vaxel_engine.compiled.shaping import Types
from vaxel_engine.compiled.statics import learn_objects
from vaxel_engine.compiled.twins import learn_twins
from vaxel_engine.rendering.typesetting import Typesetter

_HOLDING = frozenset({Role.CONTAINER, Role.STAGE, Role.BESIDE, Role.STACK, Role.TABLE, Role.HEAD, Role.BODY})
"""What has places of its own within it."""


def learn(
    program: Program,
    html: str,
    pictures: Mapping[str, str],
    typesetter: Typesetter,
    types: Types,
    *,
    again: bool = False,
) -> list[str]:
    """Take up everything that `html` shows; answers with what cannot be compiled, in words for a designer.

    With `again` blocks stand several times at one place (`gathering.py`), of which only shapes are learned.

    Raises Miss for HTML that cannot be read as places at all.
    """
    source = Source.of(html)
    recorder = Recorder()
    with recorder.watching():
        document = typesetter.watched(source.numbered, pictures, recorder.keep)
    title, author, language, rest = head_of(source.text[: source.text.index("<body")])
    metadata = document.metadata
    said = (metadata.title or "", ", ".join(metadata.authors), metadata.lang or "")
    others = (metadata.description, metadata.keywords, metadata.generator, metadata.created, metadata.modified)
    if said != (title, author, language) or any(others) or metadata.attachments or metadata.custom:
        raise Miss(Reason.HEAD, rest)
    program.heads.setdefault(rest, ())
    if not again:
        _learn_places(program, Laid(document, recorder, source, []), language)
    done = read(html, program, again=again)
    laid = Laid(document, recorder, source, done.blocks)
    laid.pictures = pictures
    learn_objects(program, laid)
    if not again:
        learn_pages(program, laid, done, types)
    learn_order(program, laid)
    unsuited = _learn_shapes(program, laid, types)
    learn_twins(program)
    return unsuited


def _learn_places(program: Program, laid: Laid, language: str) -> None:
    """Each language has places of its own, since it has a say in how words are set."""
    elements = laid.source.elements
    body = laid.source.named("body")
    place = _place(program, program.root, (language, elements[body].tag), Role.THROUGH)
    program.bodies[place.number] = sets_of(laid.principals[body][0][1], elements[body].tag)
    _learn_children(program, laid, body, place)


def _learn_children(program: Program, laid: Laid, number: int, place: Place) -> None:
    for child in laid.source.elements[number].children:
        element = laid.source.elements[child]
        boxes = laid.principals.get(child, [])
        role, why = _role(laid, boxes[0][1]) if boxes else (Role.NOTHING, "")
        if boxes and place.role in (Role.BESIDE, Role.STACK):
            role, why = part_of(boxes[0][1], place.role), ""
        known = _place(program, place, (element.before, element.tag), role)
        known.why = known.why or why
        if boxes and known.edges is None:
            known.edges = edges_of(boxes[0][1], role)
            known.divided = _divided(boxes[0][1], role)
        if role in _HOLDING:
            known.structure = _structure(laid, boxes[0][1])
            _learn_children(program, laid, child, known)


def _place(program: Program, within: Place, key: tuple[str, str], role: Role) -> Place:
    known = within.children.get(key)
    if known is None:
        known = within.children[key] = Place(program.places, role, key[1], twin=program.places)
        program.places += 1
    elif known.role is not role:
        known.role, known.why = Role.UNSUITED, "it is laid out in more than one way"
    return known


def _structure(laid: Laid, box: Any) -> bytes:
    for known, element in laid.recorder.elements:
        if known is box:
            tag: str = element["S"]
            return tag.encode()
    return b"/NonStruct"


def _role(laid: Laid, box: Any) -> tuple[Role, str]:
    style = box.style
    if style["position"] in ("absolute", "fixed"):
        if style["position"] == "absolute" and laid.page_of[id(box)] == 0:
            return Role.OUT, ""
        return Role.UNSUITED, "it is placed by its position on a page that is not the first"
    if not box.is_in_normal_flow():
        return Role.UNSUITED, "it floats or runs"
    if inside.kind(box) == "TableRowGroupBox":
        if box.is_header:
            return Role.HEAD, ""
        return (Role.UNSUITED, "a foot of a table moves") if box.is_footer else (Role.BODY, "")
    if inside.kind(box) == "TableRowBox":
        return Role.ROW, ""
    if not inside.is_a(box, "BlockLevelBox"):
        return Role.UNSUITED, "it stands between blocks as a word does"
    whole = style["break_inside"] in ("avoid", "avoid-page")
    if box.is_table_wrapper:
        table = box.get_wrapped_table()
        if whole or table.style["break_inside"] in ("avoid", "avoid-page"):
            return Role.BLOCK, ""
        return _table(box, table)
    flowing = [child for child in inside.children(box) if child.is_in_normal_flow()]
    if not flowing and box.children and _is_a_stage(laid, box):
        return Role.STAGE, ""
    if whole and is_beside(box):
        return Role.BESIDE, ""
    if whole or inside.is_a(box, "ReplacedBox") or not flowing:
        return Role.BLOCK, ""
    edges = (box.padding_top, box.padding_bottom, box.border_top_width, box.border_bottom_width)
    if any(edges) or inside.kind(box) != "BlockBox" or style["position"] != "static" or style["overflow"] != "visible":
        return Role.UNSUITED, "a box with borders, paddings or a position may be divided; write break-inside: avoid"
    if box.background is not None or style["height"] != "auto":
        return Role.UNSUITED, "a box with a background or a height may be divided; write break-inside: avoid"
    if inside.is_a(flowing[0], "LineBox"):
        return Role.BLOCK, ""
    return Role.CONTAINER, ""


def _divided(box: Any, role: Role) -> tuple[int, int] | None:
    """How many lines of a paragraph stay on its page and go on to the next at least, where it may be divided."""
    style = box.style
    if role is not Role.BLOCK or style["break_inside"] in ("avoid", "avoid-page") or inside.kind(box) != "BlockBox":
        return None
    flowing = [child for child in inside.children(box) if child.is_in_normal_flow()]
    if not flowing or not inside.is_a(flowing[0], "LineBox"):
        return None
    return int(style["orphans"]), int(style["widows"])


def _is_a_stage(laid: Laid, box: Any) -> bool:
    """Whether each part of a box can be taken for itself: it draws nothing, and its parts are placed on page one."""
    draws = box.background is not None or box.border_top_width or box.border_bottom_width
    placed = all(one.style["position"] == "absolute" for one in inside.children(box))
    return not draws and placed and box.style["height"] != "auto" and laid.page_of[id(box)] == 0


def _table(wrapper: Any, table: Any) -> tuple[Role, str]:
    groups = inside.children(table)
    edges = (table.padding_top, table.padding_bottom, table.border_top_width, table.border_bottom_width)
    style = table.style
    suited = (
        len(groups) == 2
        and groups[0].is_header
        and len(groups[0].children) == 1
        and not groups[1].is_footer
        and len(wrapper.children) == 1
        and style["border_collapse"] == "separate"
        and style["table_layout"] == "fixed"
        and not any(edges)
        and not style["border_spacing"][1]
        and table.background is None
        and groups[1].style["break_inside"] == "auto"
    )
    if suited:
        return Role.TABLE, ""
    return Role.UNSUITED, (
        "a table that may be divided needs one row in its thead, one tbody, table-layout: fixed, "
        "border-collapse: separate and no borders of its own; write them, or break-inside: avoid"
    )


def _learn_shapes(program: Program, laid: Laid, types: Types) -> list[str]:
    said: list[str] = []
    seen: set[int] = set()
    for (at, _), instance in sorted(laid.instances.items()):
        if at in seen:
            continue
        place, key = instance.block.place, instance.block.key
        known = program.markups.get(key)
        try:
            flows = place.role is Role.BLOCK and learn_flow(program, laid, instance, types)
            if place.divided is not None:
                if not flows and len([1 for number, _ in laid.instances if number == at]) == 1:
                    raise Miss(Reason.UNSUITED, DIVIDED)
                continue
            if known is None or not known.why:
                lines_of(instance)
                if len([1 for key in laid.instances if key[0] == at]) > 1 and place.role is not Role.ROW:
                    continue
                seen.add(at)
                slots = slots_of(laid, instance, types)
                if flows and any(slot.face is None and not slot.silent for slot in slots):
                    continue  # its words are set anew, whatever they are
                if known is None:
                    known = program.markups[key] = Markup(slots)
                elif (agreed := tuple(map(_agreed, known.slots, slots))) != known.slots:
                    known.slots = agreed
                    known.shapes.clear()
                lines = key_of(known, instance)
                if lines not in known.shapes:
                    known.shapes[lines] = shape_of(laid, instance, known.slots, types)
        except Miss as miss:
            if miss.reason is Reason.UNSUITED:
                known = program.markups.setdefault(key, Markup(()))
                known.why = miss.what
                said.append(f"{place.name}: {miss.what}")
    return said


def _agreed(one: Any, other: Any) -> Any:
    if one.face == other.face and one.silent == other.silent and abs(one.available - other.available) < 1e-9:
        return one
    return Slot(None)


def key_of(markup: Markup, instance: Instance) -> tuple[object, ...]:
    """What a shape of this markup is known by: lines of free words, and bound words themselves."""
    said = tuple(
        None if slot.silent else len(lines) if slot.face is not None else words
        for slot, lines, words in zip(markup.slots, instance.lines, instance.block.words, strict=True)
    )
    return (*said, instance.block.ordinal) if instance.block.ordinal else said
