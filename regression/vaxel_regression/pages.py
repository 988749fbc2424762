"""Pages of a PDF as pictures: the one place that talks to PDFium, which is not safe in two threads at once."""

import io
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2
from PIL import Image

from vaxel_engine.errors import Unrenderable

MM_PER_POINT = 25.4 / 72
_one_at_a_time = threading.Lock()


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


def png(picture: Image.Image) -> bytes:
    """Encode losslessly; the quickest level, since pictures are looked at far oftener than kept."""
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    return written.getvalue()


@contextmanager
def _opened(pdf: bytes) -> Generator[Any]:
    with _one_at_a_time:
        try:
            document: Any = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise Unrenderable("the bytes are not a PDF that can be opened; render the document again") from error
        try:
            yield document
        finally:
            document.close()
