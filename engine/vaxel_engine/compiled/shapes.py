"""From one laid-out block to its shape: its lines, which of its words are free, what it draws, its structure."""

import re
from itertools import pairwise
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.beside import composed
from vaxel_engine.compiled.comparing import normalised
from vaxel_engine.compiled.fragments import Page, bytes_of, items_of, sorted_page
from vaxel_engine.compiled.laid import Instance, Laid
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Bookmark, Face, Line, Role, Shape, Slot
from vaxel_engine.compiled.reading import collapsed
from vaxel_engine.compiled.recording import Wish
from vaxel_engine.compiled.shaping import Types
from vaxel_engine.compiled.structures import Part, structure_of

STYLE_KEYS = (
    *("direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override", "font_size"),
    *("font_stretch", "font_style", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian"),
    *("font_variant_ligatures", "font_variant_numeric", "font_variant_position", "font_variation_settings"),
    *("font_weight", "hyphenate_character", "hyphens", "lang", "letter_spacing", "line_height", "overflow_wrap"),
    *("white_space", "word_break", "word_spacing", "text_decoration_line", "hyphenate_limit_chars"),
)
_SLOT = re.compile(r"(> ?)?\x00")
_TF = re.compile(rb"/(\w+) ([\d.]+) Tf")


def lines_of(instance: Instance) -> None:
    """Give each slot of a block its boxes of text; raises Miss where something of it is missing on its page."""
    slots = _are_text(instance.block.markup)
    instance.lines = [[] for _ in slots]
    wanted = [at for at, is_text in enumerate(slots) if is_text]
    boxes = [box for box in instance.texts if box.text.strip(" ")]
    if any(box.style["white_space"] not in ("normal", "nowrap") for box in boxes):
        raise Miss(Reason.UNSUITED, "spaces or ends of lines in its source are kept; write br, and white-space: normal")
    at, done = 0, 0
    for box in boxes:
        text = box.text.strip(" ")
        if at >= len(wanted):
            raise Miss(Reason.SHAPE, f"{instance.block.place.name}: more words than its markup has")
        words = instance.block.words[wanted[at]]
        if not words.startswith(text, done):
            raise Miss(Reason.UNSUITED, "words are set otherwise than they are written")
        instance.lines[wanted[at]].append(box)
        done += len(text)
        while done < len(words) and words[done] == " ":
            done += 1
        if done >= len(words):
            at, done = at + 1, 0
    if at < len(wanted):
        raise Miss(Reason.SHAPE, f"{instance.block.place.name}: part of its words is not on this page")


def _are_text(markup: str) -> list[bool]:
    return [found[1] is not None for found in _SLOT.finditer(markup.replace("\x01 ", ""))]


def slots_of(laid: Laid, instance: Instance, types: Types) -> tuple[Slot, ...]:
    """Which words of a block can be set anew: those alone on their lines, in a box whose width they do not change."""
    slots: list[Slot] = []
    for is_text, lines in zip(_are_text(instance.block.markup), instance.lines, strict=True):
        if not is_text:
            slots.append(Slot(None, silent=True))
            continue
        slots.append(_slot(laid, lines, types) if lines else Slot(None))
    return tuple(slots)


def _slot(laid: Laid, lines: list[Any], types: Types) -> Slot:
    style = lines[0].style
    container = None
    for box in lines:
        found = _alone(laid, box)
        if found is None or (container is not None and found is not container):
            return Slot(None)
        container = found
    plain = (
        style["letter_spacing"] in (0, "normal")
        and not style["word_spacing"]
        and style["text_decoration_line"] == "none"
        and style["hyphens"] != "auto"
        and style["direction"] == "ltr"
        and style["text_align_all"] in ("start", "left", "end", "right", "center")
        and style["text_align_last"] in ("auto", style["text_align_all"])
        and style["white_space"] in ("normal", "nowrap")
        and style["text_transform"] == "none"
        and not style["text_indent"].value
    )
    if container is None or not plain or _texts_of(container) != len(lines):
        return Slot(None)  # words before or after a tag within the paragraph have a say in where its lines break
    return Slot(_face(laid, lines[0], types), round(float(container.width), 6), style["white_space"] == "normal")


def _texts_of(container: Any) -> int:
    """How many texts stand on the lines of a block."""
    lines = [one for one in inside.children(container) if inside.is_a(one, "LineBox")]
    return sum(1 for line in lines for one in line.descendants() if inside.is_a(one, "TextBox") and one.text.strip(" "))


def _alone(laid: Laid, box: Any) -> Any:
    """The block around a text that is alone on its line, where its width does not depend on words; else None."""
    for around in laid.around(box):
        if inside.is_a(around, "LineBox"):
            texts = [one for one in around.descendants() if inside.is_a(one, "TextBox") and one.text.strip(" ")]
            others = [one for one in around.descendants() if inside.is_a(one, "AtomicInlineLevelBox")]
            if len(texts) != 1 or others:
                return None
        elif inside.is_a(around, "InlineBox"):
            edges = ("margin_left", "margin_right", "padding_left", "padding_right")
            if any(getattr(around, edge) for edge in edges) or around.border_left_width or around.border_right_width:
                return None
        else:
            return around if keeps_its_width(laid, around) else None
    return None


def keeps_its_width(laid: Laid, box: Any) -> bool:
    for one in (box, *laid.around(box)):
        shrinks = inside.kind(one).startswith("Inline") or one.is_absolutely_positioned() or one.is_floated()
        if shrinks and one.style["width"] == "auto":
            return False
        if inside.kind(one) == "TableBox" and one.style["table_layout"] != "fixed":
            return False
        if "Flex" in inside.kind(one) or "Grid" in inside.kind(one):
            return False
        if one.style["max_lines"] != "none" and len(one.children) >= one.style["max_lines"] + 1:
            return False
    return True


def _face(laid: Laid, box: Any, types: Types) -> int:
    page = laid.page_of[id(box)]
    known = laid.chosen_fonts.get(page)
    if known is None:
        drawn = laid.recorder.streams[page].stream
        known = laid.chosen_fonts[page] = {}
        for one, owner in zip(drawn, drawn.owners, strict=True):
            if owner is not None and owner.marked is not None and bytes_of(one).endswith(b" Tf"):
                known.setdefault(id(owner.marked), bytes_of(one))
    return face_of(laid, box.style, known[id(box)], types)


def face_of(laid: Laid, style: Any, written: bytes, types: Types) -> int:
    """The number of the face that a text was drawn in; `written` is the operator that chose the font."""
    found = _TF.match(written)
    if found is None:
        raise Miss(Reason.UNSUITED, "words in more than one font")
    font = next(one for one in laid.recorder.fonts.values() if one.hash.encode() == found[1])
    features = inside.fonts.font_features(
        *(style[f"font_{one}"] for one in ("kerning", "variant_ligatures", "variant_position", "variant_caps")),
        *(style[f"font_{one}"] for one in ("variant_numeric", "variant_alternates", "variant_east_asian")),
        style["font_feature_settings"],
    )
    file = laid.file_of(font)
    if file not in types.files or font.variations or "fvar" in font.tables:
        raise Miss(Reason.UNSUITED, "a font that varies, or is not a file of the pack")
    kept = tuple((key, _plain(style[key])) for key in STYLE_KEYS)
    return types.number(Face(file, found[1], float(found[2]), tuple(sorted(features.items())), kept))


def _plain(value: Any) -> object:
    if isinstance(value, set | frozenset):
        return tuple(sorted(str(one) for one in value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, list | tuple):
        return tuple(_plain(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if hasattr(value, "value"):
        return float(value.value)
    return value


def shape_of(laid: Laid, instance: Instance, slots: tuple[Slot, ...], types: Types, *, marked: bool = True) -> Shape:
    """The shape of a block that is whole on its page, without its bookmarks if not `marked`; raises Miss."""
    page = page_of(laid, instance.page)
    home = ("block", instance.at)
    box = instance.box
    is_row = inside.kind(box) == "TableRowBox"
    top = float(box.position_y if is_row else box.border_box_y())
    marks = [one for one, _ in page.marks.get(home, [])]
    for one in marks:
        if "::" in (one.element_tag or "") and any(letter.isalnum() for letter in getattr(one, "text", "")):
            own = laid.number(one) == laid.number(box)
            if one.element_tag != "li::marker" or (own and one.text != f"{instance.block.ordinal}. "):
                raise Miss(Reason.UNSUITED, "a number or a word that the style sheet writes")
    place_of = {id(one): (at, line) for at, lines in enumerate(instance.lines) for line, one in enumerate(lines)}

    def line(text: Any, mark: int, operators: list[Any]) -> Line:
        return line_of(laid, text, mark, operators, top, place_of.get(id(text), (-1, 0)), slots, types)

    def faces(address: str, fonts: list[bytes]) -> tuple[tuple[str, int, bytes], ...]:
        return faces_of_picture(laid, address, fonts, types)

    back, borders, text, positioned = (
        items_of(page.drawn.get((home, layer)), top, marks, line, faces)
        for layer in ("back", "borders", "text", "positioned")
    )
    if not is_row and borders:
        back = items_of(both(laid, instance.page, home), top, marks, line, faces)
        borders = ()
    role = instance.block.place.role
    is_stage = role in (Role.STAGE, Role.BESIDE, Role.STACK)
    bookmarks = () if is_stage or not marked else _bookmarks(instance, top)
    sets = () if is_stage else _sets(laid, instance)
    height = float(box.height if is_row else box.border_height())
    part = Part() if is_stage else structure_of(laid, instance.page, home, [id(one) for one in marks], top, instance)
    shape = Shape(
        height=height,
        reach=height if is_stage else max(height, _reach(box, top)),
        slack=0.0 if is_row else _slack(box),
        back=back,
        borders=borders,
        text=text,
        positioned=positioned,
        structure=part.form,
        references=part.references,
        nodes=part.nodes,
        roots=part.roots,
        marked_in=part.marked_in,
        boxes=part.boxes,
        alternatives=part.alternatives,
        links=part.links,
        bookmarks=bookmarks,
        sets=sets,
        fixed=top if role is Role.OUT else None,
    )
    return composed(shape, box, role)


def page_of(laid: Laid, number: int) -> Page:
    """One page's operators, sorted once."""
    known: Page | None = laid.sorted.get(number)
    if known is None:
        known = laid.sorted[number] = sorted_page(laid, number)
    return known


def both(laid: Laid, page: int, home: Any) -> Any:
    """Backgrounds and borders of a block in the order in which they were drawn."""
    return sorted_page(laid, page, together=True).drawn.get((home, "back"))


def line_of(
    laid: Laid,
    box: Any,
    mark: int,
    operators: list[Any],
    top: float,
    slot: tuple[int, int],
    slots: tuple[Slot, ...],
    types: Types,
) -> Line:
    """One line of words as it was drawn; `slot` is where its words come from, -1 for words that are always the same."""
    wishes = {one.slot: one.operator for one in operators if isinstance(one, Wish)}
    fonts = [bytes_of(one) for one in operators if bytes_of(one).endswith(b" Tf")]
    shown = [one for one in operators if bytes_of(one).endswith(b"TJ")]
    if len(fonts) != 1 or len(shown) != 1 or set(wishes) != {0, 1}:
        raise Miss(Reason.UNSUITED, "words in more than one font, or with a mark of their own")
    free = slot[0] >= 0 and slots[slot[0]].face is not None
    face = face_of(laid, box.style, fonts[0], types)
    matrix = next(one for one, after in pairwise(operators) if bytes_of(after).endswith(b" Tf") and one is not None)
    x, anchor = float(bytes_of(matrix).split()[4]), "left"
    words = _as_drawn(types, face, box.text.strip(" ") if free else box.text, bytes_of(shown[0]), free=free)
    if free:
        x, anchor = _anchored(laid, box)
    return Line(
        mark=mark,
        slot=slot[0] if free else -1,
        line=slot[1],
        face=face,
        anchor=anchor,
        x=x,
        dy=float(box.position_y + box.baseline) - top,
        opacity=wishes[0],
        colour=wishes[1],
        words="" if free else words,
    )


def _as_drawn(types: Types, face: int, words: str, operator: bytes, *, free: bool) -> str:
    """Words for which the program writes `operator`, too: before a tag that begins a line WeasyPrint keeps a space."""
    for said in (words,) if free else (words, words + " "):
        if normalised(types.run(face, said).operator) == normalised(operator):
            return said
    raise Miss(Reason.UNSUITED, "words that are drawn otherwise than they are written")


def _anchored(laid: Laid, box: Any) -> tuple[float, str]:
    align = box.style["text_align_all"]
    if align in ("end", "right"):
        return float(box.position_x + box.width), "right"
    if align == "center":
        container = next(one for one in laid.around(box) if inside.is_a(one, "BlockContainerBox"))
        return float(container.content_box_x() + container.width / 2), "centre"
    return float(box.position_x), "left"


def _reach(box: Any, top: float) -> float:
    """How far down from its top a block reaches, with what is placed in it by its position."""
    reached = 0.0
    for one in inside.children(box):
        if inside.is_a(one, "BlockBox") and isinstance(one.height, int | float):
            reached = max(reached, float(one.border_box_y() + one.border_height()) - top)
        reached = max(reached, _reach(one, top))
    return reached


def _slack(box: Any) -> float:
    """The room below a block's last line, which WeasyPrint counts more than once when it asks where a page ends."""
    below = 0.0
    one = box
    while one is not None and inside.is_a(one, "BlockContainerBox"):
        below += float(one.padding_bottom + one.border_bottom_width)
        flowing = [child for child in inside.children(one) if child.is_in_normal_flow()]
        one = flowing[-1] if flowing else None
    return below


def _bookmarks(instance: Instance, top: float) -> tuple[Bookmark, ...]:
    found: list[Bookmark] = []
    for box in inside.everything(instance.box):
        one = inside.laid_out(box)
        level = one.style["bookmark_level"]
        if not one.bookmark_label or level == "none" or inside.is_a(one, "TextBox"):
            continue
        said = collapsed(one.bookmark_label).strip(" ")
        slot = next((at for at, words in enumerate(instance.block.words) if words == said and instance.lines[at]), None)
        if slot is None or one.style["bookmark_state"] != "open":
            raise Miss(Reason.UNSUITED, "a heading of several words with tags between them")
        x, y = one.hit_area()[:2]
        found.append(Bookmark(int(level), slot, float(x), float(y) - top))
    return tuple(found)


def _sets(laid: Laid, instance: Instance) -> tuple[tuple[str, int], ...]:
    """Running words that a block sets, from the attributes of its own tag; raises Miss for those of a box within."""
    for box in inside.everything(instance.box):
        one = inside.laid_out(box)
        if one.style["string_set"] != "none" and laid.number(one) != laid.number(instance.box):
            raise Miss(Reason.UNSUITED, "a box within a block sets running words; set them on the block")
    return sets_of(instance.box, instance.block.markup[: instance.block.markup.index(">")])


def sets_of(box: Any, tag: str) -> tuple[tuple[str, int], ...]:
    """Running words that an element sets, and which attribute of its tag says them."""
    if box.style["string_set"] == "none":
        return ()
    names = re.findall(r"(alt|data-[\w-]+)=\"", tag)
    said: list[tuple[str, int]] = []
    for name, content in box.style["string_set"]:
        attribute = _attribute(content)
        if attribute not in names:
            raise Miss(Reason.UNSUITED, "running words that are not one attribute of the element")
        said.append((str(name), names.index(attribute)))
    return tuple(said)


def _attribute(content: Any) -> str | None:
    """The attribute that running words are, where they are nothing else."""
    if len(content) != 1 or content[0][0] != "attr()":
        return None
    said = content[0][1]
    return str(said if isinstance(said, str) else said[0])


def faces_of_picture(laid: Laid, address: str, fonts: list[bytes], types: Types) -> tuple[tuple[str, int, bytes], ...]:
    """The faces of a picture's words by weight; raises Miss where words are set in more than their own."""
    weights = re.findall(r"<text [^>]*?(?:font-weight=\"(\d+)\")?>", laid.pictures.get(address, ""))
    if len(weights) != len(fonts):
        raise Miss(Reason.UNSUITED, "a picture whose words are drawn apart")
    found: dict[str, tuple[int, bytes]] = {}
    for weight, written in zip(weights, fonts, strict=True):
        named = _TF.match(written)
        font = next(one for one in laid.recorder.fonts.values() if named and one.hash.encode() == named[1])
        assert named is not None  # noqa: S101  # it chose a font
        file = laid.file_of(font)
        if file not in types.files:
            raise Miss(Reason.UNSUITED, "a font that is not a file of the pack")
        face = Face(file, named[1], float(named[2]), (), (("lang", None),))
        found[weight or "400"] = types.number(face), written + b"\n"
    return tuple((weight, *one) for weight, one in sorted(found.items()))
