"""One large PDF with an index beside it: each row gets its own pages, by their numbers or by a marker in their text."""

import contextlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import cast

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake.candidate import Candidate, Records
from vaxel_engine.intake.finished_index import Row, rows
from vaxel_engine.intake.pdf_guard import PdfChild, RefusedPdf
from vaxel_engine.intake.source import Source, look_at

INDEXES = (".index.csv", ".index.jsonl")
"""How the index of october.pdf ends: october.index.csv, october.index.jsonl."""
LARGE_PDF_LIMIT = 512 * 1024 * 1024
"""Bytes of a PDF that is split."""
ROWS = 100_000
"""Documents in one large PDF; its index is held while its pages are looked at."""


def recognises(source: Source) -> bool:
    """Whether it is a PDF with an index beside it."""
    return source.body is None and source.start.startswith(b"%PDF-") and _index_of(source.path) is not None


def records(source: Source) -> Records:
    """Open the PDF and its index; raises Unreadable where either is wrong as a whole."""
    index = _index_of(source.path)
    if index is None:
        raise Unreadable(f"{source.name}: has no index beside it; write {source.path.stem}{INDEXES[0]}.")
    if source.size > LARGE_PDF_LIMIT:
        raise Unreadable(f"{source.name}: is larger than {LARGE_PDF_LIMIT // 1_048_576} MB; split it.")
    return split(source.path, rows(look_at(index), source.name), source.name)


def _index_of(path: Path) -> Path | None:
    return next((beside for ending in INDEXES if (beside := path.with_suffix(ending)).is_file()), None)


def split(path: Path, listed: Iterator[Row | Rejected], file: str, *, certain: bool = True) -> Records:
    """Open the large PDF; raises Unreadable where it is refused as a whole. The records end with what nobody claimed.

    `certain` is whether `listed` holds every row that the index has for this PDF.
    """
    child = PdfChild()
    try:
        count = child.open(path)
    except RefusedPdf as refusal:
        child.close()
        raise Unreadable(f"{file}: is {refusal.found}; {refusal.remedy}.") from refusal
    return _parts(child, count, listed, file, certain=certain)


def _parts(child: PdfChild, count: int, listed: Iterator[Row | Rejected], file: str, *, certain: bool) -> Records:
    with contextlib.closing(child):
        known: list[Row | Rejected] = []
        for row in listed:
            known.append(row)
            if len(known) > ROWS:
                raise Unreadable(f"{file}: its index has more than {ROWS:,} rows; split the PDF.")
        try:
            starts = marked(child, count, {row.marker for row in known if isinstance(row, Row) and row.marker})
        except RefusedPdf as refusal:
            raise Unreadable(f"{file}: is {refusal.found}; {refusal.remedy}.") from refusal
        parted = _Parted(starts, count, certain=certain and all(isinstance(row, Row) for row in known))
        parted.missing(row for row in known if isinstance(row, Row))
        ranges = {row.candidate.record: parted.range_of(row) for row in known if isinstance(row, Row)}
        claims: Counter[int] = Counter(page for pages in ranges.values() for page in pages or ())
        record = 0
        for row in known:
            record = row.record if isinstance(row, Rejected) else row.candidate.record
            if isinstance(row, Rejected):
                yield row
                continue
            pages = ranges[record]
            if pages is None:
                yield parted.fault_of(row, file)
            elif any(claims[page] > 1 for page in pages):
                # two recipients of one page would read each other's matters
                column = "pages" if row.pages else "marker"
                yield row.rejected(file, column, "pages that another row has too", "give each page to one document")
            else:
                yield _part(child, row, pages, file)
        yield from _unclaimed(claims, count, record, file)


def marked(child: PdfChild, count: int, markers: set[str]) -> dict[str, int]:
    """The first page whose text has each marker, word for word; raises RefusedPdf."""
    by_first: dict[str, list[list[str]]] = {}
    for marker in markers:
        words = marker.split()
        by_first.setdefault(words[0], []).append(words)
    starts: dict[str, int] = {}
    for page in range(1, count + 1) if markers else ():
        words = child.text(page).split()
        for at, word in enumerate(words):
            for wanted in by_first.get(word, ()):
                if words[at : at + len(wanted)] == wanted:
                    starts.setdefault(" ".join(wanted), page)
    return starts


class _Parted:
    """Where each document of a large PDF begins and ends.

    A document that begins with a marker ends before the next marker; so when a marker is missing from the pages, or a
    row from the index, another's pages could be taken along, and no marker is trusted.
    """

    def __init__(self, starts: Mapping[str, int], count: int, *, certain: bool) -> None:
        self._starts = starts
        self._count = count
        self._certain = certain
        firsts = sorted(set(starts.values()))
        self._ends = dict(zip(firsts, [following - 1 for following in (*firsts[1:], count + 1)], strict=False))

    def missing(self, rows: Iterable[Row]) -> None:
        """Trust no marker when one of the rows' stands on no page."""
        if any(row.marker is not None and row.marker not in self._starts for row in rows):
            self._certain = False

    def range_of(self, row: Row) -> range | None:
        """The pages of a row, from 1; None where `fault_of` says why there are none."""
        if row.pages is not None:
            return range(row.pages[0], row.pages[1] + 1) if row.pages[1] <= self._count else None
        if row.marker is None or row.marker not in self._starts or not self._certain:
            return None
        first = self._starts[row.marker]
        return range(first, self._ends[first] + 1)

    def fault_of(self, row: Row, file: str) -> Rejected:
        """Why a row has no pages."""
        if row.pages is not None:
            return row.rejected(file, "pages", f"a page beyond the last, which is {self._count}", "check the numbers")
        if row.marker is None:
            return row.rejected(file, "pages", "nothing", "write which pages, or a marker that stands on the first")
        if row.marker not in self._starts:
            return row.rejected(file, "marker", "a marker that stands on no page", "check it against the pages")
        return row.rejected(
            file,
            "marker",
            "a marker whose document may hold another's pages, since another row's pages are not known",
            "mend the other rows first",
        )


def _part(child: PdfChild, row: Row, pages: range, file: str) -> Candidate | Rejected:
    try:
        return with_content(row, child.cut(pages[0], pages[-1]))
    except RefusedPdf as refusal:
        return row.rejected(file, "pages" if row.pages else "marker", refusal.found, refusal.remedy)


def with_content(row: Row, content: bytes) -> Candidate:
    """The row's candidate with its PDF; what the fields hold beside it is judged by the model."""
    fields = row.candidate.fields
    if isinstance(fields, dict):
        cast("dict[str, dict[str, object]]", fields)["pdf"]["content"] = content
    return row.candidate


def _unclaimed(taken: Container[int], count: int, record: int, file: str) -> Iterator[Rejected]:
    """Pages that no row has are told, one rejection for each run of them: nothing vanishes."""
    page = 1
    while page <= count:
        if page in taken:
            page += 1
            continue
        first = page
        while page <= count and page not in taken:
            page += 1
        record += 1
        pages = f"page {first}" if page - 1 == first else f"pages {first}–{page - 1}"
        yield Rejected(
            file=file,
            record=record,
            path=pages,
            found="pages that no row of the index has",
            remedy="add a row, or take them out",
        )
