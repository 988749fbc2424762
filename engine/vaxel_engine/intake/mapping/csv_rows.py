"""The rows of a CSV, one at a time, with their lines; a broken row is told and the next one is read."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from vaxel_engine.intake.mapping.rules import MappingFile

LINE_LIMIT = 1_048_576
"""Bytes of one line."""
ROW_LIMIT = 1_048_576
"""Characters of one row, which may have several lines within quotation marks."""

_KILOBYTE = 1024
_WIDE = ("utf-16", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line it begins on and its cells."""

    line: int
    cells: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read; `cells` is a guess at its cells, by which the document it belongs to is found."""

    line: int
    found: str
    remedy: str
    cells: tuple[str, ...] = field(default=(), repr=False)


class _Broken(Exception):
    def __init__(self, found: str, remedy: str) -> None:
        self.found = found
        self.remedy = remedy
        super().__init__(found)


def rows(stream: BinaryIO, mapping: MappingFile) -> Iterator[Row | BrokenRow]:
    """Every row with something in it, the heading among them; each has as many cells as the first."""
    lines = _Lines(stream, mapping)
    width: int | None = None
    while True:
        lines.begin()
        try:
            reader = csv.reader(
                lines,
                delimiter=mapping.delimiter,
                quotechar=mapping.quote,
                quoting=csv.QUOTE_MINIMAL if mapping.quote else csv.QUOTE_NONE,
                strict=True,
            )
            cells = next(reader)
        except StopIteration:
            return
        except (_Broken, csv.Error) as error:
            yield lines.broken(error)
            continue
        if not any(cells):
            continue
        width = width or len(cells)
        if len(cells) != width:
            yield BrokenRow(
                line=lines.first,
                found=f"{len(cells)} columns where the first row has {width}",
                remedy="check its delimiters and quotation marks",
                cells=tuple(cells),
            )
        else:
            yield Row(lines.first, cells)


def is_wide(encoding: str) -> bool:
    """Whether the encoding is one of UTF-16, whose line ends cannot be found among its bytes."""
    return codecs.lookup(encoding).name in _WIDE


class _AsUtf8(io.RawIOBase):
    """A stream of UTF-16 as UTF-8; what is broken in it stays broken, so that the row it is in is told."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        while not self._ready and not self._ended:
            raw = self._stream.read(io.DEFAULT_BUFFER_SIZE)
            self._ready = self._decoder.decode(raw).encode("utf-8", "surrogatepass")
            if not raw:
                self._ended = True
                if self._decoder.getstate()[0]:
                    self._ready = b"\xff"  # half a character
        part, self._ready = self._ready[:size], self._ready[size:]
        return part

    def readinto(self, buffer: Any, /) -> int:
        part = self.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)


class _Lines(Iterator[str]):
    """The lines of a file in text, as the csv module asks for them; those of a broken row are given out again."""

    def __init__(self, stream: BinaryIO, mapping: MappingFile) -> None:
        wide = is_wide(mapping.encoding)
        self._stream = io.BufferedReader(_AsUtf8(stream, mapping.encoding)) if wide else stream
        self._encoding = "utf-8" if wide else mapping.encoding
        self._mapping = mapping
        self._number = 0
        self._again: deque[tuple[int, str]] = deque()
        self._taken: list[tuple[int, str]] = []
        self._size = 0

    @property
    def first(self) -> int:
        """The line that the present row begins on."""
        return self._taken[0][0] if self._taken else self._number

    def begin(self) -> None:
        """A new row begins."""
        self._taken.clear()
        self._size = 0

    def __next__(self) -> str:
        number, text = self._again.popleft() if self._again else self._read()
        self._taken.append((number, text))
        self._size += len(text)
        if "\0" in text:
            raise _Broken("a NUL character", "export the file again as text")
        if self._size > ROW_LIMIT:
            raise _Broken(f"a row of more than {ROW_LIMIT // _KILOBYTE} kB", "check its quotation marks")
        return text

    def _read(self) -> tuple[int, str]:
        raw = self._stream.readline(LINE_LIMIT + 1)
        if not raw:
            raise StopIteration
        self._number += 1
        if len(raw) > LINE_LIMIT:
            while raw and not raw.endswith(b"\n"):
                raw = self._stream.readline(LINE_LIMIT)
            self._taken.append((self._number, ""))
            raise _Broken(f"a line of more than {LINE_LIMIT // _KILOBYTE} kB", "check how it was exported")
        if self._number == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
        try:
            return self._number, raw.decode(self._encoding)
        except UnicodeDecodeError as error:
            self._taken.append((self._number, raw.decode(self._encoding, "replace")))
            mapping = self._mapping
            where = f"in line {mapping.line_of('encoding')} of {mapping.name}"
            raise _Broken(
                f"a byte that is not {mapping.encoding} at position {error.start + 1}",
                f"write the file's encoding {where}, e.g. iso-8859-1",
            ) from error

    def broken(self, error: Exception) -> BrokenRow:
        """The present row as broken, and the lines after the quotation mark that was not closed to be read again."""
        found, remedy = str(error), "mend the row"
        line, upto = self.first, len(self._taken)
        if isinstance(error, _Broken):
            remedy = error.remedy
        else:
            found = "quotation marks or columns that do not fit together"
            if "field limit" in str(error):
                found = f"a cell of more than {csv.field_size_limit() // _KILOBYTE} kB"
        opened = self._opened()
        if opened is not None and (len(self._taken) > 1 or "unexpected end" in str(error)):
            line, upto = self._taken[opened][0], opened + 1
            found, remedy = "a quotation mark that opens and does not close", "close it, or double it where it is text"
        self._again.extendleft(reversed(self._taken[upto:]))
        text = "".join(part for _, part in self._taken[:upto])[:4096]
        return BrokenRow(
            line, found, remedy, tuple(cell.strip('" \r\n') for cell in text.split(self._mapping.delimiter))
        )

    def _opened(self) -> int | None:
        """Which of the taken lines opens the quotation mark that is still open after the last."""
        quote, delimiter = self._mapping.quote, self._mapping.delimiter
        if quote is None:
            return None
        opened: int | None = None
        for position, (_, text) in enumerate(self._taken):
            at_start = opened is None
            for character in text:
                if opened is None:
                    if character == quote and at_start:
                        opened = position
                    at_start = character == delimiter
                elif character == quote:
                    opened, at_start = None, True  # a doubled one opens it again
        return opened
