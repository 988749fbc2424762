"""What a provider looks at in a PDF: pages, encryption, text in a box and pictures; the reading is done elsewhere.

pdfium is not made for threads and the PDFs come from outside, so one child process (`pdf_worker`) does the work for all
simulators of this process. It starts with the first question and ends when the last simulator stops.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from vaxel_simulators import pdf_worker
from vaxel_simulators.pdf_worker import read_frame, write_frames


class NotAPdf(Exception):
    """The bytes cannot be opened as a PDF."""


@dataclass(frozen=True, slots=True)
class PdfFacts:
    """What a PDF says of itself; page sizes are (width, height) in millimetres as displayed."""

    version: int | None
    """Ten times the version: 17 for PDF 1.7."""
    encrypted: bool
    pages: tuple[tuple[float, float], ...]
    interactive: bool
    """Has form fields, JavaScript or an action that starts by itself."""
    loose_fonts: tuple[str, ...]
    """Fonts that are named but not embedded."""


@dataclass(frozen=True, slots=True)
class BoxText:
    """The text found in a box of a page, and how many characters its border cuts."""

    text: str = field(repr=False)
    cut: int


class PdfReader:
    """Asks the child process; safe to use from several threads, one question at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._users = 0

    def open(self) -> None:
        """Announce one more user."""
        with self._lock:
            self._users += 1

    def close(self) -> None:
        """One user less; the last one ends the child."""
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._end()

    def inspect(self, pdf: bytes) -> PdfFacts:
        """Look at the whole document.

        Raises:
            NotAPdf: it cannot be opened.
        """
        reply, _ = self._ask(pdf, do="inspect")
        pages = tuple((float(width), float(height)) for width, height in reply["pages"])
        return PdfFacts(
            version=reply["version"],
            encrypted=bool(reply["encrypted"]),
            pages=pages,
            interactive=bool(reply["interactive"]),
            loose_fonts=tuple(reply["loose_fonts"]),
        )

    def text_in(self, pdf: bytes, page: int, box: tuple[float, float, float, float]) -> BoxText:
        """Read a box given as left, top, right, bottom in millimetres from the page's top left corner.

        Raises:
            NotAPdf: it cannot be opened or has no such page.
        """
        reply, _ = self._ask(pdf, do="text_in", page=page, box=box)
        return BoxText(str(reply["text"]), int(reply["cut"]))

    def picture(self, pdf: bytes, page: int, scale: float = 1.5) -> bytes:
        """A page as PNG; `scale` 1 is 72 dots per inch.

        Raises:
            NotAPdf: it cannot be opened or has no such page.
        """
        return self._ask(pdf, do="picture", page=page, scale=scale)[1]

    def _ask(self, pdf: bytes, **request: object) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            child = self._running()
            try:
                write_frames(cast(BinaryIO, child.stdin), json.dumps(request).encode(), pdf)
                head, payload = read_frame(cast(BinaryIO, child.stdout)), read_frame(cast(BinaryIO, child.stdout))
            except OSError:
                head = payload = None
            if head is None or payload is None:
                self._end()
                raise NotAPdf("reading it ended the reader")
        reply: dict[str, Any] = json.loads(head)
        if "error" in reply:
            raise NotAPdf(str(reply["error"]))
        return reply, payload

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no outside words
                [sys.executable, "-P", pdf_worker.__file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()  # it holds nothing that must be finished
            child.communicate()


reader = PdfReader()
"""The reader shared by all simulators of this process."""
