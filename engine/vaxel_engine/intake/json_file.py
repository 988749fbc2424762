"""JSON: one document, an array of documents, or `{"documents": [...]}`, each document with the line it begins on."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Location, Records
from vaxel_engine.intake.json_record import in_words, record_of
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.strict_json import Flaw, StrictDecoder

_SPACE = re.compile(r"[ \t\r\n]*")
_ENVELOPE = "documents"


def recognises(source: Source) -> bool:
    """Whether it opens an object or an array; that it is no JSON Lines was asked before."""
    return source.start[:1] in (b"{", b"[")


def records(source: Source) -> Records:
    """Decode the file, raising Unreadable where it is no JSON from beginning to end, and return its records."""
    body = source.whole("JSON")
    try:
        text = body.decode(json.detect_encoding(body))
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{source.name}: line {line}: holds bytes that are not UTF-8; save it as UTF-8.") from error
    try:
        entries = _Splitter(text.removeprefix("\ufeff")).entries()
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"{source.name}: line {error.lineno}, column {error.colno}: is not valid JSON ({in_words(error)}); "
            "mend it there, or write JSON Lines, where a broken record stops only itself."
        ) from error
    except ValueError as error:
        raise Unreadable(f"{source.name}: {error}; check how it was exported.") from error
    return _records(entries, source.name)


@dataclass(frozen=True, slots=True)
class _Entry:
    prefix: Location
    line: int
    value: Any
    flaws: tuple[Flaw, ...]


def _records(entries: list[_Entry], file: str) -> Iterator[Candidate | Rejected]:
    entries.reverse()
    record = 0
    while entries:
        entry = entries.pop()  # what a record held is let go when the next one is asked for
        record += 1
        yield record_of(entry.value, entry.flaws, file=file, record=record, line=entry.line, prefix=entry.prefix)


class _Splitter:
    """Finds the documents in the outermost value, so that each is decoded, placed and judged on its own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._decoder = StrictDecoder()

    def entries(self) -> list[_Entry]:
        """Every document; raises json.JSONDecodeError, or ValueError for what cannot be borne."""
        if self._next() == "[":
            entries = self._array(())
        elif self._is_envelope():
            entries = self._envelope()
        else:
            entries = [self._value(())]
        if self._next():
            raise json.JSONDecodeError("Extra data", self._text, self._at)
        return entries

    def _next(self) -> str:
        """The next character that is no space; "" at the end."""
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at
        return self._text[self._at : self._at + 1]

    def _expect(self, character: str, otherwise: str) -> None:
        if self._next() != character:
            raise json.JSONDecodeError(otherwise, self._text, self._at)
        self._at += 1

    def _value(self, prefix: Location) -> _Entry:
        self._next()
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        value, self._at = self._decoder.decode(self._text, self._at)
        return _Entry(prefix, self._line, value, self._decoder.flaws(value))

    def _array(self, prefix: Location) -> list[_Entry]:
        entries: list[_Entry] = []
        self._expect("[", "Expecting '['")
        if self._next() == "]":
            self._at += 1
            return entries
        while True:
            entries.append(self._value((*prefix, len(entries))))
            if self._next() == "]":
                self._at += 1
                return entries
            self._expect(",", "Expecting ',' delimiter")

    def _is_envelope(self) -> bool:
        """Whether the outermost object's first field is `documents`: no document of ours has such a field."""
        opening = _ENVELOPE_OPENING.match(self._text, self._at)
        return opening is not None

    def _envelope(self) -> list[_Entry]:
        opening = _ENVELOPE_OPENING.match(self._text, self._at)
        self._at = opening.end() if opening else self._at
        entries = self._array((_ENVELOPE,))
        if self._next() == ",":
            raise ValueError('holds more than "documents" in its outermost object; put nothing beside it')
        self._expect("}", "Expecting ',' delimiter")
        return entries


_ENVELOPE_OPENING = re.compile(r'\{[ \t\r\n]*"documents"[ \t\r\n]*:[ \t\r\n]*(?=\[)')
