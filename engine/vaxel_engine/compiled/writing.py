"""A whole file: pages, structure, links, bookmarks, fonts, metadata and what is attached, as tagged PDF/A-3a."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import md5
from itertools import accumulate
from operator import add

from vaxel_engine.compiled.contents import Shown, Steps, Used
from vaxel_engine.compiled.font_tables import letters, widths
from vaxel_engine.compiled.numbers import number, references, whole, wholes
from vaxel_engine.compiled.outlines import Heading, outlines, text_string
from vaxel_engine.compiled.packing import counted, filled, stream
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.program import AUTHOR, TITLE, Face, Link, Place, Program, Role, Shape
from vaxel_engine.compiled.reading import Frame
from vaxel_engine.compiled.shaping import Run, Types

_SCALE = 0.75


@dataclass(slots=True)
class Attached:
    """The file that travels in a PDF: its bytes, its name, what it is described as, and its date."""

    content: bytes
    name: str
    description: str
    date: str


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


class File:
    """The objects of one file, and their numbers: streams first, then dictionaries, which go into one stream."""

    def __init__(
        self, program: Program, types: Types, used: Used, pages: list[Page], steps: Callable[[Shape], Steps]
    ) -> None:
        self._program, self._types, self._used, self._pages, self._steps = program, types, used, pages, steps
        statics = len(program.objects) - 2
        self._static = 3
        self._images: dict[bytes, int] = {}
        first = self._static + statics
        for name in sorted(used.images):
            self._images[name] = first
            first += len(program.images[name])
        self._contents = first
        self._fonts = self._contents + len(pages)
        self._files = self._fonts + 2 * len(used.fonts)
        self._page = self._files + 3  # metadata, an attached file, the stream of objects
        self._dictionaries: list[bytes] = [b""] * (len(pages) + 4)
        self._streams_of_font: list[tuple[str, dict[int, str]]] = []
        self._root = self._page + len(pages)
        self._nums = self._root + 1
        self._document = self._root + 2
        self._resources = self._root + 3
        self._links: list[tuple[Link, Placed, int, int]] = []
        self._headings: list[Heading] = []
        self._back: list[int] = []

    def add(self, dictionary: bytes) -> int:
        """A dictionary's number."""
        self._dictionaries.append(dictionary)
        return self._page + len(self._dictionaries) - 1

    def put(self, number: int, dictionary: bytes) -> None:
        """Say what a dictionary is whose number was taken before."""
        self._dictionaries[number - self._page] = dictionary

    def written(
        self,
        title: str,
        author: str,
        language: str,
        identifier: bytes,
        xmp: Callable[[bytes], bytes],
        attached: Attached | None,
        back: tuple[float, float] | None = None,
    ) -> bytes:
        """The file's bytes; `back` is how wide and high an empty page at its end is, in points."""
        if back is not None:
            form = b"<</Type /Page/Parent 2 0 R/MediaBox [0 0 %b %b]/Resources <<>>>>"
            self._back = [self.add(form % (number(back[0]), number(back[1])))]
        nums = self._structure()
        self._links_and_pages(nums)
        self._font_objects_into_resources()
        catalog = self._catalog(language, attached)
        metadata = self._program.metadata.replace(TITLE, _escaped(title)).replace(AUTHOR, _escaped(author))
        info = self.add(
            b"<</Producer %b/Title %b/Author %b>>"
            % (text_string(self._program.producer), text_string(title), text_string(author))
        )
        return self._packed(catalog, xmp(metadata), attached, info, identifier)

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
                    self._dictionaries[one.number - self._page] = b"%b%b]>>" % (one.begun, references(one.kids))
            for placed in page.margins:
                self._elements(placed, at, _Opened(_OUTSIDE, self._document, 0, []), of_page)
            nums.append(of_page)
        self._dictionaries[self._document - self._page] = b"<</Type /StructElem/S /Document/K [%b]/P %d 0 R>>" % (
            references(kids),
            self._root,
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
            known.number, known.kids = self.add(b""), []
            parent.kids.append(known.number)
            known.begun = b"<</Type /StructElem/S %b/Pg %d 0 R/P %d 0 R/K [" % (
                frame.place.structure,
                self._page + page,
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
        first = placed.first = self._page + len(self._dictionaries)
        known = [whole(self._page + page), whole(around.number), whole(around.table), *map(whole, placed.marks)]
        known += wholes(first, first + shape.nodes + len(shape.links))
        if shape.boxes:
            known += [number(placed.y + one) for one in shape.boxes]
        if shape.alternatives:
            known += [text_string(placed.block.words[one]) for one in shape.alternatives]
        self._dictionaries.extend((steps.structure % steps.refer(known)).split(b"\n"))
        for mark, node in zip(placed.marks, shape.marked_in, strict=True):
            nums[mark] = first + node
        for link in shape.links:
            self._links.append((link, placed, page, self.add(b"")))
        if shape.bookmarks:
            self._bookmarks(shape, placed, page)
        return [first + one for one in shape.roots]

    def _bookmarks(self, shape: Shape, placed: Placed, page: int) -> None:
        for one in shape.bookmarks:
            said = placed.block.words[one.slot]
            y = self._pages[page].height - placed.y - one.dy
            self._headings.append(Heading(one.level, said, self._page + page, one.x * _SCALE, y * _SCALE))

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
            annotation = self.add(b"<<%b/Rect [%b]/StructParent %d>>" % (link.rest, b" ".join(corners), order))
            annotations[on].append(annotation)
            self._dictionaries[reference - self._page] = b"<</Type /OBJR/Obj %d 0 R/Pg %d 0 R>>" % (
                annotation,
                self._page + on,
            )
            parents.append(b"%d %d 0 R" % (order, placed.first + link.node))
        self._dictionaries[self._nums - self._page] = b"<</Nums [%b]>>" % b" ".join(parents)
        self._dictionaries[self._root - self._page] = b"<</Type /StructTreeRoot/ParentTree %d 0 R/K [%d 0 R]>>" % (
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
                self._contents + at,
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
            descriptor = self.add(
                b"<</Type /FontDescriptor/FontName %b/FontFamily %b/Flags %d/FontBBox [0 %d %d %d]/ItalicAngle 0"
                b"/Ascent %d/Descent %d/CapHeight %d/StemV 80/StemH 80/FontFile2 %d 0 R>>"
                % (
                    *(known.base, text_string(known.family), known.flags + fixed),
                    *(known.descent, max(used.values()), known.ascent, known.ascent, known.descent, known.ascent),
                    self._fonts + 2 * at,
                )
            )
            inner = self.add(
                b"<</Type /Font/Subtype /CIDFontType2/BaseFont %b/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)"
                b"/Supplement 0>>/CIDToGIDMap /Identity/W [%b]/FontDescriptor %d 0 R>>"
                % (known.base, widths(used), descriptor)
            )
            font = self.add(
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
        spaces = self._static_form(self._program.objects[0])
        self._dictionaries[self._resources - self._page] = (
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

    def _static_form(self, form: bytes) -> bytes:
        return filled(form, self._static)

    def _catalog(self, language: str, attached: Attached | None) -> bytes:
        more = b""
        if self._headings:
            more += b"/Outlines %d 0 R" % outlines(self._headings, self.add, self.put)
        if attached is not None:
            name, told = text_string(attached.name), text_string(attached.description)
            reference = b"%d 0 R" % (self._files + 1)
            one = self.add(
                b"<</Type /Filespec/F %b/UF %b/Desc %b/AFRelationship /Alternative/EF <</F %b/UF %b>>>>"
                % (name, name, told, reference, reference)
            )
            more += b"/Names <</EmbeddedFiles <</Names [%b %d 0 R]>>>>/AF [%d 0 R]" % (name, one, one)
        return (
            b"<</Type /Catalog/Pages 2 0 R/Lang %b/StructTreeRoot %d 0 R/ViewerPreferences <</DisplayDocTitle true>>"
            b"/MarkInfo <</Marked true>>/OutputIntents %b/Metadata %d 0 R%b>>"
        ) % (
            text_string(language),
            self._root,
            self._static_form(self._program.objects[1]),
            self._files,
            more,
        )

    def _packed(self, catalog: bytes, xmp: bytes, attached: Attached | None, info: int, identifier: bytes) -> bytes:
        out: list[bytes] = [b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"]
        size = len(out[0])
        offsets: dict[int, int] = {}

        def put(number: int, *content: bytes) -> None:
            nonlocal size
            offsets[number] = size
            written = (b"%d 0 obj\n" % number, *content, b"\nendobj\n")
            out.extend(written)
            size += sum(map(len, written))

        put(1, catalog)
        leaves = [*range(self._page, self._page + len(self._pages)), *self._back]
        kids = b" ".join(b"%d 0 R" % one for one in leaves)
        put(2, b"<</Type /Pages/Kids [%b]/Count %d>>" % (kids, len(leaves)))
        for at, form in enumerate(self._program.objects[2:]):
            put(self._static + at, self._static_form(form))
        for name, first in self._images.items():
            for at, form in enumerate(self._program.images[name]):
                put(first + at, filled(form, first))
        for at, page in enumerate(self._pages):
            put(self._contents + at, *stream(b"", page.operators))
        for at, (file, read) in enumerate(self._streams_of_font):
            content = self._types.cut_down(file, frozenset(read))
            put(self._fonts + 2 * at, *stream(b"/Length1 %d" % len(content), content))
            put(self._fonts + 2 * at + 1, *stream(b"", letters(read)))
        put(self._files, *stream(b"/Type /Metadata/Subtype /XML", xmp))
        if attached is not None:
            date = text_string(attached.date)
            form = b"/Type /EmbeddedFile/Subtype %b/Params <</CheckSum <%b>/Size %d/CreationDate %b/ModDate %b>>"
            told = form % (
                b"/text#2fxml",
                md5(attached.content, usedforsecurity=False).hexdigest().encode(),
                *(len(attached.content), date, date),
            )
            put(self._files + 1, *stream(told, attached.content))
        count = len(self._dictionaries)
        index = [0] * (2 * count)
        index[0::2] = range(self._page, self._page + count)
        lengths = accumulate(map(len, self._dictionaries[:-1]), initial=0)
        index[1::2] = map(add, lengths, range(count))  # one more for the end of each line
        head = b"%d %d " * count % tuple(index)
        self._dictionaries[0] = head + self._dictionaries[0]
        body = b"\n".join(self._dictionaries)
        put(self._files + 2, *stream(b"/Type /ObjStm/N %d/First %d" % (count, len(head)), body))
        last = self._page + count
        rows = [struct.pack(">BIH", 0, 0, 65535)]
        rows += [
            struct.pack(">BIH", 1, offsets[at], 0) if at in offsets else struct.pack(">BIH", 0, 0, 0)
            for at in range(1, self._page)
        ]
        rows.append(struct.pack(">BI", 2, self._files + 2).join(counted(count)))
        rows.append(struct.pack(">BIH", 1, size, 0))
        said = md5(b"%b%b%d" % (identifier, catalog, size), usedforsecurity=False).hexdigest().encode()
        name = b"<%b> <%b>" % (identifier.hex().encode(), said)
        begins = size
        put(
            last,
            *stream(
                b"/Type /XRef/W [1 4 2]/Size %d/Root 1 0 R/Info %d 0 R/ID [%b]" % (last + 1, info, name), b"".join(rows)
            ),
        )
        out.append(b"startxref\n%d\n%%%%EOF\n" % begins)
        return b"".join(out)


def _escaped(text: str) -> bytes:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
