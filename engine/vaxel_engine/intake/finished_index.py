"""The index beside finished PDFs: one row per document, as CSV with columns or as JSON Lines with the model's names."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import json_lines
from vaxel_engine.intake.candidate import Candidate, Location, Place
from vaxel_engine.intake.json_pointer import safe_name
from vaxel_engine.intake.source import Source

LINE_LIMIT = 64 * 1024
"""Bytes of one row of a CSV index."""

_IN_RECIPIENT = ("name", "organisation_number", "email", "mobile", "language", "customer_number")
_IN_ADDRESS = ("line_1", "line_2", "line_3", "post_code", "city", "country_subdivision", "country_code")
COLUMNS: Mapping[str, Location] = {
    "reference": ("reference",),
    "sender": ("sender",),
    "title": ("pdf", "title"),
    **{name: ("recipient", name) for name in _IN_RECIPIENT},
    "national_id": ("recipient", "national_id", "value"),
    "national_id_country": ("recipient", "national_id", "country_code"),
    **{name: ("recipient", "postal_address", name) for name in _IN_ADDRESS},
    "channel": ("recipient", "wishes", 0, "channel"),
    "not_before": ("delivery", "not_before"),
    "in_hand_by": ("delivery", "in_hand_by"),
}
"""Columns of a CSV index and where they belong; `file`, `pages` and `marker` say which pages."""
WHICH_PAGES = ("file", "pages", "marker")

_BESIDE: Mapping[Location, Location] = {("pdf", "title"): ("title",), ("pdf", "content"): ("file",)}
"""Where an index of JSON Lines has what the model keeps with the PDF."""
_NO_CELLS: list[str] = []
_PAGES = re.compile(r"([1-9][0-9]{0,5})(?:\s*[-–]\s*([1-9][0-9]{0,5}))?")
_COUNTRY_BY_LENGTH = {12: "SE", 11: "NO"}  # personnummer with its century, fødselsnummer
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One document as the index has it; exactly one of `pages` and `marker` where a large PDF is split."""

    candidate: Candidate
    file: str | None
    pages: tuple[int, int] | None = None
    marker: str | None = field(default=None, repr=False)

    def rejected(self, archive: str, column: str, found: str, remedy: str) -> Rejected:
        """The rejection of this row for what stands in, or behind, a column."""
        place = self.candidate.locate((column,))
        return Rejected(
            file=archive,
            record=self.candidate.record,
            line=place.line,
            path=place.path,
            found=found,
            remedy=remedy,
        )


def rows(source: Source, archive: str) -> Iterator[Row | Rejected]:
    """One row or rejection per document, numbered from 1; raises Unreadable for an index that is wrong as a whole."""
    if source.start.startswith(b"{"):
        return (_of_json(entry, source.name, archive) for entry in json_lines.records(source))
    return _csv_rows(source, archive)


def _of_json(entry: Candidate | Rejected, index: str, archive: str) -> Row | Rejected:
    """A line of JSON: the model's names, with `file`, `pages`, `marker` and `title` beside them."""
    if isinstance(entry, Rejected):
        return _moved(entry, index, archive)
    inner = entry.locate

    def locate(location: Location) -> Place:
        place = inner(_BESIDE.get(location, location))
        return Place(f"{index}:{place.path}", place.line)

    given = entry.fields
    if not isinstance(given, dict):
        return Row(Candidate(entry.record, given, locate), None)
    fields = dict(cast("dict[str, Any]", given))
    which = {name: fields.pop(name, None) for name in WHICH_PAGES}
    title = fields.pop("title", None)
    fields.setdefault("kind", "finished_pdf")
    fields["pdf"] = {} if title is None else {"title": title}
    row = Row(Candidate(entry.record, fields, locate, entry.sender), None)
    for name, value in which.items():
        if value is not None and not isinstance(value, str):
            return row.rejected(archive, name, "no text", "write it as text in quotation marks")
    return _placed(row, which, archive)


def _moved(rejection: Rejected, index: str, archive: str) -> Rejected:
    return Rejected(
        file=archive,
        record=rejection.record,
        line=rejection.line,
        path=f"{index}:{rejection.path}",
        term=rejection.term,
        found=rejection.found,
        remedy=rejection.remedy,
        further=rejection.further,
    )


def _csv_rows(source: Source, archive: str) -> Iterator[Row | Rejected]:
    stream = source.open()
    header = stream.readline(LINE_LIMIT + 1)
    try:
        text = header.decode("utf-8-sig").strip("\r\n")
        delimiter = max(_DELIMITERS, key=text.count)
        names = [name.strip().lower() for name in next(csv.reader([text], delimiter=delimiter, strict=True), _NO_CELLS)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"{archive}: {source.name}, line 1: is no header of a CSV index; save it as UTF-8.") from error
    unknown = [name for name in names if name not in COLUMNS and name not in WHICH_PAGES]
    if unknown:
        known = ", ".join([*WHICH_PAGES, *COLUMNS])
        raise Unreadable(
            f"{archive}: {source.name}, line 1: has the column “{safe_name(unknown[0])}”; an index has {known}."
        )
    if len(set(names)) < len(names):
        raise Unreadable(f"{archive}: {source.name}, line 1: has a column twice; keep one of the two.")
    return _lines(stream, names, delimiter, source.name, archive)


def _lines(stream: BinaryIO, names: list[str], delimiter: str, index: str, archive: str) -> Iterator[Row | Rejected]:
    """A row is a line: a quote that is never closed costs its own row and no other."""
    record, line = 0, 1
    with stream:
        while raw := stream.readline(LINE_LIMIT + 1):
            line += 1
            whole = raw
            while len(raw) > LINE_LIMIT and not raw.endswith(b"\n"):
                raw = stream.readline(LINE_LIMIT + 1)
            if not whole.strip():
                continue
            record += 1
            yield _of_csv(whole, names, delimiter, index, archive, record=record, line=line)


def _of_csv(
    raw: bytes, names: list[str], delimiter: str, index: str, archive: str, *, record: int, line: int
) -> Row | Rejected:
    def broken(found: str, remedy: str) -> Rejected:
        return Rejected(file=archive, record=record, line=line, path=index, found=found, remedy=remedy)

    if len(raw) > LINE_LIMIT:
        return broken(f"a row of more than {LINE_LIMIT // 1024} kB", "write one document per line")
    try:
        cells = next(csv.reader([raw.decode("utf-8").strip("\r\n")], delimiter=delimiter, strict=True), _NO_CELLS)
    except UnicodeDecodeError:
        return broken("a byte that is not UTF-8", "save the index as UTF-8")
    except csv.Error:
        return broken("a row that is no CSV", "check its quotation marks; a row may not go on in the next line")
    if len(cells) != len(names):
        return broken(f"{len(cells)} cells", f"write {len(names)}, one for each column")
    values = {name: cell.strip() for name, cell in zip(names, cells, strict=True) if cell.strip()}

    def locate(location: Location) -> Place:
        column = next((name for name, where in COLUMNS.items() if where == location), None)
        if column is None:
            column = "file" if location[:1] == ("pdf",) else str(location[-1]) if location else ""
        return Place(f"{index}:{safe_name(column)}" if column else index, line)

    row = Row(Candidate(record, _tree(values), locate), None)
    return _placed(row, {name: values.get(name) for name in WHICH_PAGES}, archive)


def _tree(values: Mapping[str, str]) -> dict[str, Any]:
    fields: dict[str, Any] = {"kind": "finished_pdf", "recipient": {}, "pdf": {}}
    for name, value in values.items():
        if name in WHICH_PAGES:
            continue
        *parents, last = (step for step in COLUMNS[name] if isinstance(step, str))
        here = fields
        for parent in parents:
            here = here.setdefault(parent, {})
        here[last] = value
    recipient = fields["recipient"]
    if "wishes" in recipient:
        recipient["wishes"] = [recipient["wishes"]]
    if "value" in recipient.get("national_id", {}):
        country = _COUNTRY_BY_LENGTH.get(len(recipient["national_id"]["value"]))
        if country is not None:
            recipient["national_id"].setdefault("country_code", country)
    return fields


def _placed(row: Row, which: Mapping[str, str | None], archive: str) -> Row | Rejected:
    pages, marker = which["pages"], which["marker"]
    if pages and marker:
        return row.rejected(archive, "marker", "pages and a marker", "give one of the two")
    if not pages:
        words = " ".join(marker.split()) if marker else ""
        return Row(row.candidate, which["file"], marker=words or None)
    found = _PAGES.fullmatch(pages.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if last < first:
        return row.rejected(archive, "pages", "no range of pages", "write it as 12 or 12-14")
    return Row(row.candidate, which["file"], pages=(first, last))
