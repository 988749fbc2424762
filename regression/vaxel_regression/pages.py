"""Pages of a PDF as pictures, and taken apart into boxes; PDFium is entered by the engine's door, one at a time."""

import ctypes
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2
from PIL import Image

from vaxel_engine.pdfium import opened as _opened
from vaxel_regression.boxes import Box, Sheet

MM_PER_POINT = 25.4 / 72
pdfium: Any = pypdfium2.raw  # made by a generator, without types


@dataclass(frozen=True, slots=True)
class PageSize:
    """The size of one page in millimetres."""

    width: float
    height: float

    @property
    def name(self) -> str:
        """ "A4" where it is one, else the measures."""
        if abs(self.width - 210) < 1 and abs(self.height - 297) < 1:
            return "A4"
        return f"{self.width:.0f} × {self.height:.0f} mm"


def page_sizes(pdf: bytes) -> tuple[PageSize, ...]:
    """The size of each page, in order; quick, since nothing is drawn.

    Raises Unrenderable when the bytes are no PDF.
    """
    with _opened(pdf) as document:
        sizes = [document.get_page_size(number) for number in range(len(document))]
    return tuple(PageSize(width * MM_PER_POINT, height * MM_PER_POINT) for width, height in sizes)


def page_picture(pdf: bytes, number: int, *, dpi: int) -> bytes:
    """Page `number` (from 1) as PNG; the same bytes for the same page, as long as PDFium and Pillow are the same.

    Raises Unrenderable when the bytes are no PDF, IndexError when it has no such page.
    """
    with _opened(pdf) as document:
        if not 1 <= number <= len(document):
            raise IndexError(f"no page {number}; the PDF has {len(document)}")
        bitmap = document[number - 1].render(scale=dpi / 72)
        picture: Image.Image = bitmap.to_pil().convert("RGB")
    return png(picture)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page taken apart: its boxes, and the words of each marked content by its number (ISO 32000-2, 14.6)."""

    sheet: Sheet
    marked: Mapping[int, str]


def drawn_pages(pdf: bytes) -> tuple[Drawn, ...]:
    """Every page with its runs of text and its drawn shapes, in the order they are painted.

    Raises Unrenderable when the bytes are no PDF.
    """
    with _opened(pdf) as document:
        return tuple(_drawn(document[number], f"page {number + 1}") for number in range(len(document)))


def _drawn(page: Any, name: str) -> Drawn:
    width, height = page.get_size()
    text_page = page.get_textpage()
    boxes: list[Box] = []
    marked: dict[int, str] = {}
    for thing in page.get_objects(max_depth=8, textpage=text_page):
        if thing.type == pdfium.FPDF_PAGEOBJ_FORM:
            continue  # its parts come by themselves
        text, font = "", _KINDS.get(thing.type, "other")
        if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
            text = str(thing.extract())
            number = int(pdfium.FPDFPageObj_GetMarkedContentID(thing.raw))
            marked[number] = marked.get(number, "") + text
            font = _font(thing)
            text = text.strip()
            if not text:
                continue
        left, bottom, right, top = thing.get_bounds()
        boxes.append(
            Box(
                text,
                round(left * MM_PER_POINT, 1),
                round((height - top) * MM_PER_POINT, 1),
                round((right - left) * MM_PER_POINT, 1),
                round((top - bottom) * MM_PER_POINT, 1),
                font,
                _colour(thing),
                round((right - left) * MM_PER_POINT * 1000) if text else 0,
            )
        )
    sheet = Sheet(name, round(width * MM_PER_POINT, 1), round(height * MM_PER_POINT, 1), tuple(boxes))
    return Drawn(sheet, marked)


_KINDS = {
    pdfium.FPDF_PAGEOBJ_PATH: "path",
    pdfium.FPDF_PAGEOBJ_IMAGE: "picture",
    pdfium.FPDF_PAGEOBJ_SHADING: "shading",
}


def _font(text: Any) -> str:
    """Name without the subset's prefix, and the size in points as it stands on the page."""
    font = text.get_font()
    family = str(font.get_base_name()).rpartition("+")[2]
    size = float(text.get_font_size()) * abs(float(text.get_matrix().d))
    return f"{family} {round(size, 1):g}"


def _colour(thing: Any) -> str:
    """The colour that fills the object, and the line's behind it where there is one."""
    said: list[str] = []
    for ask in (pdfium.FPDFPageObj_GetFillColor, pdfium.FPDFPageObj_GetStrokeColor):
        channels = [ctypes.c_uint() for _ in range(4)]
        if ask(thing.raw, *channels):
            red, green, blue, alpha = (channel.value for channel in channels)
            said.append(f"#{red:02x}{green:02x}{blue:02x}" + (f"{alpha:02x}" if alpha != 255 else ""))
    if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
        return said[0] if said else ""
    return "/".join(said)


def png(picture: Image.Image) -> bytes:
    """Encode losslessly; the quickest level, since pictures are looked at far oftener than kept."""
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    return written.getvalue()
