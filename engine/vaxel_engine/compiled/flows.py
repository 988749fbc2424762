"""Paragraphs in any tags and any number of lines: their lines set by WeasyPrint's own inline layout, and nothing else.

Which words stand beside which, where a line breaks between a word and a tag, what is drawn under a link: all of this
depends on every word of the paragraph, so that no captured shape comes again. What comes again is how words look within
each tag. So a paragraph is made of boxes that know just this, its lines are set by the function that the reference path
sets them with, and its shape is put together from them.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import inf
from types import SimpleNamespace
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.numbers import number
from vaxel_engine.compiled.outlines import text_string
from vaxel_engine.compiled.program import Begin, Bookmark, Flow, Item, Line, Link, Program, Raw, Shape, Style, Want, Way
from vaxel_engine.compiled.reading import Block, name_of
from vaxel_engine.compiled.shaping import Run, Types
from vaxel_engine.compiled.structures import FIRST, PAGE, PARENT

_TOKEN = re.compile(r"<[^>]*>|(?:\x01 )?\x00|[^<\x00\x01]+")
_HREF = re.compile(r' href="([^"]*)"')
_ITEM = re.compile(r"<li[^>]*> ?(<p[^>]*>)(.*)</p> ?</li>")
_BLOCK = re.compile(r"</?(?:p|ul|ol|li|table|blockquote|pre|h\d|div)[ >]")
_SCALE = 0.75
_ALONE = SimpleNamespace(excluded_shapes=[], dictionaries={})
"""All that setting lines asks of the page around: no floats."""
LENGTH, SET = "\0length", "\0set"


class BoxStyle(dict[str, Any]):
    """A style with what setting lines asks for."""

    font_config: Any

    @property
    def anonymous_style(self) -> "BoxStyle":
        """That of a box without an element within."""
        return self


@dataclass(slots=True)
class _Node:
    """An element of the structure tree; its kids are elements, marks and links."""

    tag: bytes
    kids: list["_Node | int | Link"] = field(default_factory=list["_Node | int | Link"])


@dataclass(frozen=True, slots=True)
class Set:
    """A paragraph as it was set: the block, its shape, its words line by line."""

    block: Block
    shape: Shape
    lines: list[tuple[Run, ...]]
    feet: tuple[float, ...]
    """How far down from its top each line of the paragraph reaches."""


def set_by(flow: Flow, types: Types, block: Block, begin: int = 0, end: int | None = None) -> Set:
    """`block` set by its flow, or its lines from `begin` to `end`; raises Miss for a tag that was not seen in it."""
    return _Setting(flow, types, block).done(begin, end)


def parted(markup: str) -> tuple[str, str]:
    """The tag within a block that alone holds its words, if any, and what is in it or in the block."""
    found = _ITEM.fullmatch(markup)
    if found is not None and not _BLOCK.search(found[2]):
        return found[1], found[2]
    return "", markup[markup.index(">") + 1 : max(0, markup.rfind("</"))]  # a picture has nothing in it


def flow_of(program: Program, block: Block) -> int:
    """The number of the flow that sets a block's words; -1 for none."""
    flows = block.place.flows
    if not flows:
        return -1
    within = parted(block.markup)[0]
    known = flows.get(within)
    return program.inner_flows.get((flows.get("", -1), within), -1) if known is None else known


def without_address(tag: str) -> str:
    """A tag by which it is known: a link without where it leads, but with its scheme, which a selector may see."""
    return _HREF.sub(lambda found: f' href="{found[1].partition(":")[0]}:"', tag)


def style_of(kept: Style, types: Types) -> BoxStyle:
    """A style as WeasyPrint asks it: what is not kept is as the standard begins with."""
    known = BoxStyle(_INITIAL)
    known.update((key, restored(value)) for key, value in kept)
    known.font_config = types.configuration
    return known


def restored(value: Any) -> Any:
    """A kept value as WeasyPrint knows it."""
    if isinstance(value, tuple):
        kind, *rest = value or ("",)  # pyright: ignore[reportUnknownVariableType]
        if kind == LENGTH:
            return inside.properties.Dimension(*rest)
        if kind == SET:
            return set(rest)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return tuple(restored(one) for one in value)  # pyright: ignore[reportUnknownVariableType]
    return value


_INITIAL: dict[str, Any] = {
    **inside.properties.INITIAL_VALUES,
    **{f"border_{side}_width": 0 for side in ("top", "right", "bottom", "left")},
}


class _Setting:
    def __init__(self, flow: Flow, types: Types, block: Block) -> None:
        self._flow, self._types, self._block = flow, types, block
        self._tokens: list[str] = _TOKEN.findall(parted(block.markup)[1])
        self._styles: dict[Style, BoxStyle] = {}
        self._hrefs: list[str] = []
        self._items: list[Item] = []
        self._runs: list[tuple[Run, ...]] = []
        self._marks = 0
        self._top = -flow.above

    def done(self, begin: int, end: int | None) -> Set:
        flow, block = self._flow, self._block
        content = _Node(flow.element)
        lines = list(self._lines())[begin:end]
        if begin:
            self._top = float(lines[0].position_y) - flow.above
        for line in lines:
            self._walk(line, content, (), "")
        feet = tuple(float(line.position_y + line.height) - self._top for line in lines)
        bottom = (feet[-1] if feet else flow.above) - flow.above
        height = flow.above + bottom + flow.below
        positioned: tuple[Item, ...] = ()
        root = content
        if flow.marker:
            positioned = self._marker()
            label = _Node(b"/Lbl", [_Node(b"/Span", [self._marks])])
            root = _Node(b"/LI", [label, content])
            self._marks += 1
        part = _part(root, self._marks)
        bookmarks: tuple[Bookmark, ...] = ()
        if flow.level:
            title = re.sub(" +", " ", "".join(self._texts())).strip(" ")
            block = replace(block, words=[title])
            bookmarks = (Bookmark(flow.level, 0, *flow.place),)
        shape = Shape(
            height=height,
            reach=height,
            slack=flow.slack,
            back=(),
            borders=(),
            text=tuple(self._items),
            positioned=positioned,
            structure=part.form,
            references=part.references,
            nodes=part.nodes,
            roots=(0,),
            marked_in=part.marked_in,
            boxes=(),
            alternatives=(),
            links=part.links,
            bookmarks=bookmarks,
            sets=(),
            fixed=None,
        )
        return Set(block, shape, self._runs, feet)

    def _texts(self) -> Iterator[str]:
        """The words in their order, tags left out; a new line is a space."""
        slots = iter(self._block.words)
        for token in self._tokens:
            if token[0] == "<":
                for _ in range(token.count("\x00")):
                    next(slots)
                yield " " if name_of(token, 1) == "br" else ""
            elif token[-1] == "\x00":
                yield next(slots) + (" " if token[0] == "\x01" else "")
            else:
                yield token

    # From markup to lines.

    def _lines(self) -> Iterator[Any]:
        flow = self._flow
        paragraph = inside.boxes.BlockBox("p", self._style(flow.style), None, self._boxes())
        paragraph.process_whitespace()
        paragraph = inside.build.inline_in_block(paragraph)
        for side in ("top", "right", "bottom", "left"):
            for edge in (f"margin_{side}", f"padding_{side}", f"border_{side}_width"):
                setattr(paragraph, edge, 0)
        paragraph.position_x, paragraph.position_y = flow.left, 0
        paragraph.width, paragraph.height = flow.width, "auto"
        for line in paragraph.children:
            set_lines = inside.inline.iter_line_boxes(_ALONE, line, 0, -inf, None, paragraph, [], [], None, None)
            for done, _ in set_lines:
                yield done

    def _style(self, kept: Style) -> BoxStyle:
        if kept not in self._styles:
            self._styles[kept] = style_of(kept, self._types)
        return self._styles[kept]

    def _boxes(self) -> list[Any]:
        """The boxes in the paragraph, by its markup."""
        slots = iter(self._block.words)
        opened: list[tuple[Way, str, list[Any]]] = [((), "", [])]
        said = ""
        for token in self._tokens:
            if token[0] != "<":
                if token[-1] == "\x00":
                    said += next(slots) + (" " if token[0] == "\x01" else "")
                else:
                    said += html.unescape(token)
                continue
            way, href, kids = opened[-1]
            if said:
                kids.append(self._text(way, said))
                said = ""
            if token[1] == "/":
                opened.pop()
                opened[-1][2].append(self._inline(way, href, kids))
                continue
            if "\x00" in token:
                raise Miss(Reason.SHAPE, f"{self._block.place.name}: {token} in it")
            within = (*way, without_address(token))
            found = _HREF.search(token)
            address = html.unescape(found[1]) if found is not None else href
            if name_of(token, 1) == "br":
                before = self._inline((*within, "::before"), address, [self._text((*within, "::before"), "\n")])
                kids.append(self._inline(within, address, [before]))
            else:
                opened.append((within, address, []))
        (_, _, kids) = opened[-1]
        return [*kids, self._text((), said)] if said else kids

    def _text(self, way: Way, said: str) -> Any:
        known = self._flow.around[way].style if way[-1:] == ("::before",) and way in self._flow.around else None
        if known is None:
            words = self._flow.words.get(way)
            if words is None:
                raise self._unseen(way)
            known = words.style
        box = inside.boxes.TextBox("p", self._style(known), None, said)
        box.way = way
        return box

    def _inline(self, way: Way, href: str, kids: list[Any]) -> Any:
        known = self._flow.around.get(way)
        if known is None:
            raise self._unseen(way)
        box = inside.boxes.InlineBox("span", self._style(known.style), None, kids)
        box.way, box.href = way, href
        return box

    def _unseen(self, way: Way) -> Miss:
        return Miss(Reason.SHAPE, f"{self._block.place.name}: {''.join(way) or 'words'} in it")

    # From lines to what is drawn, and to its elements.

    def _walk(self, box: Any, into: _Node, way: Way, href: str) -> None:
        for child in box.children:
            if inside.is_a(child, "TextBox"):
                if into.tag == b"/Link":
                    into.kids.append(self._marks)
                else:
                    into.kids.append(_Node(b"/Span", [self._marks]))
                self._draw(child)
                self._marks += 1
                continue
            known = self._flow.around[child.way]
            node = _Node(known.element)
            into.kids.append(node)
            if child.href:
                node.kids.append(self._link(child))
            self._walk(child, node, child.way, child.href)

    def _draw(self, box: Any) -> None:
        words = self._flow.words.get(box.way)
        if words is None:
            raise self._unseen(box.way)
        dy = float(box.position_y + box.baseline) - self._top
        x = float(box.position_x)
        if not box.text.strip(" "):
            self._items += [Begin(self._marks, b"Span"), Want(0, words.opacity), Want(1, words.colour)]
            self._items.append(Raw(b"BT\nET\nEMC\n", (), (), ()))
            return
        mark = self._marks
        if words.before:
            self._items.append(Begin(mark, b"Span"))
            ends = number(x), number(x + float(box.width))
            self._items.extend(_moved(one, ends, dy) for one in words.before)
            mark = -1
        run = self._types.run(words.face, box.pango_layout.text)
        self._items.append(Line(mark, len(self._runs), 0, words.face, "left", x, dy, words.opacity, words.colour))
        self._runs.append((run,))

    def _marker(self) -> tuple[Item, ...]:
        said = f"{self._block.ordinal}. "
        made: list[Item] = []
        for one in self._flow.marker:
            match one:
                case Line():
                    made.append(replace(one, mark=self._marks if one.mark >= 0 else -1, words=one.words or said))
                case Begin():
                    made.append(replace(one, mark=self._marks))
                case _:
                    made.append(one)
        return tuple(made)

    def _link(self, box: Any) -> Link:
        if not inside.urls.url_is_absolute(box.href) or not self._flow.link:
            raise Miss(Reason.SHAPE, f"{self._block.place.name}: a link to {box.href}")
        x, y, width, height = (float(one) for one in box.hit_area())
        address = text_string(inside.urls.iri_to_uri(box.href.strip()))
        top = y - self._top
        rest = self._flow.link.replace(b"\x01", address)
        return Link(0, x * _SCALE, top, (x + width) * _SCALE, top + height, rest)


def _moved(item: Item, ends: tuple[bytes, bytes], dy: float) -> Item:
    if not isinstance(item, Raw):
        return item
    form = item.form.replace(b"\x01", ends[0]).replace(b"\x02", ends[1])
    return replace(item, form=form, dys=tuple(one + dy for one in item.dys))


@dataclass(slots=True)
class _Part:
    form: bytes
    references: tuple[int, ...]
    nodes: int
    marked_in: tuple[int, ...]
    links: tuple[Link, ...]


def _part(root: _Node, marks: int) -> _Part:
    """The forms of elements, as `structures.py` makes them of captured ones."""
    nodes: list[tuple[_Node, int]] = []

    def number_them(node: _Node, parent: int) -> None:
        at = len(nodes)
        nodes.append((node, parent))
        for kid in node.kids:
            if isinstance(kid, _Node):
                number_them(kid, at)

    number_them(root, -1)
    place = {id(node): at for at, (node, _) in enumerate(nodes)}
    first = FIRST + marks
    forms: list[bytes] = []
    references: list[int] = []
    marked_in = [0] * marks
    links: list[Link] = []
    for at, (node, parent) in enumerate(nodes):
        kids: list[bytes] = []
        for kid in node.kids:
            match kid:
                case int():
                    marked_in[kid] = at
                    references.append(FIRST + kid)
                    kids.append(b"%d")
                case Link():
                    references.append(first + len(nodes) + len(links))
                    links.append(replace(kid, node=at))
                    kids.append(b"%d 0 R")
                case _:
                    references.append(first + place[id(kid)])
                    kids.append(b"%d 0 R")
        forms.append(b"<</Type /StructElem/S %b/K [%b]/Pg %%d 0 R/P %%d 0 R>>" % (node.tag, b" ".join(kids)))
        references += [PAGE, first + parent if parent >= 0 else PARENT]
    return _Part(b"\n".join(forms), tuple(references), len(nodes), tuple(marked_in), tuple(links))
