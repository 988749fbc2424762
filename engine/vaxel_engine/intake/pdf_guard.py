"""Whether a finished PDF may go out, and parts of a large one: asked of a child process that can be ended any time."""

import atexit
import contextlib
import json
import os
import select
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

SECONDS = 4.0
"""For one answer; an ordinary PDF takes milliseconds."""

_SCRIPT = Path(__file__).with_name("pdf_child.py")
_CHUNK = 1024 * 1024
T = TypeVar("T")


class RefusedPdf(Exception):
    """A PDF that may not go out: what was found in it, and what to do about it."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.found = found
        self.remedy = remedy


class PdfChild:
    """One child process; after it had to be ended it cannot be asked again."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._process = subprocess.Popen(  # noqa: S603  # our own script, nothing from outside
            [sys.executable, "-I", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )

    @property
    def alive(self) -> bool:
        """Whether it can be asked, by this process."""
        return self.owner == os.getpid() and self._process.poll() is None

    def inspect(self, body: bytes) -> int:
        """How many pages a finished PDF has; raises RefusedPdf."""
        reply, _ = self._ask({"do": "inspect"}, body)
        return int(reply["pages"])

    def open(self, path: Path) -> int:
        """Open a large PDF and say how many pages it has; raises RefusedPdf."""
        reply, _ = self._ask({"do": "open", "path": str(path)})
        return int(reply["pages"])

    def text(self, page: int) -> str:
        """The words of a page of the large PDF, counted from 1; raises RefusedPdf."""
        return self._ask({"do": "text", "page": page})[1].decode("utf-8")

    def cut(self, first: int, last: int) -> bytes:
        """The pages from `first` to `last` of the large PDF, counted from 1, as one PDF; raises RefusedPdf."""
        return self._ask({"do": "cut", "first": first, "last": last})[1]

    def close(self) -> None:
        """End it; harmless when repeated."""
        if self.owner == os.getpid():
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    pipe.close()
            self._process.wait()

    def _ask(self, request: dict[str, Any], payload: bytes = b"") -> tuple[dict[str, Any], bytes]:
        try:
            for frame in (json.dumps(request).encode(), payload):
                self._write(struct.pack(">I", len(frame)) + frame)
            reply = cast("dict[str, Any]", json.loads(self._frame()))
            body = self._frame()
        except TimeoutError as error:
            self.close()
            raise RefusedPdf(f"a PDF that takes longer than {SECONDS:.0f} seconds to look at", _ANEW) from error
        except (OSError, EOFError) as error:
            self.close()
            raise RefusedPdf("a PDF that ends the program which opens it", _ANEW) from error
        if "found" in reply:
            raise RefusedPdf(reply["found"], reply["remedy"])
        return reply, body

    def _write(self, body: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101  # opened as a pipe above
        view = memoryview(body)
        while view:
            if not select.select([], [self._process.stdin], [], SECONDS)[1]:
                raise TimeoutError
            view = view[os.write(self._process.stdin.fileno(), view[:65_536]) :]

    def _frame(self) -> bytes:
        return self._read(struct.unpack(">I", self._read(4))[0])

    def _read(self, length: int) -> bytes:
        assert self._process.stdout is not None  # noqa: S101  # opened as a pipe above
        parts: list[bytes] = []
        while length:
            if not select.select([self._process.stdout], [], [], SECONDS)[0]:
                raise TimeoutError
            part = os.read(self._process.stdout.fileno(), min(length, _CHUNK))
            if not part:
                raise EOFError
            parts.append(part)
            length -= len(part)
        return b"".join(parts)


_ANEW = "print it anew to a plain PDF"
_lock = threading.Lock()
_shared: list[PdfChild] = []


def _with_shared(ask: Callable[[PdfChild], T]) -> T:
    """Ask the process's one child, which is started at the first question and after each one that ended it."""
    with _lock:
        if not (_shared and _shared[0].alive):
            for ended in _shared:
                ended.close()
            _shared[:] = [PdfChild()]
        return ask(_shared[0])


def inspect(body: bytes) -> int:
    """How many pages a finished PDF has; raises RefusedPdf for one that is encrypted, active, swollen or broken."""
    return _with_shared(lambda child: child.inspect(body))


@atexit.register
def _end_shared() -> None:
    with contextlib.suppress(OSError):
        for child in _shared:
            child.close()
