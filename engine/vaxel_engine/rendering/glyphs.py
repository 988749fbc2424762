"""Which characters a pack's fonts print, and their outlines; fontTools, which has no types, stays in this module."""

import functools
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from vaxel_engine.errors import TemplateError
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.bounds import beyond_ascii

_FONT_BEGINNINGS = (b"\x00\x01\x00\x00", b"OTTO", b"wOF2", b"wOFF", b"true")
_ASCII = "".join(map(chr, range(128)))
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
    found = {character for character in _ASCII if ord(character) not in covered and character in text}
    found |= {character for character in set(beyond_ascii(text)) if ord(character) not in covered}
    return sorted(character for character in found if unicodedata.category(character) not in _UNSEEN)


@dataclass(frozen=True, slots=True)
class Face:
    """One file of a font: its family, and how bold it is, from 100 to 900; `changed` is its time of change in ns."""

    path: str
    changed: int
    family: str
    weight: int


def face(path: Path) -> Face:
    """The face in a file; raises ValueError where it cannot be read, OSError where it is gone."""
    changed = path.stat().st_mtime_ns
    return Face(str(path), changed, *_family_and_weight(str(path), changed))


@functools.lru_cache(maxsize=64)
def _family_and_weight(path: str, _changed: int) -> tuple[str, int]:
    try:
        font: Any = TTFont(path, lazy=True)  # no types
        return str(font["name"].getBestFamilyName()), int(font["OS/2"].usWeightClass)
    except OSError:
        raise
    except Exception as error:  # whatever a broken table can provoke
        raise ValueError(f"{Path(path).name} is no font that can be read ({type(error).__name__})") from error


def nearest_face(faces: Sequence[Face], family: str, weight: int) -> Face:
    """The face of a family, or of any where there is none of it, that is nearest in weight; ValueError without one."""
    if not faces:
        raise ValueError("there is no font to write with")
    return min(faces, key=lambda face: (face.family != family, abs(face.weight - weight), face.path))


def advances(pack: Pack) -> Callable[[str, bool], float]:
    """How wide words are in ems, letter by letter, in the pack's text font: in its ordinary weight, or in 600.

    A character that the font does not have is as wide as half an em.
    """
    wanted = str(pack.tokens["font"]["text"])
    faces: list[tuple[bool, int, dict[str, float]]] = []
    for name in sorted(pack.files):
        content = pack.read(name) if name.startswith("fonts/") else b""
        if content.startswith(_FONT_BEGINNINGS):
            face: Any = TTFont(BytesIO(content), lazy=True)  # no types
            widths, upem = face["hmtx"], face["head"].unitsPerEm
            letters = {chr(point): widths[glyph][0] / upem for point, glyph in face.getBestCmap().items()}
            weight = int(face["OS/2"].usWeightClass) if "OS/2" in face else 400
            faces.append((str(face["name"].getBestFamilyName() or "").startswith(wanted), weight, letters))
    ordinary, strong = (
        min(faces, key=lambda one: (not one[0], abs(one[1] - weight)), default=(False, 0, dict[str, float]()))[2]
        for weight in (400, 600)
    )

    def advance(words: str, bold: bool) -> float:
        letters = strong if bold else ordinary
        return sum(letters.get(letter, 0.5) for letter in words)

    return advance


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
