"""Words into the operators that show them: glyphs, distances, widths, and where a text breaks into lines."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.harfbuzz import APART, FontFile, Shaper
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Face
from vaxel_engine.compiled.subsets import tables_of

UNITS = 1024
"""Pango's units in a pixel."""
_FROM_UNITS = 1 / UNITS
_KEPT = 50_000
"""Runs that are kept for each face: names, labels and amounts come again."""
_RANGES = (range(0x20, 0x7F), range(0xA0, 0xAD), range(0xAE, 0x250), range(0x1E00, 0x1F00))
_CHARACTERS = frozenset("‐‑‒–—―‘’‚“”„†‡•…‰‹›€−\u2009\u202f").union(*(map(chr, points) for points in _RANGES))
"""Latin script and what stands in it; anything else may be set in parts, or from right to left."""

_FIGURES = re.compile(r"[0-9 ,.:/()%+\xa0\u2212\u2013-]+")
_LATIN = re.compile(r"[A-Za-z]")
"""What HarfBuzz takes for no script in particular, and for Latin script; both are chosen by the first that tells."""
_SEVERAL = 2
"""Texts from which on it pays to shape them at once."""


@dataclass(slots=True)
class Run:
    """A text in a face: the operator that shows it, its width in Pango's units, and its glyphs.

    `begins` says where in the text each glyph begins; None where each letter is a glyph of its own.
    """

    operator: bytes
    units: int
    width: float
    glyphs: Sequence[int]
    text: str
    begins: Sequence[int] | None

    @property
    def letters(self) -> dict[int, str]:
        """Which glyph reads as what; where one stands for several things, as what it reads first."""
        if self.begins is None:
            return dict(zip(reversed(self.glyphs), reversed(self.text), strict=True))
        letters: dict[int, str] = {}
        ends = (*self.begins[1:], len(self.text))
        for glyph, begin, end in zip(self.glyphs, self.begins, ends, strict=True):
            letters.setdefault(glyph, self.text[begin:end])
        return letters


@dataclass(slots=True)
class Letters:
    """What each glyph of a font file read as so far, and which of them read as several things."""

    read: dict[int, str] = field(default_factory=dict[int, str])
    several: set[int] = field(default_factory=set[int])

    def note(self, glyph: int, text: str) -> None:
        """Say that a glyph reads as `text`."""
        if self.read.setdefault(glyph, text) != text:
            self.several.add(glyph)


class LineStyle(dict[str, Any]):
    """What WeasyPrint's line breaking asks of a style."""

    font_config: Any


@dataclass(slots=True)
class _Set:
    face: Face
    shaper: Shaper
    shown: dict[tuple[int, int, str], str]
    letters: Letters
    style: LineStyle
    runs: dict[str, Run]
    broken: dict[tuple[str, float], tuple[str, ...]]


class Types:
    """The faces of a program, ready to set words in; `files` are font files by digest, `configuration` WeasyPrint's."""

    def __init__(self, faces: list[Face], files: dict[str, bytes], configuration: Any) -> None:
        self.faces = faces
        self.files = files
        self._configuration = configuration
        self._fonts: dict[str, FontFile] = {}
        self._sets: list[_Set | None] = []
        self._design: dict[str, list[int]] = {}
        self._letters: dict[str, Letters] = {}
        self._cut: dict[tuple[str, frozenset[int]], bytes] = {}

    @property
    def configuration(self) -> Any:
        """WeasyPrint's configuration of the fonts."""
        return self._configuration

    def font(self, file: str) -> FontFile:
        """The font file of a digest."""
        if file not in self._fonts:
            self._fonts[file] = FontFile(self.files[file])
        return self._fonts[file]

    def widths(self, file: str) -> list[int]:
        """Each glyph's width in thousandths of an em, by design; the last one is that of all that follow."""
        if file not in self._design:
            upem = self.font(file).upem
            self._design[file] = [round(one * 1000 / upem) for one in _advances(self.files[file])]
        return self._design[file]

    def letters(self, file: str) -> Letters:
        """What the glyphs of a font file were seen to read as."""
        return self._letters.setdefault(file, Letters())

    def number(self, face: Face) -> int:
        """The number of a face, which is taken up where it is new."""
        if face not in self.faces:
            self.faces.append(face)
        return self.faces.index(face)

    def run(self, number: int, text: str) -> Run:
        """`text` in a face; raises Miss for characters that might be set otherwise."""
        own = self._sets[number] if number < len(self._sets) else None
        if own is None:
            own = self._ready(number)
        known = own.runs.get(text)
        if known is None:
            known = _shaped(own, text)
            if len(own.runs) >= _KEPT:
                own.runs.clear()
            own.runs[text] = known
        return known

    def known(self, number: int) -> dict[str, Run]:
        """The runs of a face by their texts, which come and go while it is used."""
        own = self._sets[number] if number < len(self._sets) else None
        return (own or self._ready(number)).runs

    def take_up(self, number: int, texts: Iterable[str]) -> None:
        """Shape many texts of a face at once, as `run` shapes each; what may be set otherwise is left to that."""
        own = self._sets[number] if number < len(self._sets) else None
        if own is None:
            own = self._ready(number)
        able = [text for text in texts if text and _CHARACTERS.issuperset(text)]
        if len(own.runs) + len(able) > _KEPT:
            own.runs.clear()  # a bill of many lines brings figures that do not come again
        figures = [text for text in able if _FIGURES.fullmatch(text)]
        latin = [text for text in able if _LATIN.search(text)]
        for alike in (figures, latin):
            if len(alike) >= _SEVERAL:
                _take_up(own, alike)

    def lines(self, number: int, text: str, available: float) -> tuple[str, ...]:
        """`text` in lines of `available` pixels, as WeasyPrint breaks it."""
        own = self._sets[number] or self._ready(number)
        key = text, available
        known = own.broken.get(key)
        if known is None:
            known = tuple(_broken(own.style, text, available))
            if len(own.broken) < _KEPT:
                own.broken[key] = known
        return known

    def cut_down(self, file: str, glyphs: frozenset[int]) -> bytes:
        """The font file with `glyphs` only."""
        key = file, glyphs
        known = self._cut.get(key)
        if known is None:
            known = self.font(file).cut_down(glyphs)
            if len(self._cut) < 2_000:
                self._cut[key] = known
        return known

    def _ready(self, number: int) -> _Set:
        face = self.faces[number]
        style = LineStyle(face.style)
        style.font_config = self._configuration
        shaper = Shaper(self.font(face.file), int(face.size * UNITS + 1e-9), face.features, str(style["lang"] or ""))
        letters = self.letters(face.file)
        own = _Set(face, shaper, _Shown(self.widths(face.file), face.size, letters), letters, style, {}, {})
        self._sets.extend([None] * (number + 1 - len(self._sets)))
        self._sets[number] = own
        return own


def _shaped(own: _Set, text: str) -> Run:
    if not _CHARACTERS.issuperset(text):
        raise Miss(Reason.CHARACTER, next(f"U+{ord(one):04X}" for one in text if one not in _CHARACTERS))
    glyphs, begins, advances, moved = own.shaper.glyphs(text)
    if moved or 0 in glyphs:
        raise Miss(Reason.CHARACTER, "a mark of its own")
    apart = begins == tuple(range(len(text)))
    units = sum(advances)
    read = text if apart else _read(begins, text)
    shown = "".join([own.shown[each] for each in zip(glyphs, advances, read, strict=True)])
    return Run(_operator(shown), units, units * _FROM_UNITS, glyphs, text, None if apart else begins)


def _take_up(own: _Set, texts: list[str]) -> None:
    """Runs of texts of one script; none of one that has glyphs of other letters', or of none."""
    shaped = own.shaper.several(texts)
    if shaped.moved:
        return
    glyphs, begins, advances = shaped.glyphs, shaped.begins, shaped.advances
    whole = APART.join(texts)
    read = whole if begins is None else _read(begins, whole)
    shown, runs = own.shown, own.runs
    pieces = [shown[each] for each in zip(glyphs, advances, read, strict=True)]
    at = 0
    for text, part in zip(texts, shaped.parts, strict=True):
        if part is not None:
            one, other = part
            drawn = glyphs[one:other]
            if 0 not in drawn:
                apart = begins is None or begins[one:other] == list(range(at, at + len(text)))
                own_begins = None if begins is None or apart else [begin - at for begin in begins[one:other]]
                units = sum(advances[one:other])
                operator = _operator("".join(pieces[one:other]))
                runs[text] = Run(operator, units, units * _FROM_UNITS, drawn, text, own_begins)
        at += len(text) + 1


def _operator(shown: str) -> bytes:
    return (f"[<{shown}>] TJ" if shown[-1:] != "<" else f"[<{shown[:-1]}] TJ").encode()


def _read(begins: Sequence[int], text: str) -> list[str]:
    """What each glyph stands for."""
    return [text[begin:end] for begin, end in zip(begins, (*begins[1:], len(text)), strict=True)]


class _Shown(dict[tuple[int, int, str], str]):
    """How a glyph is written with an advance: its number, and after it what lies between both widths of it.

    What it reads as makes no difference to that; it is noted when it is met for the first time.
    """

    def __init__(self, widths: list[int], size: float, letters: Letters) -> None:
        super().__init__()
        self._widths, self._size, self._letters = widths, size, letters

    def __missing__(self, each: tuple[int, int, str]) -> str:
        glyph, advance, read = each
        self._letters.note(glyph, read)
        width = self._widths[min(glyph, len(self._widths) - 1)]
        distance = int(width - advance * 1000 * _FROM_UNITS / self._size)
        written = self[each] = f"{glyph:04x}>{distance}<" if distance else f"{glyph:04x}"
        return written


def _broken(style: LineStyle, text: str, available: float) -> list[str]:
    lines: list[str] = []
    rest = text
    while rest:
        _, length, resumes, _, _, _ = inside.line_break.split_first_line(rest, style, None, available, 0, True)
        encoded = rest.encode()
        lines.append(encoded[:length].decode().strip(" "))
        rest = encoded[resumes:].decode().lstrip(" ") if resumes else ""
    return lines


def _advances(content: bytes) -> list[int]:
    """Each glyph's advance by the tables `hhea` and `hmtx` of a TrueType or OpenType file."""
    tables = tables_of(content)
    count = int.from_bytes(tables["hhea"][34:36], "big")
    metrics = tables["hmtx"]
    return [int.from_bytes(metrics[at : at + 2], "big") for at in range(0, 4 * count, 4)]
