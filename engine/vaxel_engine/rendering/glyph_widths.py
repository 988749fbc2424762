"""Glyph widths by the font's own design, so that a file does not depend on which size of a font is drawn first.

WeasyPrint writes down each glyph's width as Pango rounds it for the first size that draws the glyph, and cuts the
distances between letters to whole units against that table. The same line of text then differs by a unit, depending on
what stands before it. With the design's widths every line is written alike wherever it stands, which is also what lets
the block program of `vaxel_engine.compiled` write the same bytes without setting the page again.
"""

from importlib import import_module
from typing import Any

from vaxel_engine.rendering.libraries import libraries

_ffi, _harfbuzz = libraries.ffi, libraries.harfbuzz
_fonts: Any = import_module("weasyprint.pdf.fonts")  # no types

_UNITS = 1000
"""PDF's units in an em, ISO 32000-1, 9.2.4."""


class Widths(dict[int, int]):
    """Glyph to width in thousandths of an em, `round(advance * 1000 / upem)`; every glyph is there when asked for."""

    def __init__(self, advances: tuple[int, ...], upem: int) -> None:
        super().__init__()
        self._advances = advances
        self._upem = upem

    def __contains__(self, glyph: object) -> bool:
        return isinstance(glyph, int) and glyph >= 0

    def __missing__(self, glyph: int) -> int:
        advance = self._advances[min(glyph, len(self._advances) - 1)]  # the last one is that of all that follow
        width = self[glyph] = round(advance * _UNITS / self._upem)
        return width


def advances_of(face: Any) -> tuple[int, ...]:
    """Each glyph's advance in the font's units by its `hmtx` table; empty where the face has none."""
    header, metrics = _table(face, b"hhea"), _table(face, b"hmtx")
    if len(header) < 36:
        return ()
    count = int.from_bytes(header[34:36], "big")
    return tuple(int.from_bytes(metrics[at : at + 2], "big") for at in range(0, min(4 * count, len(metrics)), 4))


def _table(face: Any, tag: bytes) -> bytes:
    blob = _harfbuzz.hb_face_reference_table(face, _harfbuzz.hb_tag_from_string(tag, len(tag)))
    length = _ffi.new("unsigned int *")
    found = _harfbuzz.hb_blob_get_data(blob, length)
    content = b"" if found == _ffi.NULL else bytes(_ffi.buffer(found, int(length[0])))
    _harfbuzz.hb_blob_destroy(blob)
    return content


_known: dict[Any, tuple[int, ...]] = {}


def _advances(face: Any) -> tuple[int, ...]:
    """Read once for each face that Pango has, which are few and live as long as the process."""
    if face not in _known:
        _harfbuzz.hb_face_reference(face)  # so that its address stays its own
        _known[face] = advances_of(face)
    return _known[face]


def pin_widths() -> None:
    """From now on WeasyPrint writes widths by design, but for a font whose design varies; may be called again."""
    font: Any = _fonts.Font
    begin, clean = font.__init__, font.clean
    if getattr(begin, "by_design", False):
        return

    def begin_by_design(self: Any, *given: Any) -> None:
        begin(self, *given)
        advances = () if self.bitmap or "fvar" in self.tables else _advances(self.hb_face)
        if advances:
            self.widths = Widths(advances, self.upem)

    def clean_by_design(self: Any, *given: Any) -> Any:
        self.widths = dict(self.widths)  # what is asked for from now on must have been used
        return clean(self, *given)

    setattr(begin_by_design, "by_design", True)  # noqa: B010 - a function has no such attribute of its own
    font.__init__, font.clean = begin_by_design, clean_by_design
