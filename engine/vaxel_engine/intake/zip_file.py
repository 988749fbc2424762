"""A ZIP: finished PDFs with an index that names them, or e-invoices, each entry read by its own format."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import finished_pdf
from vaxel_engine.intake.candidate import Candidate, Location, Place, Records
from vaxel_engine.intake.finished_index import Row, rows
from vaxel_engine.intake.source import WHOLE_FILE_LIMIT, Source
from vaxel_engine.intake.source import entry as entry_source
from vaxel_engine.intake.zip_archive import Archive, Entry, RefusedEntry
from vaxel_engine.model.attachment import ATTACHMENT_LIMIT

INDEXES = ("index.csv", "index.jsonl")
"""What an index is called, in the archive or in a folder of it."""
_OFFICE = "[Content_Types].xml"
_TELLING = (*INDEXES, _OFFICE)

Read: TypeAlias = Callable[[Source], Records]
"""Reads one entry by its content; raises Unreadable."""


def recognises(source: Source) -> bool:
    """Whether it begins as a ZIP archive does, also as an empty one."""
    return source.body is None and source.opening.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class _Overview:
    """What the names of an archive's files say of it, gathered while its directory is walked."""

    def __init__(self) -> None:
        self.first = 0
        self.office = False
        self.indexes: list[int] = []
        self.only_pdfs = True

    def notice(self, number: int, name: str) -> None:
        """One file more, in the archive's order."""
        self.first = self.first or number
        if self.only_pdfs and name[-4:].lower() != ".pdf":
            self.only_pdfs = name.endswith(INDEXES)
        if name.endswith(_TELLING):
            self.office = self.office or name == _OFFICE
            if PurePosixPath(name).name in INDEXES:
                self.indexes.append(number)


def records(source: Source, *, read: Read) -> Records:
    """Judge the archive's directory, raising Unreadable where it is hostile as a whole, and return its records."""
    stream = source.open()
    overview = _Overview()
    try:
        return _records(Archive(stream, source.size, source.name, overview.notice), overview, read)
    except Unreadable:
        stream.close()
        raise


def _records(archive: Archive, overview: _Overview, read: Read) -> Records:
    if overview.office:
        raise Unreadable(f"{archive.file}: is an Office document; export it as CSV, XML or PDF.")
    if not overview.first:
        raise Unreadable(f"{archive.file}: is an empty ZIP archive; pack it anew with the documents in it.")
    if len(overview.indexes) > 1:
        raise Unreadable(f"{archive.file}: has {len(overview.indexes)} indexes; keep one of them.")
    index = archive.at(overview.indexes[0]) if overview.indexes else None
    if index is not None:
        return _indexed(archive, index)
    first = archive.at(overview.first)
    if overview.only_pdfs and (first is None or not _is_invoice(archive, first, read)):
        raise Unreadable(
            f"{archive.file}: holds PDFs without an index; add index.csv with one row per document "
            "(docs/formats.md has its columns)."
        )
    return _each_by_its_own(archive, read)


def _is_invoice(archive: Archive, pdf: Entry, read: Read) -> bool:
    """Whether a PDF is an e-invoice by itself, as Factur-X is."""
    try:
        read(entry_source(PurePosixPath(pdf.name).name, archive.read(pdf, WHOLE_FILE_LIMIT)))
    except (RefusedEntry, Unreadable):
        return False
    return True


def _rejected(archive: Archive, entry: Entry, record: int, refusal: RefusedEntry) -> Rejected:
    return Rejected(file=archive.file, record=record, path=entry.shown, found=refusal.found, remedy=refusal.remedy)


def _each_by_its_own(archive: Archive, read: Read) -> Records:
    """Every record of every entry, numbered through; an entry that cannot be read at all is one rejection."""
    record = 0
    with archive:
        for entry in archive.entries():
            try:
                body = archive.read(entry, WHOLE_FILE_LIMIT)
                inner = read(entry_source(PurePosixPath(entry.name).name, body))
            except RefusedEntry as refusal:
                record += 1
                yield _rejected(archive, entry, record, refusal)
                continue
            except Unreadable as unreadable:
                record += 1
                yield _rejected(archive, entry, record, _in_an_entry(unreadable, entry))
                continue
            for one in inner:
                record += 1
                yield _within(one, archive.file, entry.shown, record)


def _in_an_entry(unreadable: Unreadable, entry: Entry) -> RefusedEntry:
    """An unreadable file's sentence as what was found in an entry."""
    sentence = str(unreadable).removeprefix(f"{PurePosixPath(entry.name).name}: ").removesuffix(".")
    what, _, remedy = sentence.partition("; ")
    words = f"an entry that {what}" if what.startswith(("is ", "has ", "holds ")) else f"an unreadable entry ({what})"
    return RefusedEntry(words, remedy or "check how it was exported")


def _within(one: Candidate | Rejected, file: str, shown: str, record: int) -> Candidate | Rejected:
    """A record of an entry as a record of the archive, its places led through the entry."""
    if isinstance(one, Rejected):
        return Rejected(
            file=file,
            record=record,
            line=one.line,
            path=f"{shown}:{one.path}",
            term=one.term,
            found=one.found,
            remedy=one.remedy,
            further=one.further,
        )
    inner = one.locate

    def locate(location: Location) -> Place:
        place = inner(location)
        return Place(f"{shown}:{place.path}", place.line)

    fault = one.fault
    if fault is not None:
        moved = _within(fault, file, shown, record)
        fault = moved if isinstance(moved, Rejected) else fault
    return replace(one, record=record, locate=locate, fault=fault)


def _indexed(archive: Archive, index: Entry) -> Records:
    try:
        body = archive.read(index, WHOLE_FILE_LIMIT)
    except RefusedEntry as refusal:
        raise Unreadable(f"{archive.file}: its index is {refusal.found}; {refusal.remedy}.") from refusal
    listed = rows(entry_source(PurePosixPath(index.name).name, body), archive.file)
    return _by_index(archive, index, listed)


def _by_index(archive: Archive, index: Entry, listed: Iterator[Row | Rejected]) -> Records:
    """The rows in their order, then every entry that no row names; a large PDF is split once its rows are known."""
    folder = PurePosixPath(index.name).parent
    named = bytearray(len(archive) + 1)  # by the entries' numbers
    named[index.number] = True
    parts: dict[str, tuple[Entry, list[Row]]] = {}
    record, certain = 0, True
    with archive:
        for row in listed:
            record += 1
            if isinstance(row, Rejected):
                certain = False
                yield row
                continue
            name = str(folder / row.file) if row.file else ""
            entry = archive.entry(name) if name else None
            if entry is None:
                certain = False
                found = "a file that is not in the archive" if name else "nothing"
                yield row.rejected(archive.file, "file", found, "write the name as it stands in the archive")
                continue
            for number in archive.numbers(name):  # set again where one letter goes to many
                named[number] = True
            if row.pages is not None or row.marker is not None:
                parts.setdefault(name, (entry, []))[1].append(row)
                continue
            yield _content(archive, entry, row)
        for entry, of_one in parts.values():
            for part in _split(archive, entry, of_one, certain=certain):
                if isinstance(part, Rejected) and part.path.startswith("page"):
                    record += 1
                    part = _within(part, archive.file, entry.shown, record)
                yield part
        for entry in archive.entries():
            if not named[entry.number]:
                record += 1
                refusal = entry.fault or RefusedEntry(
                    "a file that the index does not name", "add a row for it, or take it out"
                )
                yield _rejected(archive, entry, record, refusal)


def _content(archive: Archive, entry: Entry, row: Row) -> Candidate | Rejected:
    try:
        return finished_pdf.with_content(row, archive.read(entry, ATTACHMENT_LIMIT))
    except RefusedEntry as refusal:
        return row.rejected(archive.file, "file", refusal.found, refusal.remedy)


def _split(archive: Archive, entry: Entry, of_one: list[Row], *, certain: bool) -> Records:
    """The rows of one large PDF, unpacked to a file of its own while it is split."""
    with tempfile.NamedTemporaryFile(prefix="vaxel-", suffix=".pdf") as unpacked:
        try:
            for part in archive.chunks(entry, finished_pdf.LARGE_PDF_LIMIT):
                unpacked.write(part)
            unpacked.flush()
            yield from finished_pdf.split(Path(unpacked.name), iter(of_one), archive.file, certain=certain)
        except RefusedEntry as refusal:
            for row in of_one:
                yield row.rejected(archive.file, "file", refusal.found, refusal.remedy)
        except Unreadable as unreadable:
            whole = _in_an_entry(unreadable, entry)
            for row in of_one:
                yield row.rejected(archive.file, "file", whole.found, whole.remedy)
