"""Pages of a PDF as a reader meets them: words with their places, and pictures."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import pypdfium2
import pypdfium2.raw
import pytest
from PIL import Image

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render

MM = 25.4 / 72
pdfium: Any = pypdfium2.raw
"""PDFium has no types."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One visible character and its box in millimetres from the sheet's upper left corner."""

    character: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    """Font size in points."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its running text and its glyphs."""

    text: str
    glyphs: tuple[Glyph, ...]

    def text_within(self, left: float, top: float, right: float, bottom: float) -> str:
        """The characters whose boxes lie wholly in a rectangle in millimetres, in reading order."""
        return "".join(
            glyph.character
            for glyph in self.glyphs
            if left <= glyph.left and glyph.right <= right and top <= glyph.top and glyph.bottom <= bottom
        )


PageReader = Callable[[bytes], list[Page]]
Paper = Callable[[Document, ArtifactKind], bytes]


@pytest.fixture(scope="session")
def pictures() -> Callable[[bytes], list[Image.Image]]:
    """Draws the pages of a PDF at 100 dpi."""

    def draw(pdf: bytes) -> list[Image.Image]:
        document: Any = pypdfium2.PdfDocument(pdf)
        drawn = [page.render(scale=100 / 72).to_pil().convert("RGB") for page in document]
        document.close()
        return drawn

    return draw


@pytest.fixture(scope="session")
def read_pages() -> PageReader:
    """Reads a PDF with PDFium."""
    return _read


@pytest.fixture(scope="session")
def paper(nordljus: Pack) -> Paper:
    """Renders a document, each once in the session: setting a page costs a quarter of a second."""

    @cache
    def rendered(reference: str, kind: ArtifactKind) -> bytes:
        return render(known[reference], kind, pack=nordljus).body

    known: dict[str, Document] = {}

    def of(document: Document, kind: ArtifactKind = ArtifactKind.MAILBOX_PDF) -> bytes:
        content = document.model_dump_json()
        known[content] = document
        return rendered(content, kind)

    return of


def _read(pdf: bytes) -> list[Page]:
    document: Any = pypdfium2.PdfDocument(pdf)
    pages = [_page(page) for page in document]
    document.close()
    return pages


def _page(page: Any) -> Page:
    height = page.get_height()
    text = page.get_textpage()
    glyphs: list[Glyph] = []
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    matrix: Any = pdfium.FS_MATRIX()
    for at in range(text.count_chars()):
        character = chr(cast("int", pdfium.FPDFText_GetUnicode(text, at)))
        if character.isspace() or not character.isprintable():
            continue
        pdfium.FPDFText_GetCharBox(text, at, *(ctypes.byref(edge) for edge in edges))
        pdfium.FPDFText_GetMatrix(text, at, ctypes.byref(matrix))
        size = cast("float", pdfium.FPDFText_GetFontSize(text, at)) * abs(float(matrix.d))
        glyphs.append(
            Glyph(
                character,
                left.value * MM,
                (height - top.value) * MM,
                right.value * MM,
                (height - bottom.value) * MM,
                size,
            )
        )
    return Page(text.get_text_bounded().replace("\r\n", "\n"), tuple(glyphs))
