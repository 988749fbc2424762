"""Archives of any number of entries: read in memory that does not grow with them, zip64 too."""

import json
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vaxel_engine.intake import read


def many(path: Path, count: int, contents: Callable[[int], bytes], *, wide: bool = False) -> Path:
    """An archive of stored entries, made faster than zipfile makes one; `wide` is zip64."""
    local, row = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L")
    directory: list[bytes] = []
    with path.open("wb") as made:
        for number in range(count):
            body, name, at = contents(number), b"%d.json" % number, made.tell()
            sizes = (zlib.crc32(body), len(body), len(body), len(name))
            made.write(local.pack(b"PK\x03\x04", 20, 0, 0, 0, 33, *sizes, 0) + name + body)
            extra = struct.pack("<2HQ", 1, 8, at) if wide else b""
            offset = 0xFFFFFFFF if wide else at
            fixed = row.pack(b"PK\x01\x02", 20, 20, 0, 0, 0, 33, *sizes, len(extra), 0, 0, 0, 0, offset)
            directory.append(fixed + name + extra)
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
    told = subprocess.run(
        [sys.executable, "-c", _READ_ALL, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    read_in, grown = map(int, told.stdout.split())

    assert read_in == count
    assert grown < 30_000  # kilobytes


_READ_ALL = """
import resource, sys
from vaxel_engine.intake import read
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in read(sys.argv[1]).candidates())
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_an_archive_of_zip64_is_read(tmp_path: Path, letter: dict[str, Any]) -> None:
    path = many(tmp_path / "october.zip", 3, lambda _: json.dumps(letter).encode(), wide=True)

    assert len(list(read(path))) == 3
