"""What is missing, different or not asked for is told apart, with the part it is about."""

import json
from collections.abc import Callable, Mapping

import pytest

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.parity import Cell, Parity, Status, parity
from vaxel_engine.rendering import render

Build = Callable[..., Document]
MakePack = Callable[[Mapping[str, str]], Pack]


def cell(found: Parity, fact: str, kind: ArtifactKind) -> Cell:
    return next(row.cells[kind] for row in found.rows if row.fact.name == fact)


def in_sms(document: Document, text: str, pack: Pack) -> Parity:
    return parity(document, [Artifact(ArtifactKind.SMS, text.encode())], pack=pack)


def test_an_sms_is_asked_for_amount_and_date_only(build: Build, nordljus: Pack) -> None:
    document = build()
    found = parity(document, [render(document, ArtifactKind.SMS, pack=nordljus)], pack=nordljus)
    shown = {row.fact.name for row in found.rows if row.cells[ArtifactKind.SMS].status is Status.FOUND}
    assert shown == {"amount due", "currency", "due date"}
    assert found.holds


def test_an_amount_that_is_not_there_is_missing(build: Build, nordljus: Pack) -> None:
    found = in_sms(build(due="1284.50"), "Nordljus: betala senast 20 december 2026.", nordljus)
    assert cell(found, "amount due", ArtifactKind.SMS) == Cell(Status.MISSING, "text")
    assert not found.holds


def test_another_amount_in_the_amounts_place_is_different_however_far_off(build: Build, nordljus: Pack) -> None:
    text = "Nordljus: 77,00 kr att betala senast 20 december 2026."
    found = in_sms(build(due="1284.50"), text, nordljus)
    assert cell(found, "amount due", ArtifactKind.SMS) == Cell(Status.DIFFERENT, "text", "77,00 kr")


def test_another_currency_is_different(build: Build, nordljus: Pack) -> None:
    text = "Nordljus: 1 284,50 € att betala senast 20 december 2026."
    found = in_sms(build(due="1284.50"), text, nordljus)
    assert cell(found, "currency", ArtifactKind.SMS) == Cell(Status.DIFFERENT, "text", "€")


@pytest.mark.parametrize("written", ["1 284,50 kr", "1\u00a0284,50\u00a0kr", "1\u202f284,50 SEK"])
@pytest.mark.parametrize("day", ["20 december 2026", "20\u00a0dec 2026", "2026-12-20"])
def test_the_same_thing_written_otherwise_is_found(written: str, day: str, build: Build, nordljus: Pack) -> None:
    assert in_sms(build(due="1284.50"), f"Nordljus: {written} att betala senast {day}.", nordljus).holds


@pytest.mark.parametrize("written", ["SEK 1,284.50", "SEK\u00a01,284.50"])
def test_english_amounts_are_read_as_english_writes_them(written: str, build: Build, nordljus: Pack) -> None:
    document = build(due="1284.50", language="en")
    assert in_sms(document, f"Nordljus: {written} to pay by 20 December 2026.", nordljus).holds
    assert not in_sms(document, "Nordljus: SEK 1 284,50 to pay by 20 December 2026.", nordljus).holds


def test_a_card_that_says_another_date_is_different(build: Build, nordljus: Pack) -> None:
    document = build()
    card = json.loads(render(document, ArtifactKind.CARD, pack=nordljus).body)
    wrong = Artifact(ArtifactKind.CARD, json.dumps({**card, "due_date": "2027-12-20"}).encode())
    found = parity(document, [wrong], pack=nordljus)
    assert cell(found, "due date", ArtifactKind.CARD) == Cell(Status.DIFFERENT, "card", "20271220")


def test_a_reference_that_fails_its_check_digit_is_said_to(build: Build, make_pack: MakePack) -> None:
    document = build()
    assert document.invoice is not None
    reference = document.invoice.payment[0].remittance_information
    assert reference is not None
    wrong = reference[:-1] + str((int(reference[-1]) + 1) % 10)
    pack = make_pack({"sections/payment.email.txt": "{{ payment.reference_label }}: " + wrong + "\n"})
    found = parity(document, [render(document, ArtifactKind.EMAIL, pack=pack)], pack=pack)
    assert cell(found, "reference", ArtifactKind.EMAIL) == Cell(
        Status.DIFFERENT, "text part", f"{wrong} (its check digit is wrong)"
    )


def test_a_template_that_forgets_a_fact_is_found_out(build: Build, make_pack: MakePack) -> None:
    pack = make_pack({"sections/totals.email.txt": "\n"})
    document = build()
    found = parity(document, [render(document, ArtifactKind.EMAIL, pack=pack)], pack=pack)
    missing = {
        row.fact.name: row.cells[ArtifactKind.EMAIL].part
        for row in found.rows
        if not row.cells[ArtifactKind.EMAIL].holds
    }
    assert missing == {"total without VAT": "text part", "VAT 25 %": "text part", "rounding": "text part"}


def test_a_section_that_the_brand_leaves_out_is_not_asked_for(build: Build, make_pack: MakePack) -> None:
    pack = make_pack({"brand.toml": 'extends = "base"\n[kinds.invoice]\nsections = ["lines", "payment", "help"]\n'})
    document = build()
    found = parity(document, [render(document, ArtifactKind.EMAIL, pack=pack)], pack=pack)
    assert found.holds
    assert cell(found, "total without VAT", ArtifactKind.EMAIL).status is Status.NOT_SHOWN


def test_a_code_that_is_not_there_is_missing(build: Build, make_pack: MakePack) -> None:
    pack = make_pack({"sections/payment.web.html": "<p>{{ payment.amount }}</p>"})
    document = build()
    found = parity(document, [render(document, ArtifactKind.WEB, pack=pack)], pack=pack)
    assert cell(found, "amount due", ArtifactKind.WEB) == Cell(Status.MISSING, "QR code")


def test_a_direct_debit_is_asked_for_the_day_it_is_drawn(build: Build, nordljus: Pack) -> None:
    document = build(kind=DocumentKind.DIRECT_DEBIT_NOTICE)
    found = parity(document, [render(document, ArtifactKind.SMS, pack=nordljus)], pack=nordljus)
    assert [row.fact.value for row in found.rows if row.fact.name == "due date"] == ["20261228"]
    assert found.holds


def test_bytes_that_are_no_pdf_are_a_sentence(build: Build, nordljus: Pack) -> None:
    with pytest.raises(Unrenderable, match="not a PDF"):
        parity(build(), [Artifact(ArtifactKind.PRINT_PDF, b"%PDF-1.7 no")], pack=nordljus)
