"""A JSON file of any length is read in the memory of one document, and a break in it keeps what stands before."""

import itertools
import json
import random
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import Reading, read
from vaxel_engine.intake.candidate import Candidate, Records
from vaxel_engine.intake.json_file import RECORD_LIMIT, records, streamed
from vaxel_engine.intake.source import WHOLE_FILE_LIMIT, look_at

Write = Callable[[str | bytes], Path]
Record = dict[str, Any]

TRICKY = (
    '{"documents" :\n [ {"a": "\\\\", "b\\"": "}]\\ud83d\\ude00ö😀\\u00e5", "c": [1.50, -2e+3, {"d": null}]},\r\n'
    ' 12.75e+2 , "te,xt", true,\n\n[], {"x": 1, "x": 2, "y": NaN},-Infinity, {"z": {}},  17 ] }\n'
)


def told(entries: Records) -> list[tuple[object, ...]]:
    """All that is known of each record, in a form that can be compared."""
    return [
        (entry.record, entry.fields, entry.locate(("a",)))
        if isinstance(entry, Candidate)
        else (entry.record, entry.line, str(entry), [str(other) for other in entry.further])
        for entry in entries
    ]


def exhausted(path: Path) -> Reading:
    reading = read(path)
    for _ in reading:
        pass
    return reading


def large(path: Path, letter: Record, *, end: str = "]}", middle: str = "") -> int:
    """Write a file just above the limit of what is read whole; returns how many good documents it has."""
    indent = " " * 20_000
    written = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write('{"documents": [\n')
        while stream.tell() <= WHOLE_FILE_LIMIT:
            text = json.dumps({**letter, "reference": f"M-{written}"})
            stream.write((",\n" if written else "") + indent + text)
            written += 1
        stream.write(middle + end)
    return written


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("text", [TRICKY, "[]", ' [ 1 , "a" ]', '{"documents":[]}'])
def test_a_border_of_two_blocks_may_fall_anywhere(write: Write, text: str, encoding: str) -> None:
    source = look_at(write(text.encode(encoding)))
    whole = told(records(source))

    for block in range(1, source.size + 1):
        assert told(streamed(source, block)) == whole


def test_a_break_half_way_is_one_rejection_wherever_the_borders_fall(write: Write) -> None:
    good = [json.dumps({"n": n, "text": "å" * n}, ensure_ascii=False) for n in range(4)]
    source = look_at(write("[" + ",\n".join(good) + ',\n{"n": 4, "text": oj}, {"n": 5}]'))

    for block in range(1, source.size + 1):
        *before, last = streamed(source, block)
        assert [entry.fields for entry in before if isinstance(entry, Candidate)] == [json.loads(text) for text in good]
        assert str(last) == (
            "handed-over.dat, record 5 (line 5), /4: found no valid JSON in column 18 (expecting value); "
            "mend it there; the records before it were read, nothing after it was."
        )


def test_a_file_cut_off_anywhere_keeps_what_is_complete(write: Write) -> None:
    whole = told(records(look_at(write(TRICKY))))

    for at in range(TRICKY.index("[") + 1, len(TRICKY.rstrip())):
        *before, last = told(streamed(look_at(write(TRICKY[:at])), 7))
        complete = [entry for entry in before if not isinstance(entry[1], Decimal)]  # 12 may be half of 1275
        assert complete == [entry for entry in whole[: len(before)] if not isinstance(entry[1], Decimal)]
        assert "the records before it were read" in str(last[2])


def test_bytes_that_are_not_utf8_end_the_reading_there(write: Write) -> None:
    source = look_at(write(b'[{"a": "\xc3\xb6"},\n{"b": "\xf6"}, {"c": 1}]'))

    for block in range(1, source.size + 1):
        first, last = streamed(source, block)
        assert isinstance(first, Candidate)
        assert isinstance(last, Rejected)
        assert (last.record, last.line, last.path) == (2, 2, "/1")
        assert last.found.startswith("bytes that are not UTF-8")


def test_bytes_after_the_end_are_not_passed_over(write: Write) -> None:
    *_, last = streamed(look_at(write(b'[{"a": 1}]\n\xff')), 4)

    assert isinstance(last, Rejected)
    assert last.found.startswith("bytes that are not UTF-8")


def test_any_damage_gives_the_records_before_it_and_one_rejection(write: Write) -> None:
    chance = random.Random(3)  # noqa: S311 - damage that can be repeated
    for _ in range(100):
        body = bytearray(TRICKY.encode())
        for _ in range(chance.randint(1, 3)):
            body[chance.randrange(20, len(body))] = chance.choice(b'"\\{}[],:1 \xff\x00a')
        source = look_at(write(bytes(body)))
        by_block = [told(streamed(source, block)) for block in (1, 5, 64, 4096)]
        assert all(other == by_block[0] for other in by_block)
        assert [entry[0] for entry in by_block[0]] == list(range(1, len(by_block[0]) + 1))
        try:
            whole = told(records(source))
        except Unreadable:
            assert "the records before it were read" in str(by_block[0][-1][2])
        else:
            assert by_block[0] == whole


def test_memory_stays_flat_however_long_the_file(tmp_path: Path, letter: Record) -> None:
    path = tmp_path / "year.json"
    written = large(path, letter)
    reading = read(path)
    first = [next(reading).reference for _ in range(written // 2)]

    tracemalloc.start()
    later = sum(1 for _ in itertools.islice(reading, 100))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    rest = sum(1 for _ in reading)

    assert first[-1] == f"M-{written // 2 - 1}"
    assert len(first) + later + rest == reading.counts.accepted == written
    assert peak < 4_000_000  # the file has 32 MB
    assert reading.rejections == []


def test_what_stands_before_a_break_in_a_large_file_counts(tmp_path: Path, letter: Record) -> None:
    path = tmp_path / "year.json"
    written = large(path, letter, end=',\n{"kind": "mess')
    reading = exhausted(path)

    assert (reading.counts.accepted, reading.counts.rejected) == (written, 1)
    assert str(reading.rejections[0]) == (
        f"year.json, record {written + 1} (line {written + 2}), /documents/{written}: found the end of the file in the "
        "middle of its JSON (unterminated string); check that it was written to the end; the records before it were "
        "read, nothing after it was."
    )


def test_a_document_that_is_too_large_stops_only_itself(tmp_path: Path, letter: Record) -> None:
    path = tmp_path / "year.json"
    after = json.dumps({**letter, "reference": "after"})
    endless = json.dumps({**letter, "message": {"body": '\\"}' * (RECORD_LIMIT // 4)}})
    written = large(path, letter, middle=f",\n{endless},\n{after}")
    reading = exhausted(path)

    assert reading.counts.accepted == written + 1
    (rejected,) = reading.rejections
    assert (rejected.record, rejected.line, rejected.path) == (written + 1, written + 2, f"/documents/{written}")
    assert rejected.found == "a document of more than 8 MB"


def test_nesting_without_end_in_a_large_file_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "year.json"
    path.write_bytes(b'{"documents": [' + b"[" * WHOLE_FILE_LIMIT)
    reading = exhausted(path)

    assert [rejected.found for rejected in reading.rejections] == ["JSON that is nested too deep"]
