"""A second opinion where two files differ: whether a reader would see it."""

from itertools import zip_longest

from PIL import ImageChops

from vaxel_engine.pdfium import page_pictures

DPI = 96


def seen(expected: bytes, written: bytes) -> str:
    """How many pixels of which page differ first, or that none does, as the end of a sentence."""
    for number, (one, other) in enumerate(
        zip_longest(page_pictures(expected, dpi=DPI), page_pictures(written, dpi=DPI)), start=1
    ):
        if one is None or other is None or one.size != other.size:
            return f"; page {number} is there on one side only, or of another size"
        changed = sum(ImageChops.difference(one, other).histogram()[1:])
        if changed:
            return f"; {changed:,} pixels of page {number} differ at {DPI} dpi"
    return f"; no pixel differs at {DPI} dpi"
