"""A broken record is rejected with place, finding and remedy; the others go on, and the counts add up."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import read

Write = Callable[[str | bytes], Path]
Record = dict[str, Any]
Reject = Callable[[str | bytes | Record], Rejected]


def test_every_part_of_a_rejection_says_something(only_rejection: Reject, invoice: Record) -> None:
    invoice["invoice"]["currency"] = "SKR"

    rejected = only_rejection(invoice)

    assert rejected.record == 1
    assert rejected.line == 1
    assert rejected.path == "/invoice/currency"
    assert rejected.term == "BT-5"
    assert rejected.found == "“SKR”"
    assert rejected.remedy == "it is not a currency code of ISO 4217, for example SEK"
    assert str(rejected) == (
        "handed-over.dat, record 1 (line 1), /invoice/currency (BT-5): found “SKR”; "
        "it is not a currency code of ISO 4217, for example SEK."
    )


def test_further_faults_are_counted_and_kept(only_rejection: Reject, invoice: Record) -> None:
    invoice["invoice"]["currency"] = "SKR"
    invoice["invoice"]["due_date"] = "20/12 2026"
    del invoice["invoice"]["totals"]["due"]

    rejected = only_rejection(invoice)

    assert str(rejected).endswith("(and 2 more).")
    assert [(other.path, other.term) for other in rejected.further] == [
        ("/invoice/due_date", "BT-9"),
        ("/invoice/totals/due", "BT-115"),
    ]


@pytest.mark.parametrize(
    ("place", "value", "found", "remedy"),
    [
        (("invoice", "issue_date"), 20261120, "20261120", "it is not a date written as YYYY-MM-DD"),
        (("invoice", "issue_date"), "2026-02-30", "“2026-02-30”", "write a date that exists"),
        (("invoice", "totals", "due"), "12,50", "“12,50”", "it is not a number in digits with a decimal point"),
        (("invoice", "totals", "due"), "12.505", "“12.505”", "round it to 2 decimals"),
        (("invoice", "totals", "due"), True, "true", "write a number with a decimal point"),
        (("invoice", "totals", "due"), None, "null", "write a number with a decimal point"),
        (("invoice", "lines"), [], "an empty list", "add at least 1"),
        (("invoice", "lines", 0, "unit"), "kWh", "“kWh”", "it is not a unit code"),
        (("invoice", "lines", 0, "item", "name"), " ", "an empty text", "fill it in, or leave the field out"),
        (("invoice", "lines", 0, "item", "name"), "x" * 301, "a text of 301 characters", "shorten it to at most 300"),
        (("invoice", "seller"), "Nordljus", "a text of 8 characters", "write an object in braces"),
        (("kind",), "faktura", "“faktura”", "write one of 'invoice', 'credit_note'"),
        (("recipient", "language"), "fi", "“fi”", "write one of 'sv' or 'en'"),
        (("recipient", "mobile"), "0701740605", "10 digits", "it is not a mobile number in international form"),
        (
            ("delivery",),
            {"not_before": "2026-11-25T08:00:00"},
            "a text of 19 characters, 14 of them digits",
            "it needs a time zone",
        ),
    ],
)
def test_the_remedy_fits_the_fault(
    only_rejection: Reject, invoice: Record, place: tuple[str | int, ...], value: object, found: str, remedy: str
) -> None:
    here: Any = invoice
    for step in place[:-1]:
        here = here[step]
    here[place[-1]] = value

    rejected = only_rejection(invoice)

    assert rejected.found == found
    assert remedy in rejected.remedy


def test_a_misspelt_field_is_mended(only_rejection: Reject, invoice: Record) -> None:
    invoice["invoice"]["due_dat"] = "2026-12-20"

    assert only_rejection(invoice).remedy == "check the spelling; a field “due_date” exists"


def test_a_field_of_no_meaning_is_answered_with_those_that_have_one(only_rejection: Reject, letter: Record) -> None:
    letter["message"]["colour"] = "blue"

    assert only_rejection(letter).remedy == "take it out; “message” has the fields subject, body"


def test_a_kind_without_its_content_says_what_it_carries(only_rejection: Reject, letter: Record) -> None:
    letter["kind"] = "invoice"

    assert "kind invoice carries `invoice` and no `message`" in str(only_rejection(letter))


@pytest.mark.parametrize("record", ["12", '"hej"', "null", "[]"])
def test_a_record_that_is_no_object_is_rejected(only_rejection: Reject, record: str) -> None:
    assert "write an object in braces" in only_rejection(f'{{"documents": [{record}]}}').remedy


def test_the_others_go_on(write: Write, letter: Record) -> None:
    broken = {**letter, "kind": "brev"}
    path = write(json.dumps({"documents": [letter, broken, {**letter, "reference": "M-3"}]}))

    reading = read(path)

    assert [(number, document.reference) for number, document in reading.numbered()] == [(1, "M-1"), (3, "M-3")]
    assert [(rejected.record, rejected.path) for rejected in reading.rejections] == [(2, "/documents/1/kind")]


def test_read_is_accepted_and_rejected_at_every_moment(samples: Path) -> None:
    reading = read(samples / "november.json")
    seen = 0

    for seen, _ in enumerate(reading, start=1):
        assert reading.counts.read == reading.counts.accepted + reading.counts.rejected
        assert reading.counts.accepted == seen
        assert reading.counts.rejected == len(reading.rejections)

    assert (seen, reading.counts.read) == (19, 20)


@pytest.mark.parametrize(
    "envelope", ['{{"documents": [{0}, {0}]}}', "[{0}, {0}]", '{{ "documents" :\n[\n{0},{0}\n] }}\n']
)
def test_an_array_and_an_envelope_hold_several(write: Write, letter: Record, envelope: str) -> None:
    reading = read(write(envelope.format(json.dumps(letter, indent=1))))

    assert len(list(reading)) == 2
    assert reading.format == "json"


def test_one_object_is_one_document(write: Write, letter: Record) -> None:
    assert [document.reference for document in read(write(json.dumps(letter)))] == ["M-1"]


def test_the_line_of_a_record_is_where_it_begins(only_rejection: Reject, letter: Record) -> None:
    assert only_rejection('{\n"documents":\n[\n\n' + json.dumps({**letter, "kind": "x"}) + "]}").line == 5


def test_amounts_may_be_numbers_and_stay_exact(write: Write, invoice: Record) -> None:
    text = json.dumps(invoice).replace('"2218.48"', "2218.480")

    (document,) = read(write(text))

    assert document.invoice is not None
    assert str(document.invoice.totals.due) == "2218.480"
    assert document.invoice.totals.due == Decimal("2218.48")


def test_the_sender_is_filled_in_where_a_record_names_none(write: Write, letter: Record) -> None:
    del letter["sender"]

    (document,) = read(write(json.dumps(letter)), sender="nordljus")

    assert document.sender == "nordljus"


def test_a_record_of_another_sender_does_not_belong_in_the_file(write: Write, letter: Record) -> None:
    reading = read(write(json.dumps(letter)), sender="annan-avsandare")

    assert list(reading) == []
    assert (reading.rejections[0].path, reading.rejections[0].found) == (
        "/sender",
        "another sender than the one the file was handed in for",
    )


def test_a_reading_can_be_let_go_half_way(samples: Path) -> None:
    with read(samples / "reminders-and-letters.jsonl") as reading:
        next(reading)

    assert list(reading) == []
