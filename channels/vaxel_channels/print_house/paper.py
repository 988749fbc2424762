"""What a print house must know of a PDF before it prints it: the one place that looks inside with pikepdf."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pikepdf

A4_POINTS = (595.28, 841.89)
"""Width and height of A4 portrait, 210 × 297 mm (ISO 216)."""

_TOLERANCE = 1.5  # points, about half a millimetre
_NEWEST = (1, 7)
_EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")


class Unprintable(Exception):
    """A PDF that a print house would refuse; the text is a clause that says why."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF that can be printed."""

    pages: int


def examine(pdf: bytes, *, max_pages: int) -> Paper:
    """Look through `pdf` by the union of what printers refuse (docs/channels/print_house.md, Limits).

    Raises:
        Unprintable: with the first reason found.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            return _examined(opened, max_pages=max_pages)
    except pikepdf.PasswordError:
        raise Unprintable("is encrypted") from None
    except pikepdf.PdfError:
        raise Unprintable("is not a PDF that can be read") from None


def _examined(pdf: pikepdf.Pdf, *, max_pages: int) -> Paper:
    if pdf.is_encrypted:
        raise Unprintable("is encrypted")
    version = tuple(int(part) for part in pdf.pdf_version.split("."))
    if version > _NEWEST:
        raise Unprintable(f"has version {pdf.pdf_version} and 1.7 is the newest that printers take")
    pages = len(pdf.pages)
    if not 1 <= pages <= max_pages:
        raise Unprintable(f"has {pages} pages and at most {max_pages} are taken")
    _refuse_activity(pdf)
    for number, page in enumerate(pdf.pages, start=1):
        if not _is_a4_portrait(page):
            raise Unprintable(f"is not A4 portrait on page {number}")
        for font in _fonts(page):
            if not _is_embedded(font):
                raise Unprintable(f"uses a font on page {number} that is not embedded")
    return Paper(pages=pages)


def _refuse_activity(pdf: pikepdf.Pdf) -> None:
    names = pdf.Root.get("/Names", pikepdf.Dictionary())
    if "/JavaScript" in names or "/AcroForm" in pdf.Root or "/OpenAction" in pdf.Root or "/AA" in pdf.Root:
        raise Unprintable("holds a script, a form or an action, none of which paper can show")


def _is_a4_portrait(page: pikepdf.Page) -> bool:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    width, height = right - left, top - bottom
    turned = int(page.obj.get("/Rotate", 0)) % 360
    if turned in (90, 270):
        width, height = height, width
    return abs(width - A4_POINTS[0]) <= _TOLERANCE and abs(height - A4_POINTS[1]) <= _TOLERANCE


def _fonts(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    fonts = page.resources.get("/Font", pikepdf.Dictionary())
    for name in fonts.keys():  # noqa: SIM118 - a pikepdf object iterates over its values
        yield fonts[name]


def _is_embedded(font: pikepdf.Object) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True  # drawn by the page itself
    if font.get("/Subtype") == "/Type0":
        font = font["/DescendantFonts"][0]
    descriptor = font.get("/FontDescriptor")
    return descriptor is not None and any(key in descriptor for key in _EMBEDDED)
