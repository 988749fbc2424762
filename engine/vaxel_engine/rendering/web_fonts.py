"""The brand's fonts small enough to travel inside every page: only the letters of Europe, as WOFF2."""

import functools
import hashlib
import io
from base64 import b64encode
from importlib.resources import files
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

from vaxel_engine.packs import Pack
from vaxel_engine.rendering.glyphs import refuse_broken_fonts

READY = files("vaxel_engine.rendering") / "web_faces"
"""Faces of the fonts that come with Vaxel, written by `scripts/web_faces`."""

LARGEST = 60_000
"""Bytes of all faces together; beyond that a page is better off with the reader's own fonts."""

_LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x1E4, 0x1E5, 0x1E6, 0x1E7, 0x1E8, 0x1E9, 0x1EE, 0x1EF, 0x292),
    *(0x218, 0x219, 0x21A, 0x21B, 0x1E9E),
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E, 0x2022, 0x2026, 0x202F, 0x2212, 0x20AC),
)
"""Latin-1 and Latin Extended-A, the Sámi letters beyond them (Skolt, Lule, North), and the typography that we write."""

_WEIGHTS = {"Regular": 400, "SemiBold": 600}


def font_faces(pack: Pack) -> str:
    """`@font-face` rules with the faces inside, for the family of the tokens; empty where they grow too large.

    Raises TemplateError for a file of a font that cannot be read.
    """
    refuse_broken_fonts(pack)
    family = pack.tokens["font"]["text"]
    faces: list[str] = []
    total = 0
    for style, weight in _WEIGHTS.items():
        name = f"fonts/{family.replace(' ', '')}-{style}.ttf"
        if not pack.has(name):
            continue
        face = face_of(pack.read(name))
        total += len(face)
        source = f"url(data:font/woff2;base64,{b64encode(face).decode()}) format('woff2')"
        faces.append(f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;src:{source}}}")
    return "".join(faces) if total <= LARGEST else ""


@functools.lru_cache(maxsize=8)  # a designer saves a hundred times; the fonts stay the same
def face_of(font_file: bytes) -> bytes:
    """The face for pages: of a font that comes with Vaxel it is there, of any other it takes half a second to make."""
    ready = READY / name_of(font_file)
    return ready.read_bytes() if ready.is_file() else cut_down(font_file)


def name_of(font_file: bytes) -> str:
    """What a face that is ready is called, by the file that it was made of."""
    return f"{hashlib.sha256(font_file).hexdigest()[:16]}.woff2"


def cut_down(font_file: bytes) -> bytes:
    """The face with our letters, kerning and tabular figures; without a time stamp, so the same bytes each time."""
    # fontTools ships annotations for a part of itself only; the rest stays in this function.
    options: Any = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
    options.name_IDs = [1, 2]
    options.notdef_outline = True
    font = TTFont(io.BytesIO(font_file), recalcTimestamp=False, lazy=True)
    subsetter: Any = subset.Subsetter(options)
    subsetter.populate(unicodes=_LETTERS)
    subsetter.subset(font)
    font.flavor = "woff2"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()
