"""PDF read back: text layer and pictures; PDFium, which has no types and bears one thread at a time, stays in here."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import pypdfium2
from PIL import Image

from vaxel_engine.errors import Unrenderable

_one_at_a_time = threading.Lock()


@contextmanager
def opened(pdf: bytes) -> Generator[Any]:
    """The PDF as PDFium's own document, closed afterwards; nobody else is in PDFium meanwhile.

    Raises Unrenderable when the bytes are no PDF.
    """
    with _one_at_a_time:
        try:
            document: Any = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            raise Unrenderable("the bytes are not a PDF that can be opened; render the document again") from error
        try:
            yield document
        finally:
            document.close()


def page_texts(pdf: bytes) -> tuple[str, ...]:
    """The text layer of each page, in the order it was written; raises Unrenderable when the bytes are no PDF."""
    texts: list[str] = []
    with opened(pdf) as document:
        for page in document:
            layer = page.get_textpage()
            texts.append(str(layer.get_text_bounded()))
            layer.close()
            page.close()
    return tuple(texts)


def page_pictures(pdf: bytes, *, dpi: int) -> Generator[Image.Image]:
    """The pages in shades of grey, each drawn when it is asked for; raises Unrenderable when the bytes are no PDF."""
    with opened(pdf) as document:
        count = len(document)
    for number in range(count):
        with opened(pdf) as document:
            picture: Image.Image = document[number].render(scale=dpi / 72, grayscale=True).to_pil()
        yield picture
