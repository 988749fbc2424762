"""Two PDFs compared object for object: what differs once the numbering of objects no longer counts.

Both files are walked together from their trailers, key by key and element by element, so that nothing which a reader
could reach is left out: pages and their operators, the structure tree with its parent tree, links, bookmarks, metadata,
fonts with their widths and outlines, embedded files. What may differ, and nothing else, is stated here:

- the numbers of objects, and with them the identifiers of table cells, which name the number of their table;
- the file's identifier, and how the file is cut into objects, streams and filters;
- adjustments of zero between letters (`>0<`), which move nothing;
- the bytes of a font's subset whose glyphs have the same outlines and advances;
- the last digit of a coordinate, NUMBER_NOISE: sums of floats in another order.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from itertools import pairwise, zip_longest
from typing import Any, cast

import pikepdf
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

NUMBER_NOISE = 2.1e-6
"""In the units of a number that was written with six decimals."""
MOST = 20
"""Differences that are told; a file that differs in more is as wrong."""

_ZERO = re.compile(rb">-?0(?=[<\]])")
_EMPTY = re.compile(rb"\n\n+")
_JOINED = re.compile(rb"><")
_NUMBER = re.compile(rb"-?\d+(?:\.\d*)?")
_CELL = re.compile(r"(\d+)-(\d+-\d+)")
_FREE_KEYS = frozenset({"/Length", "/Filter", "/DecodeParms", "/Length1"})
_FONT_FILES = frozenset({"/FontFile2", "/FontFile3"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two files differ: a path from the trailer ("/Root/Pages/Kids[0]/Contents"), and both sides."""

    path: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.path}: {self.expected} expected, {self.found} found"


def compare(expected: bytes, found: bytes) -> list[Difference]:
    """What differs between two PDFs, at most MOST places; raises pikepdf.PdfError for what is no PDF."""
    with pikepdf.open(BytesIO(expected)) as one, pikepdf.open(BytesIO(found)) as other:
        walk = _Walk()
        for place in ("/Root", "/Info"):
            walk.match(place, one.trailer.get(place), other.trailer.get(place))
        return walk.differences[:MOST]


def normalised(operators: bytes) -> bytes:
    """Operators of a page without adjustments of zero and empty lines."""
    return _EMPTY.sub(b"\n", _JOINED.sub(b"", _ZERO.sub(b">", operators))).strip()


def same_operators(expected: bytes, found: bytes) -> Difference | None:
    """The first line in which the operators of two pages differ by more than the noise of numbers."""
    one, other = normalised(expected), normalised(found)
    if one == other:
        return None
    for number, (left, right) in enumerate(zip_longest(one.split(b"\n"), other.split(b"\n"), fillvalue=b""), start=1):
        if left != right and not _noise(left, right):
            return Difference(f"line {number}", _short(left), _short(right))
    return None


def _noise(left: bytes, right: bytes) -> bool:
    if _NUMBER.sub(b"#", left) != _NUMBER.sub(b"#", right):
        return False
    numbers = zip(_NUMBER.findall(left), _NUMBER.findall(right), strict=True)
    return all(one == other or abs(float(one) - float(other)) <= NUMBER_NOISE for one, other in numbers)


def _short(value: object) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return repr(text if len(text) <= 120 else f"{text[:120]}…")


@dataclass(slots=True)
class _Walk:
    """Both graphs on the way: which objects were met as the same, and what was found."""

    differences: list[Difference] = field(default_factory=list[Difference])
    _pairs: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict[tuple[int, int], tuple[int, int]])
    _tables: dict[str, str] = field(default_factory=dict[str, str])
    _later: list[tuple[str, Any, Any]] = field(default_factory=list[tuple[str, Any, Any]])

    def match(self, path: str, one: Any, other: Any) -> None:
        """Compare what hangs below `path`; without recursion, since bookmarks and rows hang on each other."""
        self._later.append((path, one, other))
        while self._later and len(self.differences) < MOST:
            self._match(*self._later.pop())

    def _differ(self, path: str, one: object, other: object) -> None:
        self.differences.append(Difference(path, _short(one), _short(other)))

    def _match(self, path: str, one: Any, other: Any) -> None:
        if self._met(path, one, other):
            return
        kinds = _kind(one), _kind(other)
        match kinds:
            case ("stream", "stream"):
                self._stream(path, one, other)
            case ("dictionary", "dictionary"):
                self._keys(path, one, other)
            case ("array", "array"):
                if len(one) == len(other):
                    self._later.extend((f"{path}[{at}]", one[at], other[at]) for at in range(len(one)))
                else:
                    self._differ(path, f"{len(one)} elements", f"{len(other)} elements")
            case ("number", "number"):
                if abs(Decimal(str(one)) - Decimal(str(other))) > Decimal(str(NUMBER_NOISE)):
                    self._differ(path, one, other)
            case _:
                if kinds[0] != kinds[1] or not self._same_words(one, other):
                    self._differ(path, one, other)

    def _met(self, path: str, one: Any, other: Any) -> bool:
        """Whether both are known as the same; one that was met with another partner is a difference."""
        left, right = _number(one), _number(other)
        if left is None or right is None:
            return False
        if left in self._pairs:
            if self._pairs[left] != right:
                self._differ(path, f"the object met as {self._pairs[left]}", f"object {right}")
            return True
        self._pairs[left] = right
        return False

    def _keys(self, path: str, one: Any, other: Any) -> None:
        names = sorted({*one.keys(), *other.keys()} - _FREE_KEYS)
        for name in reversed(names):
            if name in _FONT_FILES:
                self._glyphs(f"{path}{name}", one.get(name), other.get(name))
            elif name == "/Contents" and one.get("/Type") == "/Page":
                self._page(f"{path}{name}", one, other)
            else:
                self._later.append((f"{path}{name}", one.get(name), other.get(name)))

    def _page(self, path: str, one: Any, other: Any) -> None:
        left, right = (b"\n".join(_parts(page.get("/Contents"))) for page in (one, other))
        different = same_operators(left, right)
        if different is not None:
            self._differ(f"{path}, {different.path}", different.expected, different.found)

    def _stream(self, path: str, one: Any, other: Any) -> None:
        self._keys(path, one, other)
        left, right = _content(one), _content(other)
        if left == right:
            return
        if one.get("/Subtype") == "/Form" or one.get("/Type") == "/Pattern":
            different = same_operators(left, right)
            if different is not None:
                self._differ(f"{path}, {different.path}", different.expected, different.found)
            return
        if path.endswith("/ToUnicode"):
            left, right = b"\n".join(_letters(left)), b"\n".join(_letters(right))
        if left != right:
            at = next(at for at, pair in enumerate(zip_longest(left, right)) if pair[0] != pair[1])
            self._differ(f"{path}, byte {at}", left[max(at - 20, 0) : at + 60], right[max(at - 20, 0) : at + 60])

    def _glyphs(self, path: str, one: Any, other: Any) -> None:
        if one is None or other is None:
            self._differ(path, one, other)
            return
        left, right = one.read_bytes(), other.read_bytes()
        if left != right:
            for said in outlines_differ(left, right):
                self._differ(path, *said)

    def _same_words(self, one: Any, other: Any) -> bool:
        """Whether two words say the same; in the identifier of a cell the number of its table may be another one."""
        left, right = str(one), str(other)
        if left == right or not isinstance(one, pikepdf.String):
            return left == right
        cells = _CELL.fullmatch(left), _CELL.fullmatch(right)
        if cells[0] is None or cells[1] is None or cells[0][2] != cells[1][2]:
            return False
        known = self._tables.setdefault(cells[0][1], cells[1][1])
        return known == cells[1][1] and list(self._tables.values()).count(known) == 1


def _number(value: Any) -> tuple[int, int] | None:
    if isinstance(value, pikepdf.Object) and value.is_indirect:
        return value.objgen
    return None


def _kind(value: Any) -> str:
    match value:
        case pikepdf.Stream():
            return "stream"
        case pikepdf.Dictionary():
            return "dictionary"
        case pikepdf.Array():
            return "array"
        case bool():
            return "truth"
        case int() | float() | Decimal():
            return "number"
        case _:
            return type(value).__name__


def _parts(contents: Any) -> Iterator[bytes]:
    if isinstance(contents, pikepdf.Array):
        for part in cast("Sequence[Any]", contents):
            yield part.read_bytes()
    elif contents is not None:
        yield contents.read_bytes()


def _content(stream: Any) -> bytes:
    """What a stream holds; of a photograph its file, under the name of its kind."""
    if stream.get("/Filter") in ("/DCTDecode", "/JPXDecode"):
        return str(stream.Filter).encode() + stream.read_raw_bytes()  # type: ignore[no-any-return]
    return stream.read_bytes()  # type: ignore[no-any-return]


def _letters(mapping: bytes) -> list[bytes]:
    """Which glyph reads as which letters, in the order of glyphs: that of first use has no meaning."""
    return sorted(line for line in mapping.split(b"\n") if line.startswith(b"<") and line.count(b"<") == 2)


def outlines_differ(one: bytes, other: bytes) -> Iterator[tuple[str, str]]:
    """Glyphs of two subsets with other outlines or advances, both as they are seen; an absent glyph is an empty one."""
    fonts: list[Any] = [TTFont(BytesIO(content)) for content in (one, other)]  # no types
    if fonts[0]["head"].unitsPerEm != fonts[1]["head"].unitsPerEm:
        yield "units in an em", "others"
    glyphs = _suspects(*fonts)
    sets = [font.getGlyphSet() for font in fonts] if glyphs else []
    orders = [font.getGlyphOrder() for font in fonts]
    for glyph in glyphs:
        drawn: list[str] = []
        for known, order in zip(sets, orders, strict=True):
            pen: Any = DecomposingRecordingPen(known)
            wide = 0
            if glyph < len(order):
                known[order[glyph]].draw(pen)
                wide = known[order[glyph]].width
            drawn.append(f"{pen.value}, {wide} wide")
        if drawn[0] != drawn[1]:
            yield f"glyph {glyph} {drawn[0][:60]}", drawn[1][:60]


def _suspects(one: Any, other: Any) -> Sequence[int]:
    """Glyphs that are not the same byte for byte, which a subset that kept its numbers has thousands of.

    A glyph put together of others is the same where those are, and each of them is looked at by itself.
    """
    many = max(font["maxp"].numGlyphs for font in (one, other))
    if not all("glyf" in font for font in (one, other)):
        return range(many)
    left, right = _written(one), _written(other)
    return [at for at, pair in enumerate(zip_longest(left, right, fillvalue=(b"", 0, 0))) if pair[0] != pair[1]]


def _written(font: Any) -> Iterator[tuple[bytes, int, int]]:
    """Each glyph as its bytes without what fills them up, its advance, and where it begins if there is anything."""
    outlines, ends, wide = font.getTableData("glyf"), font["loca"].locations, font["hmtx"].metrics
    for glyph, (begins, end) in zip(font.getGlyphOrder(), pairwise(ends), strict=True):
        advance, side = wide[glyph]
        yield outlines[begins:end].rstrip(b"\0"), advance, side if end > begins else 0
