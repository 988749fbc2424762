"""A line of text is written the same wherever it stands, since widths come from the font's design."""

import re
from io import BytesIO
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont

from vaxel_engine.packs import Pack
from vaxel_engine.rendering.typesetting import Typesetter

WORDS = "Avläsning för VÄSTERÅS, To AVENY 11,71 kr"
STYLE = "@font-face { font-family: I; src: url(pack:inter) } * { font-family: I }"


def _lines(nordljus: Pack, *sizes: int) -> dict[str, bytes]:
    """The operators of WORDS in each size, drawn in this order, and the widths in the file."""
    setter = Typesetter(STYLE, {"pack:inter": (nordljus.read("fonts/Inter-Regular.ttf"), "font/ttf")})
    html = "".join(f'<p style="font-size: {size / 10}pt">{WORDS}</p>' for size in sizes)
    with pikepdf.open(BytesIO(setter.pdf(f"<html lang=sv><title>t</title>{html}", {}, b"1"))) as pdf:
        drawn = re.findall(rb"/\w+ ([\d.]+) Tf\n(.*TJ)", pdf.pages[0].Contents.read_bytes())
    return {size.decode(): letters for size, letters in drawn}


def test_a_line_is_the_same_whatever_size_is_drawn_first(nordljus: Pack) -> None:
    sizes = (75, 90, 200, 137)
    forwards = _lines(nordljus, *sizes)
    assert len(forwards) == len(sizes)
    assert forwards == _lines(nordljus, *reversed(sizes))


def test_widths_are_those_of_the_design(nordljus: Pack) -> None:
    content = nordljus.read("fonts/Inter-Regular.ttf")
    setter = Typesetter(STYLE, {"pack:inter": (content, "font/ttf")})
    with pikepdf.open(BytesIO(setter.pdf(f"<html lang=sv><title>t</title><p>{WORDS}", {}, b"1"))) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        written = list(font.DescendantFonts[0].W)
    face: Any = TTFont(BytesIO(content), lazy=True)
    names, advances, upem = face.getGlyphOrder(), face["hmtx"], face["head"].unitsPerEm
    seen = 0
    for first, widths in zip(written[::2], written[1::2], strict=True):
        for glyph, width in enumerate(widths, start=int(first)):
            assert int(width) == round(advances[names[glyph]][0] * 1000 / upem)
            seen += 1
    assert seen > 15
