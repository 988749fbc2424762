"""JSON Lines: one document per line, read line by line, so that a file of any length takes the memory of one line."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Records
from vaxel_engine.intake.json_record import in_words, record_of
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.strict_json import VALUES_LIMIT, StrictDecoder

LINE_LIMIT = 8 * 1024 * 1024
"""Bytes of one line, that is of one document."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINES_LOOKED_AT = 100
_SPACE = b" \t\r\n"
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\]]|[^"{}\[\]\s]+|"', re.DOTALL)


def recognises(source: Source) -> bool:
    """Whether the file's first line is a document of its own, by its content: file names are not trusted.

    It is when something follows that cannot belong to the first line's value: that value is complete, or it was cut off
    where JSON does not allow the object that the next line begins with.
    """
    if source.opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        wide = [*source.opening.decode("utf-16", "ignore").split("\n", 2), "", ""]
        return wide[0].rstrip().endswith("}") and wide[1].startswith("{")
    with source.open() as stream:
        written = (raw for _, raw in islice(_lines(stream), _LINES_LOOKED_AT) if raw is None or raw.strip(_SPACE))
        lines = list(islice(written, 3))
    if len(lines) < 2:
        return False
    first, second = lines[:2]
    if not _opens_an_object(second):
        return _is_complete(first)
    if first is None or first.count(b",") > VALUES_LIMIT:
        return True
    if not first.lstrip(_SPACE).startswith((b"{", b"[")):
        return _is_complete(second)
    # Where the next line may belong to this one, a third that begins anew without a comma between may not.
    anew = len(lines) == 3 and _is_complete(second) and _opens_an_object(lines[2])
    return anew or not _may_go_on_with_an_object(first)


def records(source: Source) -> Records:
    """Read the file line by line; a line that is no JSON is rejected and the others go on."""
    if source.opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(f"{source.name}: is JSON Lines in UTF-16; save it as UTF-8.")
    return _records(source)


def _records(source: Source) -> Iterator[Candidate | Rejected]:
    decoder = StrictDecoder()
    record = 0
    with source.open() as stream:
        for line, raw in _lines(stream):
            if raw is not None and not raw.strip(_SPACE):
                continue
            record += 1
            yield _one(raw, decoder, file=source.name, record=record, line=line)


def _one(raw: bytes | None, decoder: StrictDecoder, *, file: str, record: int, line: int) -> Candidate | Rejected:
    def broken(found: str, remedy: str) -> Rejected:
        return Rejected(file=file, record=record, line=line, path="", found=found, remedy=remedy)

    if raw is None:
        return broken(f"a line of more than {LINE_LIMIT // 1_048_576} MB", "write one document per line")
    if raw.count(b",") > VALUES_LIMIT:
        return broken(f"a line of more than {VALUES_LIMIT:,} values", "write one document per line")
    try:
        text = raw.decode("utf-8").strip(" \t\r\n")
    except UnicodeDecodeError as error:
        return broken(f"a byte that is not UTF-8 in column {error.start + 1}", "save the file as UTF-8")
    try:
        value, end = decoder.decode(text)
    except json.JSONDecodeError as error:
        return broken(
            f"no valid JSON in column {error.colno} ({in_words(error)})",
            "export this record again; check that the line was not cut off",
        )
    except ValueError as error:
        return broken(f"a record that {error}", "check how it was exported")
    if text[end:].strip(" \t\r\n"):
        return broken(f"more after the document's end in column {end + 1}", "write one document per line")
    return record_of(value, decoder.flaws(value), file=file, record=record, line=line)


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Number and bytes of each line, None for one above LINE_LIMIT, which is passed over without being kept."""
    number = 0
    while raw := stream.readline(LINE_LIMIT + 1):
        number += 1
        if number == 1:
            raw = raw.removeprefix(_BYTE_ORDER_MARK)
        if len(raw) <= LINE_LIMIT:
            yield number, raw
            continue
        while not raw.endswith(b"\n"):
            raw = stream.readline(LINE_LIMIT)
            if not raw:
                break
        yield number, None


def _opens_an_object(line: bytes | None) -> bool:
    return line is not None and line.lstrip(_SPACE).startswith(b"{")


def _is_complete(line: bytes | None) -> bool:
    if line is None:
        return False
    try:
        text = line.decode("utf-8").strip(" \t\r\n")
        _, end = StrictDecoder().decode(text)
    except ValueError:
        return False
    return end == len(text) and text.startswith("{")


def _may_go_on_with_an_object(line: bytes) -> bool:
    """Whether `{` may follow in the same value: in an array at its start or after a comma, or after a colon."""
    open_brackets: list[bytes] = []
    last = b""
    for match in _TOKEN.finditer(line):
        last = match[0]
        if last in (b"{", b"["):
            open_brackets.append(last)
        elif last in (b"}", b"]") and open_brackets:
            open_brackets.pop()
        elif last == b'"':
            return False  # a text that was cut off
    if not open_brackets:
        return False
    return last.endswith(b":") or (open_brackets[-1] == b"[" and (last == b"[" or last.endswith(b",")))
