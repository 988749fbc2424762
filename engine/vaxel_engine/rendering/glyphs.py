"""Which characters a pack's fonts print, and their outlines; fontTools, which has no types, stays in this module."""

import functools
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from typing import Any, cast

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from vaxel_engine.errors import TemplateError
from vaxel_engine.packs import Pack

_FONT_BEGINNINGS = (b"\x00\x01\x00\x00", b"OTTO", b"wOF2", b"wOFF", b"true")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Categories of Unicode that leave no mark on paper."""


def covered_by(files: Iterable[bytes]) -> frozenset[int]:
    """The code points that every font among `files` has: text is set in more than one weight."""
    covered: set[int] | None = None
    for content in files:
        if content.startswith(_FONT_BEGINNINGS):
            points = cast("dict[int, str]", TTFont(BytesIO(content), lazy=True).getBestCmap())
            covered = set(points) if covered is None else covered & set(points)
    return frozenset(covered or ())


@functools.lru_cache(maxsize=16)
def _unreadable(content: bytes) -> str | None:
    """Why a file of a font cannot be read, in a word; None where it can, and for what is no font at all."""
    if not content.startswith(_FONT_BEGINNINGS):
        return None
    try:
        face: Any = TTFont(BytesIO(content), lazy=True)  # no types
        for table in ("head", "hhea", "maxp", "cmap"):
            face[table]
        glyph = face.getGlyphSet()[face.getGlyphOrder()[-1]]  # the last one is gone from a file that was cut off
        glyph.draw(SVGPathPen(None))
    except Exception as error:  # noqa: BLE001  # whatever a broken table can provoke is this file's fault
        return type(error).__name__
    return None


def refuse_broken_fonts(pack: Pack) -> None:
    """Raises TemplateError for a file of a font that cannot be read: the page would be set without letters."""
    for name in sorted(pack.files):
        why = _unreadable(pack.read(name)) if name.startswith("fonts/") else None
        if why is not None:
            raise TemplateError(
                f"is no font that can be read ({why}); put the whole file there again", file=str(pack.files[name])
            )


def not_covered(text: str, covered: frozenset[int]) -> list[str]:
    """The visible characters of `text` that have no glyph, in order of their code points."""
    return sorted(
        character
        for character in set(text)
        if ord(character) not in covered and unicodedata.category(character) not in _UNSEEN
    )


def outline(text: str, font: bytes, *, height: float, left: float, baseline: float) -> tuple[str, float]:
    """`text` as the path of an SVG, and where it ends; letters as outlines look the same on every machine.

    `height` is that of the font's square. Raises KeyError for a character that the font does not have.
    """
    face: Any = TTFont(BytesIO(font), lazy=True)  # no types
    names, glyphs = face.getBestCmap(), face.getGlyphSet()
    scale: float = height / face["head"].unitsPerEm
    written: list[str] = []
    at = left
    for character in text:
        glyph = glyphs[names[ord(character)]]
        pen = SVGPathPen(glyphs, ntos=lambda number: f"{number:.2f}".rstrip("0").rstrip("."))
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, at, baseline)))
        written.append(str(pen.getCommands()))
        at += glyph.width * scale
    return "".join(written), at
