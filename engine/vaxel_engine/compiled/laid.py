"""One document as WeasyPrint has laid it out and written it, sorted by the blocks of its HTML."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.reading import AFRESH, AGAIN, VOID, Block, bare, collapsed, end_of
from vaxel_engine.compiled.recording import Recorder

NUMBER = "data-vx"
"""The attribute that tells an element's number; no style sheet asks for it."""
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^<>]*)>")


@dataclass(slots=True)
class Element:
    """A start tag of the HTML."""

    number: int
    name: str
    tag: str
    begins: int
    parent: int
    before: str
    children: list[int] = field(default_factory=list[int])


@dataclass(slots=True)
class Source:
    """The collapsed HTML, its elements, and the same with each element's number in it."""

    text: str
    numbered: str
    elements: list[Element]
    starts: list[int]

    @classmethod
    def of(cls, html: str) -> "Source":
        """Raises Miss for HTML that a parser would mend."""
        text = collapsed(html)
        elements: list[Element] = []
        opened: list[int] = []
        last: dict[int, str] = {}
        earlier: dict[int, str] = {}
        written: list[str] = []
        at = 0
        for found in _TAG.finditer(text):
            closing, name, rest = found.groups()
            if closing:
                if not opened or elements[opened.pop()].name != name:
                    raise Miss(Reason.MARKUP, f"</{name}> closes nothing")
                continue
            parent = opened[-1] if opened else -1
            number = len(elements)
            tag = bare(found[0])
            if text.startswith(AGAIN, found.start() - len(AGAIN)):
                last[parent], tag = earlier[parent], tag.replace(AFRESH, "")
            earlier[parent] = last.get(parent, "")
            elements.append(Element(number, name, tag, found.start(), parent, last.get(parent, "")))
            if name == "colgroup":
                tag = text[found.start() : end_of(text, found.start(), found.end())]
            of_table = parent >= 0 and elements[parent].name == "table"
            last[parent] = last.get(parent, "") + tag if of_table else tag  # columns have a say in all that follows
            if parent >= 0:
                elements[parent].children.append(number)
            if name not in VOID and not rest.endswith("/"):
                opened.append(number)
            ends = found.start() + 1 + len(name)
            written.append(f'{text[at:ends]} {NUMBER}="{number}"')
            at = ends
        if opened:
            raise Miss(Reason.MARKUP, f"{elements[opened[-1]].tag} is not closed")
        written.append(text[at:])
        return cls(text, "".join(written), elements, [one.begins for one in elements])

    def number_at(self, place: int) -> int:
        """The element whose tag begins at or before a place."""
        return bisect_right(self.starts, place) - 1

    def named(self, name: str) -> int:
        """The first element of a name."""
        for element in self.elements:
            if element.name == name:
                return element.number
        raise Miss(Reason.MARKUP, f"there is no {name}")


Home = tuple[str, int | str] | None
"""Whose a box or an operator is: ("block", its place in the list), ("margin", its keyword), or the page's own."""


@dataclass(slots=True)
class Instance:
    """A block on one page, as it was laid out."""

    block: Block
    at: int
    page: int
    box: Any
    texts: list[Any] = field(default_factory=list[Any])
    lines: list[list[Any]] = field(default_factory=list[list[Any]])
    """For each slot its boxes of text, one a line."""
    whole: bool = True


class Laid:
    """The boxes of all pages, with their parents and whose they are."""

    def __init__(self, document: Any, recorder: Recorder, source: Source, blocks: list[Block]) -> None:
        self.document = document
        self.recorder = recorder
        self.source = source
        self.blocks = blocks
        self.pages: list[Any] = [page._page_box for page in document.pages]
        self.parents: dict[int, Any] = {}
        self.homes: dict[int, Home] = {}
        self.page_of: dict[int, int] = {}
        self.backgrounds: dict[int, Any] = {}
        self.instances: dict[tuple[int, int], Instance] = {}
        self.principals: dict[int, list[tuple[int, Any]]] = {}
        self.pictures: Mapping[str, str] = {}
        self.sorted: dict[int, Any] = {}
        self.elements: Any = None
        self.chosen_fonts: dict[int, dict[int, bytes]] = {}
        """Of each page: the operator that chose the font of each text, by its box."""
        self._files: dict[int, str] = {}
        self._numbers = {source.number_at(block.at): at for at, block in enumerate(blocks)}
        self._block_of: dict[int, int | None] = {}
        for page, box in enumerate(self.pages):
            self._walk(box, page, None, None)

    def number(self, box: Any) -> int | None:
        """The number of a box's element."""
        element = getattr(box, "element", None)
        said = None if element is None else element.get(NUMBER)
        return None if said is None else int(said)

    def file_of(self, font: Any) -> str:
        """The digest of the file that a font was made from."""
        known = self._files.get(id(font))
        if known is None:
            known = self._files[id(font)] = inside.digest_of(font)
        return known

    def block_of(self, number: int | None) -> int | None:
        """The block that an element is in, by its place in the list."""
        if number is None or number < 0:
            return None
        if number not in self._block_of:
            found = self._numbers.get(number)
            self._block_of[number] = found if found is not None else self.block_of(self.source.elements[number].parent)
        return self._block_of[number]

    def home_of(self, box: Any) -> Home:
        """Whose a box is, also a copy that was made for drawing."""
        if inside.is_a(box, "MarginBox"):
            return "margin", box.at_keyword
        known = self.homes.get(id(box))
        if known is not None:
            return known
        at = self.block_of(self.number(box))
        return None if at is None else ("block", at)

    def around(self, box: Any) -> Iterator[Any]:
        """The boxes around a box, from the inside outwards."""
        parent = self.parents.get(id(box))
        while parent is not None:
            yield parent
            parent = self.parents.get(id(parent))

    def _walk(self, box: Any, page: int, parent: Any, margin: str | None) -> None:
        if parent is not None:
            self.parents[id(box)] = parent
        self.page_of[id(box)] = page
        if inside.is_a(box, "MarginBox"):
            margin = box.at_keyword
        number = None if margin is not None else self.number(box)
        home: Home = None
        if margin is not None:
            home = "margin", margin
        elif (at := self.block_of(number)) is not None and not inside.is_a(box, "PageBox"):
            home = "block", at
        self.homes[id(box)] = home
        for name in ("background", "canvas_background"):
            if getattr(box, name, None) is not None:
                self.backgrounds[id(getattr(box, name))] = box
        if number is not None and not inside.is_a(box, "TextBox") and not inside.is_a(box, "LineBox"):
            known = self.principals.setdefault(number, [])
            if not known or known[-1][0] != page:
                known.append((page, box))
                if number in self._numbers:
                    at = self._numbers[number]
                    self.instances[at, page] = Instance(self.blocks[at], at, page, box)
        if inside.is_a(box, "TextBox") and home is not None and home[0] == "block":
            instance = self.instances.get((int(home[1]), page))
            if instance is not None and "::" not in (box.element_tag or ""):
                instance.texts.append(box)
        for child in inside.children(box):
            self._walk(child, page, box, margin)
