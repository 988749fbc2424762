"""The central directory of a ZIP, walked as a stream: what each row says, and nothing kept of it (APPNOTE.TXT 6.3.10).

zipfile holds about a kilobyte per entry and reads what overlaps (CVE-2024-0450, Python 3.11.7), so it is not used here.
"""

import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_END = struct.Struct("<4s4H2LH")  # end of central directory record, APPNOTE 4.3.16
_END_64 = struct.Struct("<4sQ2H2L4Q")  # zip64 end of central directory record, APPNOTE 4.3.14
_LOCATOR_64 = struct.Struct("<4sLQL")  # APPNOTE 4.3.15
_ROW = struct.Struct("<4s6H3L5H2L")  # central directory header, APPNOTE 4.3.12
_LOCAL = struct.Struct("<4s5H3L2H")  # local file header, APPNOTE 4.3.7
_FULL_32, _FULL_16 = 0xFFFFFFFF, 0xFFFF
_LARGEST_ROW = _ROW.size + 3 * _FULL_16
_BLOCK = 1024 * 1024
_UTF_8 = 0x800  # general purpose bit 11
_ZIP_64 = 1  # the extra field with sizes of 64 bits, APPNOTE 4.5.3


class BrokenDirectory(Exception):
    """What stands there is no directory of a ZIP."""


class Directory(NamedTuple):
    """Where the directory stands, and how many rows the archive's end announces."""

    start: int
    end: int
    announced: int
    shift: int
    """Bytes before the archive itself, which its offsets do not count."""
    wide: bool
    """Whether the count has 64 bits; of 16 bits, some programs write what is left of a larger one."""

    def announces(self, count: int) -> bool:
        """Whether that many rows are what the end says."""
        return count == self.announced or (not self.wide and count % (_FULL_16 + 1) == self.announced)


class Header(NamedTuple):
    """One row: an entry as the directory has it. Sizes in bytes, `offset` from the beginning of the file."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    place: int
    """Where the row itself stands in the file."""


def find(stream: BinaryIO, size: int) -> Directory:
    """Read the end record alone; raises BrokenDirectory."""
    tail = min(size, _END.size + _FULL_16)
    ending = read_at(stream, size - tail, tail)
    at = ending.rfind(b"PK\x05\x06")
    if at < 0 or len(ending) - at < _END.size:
        raise BrokenDirectory
    _, disk, _, _, count, length, offset, _ = _END.unpack_from(ending, at)
    end, wide = size - tail + at, False
    locator = ending[at - _LOCATOR_64.size : at] if at >= _LOCATOR_64.size else b""
    if (_FULL_16 in (count, disk) or _FULL_32 in (length, offset)) and locator.startswith(b"PK\x06\x07"):
        end, wide = min(_LOCATOR_64.unpack(locator)[2], size), True
        record = read_at(stream, end, _END_64.size)
        if len(record) < _END_64.size or not record.startswith(b"PK\x06\x06"):
            raise BrokenDirectory
        count, length, offset = _END_64.unpack(record)[7:]
    start = end - length
    if start < offset:  # the directory would begin before the file does
        raise BrokenDirectory
    return Directory(start, end, count, start - offset, wide)


def rows(stream: BinaryIO, directory: Directory) -> Iterator[Header]:
    """Every row in its order, one block in memory at a time; raises BrokenDirectory. The stream may be read between."""
    place, base, block = directory.start, directory.start, b""
    while place < directory.end:
        read = base + len(block)
        if read - place < _LARGEST_ROW and read < directory.end:
            base, block = place, read_at(stream, place, min(_BLOCK, directory.end - place))
        header, length = _parsed(block, place - base, place, directory.shift)
        yield header
        place += length


def places(stream: BinaryIO, directory: Directory) -> Iterator[tuple[int, int, int, str]]:
    """Every row in its order as (its own place, where its entry begins, the least that the entry ends at, name).

    For the survey alone, which asks each of a million rows for this much: no local header is read, so an entry may end
    later by what its own header adds. Raises BrokenDirectory.
    """
    place, base, block = directory.start, directory.start, b""
    shift, unpack, fixed = directory.shift, _ROW.unpack_from, _ROW.size
    while place < directory.end:
        read = base + len(block)
        if read - place < _LARGEST_ROW and read < directory.end:
            base, block = place, read_at(stream, place, min(_BLOCK, directory.end - place))
        at = place - base
        if len(block) - at < fixed:
            raise BrokenDirectory
        row = unpack(block, at)
        packed, offset, name_length = row[8], row[16], row[10]
        length = fixed + name_length + row[11] + row[12]
        name = block[at + fixed : at + fixed + name_length]
        if row[0] != b"PK\x01\x02" or len(block) - at < length:
            raise BrokenDirectory
        if offset == _FULL_32 or packed == _FULL_32 or row[9] == _FULL_32:
            header, _ = _parsed(block, at, place, 0)
            packed, offset = header.packed, header.offset
        begins = offset + shift
        yield place, begins, begins + _LOCAL.size + name_length + packed, decoded(name, row[3])
        place += length


def row_at(stream: BinaryIO, directory: Directory, place: int) -> Header:
    """The row that stands at one place; raises BrokenDirectory."""
    head = read_at(stream, place, _ROW.size)
    if len(head) < _ROW.size:
        raise BrokenDirectory
    length = sum(_ROW.unpack(head)[10:13])
    return _parsed(head + stream.read(length), 0, place, directory.shift)[0]


def body_of(stream: BinaryIO, offset: int) -> tuple[int, bytes]:
    """Where an entry's content begins by its local header, and its name there as it is; raises BrokenDirectory."""
    head = read_at(stream, offset, _LOCAL.size)
    if len(head) < _LOCAL.size or not head.startswith(b"PK\x03\x04"):
        raise BrokenDirectory
    *_, name_length, extra_length = _LOCAL.unpack(head)
    return offset + _LOCAL.size + name_length + extra_length, stream.read(name_length)


def decoded(name: bytes, flags: int) -> str:
    """A name as its flags say that it is written (APPNOTE, appendix D); raises BrokenDirectory."""
    try:
        if name.isascii():  # as nearly all are, and many times faster
            return name.decode("ascii")
        return name.decode("utf-8" if flags & _UTF_8 else "cp437")
    except UnicodeDecodeError as error:
        raise BrokenDirectory from error


def read_at(stream: BinaryIO, offset: int, length: int) -> bytes:
    """What stands there, less where the file ends."""
    stream.seek(offset)
    return stream.read(length)


def _parsed(block: bytes, at: int, place: int, shift: int) -> tuple[Header, int]:
    """The row at `at` of a block, and how long it is."""
    if len(block) - at < _ROW.size:
        raise BrokenDirectory
    (signature, _, _, flags, method, _, _, crc, packed, size, *lengths, _, _, attributes, offset) = _ROW.unpack_from(
        block, at
    )
    name_length, extra_length, comment_length = lengths
    length = _ROW.size + name_length + extra_length + comment_length
    if signature != b"PK\x01\x02" or len(block) - at < length:
        raise BrokenDirectory
    extra_at = at + _ROW.size + name_length
    name = decoded(block[at + _ROW.size : extra_at], flags)
    if _FULL_32 in (packed, size, offset):
        size, packed, offset = _wide(block[extra_at : extra_at + extra_length], (size, packed, offset))
    return Header(name, flags, method, crc, packed, size, attributes, offset + shift, place), length


def _wide(extra: bytes, given: tuple[int, int, int]) -> list[int]:
    """Size, packed size and offset, those that are full taken from the zip64 field, which has them in this order."""
    found = list(given)
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _ZIP_64:
            full = [at for at, value in enumerate(given) if value == _FULL_32]
            if length < 8 * len(full) or len(extra) < 4 + length:
                raise BrokenDirectory
            for at, value in zip(full, struct.unpack_from(f"<{len(full)}Q", extra, 4), strict=True):
                found[at] = value
            return found
        extra = extra[4 + length :]
    return found
