"""A report is data: nothing in it is a formula, breaks a line or ends a tag."""

import csv
import datetime as dt
import io
import json

from lxml import etree

from vaxel.reports import COLUMNS, as_csv, as_json, as_xml
from vaxel_ledger import LedgerLine, ReportLine
from vaxel_ledger.ledger import BatchLine
from vaxel_ledger.states import BatchState, Status

AT = dt.datetime(2026, 11, 29, tzinfo=dt.UTC)
BATCH = BatchLine("b-1", "main", 'a "file" & more.json', BatchState.DONE, AT)
COUNTS = LedgerLine(1, 1, 0, 0, 0, 0, 0)
NASTY = '=cmd|"/c calc"!A1\n<b>&amp;</b>\x0b'
LINE = ReportLine("R-1", "d-1", NASTY, "invoice", "email", Status.DELIVERED, "+1", (), AT, AT, None)


def test_csv_keeps_its_rows_and_holds_no_formula() -> None:
    (row,) = csv.DictReader(io.StringIO("".join(as_csv(BATCH, COUNTS, [LINE]))))
    assert tuple(row) == COLUMNS
    assert row["recipient"] == "'" + NASTY
    assert row["reason"] == "'+1"
    assert row["final_at"] == ""


def test_json_is_one_object_also_of_no_records() -> None:
    assert json.loads("".join(as_json(BATCH, COUNTS, [])))["documents"] == []
    two = json.loads("".join(as_json(BATCH, COUNTS, [LINE, LINE])))
    assert [one["recipient"] for one in two["documents"]] == [NASTY, NASTY]
    assert two["file"] == BATCH.source_name


def test_xml_is_well_formed_whatever_a_record_says() -> None:
    root = etree.fromstring("".join(as_xml(BATCH, COUNTS, [LINE])).encode())
    assert root.get("file") == BATCH.source_name
    assert root[0].get("recipient", "").startswith("=cmd")
    assert "<b>&amp;</b>" in root[0].get("recipient", "")
