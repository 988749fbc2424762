"""The file at hand: opened once it is known to be a file, and looked at from its first bytes."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.intake.xml import root_tag

OPENING = 65_536
"""How many bytes are looked at to tell what a file is."""

WHOLE_FILE_LIMIT = 32 * 1024 * 1024
"""Bytes of a file whose format is read whole; JSON Lines and JSON of many documents have no such limit."""

# What the first bytes of other kinds of file are, each as its own specification says.
_SIGNATURES = (
    (b"%PDF-", "a PDF without an index beside it"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"{\\rtf", "an RTF document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_ROOTS = {
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": "a UN/CEFACT CII invoice",
    "Finvoice": "a Finvoice",
    "{http://www.w3.org/1999/xhtml}html": "an HTML page",
}
_HTML = re.compile(rb"<(!doctype\s+html|html)[\s>]", re.IGNORECASE)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Source:
    """A readable, non-empty file and its first bytes."""

    path: Path
    size: int
    opening: bytes = field(repr=False)
    body: bytes | None = field(default=None, repr=False)
    """All of it, where it is no file on disk but an entry of an archive."""
    announced: list[ControlTotals] = field(default_factory=list[ControlTotals], repr=False, compare=False)
    """What the file says is in it, once that was read."""

    @property
    def name(self) -> str:
        """The file's name without its folders, as rejections show it."""
        return self.path.name

    @cached_property
    def start(self) -> bytes:
        """The first bytes without byte order mark and white space."""
        opening = self.opening
        for mark in _BYTE_ORDER_MARKS:
            if opening.startswith(mark):
                # two bytes a character in UTF-16: half of them are zero
                return opening.removeprefix(mark).lstrip(b" \t\r\n" if len(mark) == 3 else b" \t\r\n\x00")
        return opening.lstrip(b" \t\r\n")

    @cached_property
    def root(self) -> str | None:
        """The `{namespace}name` of the root element, where this is XML."""
        return root_tag(self.opening) if self.start.startswith(b"<") else None

    def open(self) -> BinaryIO:
        """Open the file from its beginning; raises Unreadable."""
        if self.body is not None:
            return BytesIO(self.body)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise Unreadable(f"{self.name}: cannot be read ({error.strerror}); check its permissions.") from error

    def whole(self, format_title: str) -> bytes:
        """Read all of it; raises Unreadable above WHOLE_FILE_LIMIT."""
        if self.size > WHOLE_FILE_LIMIT:
            raise Unreadable(
                f"{self.name}: is {self.size / 1_048_576:.0f} MB, and {format_title} is read up to "
                f"{WHOLE_FILE_LIMIT // 1_048_576} MB; split it, or write JSON Lines, one document per line."
            )
        with self.open() as stream:
            return stream.read(WHOLE_FILE_LIMIT + 1)

    def looks_like(self) -> str:
        """What kind of file it seems to be, in words, for one that no format reads."""
        for signature, words in _SIGNATURES:
            if self.opening.startswith(signature):
                return words
        if _HTML.match(self.start):
            return "an HTML page"
        if self.start.startswith(b"<"):
            return _ROOTS.get(
                self.root or "", f"XML with the root element {self.root[:100]}" if self.root else "broken XML"
            )
        sample = self.opening[:4096]
        if b"\x00" in sample or sum(byte < 9 or 13 < byte < 32 for byte in sample) > len(sample) // 50:
            return "a binary file"
        return "a text file that is neither JSON nor XML"


def entry(name: str, body: bytes) -> Source:
    """An entry of an archive as a source of its own."""
    return Source(path=Path(name), size=len(body), opening=body[:OPENING], body=body)


def look_at(path: Path) -> Source:
    """Return the file with its first bytes; raises Unreadable for what is absent, empty or not a file."""
    try:
        if path.is_dir():
            raise Unreadable(f"{path.name or path}: is a folder; name one file in it.")
        if not path.exists():
            raise Unreadable(f"{path.name}: there is no such file; check the name and the folder.")
        if not path.is_file():
            raise Unreadable(f"{path.name}: is not an ordinary file; name a file on disk.")
        with path.open("rb") as stream:
            opening = stream.read(OPENING)
        size = path.stat().st_size
    except OSError as error:
        raise Unreadable(f"{path.name}: cannot be read ({error.strerror}); check its permissions.") from error
    except ValueError as error:
        raise Unreadable("the file name holds a character that no file name can hold; check it.") from error
    source = Source(path=path, size=size, opening=opening)
    if not source.start and size <= OPENING:
        raise Unreadable(f"{path.name}: is empty; check that it was written to the end.")
    return source
