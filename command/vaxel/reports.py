"""A batch's report as the sender's systems read it: CSV, JSON or XML, written line by line."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

from vaxel_ledger import LedgerLine, ReportLine
from vaxel_ledger.ledger import BatchLine

COLUMNS = (
    "document",
    "document_id",
    "recipient",
    "kind",
    "channel",
    "status",
    "reason",
    "accepted_at",
    "handed_over_at",
    "final_at",
    "cost",
    "currency",
)
"""Of the CSV, and attributes of the XML; times are ISO 8601 in UTC, what is not there is empty."""
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Writer = Callable[[BatchLine, LedgerLine, Iterable[ReportLine]], Iterator[str]]


def as_csv(_batch: BatchLine, _counts: LedgerLine, lines: Iterable[ReportLine]) -> Iterator[str]:
    """UTF-8 with commas and a head, by RFC 4180; what a spreadsheet would take for a formula gets an apostrophe."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow(COLUMNS)
    for line in lines:
        writer.writerow(unharmful(text) for text in _cells(line))
        yield page.getvalue()
        page.seek(0)
        page.truncate()
    yield page.getvalue()


def as_json(batch: BatchLine, counts: LedgerLine, lines: Iterable[ReportLine]) -> Iterator[str]:
    """One object by the schema that `vaxel schema --output report` prints, a record on each line."""
    head = {"batch": batch.batch_id, "file": batch.source_name, **counts.as_json()}
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "documents": ['
    between = "\n"
    for line in lines:
        yield between + json.dumps(line.as_json(), ensure_ascii=False)
        between = ",\n"
    yield "\n]}\n"


def as_xml(batch: BatchLine, counts: LedgerLine, lines: Iterable[ReportLine]) -> Iterator[str]:
    """A `report` with the closing line as attributes, and a `record` for each record of the file."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<report'
    yield _attributes({"batch": batch.batch_id, "file": batch.source_name, **counts.as_json()}) + ">\n"
    for line in lines:
        yield "  <record" + _attributes(dict(zip(COLUMNS, _cells(line), strict=True))) + "/>\n"
    yield "</report>\n"


WRITERS: Mapping[str, Writer] = MappingProxyType({"csv": as_csv, "json": as_json, "xml": as_xml})


def _cells(line: ReportLine) -> tuple[str, ...]:
    values = line.as_json()
    return tuple("" if values[name] is None else str(values[name]) for name in COLUMNS)


def unharmful(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _attributes(values: Mapping[str, object]) -> str:
    return "".join(f" {name}={quoteattr(_NOT_XML.sub('', str(value)))}" for name, value in values.items())
