"""A ZIP archive from outside: its directory judged before anything is unpacked, its entries unpacked under limits.

It may have any number of entries: each costs twenty-eight bytes, and its row is read again when it is wanted.
"""

import re
import stat
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, TypeAlias

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import zip_directory
from vaxel_engine.intake.zip_directory import BrokenDirectory, Header

RATIO = 100
"""How many times its packed size an entry may have, above PLAIN."""
PLAIN = 1024 * 1024
"""Bytes below which an entry may be as well packed as it likes."""
NAME_LIMIT = 300
CHUNK = 64 * 1024

_STORED, _DEFLATED = 0, 8  # APPNOTE 4.4.5
_ENCRYPTED = 0x1  # general purpose bit 0
_NOT_PLAIN = 0x20 | 0x40  # bits 5 and 6: patches, and encryption of another kind
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ")
_LITTER_ENDS = (".DS_Store", "Thumbs.db", "desktop.ini")
_LITTER = re.compile(r"(.*/)?(__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)")

Notice: TypeAlias = Callable[[int, str], None]


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
    header: Header
    fault: RefusedEntry | None

    @property
    def shown(self) -> str:
        """Its name where that can be nobody's number, else its place in the archive."""
        harmless = self.name.isprintable() and len(self.name) <= 80 and "@" not in self.name
        digits = sum(character.isdigit() for character in self.name)
        return self.name if harmless and digits < 10 else f"entry {self.number}"


class Archive:
    """An open archive; close it when done."""

    def __init__(self, stream: BinaryIO, size: int, file: str, notice: Notice | None = None) -> None:
        """Judge the directory; raises Unreadable for an archive that is broken or hostile as a whole.

        `notice` is told the number and the name of every file while the directory is walked anyway.
        """
        self.file = file
        self._stream = stream
        self._places = array("Q")  # of each row in the file
        self._hashes = array("q")  # of each name: Python's are keyed, so that nobody can make two of them meet
        try:
            self._directory = zip_directory.find(stream, size)
            self._survey(notice)
        except (BrokenDirectory, ValueError, OverflowError) as error:
            raise _broken(file) from error
        if not self._directory.announces(len(self._places)):
            more = "more" if len(self._places) > self._directory.announced else "fewer"
            raise Unreadable(f"{file}: holds {more} entries than it announces; pack it anew.")
        self._by_hash = array("I", sorted(range(len(self._hashes)), key=self._hashes.__getitem__))
        self._repeated = {
            self._hashes[one]
            for one, next_one in pairwise(self._by_hash)
            if self._hashes[one] == self._hashes[next_one]
        }

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """How many entries there are, folders and litter among them; each has a number from 1."""
        return len(self._places)

    def close(self) -> None:
        """Let go of the file; harmless when repeated."""
        self._stream.close()

    def entries(self) -> Iterator[Entry]:
        """Every file, in its order; folders and what operating systems leave behind are passed over."""
        try:
            for number, header in enumerate(zip_directory.rows(self._stream, self._directory), start=1):
                entry = self._judged(number, header)
                if entry is not None:
                    yield entry
        except BrokenDirectory as error:  # the file was changed while it was read
            raise _broken(self.file) from error

    def numbers(self, name: str) -> Iterator[int]:
        """The numbers of the entries of that name; more than one where it is not to be trusted."""
        wanted = hash(name)
        at = bisect_left(self._by_hash, wanted, key=self._hashes.__getitem__)
        while at < len(self._by_hash) and self._hashes[self._by_hash[at]] == wanted:
            yield self._by_hash[at] + 1
            at += 1

    def entry(self, name: str) -> Entry | None:
        """The file of that name."""
        for number in self.numbers(name):
            entry = self.at(number)
            if entry is not None and entry.name == name:
                return entry
        return None

    def at(self, number: int) -> Entry | None:
        """The file of that number; None for what is passed over."""
        try:
            header = zip_directory.row_at(self._stream, self._directory, self._places[number - 1])
        except BrokenDirectory as error:
            raise _broken(self.file) from error
        return self._judged(number, header)

    def chunks(self, entry: Entry, limit: int) -> Iterator[bytes]:
        """What the entry holds, in parts; raises RefusedEntry past `limit`, or where it swells or its sizes lie."""
        if entry.fault is not None:
            raise entry.fault
        packed = max(entry.header.packed, 1)
        total = crc = 0
        try:
            for part in self._unpacked(entry.header):
                total += len(part)
                crc = zlib.crc32(part, crc)
                if total > entry.header.size:
                    raise BrokenDirectory
                if total > limit:
                    raise RefusedEntry(
                        f"an entry of more than {limit // 1_048_576} MB", "split it into smaller documents"
                    )
                if total > PLAIN and total > packed * RATIO:
                    raise RefusedEntry(
                        f"an entry that unpacks to more than {RATIO} times its size", "pack the archive anew"
                    )
                yield part
            if crc != entry.header.crc:
                raise BrokenDirectory
        except (BrokenDirectory, zlib.error, ValueError, OverflowError) as error:
            raise RefusedEntry("a broken entry", "pack the archive anew") from error
        if total != entry.header.size:
            raise RefusedEntry("an entry whose size is not what the archive says", "pack the archive anew")

    def read(self, entry: Entry, limit: int) -> bytes:
        """All of an entry; raises RefusedEntry."""
        if entry.fault is None and entry.header.size > limit:
            raise RefusedEntry(f"an entry of more than {limit // 1_048_576} MB", "split it into smaller documents")
        body = b"".join(self.chunks(entry, limit))
        if body.startswith(_ARCHIVES):
            raise RefusedEntry("an archive inside the archive", "put its files into the archive itself")
        if not body:
            raise RefusedEntry("an empty entry", "check that it was written to the end")
        return body

    def _survey(self, notice: Notice | None) -> None:
        """Walk the directory once: where each row is, and that no entry lies over another or over the directory.

        Entries that overlap let a few kilobytes stand for gigabytes. What all of them claim can be no more than there
        is, which ends the walk early; where they stand in another order than their rows, they are sorted. What an
        entry's own header adds to its length is seen when it is unpacked.
        """
        starts, ends, places, hashes = array("Q"), array("Q"), self._places, self._hashes
        limit, last_start, last_end, claimed, in_order = self._directory.start, 0, 0, 0, True
        walk = zip_directory.places(self._stream, self._directory)
        for number, (place, start, end, written) in enumerate(walk, start=1):
            claimed += end - start
            if last_start <= start < last_end or claimed > limit or end > limit:
                raise self._overlap()
            in_order = in_order and start >= last_end
            last_start, last_end = start, end
            starts.append(start)
            ends.append(end)
            places.append(place)
            name = _plain(written)
            hashes.append(hash(name))
            if notice is not None and not _passed_over(name):
                notice(number, name)
        if not in_order:
            order = sorted(range(len(starts)), key=starts.__getitem__)
            if any(starts[later] < ends[one] for one, later in pairwise(order)):
                raise self._overlap()
            starts = array("Q", (starts[one] for one in order))
        self._starts = starts

    def _unpacked(self, header: Header) -> Iterator[bytes]:
        """What an entry holds, in parts of up to CHUNK; raises BrokenDirectory or zlib.error. Others may read on."""
        at, name = zip_directory.body_of(self._stream, header.offset)
        if header.flags & _NOT_PLAIN or zip_directory.decoded(name, header.flags) != header.name:
            raise BrokenDirectory
        end = at + header.packed
        following = bisect_right(self._starts, header.offset)
        if end > (self._starts[following] if following < len(self._starts) else self._directory.start):
            raise BrokenDirectory  # its own header is longer than its row says, and it lies over the next
        inflate = zlib.decompressobj(-zlib.MAX_WBITS) if header.method == _DEFLATED else None
        packed = b""
        while at < end or inflate is not None:
            if not packed and at < end:
                packed = zip_directory.read_at(self._stream, at, min(CHUNK, end - at))
                at += len(packed)
                if not packed:
                    raise BrokenDirectory  # the file was cut while it was read
            if inflate is None:
                part, packed = packed, b""
            else:
                part = inflate.decompress(packed, CHUNK)
                if not part and not packed and not inflate.eof:
                    raise BrokenDirectory  # deflate was cut off
                packed = inflate.unconsumed_tail
            if part:
                yield part
            if inflate is not None and inflate.eof:
                return

    def _overlap(self) -> Unreadable:
        return Unreadable(f"{self.file}: has entries that overlap, as no honest archive has; pack it anew.")

    def _judged(self, number: int, header: Header) -> Entry | None:
        """The entry, unless it is a folder or what an operating system left behind."""
        name = _plain(header.name)
        if _passed_over(name):
            return None
        return Entry(number, name, header, _fault(header, repeated=hash(name) in self._repeated))


def _passed_over(name: str) -> bool:
    """Whether it is a folder, or what an operating system left behind."""
    if name.endswith("/"):
        return True
    return (name.endswith(_LITTER_ENDS) or "__MACOSX/" in name) and _LITTER.fullmatch(name) is not None


def _plain(name: str) -> str:
    """The name up to a NUL, as programs that end texts with one see it."""
    return name.partition("\x00")[0] if "\x00" in name else name


def _broken(file: str) -> Unreadable:
    return Unreadable(f"{file}: is a broken ZIP archive; pack it anew, and check that it was copied to the end.")


def _fault(header: Header, *, repeated: bool) -> RefusedEntry | None:
    name = header.name
    again = "pack the archive anew, with plain files in it"
    if not name.isprintable() or len(name) > NAME_LIMIT:
        return RefusedEntry("an entry whose name cannot be shown", "give the file a plain name")
    parts = re.split(r"[/\\]", name)
    if "\\" in name or ".." in parts or name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return RefusedEntry("an entry whose name leads out of the archive", again)
    if stat.S_ISLNK(header.attributes >> 16):
        return RefusedEntry("an entry that is a link to another file", again)
    if repeated:
        return RefusedEntry("two entries with one name", "keep one of them")
    if header.flags & _ENCRYPTED:
        return RefusedEntry("an encrypted entry", "pack the archive without a password")
    if header.method not in (_STORED, _DEFLATED):
        return RefusedEntry("an entry packed by an uncommon method", "pack the archive with deflate, as is usual")
    return None
