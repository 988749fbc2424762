"""Small files of very many values: each is refused within a second and 200 MB of its own, with its sentence."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from vaxel_engine.intake import read
from vaxel_engine.intake.faults import FAULTS_TOLD
from vaxel_engine.intake.mapping.csv_records import ROWS_LIMIT
from vaxel_engine.model.base import MANY

ROOT = Path(__file__).parents[3]
UBL = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" '
    'xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" '
    'xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">{}</Invoice>'
)


def invoices(name: str, what: str, count: int) -> str:
    """An array of one invoice that has a list of very many."""
    return f"[{invoice(name, what, count)}]"


def invoice(name: str, what: str, count: int) -> str:
    return '{{"kind":"invoice","invoice":{{"{}":[{}]}}}}'.format(name, ",".join([what] * count))


def names(count: int) -> str:
    return "[{{{}}}]".format(",".join(f'"a{at}":0' for at in range(count)))


def alone(path: Path) -> dict[str, Any]:
    """Read in a process of its own, whose memory and time are of this file alone."""
    told = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=True, timeout=60, cwd=ROOT
    )
    return cast("dict[str, Any]", json.loads(told.stdout))


_READ = """
import json, sys, time
from tests import memory
from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import read
before, began = memory.forget(), time.process_time()
told = {"accepted": 0, "rejected": 0}
try:
    with read(sys.argv[1]) as reading:
        for _ in reading:
            pass
    told = {"accepted": reading.counts.accepted, "rejected": reading.counts.rejected}
    told["said"] = str(reading.rejections[0])
except Unreadable as error:
    told["said"] = str(error)
print(json.dumps({**told, "grown": memory.peak() - before, "spent": time.process_time() - began}))
"""


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("objects.json", lambda: invoices("notes", "{}", 3_000_000), "more than 500,000 values"),
        ("lists.json", lambda: invoices("notes", "[]", 3_000_000), "more than 500,000 values"),
        ("one.json", lambda: invoice("notes", "1", 3_000_000), "more than 500,000 values"),
        ("names.json", lambda: names(400_000), "an object of more than 1,000 names"),
        ("repeated.json", lambda: "[{{{}}}]".format(",".join(['"a":0'] * 900)), "the same name twice"),
        ("notes.json", lambda: invoices("notes", "{}", 400_000), "and"),
        ("lines.json", lambda: invoices("lines", "{}", MANY), "and"),
        ("line.jsonl", lambda: invoice("notes", "{}", 2_700_000) + "\n{}\n", "500,000 values"),
        ("elements.xml", lambda: UBL.format("<x/>" * 490_000), "BT-1"),
        ("notes.xml", lambda: UBL.format("<c:Note>a</c:Note>" * 490_000), "BT-1"),
        ("lines.xml", lambda: UBL.format("<a:InvoiceLine/>" * 490_000), "BT-1"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_crowd_of_values_is_refused_within_bounds(
    tmp_path: Path, name: str, make: Callable[[], str], words: str
) -> None:
    path = tmp_path / name
    path.write_text(make(), encoding="utf-8")

    told = alone(path)

    assert words in told["said"]
    assert told["accepted"] == 0
    assert told["spent"] < 3  # seconds of processor time; less than one on a quiet machine
    assert told["grown"] < 200_000  # kilobytes


def test_a_line_of_very_many_values_stops_only_itself(tmp_path: Path, letter: dict[str, Any]) -> None:
    crowded = invoice("notes", "1", 600_000)
    (tmp_path / "a.jsonl").write_text(f"{crowded}\n{json.dumps(letter)}\n", encoding="utf-8")
    reading = read(tmp_path / "a.jsonl")

    assert len(list(reading)) == 1
    assert "500,000 values" in reading.rejections[0].found


def test_of_thousands_of_faults_the_first_are_told_each_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(invoices("lines", "{}", 5_000), encoding="utf-8")
    reading = read(path)
    list(reading)
    (rejection,) = reading.rejections

    assert 50 < len(rejection.further) < FAULTS_TOLD
    assert any(one.path == "/0/invoice/lines/3/item" for one in rejection.further)


def test_more_lines_than_a_document_may_have_is_one_fault_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(invoices("lines", "{}", MANY + 1), encoding="utf-8")
    reading = read(path)
    list(reading)
    faults = [reading.rejections[0], *reading.rejections[0].further]

    assert [one.remedy for one in faults if one.path == "/0/invoice/lines"] == [
        "it holds more than 20,000; split the document"
    ]


def test_more_broken_rows_than_a_document_may_have_are_each_told(tmp_path: Path) -> None:
    """In memory that does not grow with them; the document before and the one after may have lost rows."""
    (tmp_path / "by.toml").write_text(
        '[input]\nformat = "csv"\nencoding = "utf-8"\ndelimiter = ";"\ngroup_by = "No"\n'
        '[fields]\nreference = { column = "No" }\n',
        encoding="utf-8",
    )
    path = tmp_path / "a.csv"
    path.write_text("No;A\n1;x\n" + "?\n" * (ROWS_LIMIT + 5) + "2;x\n3;x\n", encoding="utf-8")
    reading = read(path, mapping=tmp_path / "by.toml")

    assert list(reading) == []
    assert reading.counts.rejected == ROWS_LIMIT + 3
    assert [one.found.startswith("1 columns") for one in reading.rejections[-3:]] == [True, True, False]
