"""The samples are what their README says: real-looking, correct to the last digit, broken only on purpose."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from stdnum import luhn

from vaxel_engine.intake import read
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.schema import json_schema
from vaxel_engine.totals import check

FOLDER = Path(__file__).parents[3] / "samples"
FILES = [
    *sorted(path for path in FOLDER.iterdir() if path.suffix in {".json", ".jsonl", ".xml"}),
    *sorted((FOLDER / "finished").iterdir()),
]
MOBILES = range(701740605, 701740680)  # reserved for fiction (PTS), the ordinary ones of our stand-ins


def documents() -> Iterator[tuple[str, int, Document]]:
    for path in FILES:
        for number, document in read(path, sender=None).numbered():
            yield path.relative_to(FOLDER).as_posix(), number, document


GOOD = list(documents())
INVOICES = [(document.reference, document.invoice) for _, _, document in GOOD if document.invoice is not None]


def rows() -> dict[tuple[str, int], tuple[str, bool]]:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return {
        (file, int(record)): (reference, reason.startswith("**Broken"))
        for file, record, reference, _, _, reason in cells
        if record.isdigit()
    }


def test_the_table_tells_of_every_record() -> None:
    told = {place: reference for place, (reference, broken) in rows().items() if not broken}

    assert told == {(file, number): document.reference for file, number, document in GOOD}


def test_exactly_two_records_are_broken_and_the_table_says_which() -> None:
    rejected: list[tuple[str, int]] = []
    for path in FILES:
        reading = read(path)
        list(reading)
        rejected += [(path.name, one.record) for one in reading.rejections]

    assert rejected == [("november.json", 18), ("reminders-and-letters.jsonl", 6)]
    assert sorted(rejected) == sorted(place for place, (_, broken) in rows().items() if broken)


def test_there_are_enough_of_each() -> None:
    assert len(GOOD) >= 26
    assert {document.kind for _, _, document in GOOD} == set(DocumentKind)
    assert {read(path).format for path in FILES} == {"json", "json-lines", "ubl", "zip"}
    assert len({document.reference for _, _, document in GOOD}) == len(GOOD)


@pytest.mark.parametrize(("reference", "invoice"), INVOICES, ids=[reference for reference, _ in INVOICES])
def test_every_sum_is_what_its_parts_make(reference: str, invoice: object) -> None:
    (document,) = (document for _, _, document in GOOD if document.reference == reference)
    assert document.invoice is not None
    assert check(document.invoice) == ()


@pytest.mark.parametrize(("reference", "invoice"), INVOICES, ids=[reference for reference, _ in INVOICES])
def test_every_payment_reference_has_its_length_and_check_digit(reference: str, invoice: object) -> None:
    (document,) = (document for _, _, document in GOOD if document.reference == reference)
    assert document.invoice is not None
    for means in document.invoice.payment:
        ocr = means.remittance_information
        assert ocr is not None
        assert luhn.is_valid(ocr)
        assert int(ocr[-2]) == len(ocr) % 10


def test_addresses_are_of_the_invented_world() -> None:
    for _, _, document in GOOD:
        recipient = document.recipient
        assert document.sender in {"nordljus", "5592014475"}
        assert recipient.email is None or re.search(r"@example\.(com|se|org)$", recipient.email)
        assert recipient.mobile is None or int(recipient.mobile.removeprefix("+46")) in MOBILES
        if recipient.national_id is not None:
            assert recipient.national_id.value[8:11] in {"238", "239"}  # serials of Swedish test numbers


def test_the_recipients_are_spread_over_the_channels() -> None:
    spread = {"kivra": 0, "not in kivra": 0, "email": 0, "mobile": 0, "post": 0, "bounces": 0}
    for _, _, document in GOOD:
        recipient = document.recipient
        if recipient.national_id is not None:
            spread["kivra" if recipient.national_id.value[8:11] == "238" else "not in kivra"] += 1
        elif recipient.email is not None:
            spread["bounces" if recipient.email.startswith("unknown.user") else "email"] += 1
        elif recipient.mobile is not None:
            spread["mobile"] += 1
        else:
            spread["post"] += 1

    assert spread == {"kivra": 9, "not in kivra": 2, "email": 10, "mobile": 5, "post": 7, "bounces": 1}


def test_the_hard_amounts_are_there() -> None:
    invoices = [document.invoice for _, _, document in GOOD if document.invoice is not None]

    assert any(invoice.totals.due == 0 and invoice.totals.paid for invoice in invoices)
    assert any(invoice.totals.with_vat == 0 for invoice in invoices)
    assert any(invoice.totals.due < 0 for invoice in invoices)
    assert any(invoice.totals.due > 1_000_000 for invoice in invoices)
    assert any(invoice.totals.rounding for invoice in invoices)
    assert any(
        {row.category.rate for row in invoice.vat_breakdown} == {Decimal(25), Decimal(6)} for invoice in invoices
    )
    assert max(len(invoice.lines) for invoice in invoices) >= 60


def test_the_hard_names_places_and_series_are_there() -> None:
    everyone = [document for _, _, document in GOOD]
    addresses = [document.recipient.postal_address for document in everyone]
    series = [one for document in everyone for one in document.usage]
    events = [event for document in everyone if document.balance for event in document.balance.events]

    assert max(len(document.recipient.name) for document in everyone) >= 60
    assert {address.country_code for address in addresses if address} >= {"SE", "NO", "DE", "FI"}
    assert any(len(one.points) == 13 and one.points[0].year_before for one in series)
    assert any(one.resolution == "day" for one in series)
    assert {event.kind for event in events} >= {"payment", "interest", "instalment"}


def test_every_json_sample_passes_the_published_schema() -> None:
    validator: Any = jsonschema.Draft202012Validator(json_schema())  # its stubs leave the instance's type open
    broken = {place for place, (_, is_broken) in rows().items() if is_broken}
    november = json.loads((FOLDER / "november.json").read_text(encoding="utf-8"))["documents"]
    lines = (FOLDER / "reminders-and-letters.jsonl").read_text(encoding="utf-8").splitlines()
    records = [("november.json", number, record) for number, record in enumerate(november, start=1)]
    for number, line in enumerate(lines, start=1):
        if ("reminders-and-letters.jsonl", number) not in broken:
            records.append(("reminders-and-letters.jsonl", number, json.loads(line)))

    for file, number, record in records:
        if (file, number) not in broken:
            assert [error.message for error in validator.iter_errors(record)] == [], (file, number)
