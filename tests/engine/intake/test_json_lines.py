"""JSON Lines: a broken line stops only itself, and a file of any length takes the memory of one line."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import read
from vaxel_engine.intake.json_lines import LINE_LIMIT

Write = Callable[[str | bytes], Path]
Record = dict[str, Any]


def lines(letter: Record, number: int) -> list[str]:
    return [json.dumps({**letter, "reference": f"M-{n}"}, ensure_ascii=False) for n in range(1, number + 1)]


@pytest.mark.parametrize(
    "broken",
    [
        '{"kind": "mess',
        '{"kind": "message",',
        '{"kind": ',
        '{"documents": [{"kind": "message"}',
        "{]",
        "hej",
        "// en kommentar",
        "null",
    ],
)
@pytest.mark.parametrize("at", [0, 1, 4])
def test_a_broken_line_stops_only_itself(write: Write, letter: Record, broken: str, at: int) -> None:
    rows = lines(letter, 5)
    rows[at] = broken

    reading = read(write("\n".join(rows)))

    assert len(list(reading)) == 4
    assert reading.format == "json-lines"
    assert [(rejected.record, rejected.line) for rejected in reading.rejections] == [(at + 1, at + 1)]


def test_a_line_that_is_not_utf8_stops_only_itself(write: Write, letter: Record) -> None:
    first, second, third = (row.encode() for row in lines(letter, 3))
    reading = read(write(b"\n".join((first, second.replace("ö".encode(), b"\xf6"), third))))

    assert len(list(reading)) == 2
    assert reading.rejections[0].remedy == "save the file as UTF-8"


def test_blank_lines_are_no_records_and_still_count_as_lines(write: Write, letter: Record) -> None:
    reading = read(write(("\n\r\n").join((*lines(letter, 2), "{]")) + "\n\n"))

    assert len(list(reading)) == 2
    assert (reading.rejections[0].record, reading.rejections[0].line) == (3, 5)


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(write: Write, letter: Record) -> None:
    reading = read(write(b"\xef\xbb\xbf" + "\r\n".join(lines(letter, 3)).encode()))

    assert len(list(reading)) == 3
    assert reading.rejections == []


def test_two_documents_on_one_line_are_rejected_with_the_column(write: Write, letter: Record) -> None:
    one, two, three = lines(letter, 3)
    reading = read(write(f"{one} {two}\n{three}"))

    assert len(list(reading)) == 1
    assert reading.rejections[0].found == f"more after the document's end in column {len(one) + 1}"


def test_a_line_without_end_is_passed_over(write: Write, letter: Record) -> None:
    one, two = lines(letter, 2)
    endless = '{"kind": "' + "x" * LINE_LIMIT
    reading = read(write(f"{one}\n{endless}\n{two}\n"))

    assert len(list(reading)) == 2
    assert [(rejected.record, rejected.found) for rejected in reading.rejections] == [(2, "a line of more than 8 MB")]


def test_a_pretty_printed_file_is_not_taken_for_lines(write: Write, letter: Record) -> None:
    reading = read(write(json.dumps([letter, letter], indent=2)))

    assert len(list(reading)) == 2
    assert reading.format == "json"


def test_json_lines_in_utf_16_are_told_what_to_do(write: Write, letter: Record) -> None:
    with pytest.raises(Unreadable, match="save it as UTF-8"):
        read(write("\r\n".join(lines(letter, 2)).encode("utf-16")))


def test_memory_stays_flat_however_long_the_file(tmp_path: Path, letter: Record) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for row in range(20_000):
            stream.write(json.dumps({**letter, "reference": f"M-{row}"}) + "\n")
    reading = read(path)
    for _ in range(10_000):
        next(reading)

    tracemalloc.start()
    count = sum(1 for _ in reading)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 10_000
    assert peak < 1_000_000  # what is left of the file has 2 MB
