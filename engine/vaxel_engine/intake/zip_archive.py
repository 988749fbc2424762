"""A ZIP archive from outside: its directory judged before anything is unpacked, its entries unpacked under limits.

zipfile of Python 3.11.7 reads entries that overlap (CVE-2024-0450), keeps the last of two with one name and lists any
number of them; so the count is read first, and the spans and names are compared here (APPNOTE.TXT 6.3.10).
"""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from vaxel_engine.errors import Unreadable

ENTRIES = 50_000
"""Entries of one archive; listing them takes about a kilobyte each."""
RATIO = 100
"""How many times its packed size an entry may have, above PLAIN."""
PLAIN = 1024 * 1024
"""Bytes below which an entry may be as well packed as it likes."""
NAME_LIMIT = 300
CHUNK = 64 * 1024

_END = struct.Struct("<4s4H2LH")  # end of central directory record, APPNOTE 4.3.16
_END_64 = struct.Struct("<4sQ2H2L4Q")  # zip64 end of central directory record, APPNOTE 4.3.14
_LOCATOR_64 = struct.Struct("<4sLQL")
_LOCAL = struct.Struct("<4s5H3L2H")  # local file header, APPNOTE 4.3.7
_FULL_32, _FULL_16 = 0xFFFFFFFF, 0xFFFF
_LARGEST_DIRECTORY = ENTRIES * 512
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1  # general purpose bit 0
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_LITTER = re.compile(r"(.*/)?(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)")


class RefusedEntry(Exception):
    """One entry that is not read: what was found, and what to do about it."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.found = found
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the archive's directory has it; `fault` says why it is not to be read."""

    number: int
    name: str
    info: zipfile.ZipInfo
    fault: RefusedEntry | None

    @property
    def shown(self) -> str:
        """Its name where that can be nobody's number, else its place in the archive."""
        harmless = self.name.isprintable() and len(self.name) <= 80 and "@" not in self.name
        digits = sum(character.isdigit() for character in self.name)
        return self.name if harmless and digits < 10 else f"entry {self.number}"


class Archive:
    """An open archive; close it when done."""

    def __init__(self, stream: BinaryIO, size: int, file: str) -> None:
        """Judge the directory; raises Unreadable for an archive that is broken or hostile as a whole."""
        self.file = file
        self._stream = stream
        _bounded_directory(stream, size, file)
        try:
            self._zip = zipfile.ZipFile(stream)
            infos = self._zip.infolist()
            _separate_spans(stream, infos, self._zip.start_dir, file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, EOFError, OverflowError) as error:
            raise _broken(file) from error
        self.entries = tuple(_judged(infos))

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._zip.close()
        self._stream.close()

    def chunks(self, entry: Entry, limit: int) -> Iterator[bytes]:
        """What the entry holds, in parts; raises RefusedEntry past `limit`, or where it swells or its sizes lie."""
        if entry.fault is not None:
            raise entry.fault
        packed = max(entry.info.compress_size, 1)
        total = 0
        try:
            with self._zip.open(entry.info) as stream:
                while part := stream.read(CHUNK):
                    total += len(part)
                    if total > limit:
                        raise RefusedEntry(
                            f"an entry of more than {limit // 1_048_576} MB", "split it into smaller documents"
                        )
                    if total > PLAIN and total > packed * RATIO:
                        raise RefusedEntry(
                            f"an entry that unpacks to more than {RATIO} times its size", "pack the archive anew"
                        )
                    yield part
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error) as error:
            raise RefusedEntry("a broken entry", "pack the archive anew") from error
        if total != entry.info.file_size:
            raise RefusedEntry("an entry whose size is not what the archive says", "pack the archive anew")

    def read(self, entry: Entry, limit: int) -> bytes:
        """All of an entry; raises RefusedEntry."""
        if entry.fault is None and entry.info.file_size > limit:
            raise RefusedEntry(f"an entry of more than {limit // 1_048_576} MB", "split it into smaller documents")
        body = b"".join(self.chunks(entry, limit))
        if body.startswith(_ARCHIVES):
            raise RefusedEntry("an archive inside the archive", "put its files into the archive itself")
        if not body:
            raise RefusedEntry("an empty entry", "check that it was written to the end")
        return body


def _broken(file: str) -> Unreadable:
    return Unreadable(f"{file}: is a broken ZIP archive; pack it anew, and check that it was copied to the end.")


def _bounded_directory(stream: BinaryIO, size: int, file: str) -> None:
    """Look at the end record alone: how many entries it announces, and how large a directory."""
    tail = min(size, _END.size + _FULL_16)
    stream.seek(size - tail)
    ending = stream.read(tail)
    at = ending.rfind(b"PK\x05\x06")
    if at < 0 or len(ending) - at < _END.size:
        raise _broken(file)
    _, disk, _, _, count, length, offset, _ = _END.unpack_from(ending, at)
    if _FULL_16 in (count, disk) or _FULL_32 in (length, offset):
        locator = ending[at - _LOCATOR_64.size : at] if at >= _LOCATOR_64.size else b""
        if locator.startswith(b"PK\x06\x07"):
            stream.seek(min(_LOCATOR_64.unpack(locator)[2], size))
            record = stream.read(_END_64.size)
            if len(record) < _END_64.size or not record.startswith(b"PK\x06\x06"):
                raise _broken(file)
            count, length = _END_64.unpack(record)[7:9]
    if count > ENTRIES or length > _LARGEST_DIRECTORY:
        raise Unreadable(f"{file}: announces {count:,} entries, and up to {ENTRIES:,} are read; split it.")
    stream.seek(max(size - tail + at - length, 0))
    if stream.read(length).count(b"PK\x01\x02") > ENTRIES:
        raise Unreadable(f"{file}: holds more entries than it announces, and up to {ENTRIES:,} are read; split it.")
    stream.seek(0)


def _separate_spans(stream: BinaryIO, infos: list[zipfile.ZipInfo], directory: int, file: str) -> None:
    """Refuse entries that lie over one another or over the directory: a few kilobytes could stand for gigabytes."""
    reached = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < reached:
            raise Unreadable(f"{file}: has entries that overlap, as no honest archive has; pack it anew.")
        stream.seek(info.header_offset)
        header = stream.read(_LOCAL.size)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise _broken(file)
        name_length, extra_length = _LOCAL.unpack(header)[-2:]
        reached = info.header_offset + _LOCAL.size + name_length + extra_length + info.compress_size
    if reached > directory:
        raise Unreadable(f"{file}: has entries that overlap, as no honest archive has; pack it anew.")
    stream.seek(0)


def _judged(infos: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    """Every file of the archive, in its order; folders and what operating systems leave behind are passed over."""
    times: dict[str, int] = {}
    for info in infos:
        times[info.filename] = times.get(info.filename, 0) + 1
    for number, info in enumerate(infos, start=1):
        if not info.is_dir() and not _LITTER.fullmatch(info.filename):
            yield Entry(number, info.filename, info, _fault(info, times[info.filename]))


def _fault(info: zipfile.ZipInfo, times: int) -> RefusedEntry | None:
    name = info.orig_filename
    again = "pack the archive anew, with plain files in it"
    if not name.isprintable() or len(name) > NAME_LIMIT:
        return RefusedEntry("an entry whose name cannot be shown", "give the file a plain name")
    parts = re.split(r"[/\\]", name)
    if "\\" in name or ".." in parts or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return RefusedEntry("an entry whose name leads out of the archive", again)
    if stat.S_ISLNK(info.external_attr >> 16):
        return RefusedEntry("an entry that is a link to another file", again)
    if times > 1:
        return RefusedEntry("two entries with one name", "keep one of them")
    if info.flag_bits & _ENCRYPTED:
        return RefusedEntry("an encrypted entry", "pack the archive without a password")
    if info.compress_type not in _METHODS:
        return RefusedEntry("an entry packed by an uncommon method", "pack the archive with deflate, as is usual")
    return None
