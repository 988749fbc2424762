"""Pages of a PDF as pictures, and taken apart into boxes; PDFium is entered by the engine's door, one at a time."""

import ctypes
import io
import struct
import zlib
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


def page_picture(pdf: bytes, number: int, *, dpi: int, quick: bool = False) -> bytes:
    """Page `number` (from 1) as PNG; the same bytes for the same page, as long as PDFium and Pillow are the same.

    `quick` encodes it in half the time, for somebody who waits; other bytes, the same picture.
    Raises Unrenderable when the bytes are no PDF, IndexError when it has no such page.
    """
    with _opened(pdf) as document:
        if not 1 <= number <= len(document):
            raise IndexError(f"no page {number}; the PDF has {len(document)}")
        bitmap = document[number - 1].render(scale=dpi / 72)
        picture: Image.Image = bitmap.to_pil().convert("RGB")
    return quick_png(picture) if quick else png(picture)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page taken apart: its boxes, and the words of each marked content by its number (ISO 32000-2, 14.6)."""

    sheet: Sheet
    marked: Mapping[int, str]
    clips: Mapping[int, tuple[float, float, float, float]]
    """By the number of a box of words: left, top, right and bottom of the area that it is cut off by."""


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
    clips: dict[int, tuple[float, float, float, float]] = {}
    for thing in page.get_objects(max_depth=8, textpage=text_page):
        if thing.type == pdfium.FPDF_PAGEOBJ_FORM:
            continue  # its parts come by themselves
        text, font = "", _KINDS.get(thing.type, "other")
        around = _around(thing)
        if thing.type == pdfium.FPDF_PAGEOBJ_TEXT:
            text = str(thing.extract())
            number = int(pdfium.FPDFPageObj_GetMarkedContentID(thing.raw))
            marked[number] = marked.get(number, "") + text
            font = _font(thing)
            text = text.strip()
            if not text:
                continue
            area = _clip(thing, height, around)
            if area is not None:
                clips[len(boxes)] = area
        left, bottom, right, top = _through(thing.get_bounds(), around)
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
    return Drawn(sheet, marked, clips)


Area = tuple[float, float, float, float]


def _around(thing: Any) -> list[Any]:
    """The matrices of the forms that an object lies in, the innermost first; PDFium measures within the form."""
    matrices: list[Any] = []
    container = thing.container
    while container is not None:
        matrices.append(container.get_matrix())
        container = container.container
    return matrices


def _through(area: Area, matrices: list[Any]) -> Area:
    """Where an area of a form stands on the page: left, bottom, right and top."""
    left, bottom, right, top = area
    for matrix in matrices:
        corners: list[Any] = [matrix.on_point(x, y) for x in (left, right) for y in (bottom, top)]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        left, bottom, right, top = min(across), min(up), max(across), max(up)
    return left, bottom, right, top


def _clip(thing: Any, height: float, matrices: list[Any]) -> Area | None:
    """The rectangle around what an object may paint on, in millimetres; None where it may paint everywhere."""
    path = pdfium.FPDFPageObj_GetClipPath(thing.raw)
    areas: list[Area] = []
    for at in range(max(0, pdfium.FPDFClipPath_CountPaths(path) if path else 0)):
        points: list[Any] = []
        for number in range(pdfium.FPDFClipPath_CountPathSegments(path, at)):
            x, y = ctypes.c_float(), ctypes.c_float()
            segment = pdfium.FPDFClipPath_GetPathSegment(path, at, number)
            if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
                points.append((x.value, y.value))
        if points:
            across, up = [x for x, _ in points], [y for _, y in points]
            areas.append(_through((min(across), min(up), max(across), max(up)), matrices))
    if not areas:
        return None
    left, bottom, right, top = zip(*areas, strict=True)
    within = (max(left), height - min(top), min(right), height - max(bottom))
    return (within[0] * MM_PER_POINT, within[1] * MM_PER_POINT, within[2] * MM_PER_POINT, within[3] * MM_PER_POINT)


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


def quick_png(picture: Image.Image) -> bytes:
    """Encode an RGB picture losslessly without filters: a page is mostly white, and choosing a filter for each line is
    what Pillow takes half of its time for (ISO/IEC 15948, 9).
    """
    (width, height), pixels = picture.size, picture.tobytes()
    lines = (pixels[at : at + 3 * width] for at in range(0, len(pixels), 3 * width))
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9)
    packed = packer.compress(b"\0" + b"\0".join(lines)) + packer.flush()
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", packed), (b"IEND", b""))
    written = [
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def png(picture: Image.Image) -> bytes:
    """Encode losslessly; the quickest level, since pictures are looked at far oftener than kept."""
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    return written.getvalue()
