"""A block's part of the structure tree as forms to be filled: what each page's marks, parents and tables are called."""

import re
from dataclasses import dataclass
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.laid import Home, Instance, Laid
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Link

as_bytes = inside.as_bytes
PAGE, PARENT, TABLE, FIRST = 0, 1, 2, 3
"""Places in the list that a form is filled from; the marks begin at FIRST, then elements, links, heights, words."""
_REFERENCE = re.compile(rb"(\d+) 0 R")
_CELL = re.compile(r"(\d+)-(\d+)-(\d+)")


@dataclass(slots=True)
class Part:
    """The elements of one block."""

    form: bytes = b""
    references: tuple[int, ...] = ()
    nodes: int = 0
    roots: tuple[int, ...] = ()
    marked_in: tuple[int, ...] = ()
    boxes: tuple[float, ...] = ()
    alternatives: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()


class _Elements:
    """All elements of a file by whose they are, found once."""

    def __init__(self, laid: Laid) -> None:
        self.objects: list[Any] = laid.recorder.pdf.objects
        self.pages = {bytes(one): at for at, one in enumerate(laid.recorder.pdf.page_references)}
        self.box_of = {element.number: box for box, element in laid.recorder.elements}
        self.home: dict[int, tuple[Home, int]] = {}
        dictionaries: list[Any] = [one for one in self.objects if isinstance(one, dict)]
        elements = [one for one in dictionaries if one.get("Type") == "/StructElem"]
        for element in elements:
            number: int = element.number
            self.home[number] = self._home(laid, element), self.pages.get(bytes(element.get("Pg", b"")), -1)
        self.by_home: dict[tuple[Home, int], list[Any]] = {}
        for element in elements:
            self.by_home.setdefault(self.home[element.number], []).append(element)

    def _home(self, laid: Laid, element: Any) -> Home:
        if element["S"] == "/Document":
            return None
        box = self.box_of.get(element.number)
        if box is not None:
            return laid.home_of(box)
        for kid in element["K"]:
            number = _number(kid)
            if number is not None and number in self.box_of:
                return laid.home_of(self.box_of[number])
        parent = _number(element["P"])
        if parent is None or parent not in self.home:
            return self._home(laid, self.objects[parent]) if parent is not None else None
        return self.home[parent][0]


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return None
    found = _REFERENCE.match(bytes(value))
    return None if found is None else int(found[1])


def elements_of(laid: Laid) -> _Elements:
    """The file's elements, sorted once."""
    if laid.elements is None:
        laid.elements = _Elements(laid)
    found: _Elements = laid.elements
    return found


def structure_of(laid: Laid, page: int, home: Home, marks: list[int], top: float, instance: Instance | None) -> Part:
    """The part of the tree that belongs to `home` on `page`; raises Miss for what is not modelled."""
    known = elements_of(laid)
    own = known.by_home.get((home, page), [])
    builder = _Builder(known, own, marks, top, laid, page, instance)
    forms = [builder.form(element) for element in own]
    first = FIRST + len(marks)
    moved = {"node": first, "link": first + len(own), "box": first + len(own) + len(builder.links)}
    moved["word"] = moved["box"] + len(builder.boxes)
    references = tuple(at if kind == "fixed" else moved[kind] + at for kind, at in builder.references)
    roots = tuple(at for at, element in enumerate(own) if _number(element["P"]) not in builder.places)
    return Part(
        b"\n".join(forms),
        references,
        len(own),
        roots,
        tuple(builder.marked_in.get(at, 0) for at in range(len(marks))),
        tuple(builder.boxes),
        tuple(builder.words),
        tuple(builder.links),
    )


class _Builder:
    def __init__(
        self,
        known: _Elements,
        own: list[Any],
        marks: list[int],
        top: float,
        laid: Laid,
        page: int,
        instance: Instance | None,
    ) -> None:
        self._known, self._laid, self._top, self._page, self._instance = known, laid, top, page, instance
        self.places = {element.number: at for at, element in enumerate(own)}
        stream = laid.recorder.streams[page]
        self._marks = {at: marks.index(id(box)) for at, (box, _) in enumerate(stream.marks) if id(box) in set(marks)}
        self.references: list[tuple[str, int]] = []
        self.marked_in: dict[int, int] = {}
        self.boxes: list[float] = []
        self.words: list[int] = []
        self.links: list[Link] = []

    def form(self, element: Any) -> bytes:
        at = self.places[element.number]
        kids = [self._kid(kid, at) for kid in element["K"]]
        written = b"<</Type /StructElem/S %b/K [%b]/Pg %%d 0 R/P %%d 0 R" % (element["S"].encode(), b" ".join(kids))
        self.references.append(("fixed", PAGE))
        parent = _number(element["P"])
        self.references.append(("node", self.places[parent]) if parent in self.places else ("fixed", PARENT))
        if "A" in element:
            written += self._attributes(element)
        if "Alt" in element:
            written += b"/Alt %b"
            self.references.append(("word", len(self.words)))
            self.words.append(self._alternative(element))
        if "ID" in element:
            written += b"/ID " + self._cell(element["ID"].string)
        extra = set(element) - {"Type", "S", "K", "Pg", "P", "A", "Alt", "ID"}
        if extra:
            raise Miss(Reason.UNSUITED, f"an element with {sorted(extra)}")
        return written + b">>"

    def _kid(self, kid: Any, at: int) -> bytes:
        if isinstance(kid, int):
            if kid not in self._marks:
                raise Miss(Reason.UNSUITED, "marked content of another block")
            self.marked_in[self._marks[kid]] = at
            self.references.append(("fixed", FIRST + self._marks[kid]))
            return b"%d"
        number = _number(kid)
        assert number is not None  # noqa: S101  # a kid is a mark or an object
        if number in self.places:
            self.references.append(("node", self.places[number]))
            return b"%d 0 R"
        target = self._known.objects[number]
        if target.get("Type") != "/OBJR":
            raise Miss(Reason.UNSUITED, "an element of another block")
        self.references.append(("link", len(self.links)))
        self.links.append(self._link(target, at))
        return b"%d 0 R"

    def _link(self, reference: Any, at: int) -> Link:
        number = _number(reference["Obj"])
        assert number is not None  # noqa: S101  # an object
        annotation = self._known.objects[number]
        if annotation.get("Subtype") != "/Link" or "A" not in annotation:
            raise Miss(Reason.UNSUITED, "a field or a link within the document")
        rest = b"".join(
            b"/%b %b" % (name.encode(), as_bytes(value))
            for name, value in annotation.items()
            if name not in ("Rect", "StructParent")
        )
        left, top, right, bottom = (float(one) for one in annotation["Rect"])
        height = float(self._laid.pages[self._page].margin_height())
        return Link(at, left, _down(top, height) - self._top, right, _down(bottom, height) - self._top, rest)

    def _attributes(self, element: Any) -> bytes:
        attributes = element["A"]
        if "BBox" in attributes:
            left, top, right, bottom = (float(one) for one in attributes["BBox"])
            written = b"/A <</O /Layout/BBox [%b %%b %b %%b]>>" % (as_bytes(left), as_bytes(right))
            for height in (top, bottom):
                self.references.append(("box", len(self.boxes)))
                self.boxes.append(height - self._top)
            return written
        written = b""
        for name, value in attributes.items():
            if name == "Headers":
                written += b"/Headers [" + b" ".join(self._cell(one.string) for one in value) + b"]"
            else:
                written += b"/%b %b" % (name.encode(), as_bytes(value).replace(b"%", b"%%"))
        return b"/A <<" + written + b">>"

    def _cell(self, identifier: str) -> bytes:
        found = _CELL.fullmatch(identifier)
        if found is None:
            raise Miss(Reason.UNSUITED, f"a cell called {identifier}")
        table = int(found[1])
        if table in self.places:
            self.references.append(("node", self.places[table]))
        elif int(found[2]) == 0:
            self.references.append(("fixed", TABLE))
        else:
            raise Miss(Reason.UNSUITED, "a row with a heading of its own in a table that may be divided")
        return b"(%%d-%b-%b)" % (found[2].encode(), found[3].encode())

    def _alternative(self, element: Any) -> int:
        box = self._known.box_of[element.number]
        if self._instance is None or box is None:
            raise Miss(Reason.UNSUITED, "a picture in the page's margin")
        said, markup = box.element.get("alt"), self._instance.block.markup
        slots = [at for at, one in enumerate(markup.split("\x00")[:-1]) if one.endswith(' alt="')]
        number = self._laid.number(box)
        before = self._laid.source.number_at(self._instance.block.at)
        order = [
            one.number
            for one in self._laid.source.elements[before : before + markup.count("<")]
            if ' alt="' in one.tag and one.begins < self._instance.block.at + 10**9
        ]
        slot = slots[order.index(number)] if number in order and order.index(number) < len(slots) else None
        if slot is None or self._instance.block.words[slot] != said:
            raise Miss(Reason.UNSUITED, "a picture without words of its own")
        return slot


def _down(y: float, height: float) -> float:
    """A height in points from the page's foot as pixels from its head."""
    return height - y / 0.75
