"""JSON: one document, an array of documents, or `{"documents": [...]}`, each document with the line it begins on.

After its documents such a file may carry the sender's control totals.

Up to WHOLE_FILE_LIMIT a file is validated to its end before the first record, so that a broken one is refused whole;
above it the documents are decoded one by one in the memory of one.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Location, Records
from vaxel_engine.intake.control_totals import NAME, ControlTotals
from vaxel_engine.intake.json_pointer import pointer
from vaxel_engine.intake.json_record import in_words, record_of
from vaxel_engine.intake.json_text import JsonText, ValueEnd
from vaxel_engine.intake.source import OPENING, WHOLE_FILE_LIMIT, Source
from vaxel_engine.intake.strict_json import VALUES_LIMIT, Flaw, MeasuringDecoder, StrictDecoder

RECORD_LIMIT = 8 * 1024 * 1024
"""Characters of one document of a file that is read piece by piece."""
BLOCK = 256 * 1024
"""Bytes that are read at a time from such a file."""

_ENVELOPE = "documents"
_ENVELOPE_OPENING = re.compile(r'\{[ \t\r\n]*"documents"[ \t\r\n]*:[ \t\r\n]*(?=\[)')
_BARE_OPENING = '{"documents":['
_SPACE = " \t\r\n"
_LONGEST_WORD = len("-Infinity")
_UNTERMINATED = "Unterminated string"


def recognises(source: Source) -> bool:
    """Whether it opens an object or an array; that it is no JSON Lines was asked before."""
    return source.start[:1] in (b"{", b"[")


def records(source: Source) -> Records:
    """Return the file's records.

    Raises Unreadable for a file up to WHOLE_FILE_LIMIT that is no JSON from beginning to end, and for a larger one that
    is a single document.
    """
    return streamed(source) if source.size > WHOLE_FILE_LIMIT else _whole(source)


def _whole(source: Source) -> Records:
    body = source.whole("JSON")
    if body.count(b",") > VALUES_LIMIT:
        return _large(source)
    try:
        text = body.decode(json.detect_encoding(body))
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Unreadable(f"{source.name}: line {line}: holds bytes that are not UTF-8; save it as UTF-8.") from error
    try:
        splitter = _Splitter(JsonText(text.removeprefix("\ufeff")), announces=source.body is None)
        entries = list(splitter.entries())
        splitter.announce(source)
    except _Broken as broken:
        raise _unreadable(source, broken) from broken
    except ValueError as error:
        raise Unreadable(f"{source.name}: {error}; check how it was exported.") from error
    return _records(entries, source.name)


def _large(source: Source) -> Records:
    """Go through the whole file once and keep nothing, so that a broken one is refused whole, then read it."""
    with source.open() as stream:
        text = _text(stream, source, BLOCK)
        splitter = _Splitter(text, WHOLE_FILE_LIMIT, MeasuringDecoder(), announces=source.body is None)
        if not splitter.holds_several():
            raise Unreadable(f"{source.name}: is one document of more than {VALUES_LIMIT:,} values; split it.")
        try:
            for _ in splitter.entries():
                pass
        except _Broken as broken:
            if broken.at_end and text.undecodable:
                raise Unreadable(
                    f"{source.name}: line {broken.line}: holds bytes that are not UTF-8; save it as UTF-8."
                ) from broken
            raise _unreadable(source, broken) from broken
        except ValueError as error:
            raise Unreadable(f"{source.name}: {error}; check how it was exported.") from error
    return _one_by_one(source, BLOCK, WHOLE_FILE_LIMIT)


def _unreadable(source: Source, broken: "_Broken") -> Unreadable:
    return Unreadable(
        f"{source.name}: line {broken.line}, column {broken.column}: is not valid JSON ({broken.words}); "
        "mend it there, or write JSON Lines, where a broken record stops only itself."
    )


def _records(entries: "list[_Entry]", file: str) -> Iterator[Candidate | Rejected]:
    entries.reverse()
    record = 0
    while entries:
        entry = entries.pop()  # what a record held is let go when the next one is asked for
        record += 1
        yield _record(entry, file, record)


def _record(entry: "_Entry", file: str, record: int) -> Candidate | Rejected:
    return record_of(entry.value, entry.flaws, file=file, record=record, line=entry.line, prefix=entry.prefix)


def streamed(source: Source, block: int = BLOCK) -> Records:
    """Return the records of an array or of `{"documents": [...]}`, decoded while they are asked for.

    Where the JSON breaks off, that is one rejection, and nothing after it is read. Raises Unreadable for what is a
    single document, as for any file that is too large to be read whole.
    """
    with source.open() as stream:
        if not _Splitter(_text(stream, source, block)).holds_several():
            source.whole("JSON")
    return _one_by_one(source, block, RECORD_LIMIT)


def _text(stream: BinaryIO, source: Source, block: int) -> JsonText:
    encoding = json.detect_encoding(source.opening)
    text = JsonText("", stream=stream, encoding="utf-8" if encoding == "utf-8-sig" else encoding, block=block)
    while not text.window and text.fill():
        pass
    text.window = text.window.removeprefix("\ufeff")
    return text


def _one_by_one(source: Source, block: int, limit: int) -> Iterator[Candidate | Rejected]:
    record = 0
    with source.open() as stream:
        text = _text(stream, source, block)
        splitter = _Splitter(text, limit, announces=source.body is None)
        try:
            for entry in splitter.entries():
                record += 1
                yield _record(entry, source.name, record)
            splitter.announce(source)
        except (_Broken, ValueError) as error:
            line = error.line if isinstance(error, _Broken) else text.line(text.at)
            source.announced.append(ControlTotals(fault="the file breaks off before its end"))
            found, remedy = _break(error, undecodable=text.undecodable)
            yield Rejected(
                file=source.name,
                record=record + 1,
                line=line,
                path=pointer(splitter.prefix),
                found=found,
                remedy=f"{remedy}; the records before it were read, nothing after it was",
            )


def _break(error: Exception, *, undecodable: bool) -> tuple[str, str]:
    """What stood where the reading ends, and what to do about it."""
    if not isinstance(error, _Broken):
        return f"JSON that {error}", "check how it was exported"
    if error.at_end and undecodable:
        return f"bytes that are not UTF-8 after column {error.column}", "save the file as UTF-8"
    if error.at_end:
        return f"the end of the file in the middle of its JSON ({error.words})", "check that it was written to the end"
    return f"no valid JSON in column {error.column} ({error.words})", "mend it there"


class _Broken(Exception):
    """What is no JSON, and where."""

    def __init__(self, message: str, text: JsonText, at: int) -> None:
        self.line = text.line(at)
        self.column = text.column(at)
        self.words = in_words(json.JSONDecodeError(message, "", 0))
        self.at_end = text.ended and (message.startswith(_UNTERMINATED) or not text.window[at:].strip(_SPACE))
        super().__init__(message)


def _may_be_cut(error: json.JSONDecodeError, window: str) -> bool:
    """Whether the decoder may have missed only what was not yet read: it failed within a word of the window's end."""
    return error.msg.startswith(_UNTERMINATED) or not window[error.pos + _LONGEST_WORD :].strip(_SPACE)


@dataclass(frozen=True, slots=True)
class _Entry:
    prefix: Location
    line: int
    value: Any
    flaws: tuple[Flaw, ...]


_TOO_LARGE = Flaw(
    (), f"a document of more than {RECORD_LIMIT // 1_048_576} MB", "make it smaller, or hand in its PDF as a file"
)


_TOO_MANY = Flaw((), f"a document of more than {VALUES_LIMIT:,} values", "split it into smaller documents")


class _Splitter:
    """Finds the documents in the outermost value, so that each is decoded, placed and judged on its own."""

    def __init__(
        self,
        text: JsonText,
        limit: int | None = None,
        decoder: StrictDecoder | MeasuringDecoder | None = None,
        *,
        announces: bool = False,
    ) -> None:
        self.prefix: Location = ()
        """Where the document stands that is being read."""
        self._text = text
        self._limit = limit
        self._decoder = decoder or StrictDecoder()
        self._announces = announces
        self._totals: _Entry | None = None

    def announce(self, source: Source) -> None:
        """Keep what the file says is in it; raises ValueError where that is nothing to compare with."""
        if self._totals is not None:
            if self._totals.flaws:
                raise ValueError(f"holds {NAME} with {self._totals.flaws[0].found}")
            source.announced.append(ControlTotals.parse(self._totals.value))

    def holds_several(self) -> bool:
        """Whether the outermost value is an array or an envelope of documents."""
        return self._text.next() == "[" or self._envelope_opening() is not None

    def entries(self) -> Iterator[_Entry]:
        """Every document; raises _Broken, or ValueError for what cannot be borne."""
        if self._text.next() == "[":
            yield from self._array(())
        elif (opening := self._envelope_opening()) is not None:
            self._text.at = opening.end()
            yield from self._array((_ENVELOPE,))
            if self._text.next() == ",":
                self._beside()
            self._expect("}", "Expecting ',' delimiter")
        else:
            yield self._entry(())
        if self._text.next() or self._text.undecodable:
            raise _Broken("Extra data", self._text, self._text.at)

    def _beside(self) -> None:
        """What stands after the documents: the sender's control totals, and nothing else."""
        self._text.at += 1
        if self._text.next() != '"':
            raise _Broken("Expecting property name enclosed in double quotes", self._text, self._text.at)
        name = self._entry(()).value
        measured = isinstance(self._decoder, MeasuringDecoder)  # which understands no name
        if not self._announces or not (measured or name == NAME):
            raise ValueError(
                f'holds more than "documents" and "{NAME}" in its outermost object; put nothing else beside them'
            )
        self._expect(":", "Expecting ':' delimiter")
        self._totals = self._entry((NAME,))

    def _envelope_opening(self) -> re.Match[str] | None:
        """The outermost object's first field where it is `documents`: no document of ours has such a field."""
        while True:
            text = self._text
            opening = _ENVELOPE_OPENING.match(text.window, text.at)
            if opening is not None or len(text.window) - text.at > OPENING:
                return opening
            bare = "".join(text.window[text.at :].split())
            if not _BARE_OPENING.startswith(bare) or not text.fill():
                return None

    def _expect(self, character: str, otherwise: str) -> None:
        if self._text.next() != character:
            raise _Broken(otherwise, self._text, self._text.at)
        self._text.at += 1

    def _array(self, prefix: Location) -> Iterator[_Entry]:
        self._expect("[", "Expecting '['")
        if self._text.next() == "]":
            self._text.at += 1
            return
        position = 0
        while True:
            self.prefix = (*prefix, position)
            yield self._entry(self.prefix)
            position += 1
            self.prefix = prefix
            if self._text.next() == "]":
                self._text.at += 1
                return
            self._expect(",", "Expecting ',' delimiter")

    def _entry(self, prefix: Location) -> _Entry:
        self._text.next()
        line = self._text.line(self._text.at)
        decoded = self._decoded()
        if decoded is None:
            refused = self._gathered()
            if refused is not None:
                return _Entry(prefix, line, None, (refused,))
            decoded = self._decoded(complete=True)
        if decoded is None:  # not after what was gathered
            return _Entry(prefix, line, None, (_TOO_LARGE,))
        value, end = decoded
        length, self._text.at = end - self._text.at, end
        if self._limit is not None and length > self._limit:
            return _Entry(prefix, line, None, (_TOO_LARGE,))
        return _Entry(prefix, line, value, self._decoder.flaws(value))

    def _decoded(self, *, complete: bool = False) -> tuple[Any, int] | None:
        """The value that begins here and its end; None where it may go on in what was not yet read."""
        text = self._text
        open_ended = not (text.ended or complete)
        try:
            value, end = self._decoder.decode(text.window, text.at)
        except json.JSONDecodeError as error:
            if open_ended and _may_be_cut(error, text.window):
                return None
            raise _Broken(error.msg, text, error.pos) from error
        if open_ended and isinstance(value, Decimal) and end + _LONGEST_WORD > len(text.window):
            return None  # 12 of 125, 1 of 1.5 or of 1e+3
        return value, end

    def _gathered(self) -> Flaw | None:
        """Read on to the value's end or the file's; what is too large is passed over, and told."""
        end = ValueEnd()
        while not end.is_in(self._text):
            if self._limit is not None and end.seen > self._limit:
                self._decoded()  # what is no JSON is told as that
                self._pass_over(end)
                return _TOO_LARGE
            if self._crowded(end.seen):
                if isinstance(self._decoder, MeasuringDecoder):
                    raise ValueError(f"holds a document of more than {VALUES_LIMIT:,} values")
                self._pass_over(end)
                return _TOO_MANY
            if not self._text.fill():
                return None
        if self._crowded(end.seen):
            self._text.at += end.seen
            return _TOO_MANY
        return None

    def _crowded(self, length: int) -> bool:
        text = self._text
        return self._limit is not None and text.window.count(",", text.at, text.at + length) > VALUES_LIMIT

    def _pass_over(self, end: ValueEnd) -> None:
        text = self._text
        while True:
            end.pass_over(text)
            if not text.fill():
                raise _Broken("Expecting the document's end", text, len(text.window))
            if end.is_in(text):
                text.at += end.seen
                return
