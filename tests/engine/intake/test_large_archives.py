"""Archives of any number of entries: read in memory that does not grow with them, zip64 too."""

import json
import random
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from vaxel_engine.intake import read

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[3]

Change = Callable[[list[bytes]], None]


def many(
    path: Path,
    count: int,
    contents: Callable[[int], bytes],
    *,
    wide: bool = False,
    change: Change | None = None,
    name: bytes = b"%d.json",
) -> Path:
    """An archive of stored entries, made faster than zipfile makes one; `wide` is zip64, `change` the rows'."""
    local, row = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
    directory: list[bytes] = []
    with path.open("wb") as made:
        for number in range(count):
            body, called, at = contents(number), name % number, made.tell()
            sizes = (zlib.crc32(body), len(body), len(body), len(called))
            made.write(local.pack(b"PK\x03\x04", 20, 0, 0, 0, 33, *sizes, 0) + called + body)
            extra = struct.pack("<2HQ", 1, 8, at) if wide else b""
            offset = 0xFFFFFFFF if wide else at
            fixed = row.pack(b"PK\x01\x02", 20, 20, 0, 0, 0, 33, *sizes, len(extra), 0, 0, 0, 0, offset)
            directory.append(fixed + called + extra)
        if change is not None:
            change(directory)
        start = made.tell()
        length = made.write(b"".join(directory))
        if wide:
            made.write(struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, start))
            made.write(struct.pack("<4sLQL", b"PK\x06\x07", 0, start + length, 1))
            count, length, start = 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF
        # a count of 16 bits is what is left of a larger one
        made.write(struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count % 65536, count % 65536, length, start, 0))
    return path


def test_any_number_of_entries_is_read_in_memory_that_does_not_grow_with_it(tmp_path: Path) -> None:
    """In a process of its own, whose highest memory is that of this archive and no other test's."""
    count = 66_000
    path = many(tmp_path / "october.zip", count, lambda number: b'{"reference":"M-%d"}' % number)
    told = alone(path)

    assert told["rejected"] == count
    assert told["grown"] < 30_000  # kilobytes


def test_three_hundred_thousand_empty_entries_are_each_counted_within_bounds(tmp_path: Path) -> None:
    told = alone(many(tmp_path / "october.zip", 300_000, lambda _: b""))

    assert (told["accepted"], told["rejected"]) == (0, 300_000)
    assert "entry 300000" in told["last"] or "299999.json" in told["last"]
    assert told["grown"] < 60_000  # kilobytes: twenty-eight bytes an entry, eight a rejection


def _shuffled(rows: list[bytes]) -> None:
    random.Random(7).shuffle(rows)  # noqa: S311 - the same order each time


def _shuffled_with_one_that_lies_over_another(rows: list[bytes]) -> None:
    _shuffled(rows)
    rows[150_000] = (
        rows[150_000][:42] + struct.pack("<L", struct.unpack("<L", rows[9][42:46])[0] + 1) + rows[150_000][46:]
    )


def _from_the_last(rows: list[bytes]) -> None:
    rows.reverse()
    rows[-1] = rows[-1][:42] + struct.pack("<L", 1) + rows[-1][46:]


@pytest.mark.parametrize("change", [_shuffled_with_one_that_lies_over_another, _from_the_last])
def test_one_overlap_among_three_hundred_thousand_is_found_within_bounds(tmp_path: Path, change: Change) -> None:
    told = alone(many(tmp_path / "october.zip", 300_000, lambda _: b"", change=change))

    assert "entries that overlap" in told["last"]
    assert told["grown"] < 200_000  # kilobytes
    assert told["spent"] < 3  # seconds of processor time; less than one on a quiet machine


def test_pdfs_without_an_index_are_told_before_they_are_listed(tmp_path: Path) -> None:
    path = many(tmp_path / "october.zip", 300_000, lambda _: b"", name=b"%d.pdf")
    told = alone(path)

    assert "holds PDFs without an index" in told["last"]
    assert told["spent"] < 3  # seconds of processor time; less than one on a quiet machine


def test_an_entry_that_is_longer_than_its_row_says_is_not_read_over_the_next(tmp_path: Path) -> None:
    """The local header alone has the extra field, so that the row's span ends before the next entry and it does not."""
    path = many(tmp_path / "october.zip", 2, lambda number: b'{"reference":"M-%d"}' % number)
    body = bytearray(path.read_bytes())
    body[28:30] = struct.pack("<H", 40)
    path.write_bytes(bytes(body))

    reading = read(path)

    assert list(reading) == []
    assert ["a broken entry" in str(one) for one in reading.rejections] == [True, False]


def test_entries_in_any_order_of_their_rows_are_read(tmp_path: Path, letter: dict[str, Any]) -> None:
    path = many(tmp_path / "october.zip", 50, lambda _: json.dumps(letter).encode(), change=_shuffled)

    assert len(list(read(path))) == 50


def alone(path: Path) -> dict[str, Any]:
    """Read in a process of its own, whose memory and time are of this archive alone."""
    told = subprocess.run(
        [sys.executable, "-c", _READ_ALL, str(path)], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT
    )
    return cast("dict[str, Any]", json.loads(told.stdout))


_READ_ALL = """
import json, sys, time
from tests import memory
from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import read
before, began = memory.forget(), time.process_time()
told = {"accepted": 0, "rejected": 0}
try:
    reading = read(sys.argv[1])
    for _ in reading:
        pass
    told = {"accepted": reading.counts.accepted, "rejected": reading.counts.rejected}
    told["last"] = str(reading.rejections[-1])
except Unreadable as error:
    told["last"] = str(error)
print(json.dumps({**told, "grown": memory.peak() - before, "spent": time.process_time() - began}))
"""


def test_an_archive_of_zip64_is_read(tmp_path: Path, letter: dict[str, Any]) -> None:
    path = many(tmp_path / "october.zip", 3, lambda _: json.dumps(letter).encode(), wide=True)

    assert len(list(read(path))) == 3
