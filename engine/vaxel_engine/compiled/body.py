"""What files of the same pages have alike: structure, links, bookmarks, fonts, pictures; each made once for all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import add

from vaxel_engine.compiled.contents import Shown, Steps, Used
from vaxel_engine.compiled.font_tables import letters, widths
from vaxel_engine.compiled.numbers import number, references, whole, wholes
from vaxel_engine.compiled.outlines import Heading, outlines, text_string
from vaxel_engine.compiled.packing import filled, stream, written
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.program import Face, Link, Place, Program, Role, Shape
from vaxel_engine.compiled.reading import Frame
from vaxel_engine.compiled.shaping import Run, Types

_SCALE = 0.75
CATALOG, PAGES = 1, 2
"""Objects of every file's own."""
_FIRST = 3


@dataclass(slots=True)
class Page:
    """A page as it was painted."""

    operators: bytes
    placed: list[Placed]
    margins: list[Placed]
    marked: int
    width: float
    height: float


@dataclass(slots=True)
class _Opened:
    """A frame on one page: the element and the table that its blocks are in, and what stands in that element."""

    frame: Frame
    """Kept, so that it can be known by its identity."""
    number: int
    table: int
    kids: list[int]
    begun: bytes = b""
    """The element's dictionary up to what stands in it, where the frame has one of its own."""


_OUTSIDE = Frame(Place(0, Role.NOTHING, ""), None)
"""What margins' boxes are in."""


class Body:
    """The objects that a file of these pages has whatever else it is, and their numbers.

    Streams come first, then dictionaries, which go into one stream; a file's own objects come after.
    """

    def __init__(
        self, program: Program, types: Types, used: Used, pages: list[Page], steps: Callable[[Shape], Steps]
    ) -> None:
        self._program, self._types, self._used, self._pages, self._steps = program, types, used, pages, steps
        statics = len(program.objects) - 2
        self._images: dict[bytes, int] = {}
        first = _FIRST + statics
        for name in sorted(used.images):
            self._images[name] = first
            first += len(program.images[name])
        self.contents = first
        """The first page's operators; the others follow."""
        self._fonts = self.contents + len(pages)
        self.metadata = self._fonts + 2 * len(used.fonts)
        self.attached = self.metadata + 1
        self.packed = self.metadata + 2
        """The stream of dictionaries."""
        self.page = self.metadata + 3
        """The first page; the others follow, and then all other dictionaries."""
        self._dictionaries: list[bytes] = [b""] * (len(pages) + 4)
        self._streams_of_font: list[tuple[str, dict[int, str]]] = []
        self.root = self.page + len(pages)
        """Of the structure tree."""
        self._nums = self.root + 1
        self._document = self.root + 2
        self._resources = self.root + 3
        self._links: list[tuple[Link, Placed, int, int]] = []
        self._headings: list[Heading] = []
        self._links_and_pages(self._structure())
        self._font_objects_into_resources()
        self.outlines = outlines(self._headings, self._add, self._put) if self._headings else None
        """The number of the bookmarks' root; None where there are none."""
        self.count = len(self._dictionaries)
        self.end = self.page + self.count
        """The first number that is free for what a file has alone."""
        self.objects = [(number, written(number, *content)) for number, *content in self._streams()]
        """What a file has as it is, each with its number; pages' operators are not among it."""

    def static_form(self, form: bytes) -> bytes:
        """A form of what all files of the program have alike."""
        return filled(form, _FIRST)

    def _add(self, dictionary: bytes) -> int:
        """A dictionary's number."""
        self._dictionaries.append(dictionary)
        return self.page + len(self._dictionaries) - 1

    def _put(self, number: int, dictionary: bytes) -> None:
        """Say what a dictionary is whose number was taken before."""
        self._dictionaries[number - self.page] = dictionary

    def _structure(self) -> list[list[int]]:
        """The structure tree, page by page; answers with the element of each marked content."""
        nums: list[list[int]] = []
        kids: list[int] = []
        for at, page in enumerate(self._pages):
            of_page = [0] * page.marked
            opened: dict[int, _Opened] = {}
            for placed in page.placed:
                around = opened.get(id(placed.block.frame)) or self._open(placed.block.frame, at, opened, kids)
                around.kids.extend(self._elements(placed, at, around, of_page))
            for one in opened.values():
                if one.begun:
                    self._dictionaries[one.number - self.page] = b"%b%b]>>" % (one.begun, references(one.kids))
            for placed in page.margins:
                self._elements(placed, at, _Opened(_OUTSIDE, self._document, 0, []), of_page)
            nums.append(of_page)
        self._dictionaries[self._document - self.page] = b"<</Type /StructElem/S /Document/K [%b]/P %d 0 R>>" % (
            references(kids),
            self.root,
        )
        return nums

    def _open(self, frame: Frame, page: int, opened: "dict[int, _Opened]", kids: list[int]) -> "_Opened":
        """The element on this page that a frame's blocks stand in; frames without one of their own are its parent's."""
        if frame.parent is None:
            parent = _Opened(frame, self._document, 0, kids)
        else:
            parent = opened.get(id(frame.parent)) or self._open(frame.parent, page, opened, kids)
        known = opened[id(frame)] = _Opened(frame, parent.number, parent.table, parent.kids)
        if frame.place.structure:
            known.number, known.kids = self._add(b""), []
            parent.kids.append(known.number)
            known.begun = b"<</Type /StructElem/S %b/Pg %d 0 R/P %d 0 R/K [" % (
                frame.place.structure,
                self.page + page,
                parent.number,
            )
            if frame.place.structure == b"/Table":
                known.table = known.number
        return known

    def _elements(self, placed: Placed, page: int, around: "_Opened", nums: list[int]) -> list[int]:
        shape = placed.shape
        if not shape.nodes:
            return []
        steps = self._steps(shape)
        first = placed.first = self.page + len(self._dictionaries)
        known = [whole(self.page + page), whole(around.number), whole(around.table), *map(whole, placed.marks)]
        known += wholes(first, first + shape.nodes + len(shape.links))
        if shape.boxes:
            known += [number(placed.y + one) for one in shape.boxes]
        if shape.alternatives:
            known += [text_string(placed.block.words[one]) for one in shape.alternatives]
        self._dictionaries.extend((steps.structure % steps.refer(known)).split(b"\n"))
        for mark, node in zip(placed.marks, shape.marked_in, strict=True):
            nums[mark] = first + node
        for link in shape.links:
            self._links.append((link, placed, page, self._add(b"")))
        if shape.bookmarks:
            self._bookmarks(shape, placed, page)
        return [first + one for one in shape.roots]

    def _bookmarks(self, shape: Shape, placed: Placed, page: int) -> None:
        for one in shape.bookmarks:
            said = placed.block.words[one.slot]
            y = self._pages[page].height - placed.y - one.dy
            self._headings.append(Heading(one.level, said, self.page + page, one.x * _SCALE, y * _SCALE))

    def _links_and_pages(self, nums: list[list[int]]) -> None:
        annotations: list[list[int]] = [[] for _ in self._pages]
        parents = [b"%d [%b]" % (at, references(page)) for at, page in enumerate(nums)]
        for order, (link, placed, on, reference) in enumerate(self._links, start=len(self._pages)):
            height = self._pages[on].height
            corners = (
                number(link.left),
                number((height - placed.y - link.top) * _SCALE),
                number(link.right),
                number((height - placed.y - link.bottom) * _SCALE),
            )
            annotation = self._add(b"<<%b/Rect [%b]/StructParent %d>>" % (link.rest, b" ".join(corners), order))
            annotations[on].append(annotation)
            self._dictionaries[reference - self.page] = b"<</Type /OBJR/Obj %d 0 R/Pg %d 0 R>>" % (
                annotation,
                self.page + on,
            )
            parents.append(b"%d %d 0 R" % (order, placed.first + link.node))
        self._dictionaries[self._nums - self.page] = b"<</Nums [%b]>>" % b" ".join(parents)
        self._dictionaries[self.root - self.page] = b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (
            self._nums,
            self._document,
        )
        for at, page in enumerate(self._pages):
            box = b"[0 0 %b %b]" % (number(page.width * _SCALE), number(page.height * _SCALE))
            linked = references(annotations[at])
            self._dictionaries[at] = (
                b"<</Type /Page/Parent 2 0 R/MediaBox %b/TrimBox %b/BleedBox %b/Contents %d 0 R/Resources %d 0 R"
                b"/Tabs /S/StructParents %d%b>>"
            ) % (
                *(box, box, box),
                self.contents + at,
                self._resources,
                at,
                b"/Annots [%b]" % linked if linked else b"",
            )

    def _font_objects_into_resources(self) -> None:
        names: list[bytes] = []
        for at, (name, (face, shown)) in enumerate(self._used.fonts.items()):
            read = self._read_in(face, shown)
            known = self._program.fonts[name]
            design = self._types.widths(face.file)
            used = {glyph: design[min(glyph, len(design) - 1)] for glyph in read}
            fixed = len(used) > 1 and len(set(used.values())) == 1
            descriptor = self._add(
                b"<</Type /FontDescriptor/FontName %b/FontFamily %b/Flags %d/FontBBox [0 %d %d %d]/ItalicAngle 0"
                b"/Ascent %d/Descent %d/CapHeight %d/StemV 80/StemH 80/FontFile2 %d 0 R>>"
                % (
                    *(known.base, text_string(known.family), known.flags + fixed),
                    *(known.descent, max(used.values()), known.ascent, known.ascent, known.descent, known.ascent),
                    self._fonts + 2 * at,
                )
            )
            inner = self._add(
                b"<</Type /Font/Subtype /CIDFontType2/BaseFont %b/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)"
                b"/Supplement 0>>/CIDToGIDMap /Identity/W [%b]/FontDescriptor %d 0 R>>"
                % (known.base, widths(used), descriptor)
            )
            font = self._add(
                b"<</Type /Font/Subtype /Type0/BaseFont %b/ToUnicode %d 0 R/Encoding /Identity-H"
                b"/DescendantFonts [%d 0 R]>>" % (known.base, self._fonts + 2 * at + 1, inner)
            )
            names.append(b"/%b %d 0 R" % (name, font))
            self._streams_of_font.append((face.file, read))
        states = b"".join(
            b"/%b <</%b %b>>" % (one[1:-3], b"CA" if one[1:2] == b"A" else b"ca", number(float(one[2:-3])))
            for one in sorted(self._used.states)
        )
        images = b"".join(b"/%b %d 0 R" % one for one in self._images.items())
        spaces = self.static_form(self._program.objects[0])
        self._dictionaries[self._resources - self.page] = (
            b"<</ExtGState <<%b>>/XObject <<%b>>/Pattern <<>>/Shading <<>>/ColorSpace %b/Font <<%b>>>>"
            % (states, images, spaces, b"".join(names))
        )

    def _read_in(self, face: Face, shown: list[Shown]) -> dict[int, str]:
        """The glyphs in use, in the order of their numbers, and what each reads as: what it is drawn for first."""
        once = dict(zip(map(id, shown), shown, strict=True)).values()
        glyphs = set[int]().union(*[one.glyphs if isinstance(one, Run) else one for one in once])
        known = self._types.letters(face.file)
        if known.several.isdisjoint(glyphs):
            return {glyph: known.read[glyph] for glyph in sorted(glyphs)}
        read: dict[int, str] = {}
        for one in reversed(once):
            read.update(one.letters if isinstance(one, Run) else one)
        return dict(sorted(read.items()))

    def _streams(self) -> Iterator[tuple[int, *tuple[bytes, ...]]]:
        for at, form in enumerate(self._program.objects[2:]):
            yield _FIRST + at, self.static_form(form)
        for name, first in self._images.items():
            for at, form in enumerate(self._program.images[name]):
                yield first + at, filled(form, first)
        for at, (file, read) in enumerate(self._streams_of_font):
            content = self._types.cut_down(file, frozenset(read))
            yield self._fonts + 2 * at, *stream(b"/Length1 %d" % len(content), content)
            yield self._fonts + 2 * at + 1, *stream(b"", letters(read))
        index = [0] * (2 * self.count)
        index[0::2] = range(self.page, self.page + self.count)
        lengths = accumulate(map(len, self._dictionaries[:-1]), initial=0)
        index[1::2] = map(add, lengths, range(self.count))  # one more for the end of each line
        head = b"%d %d " * self.count % tuple(index)
        body = head + b"\n".join(self._dictionaries)
        yield self.packed, *stream(b"/Type /ObjStm/N %d/First %d" % (self.count, len(head)), body)
