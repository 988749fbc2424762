"""The facts view: what a template may show, ready and true."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

import pytest

from vaxel_engine.model import Document, DocumentKind, Language, PostalAddress, SchemedIdentifier
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.facts import Facts
from vaxel_engine.rendering.facts_parties import postal_lines

Builder = Callable[..., Document]


def plain_figure(shown: str) -> Decimal:
    """A Swedish figure back to a number, for adding up what is shown."""
    kept = shown.replace("\u2212", "-").replace("kr", "").replace("\u00a0", "").replace(",", ".")
    return Decimal(kept.strip())


@pytest.mark.parametrize(
    ("kind", "due", "state"),
    [
        (DocumentKind.INVOICE, None, "pay"),
        (DocumentKind.INVOICE, "0", "nothing"),
        (DocumentKind.INVOICE, "-10", "credit"),
        (DocumentKind.CREDIT_NOTE, None, "credit"),
        (DocumentKind.REMINDER, None, "reminder"),
        (DocumentKind.DIRECT_DEBIT_NOTICE, None, "direct_debit"),
        (DocumentKind.DIRECT_DEBIT_NOTICE, "0", "nothing"),
    ],
)
def test_the_state_says_what_the_reader_has_to_do(
    build: Builder, nordljus: Pack, kind: DocumentKind, due: str | None, state: str
) -> None:
    facts = Rendering.of(build(kind=kind, due=due), nordljus).facts
    assert facts.to_pay is not None
    assert facts.to_pay.state == state
    assert (facts.payment is not None) == (state in ("pay", "reminder"))


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", sorted(set(DocumentKind) - {DocumentKind.MESSAGE, DocumentKind.FINISHED_PDF}))
def test_the_sentence_says_amount_and_day(
    build: Builder, nordljus: Pack, kind: DocumentKind, language: Language
) -> None:
    pay = Rendering.of(build(kind=kind, language=language), nordljus).facts.to_pay
    assert pay is not None
    assert pay.amount is not None
    assert pay.amount in pay.sentence
    assert pay.date is None or pay.date.in_words in pay.sentence
    assert "{" not in pay.sentence


def test_a_direct_debit_is_drawn_on_its_own_day(build: Builder, nordljus: Pack) -> None:
    facts = Rendering.of(build(kind=DocumentKind.DIRECT_DEBIT_NOTICE), nordljus).facts
    assert facts.due_date is not None
    assert facts.due_date.in_words == "28 december 2026"
    assert "…4521" in facts.to_pay.sentence if facts.to_pay else False


def test_totals_read_from_top_to_bottom_as_a_sum(build: Builder, nordljus: Pack) -> None:
    facts = Rendering.of(build(paid="105.00"), nordljus).facts
    rows = [(row.role, plain_figure(row.amount)) for row in facts.totals]
    assert [role for role, _ in rows] == ["net", "vat", "rounding", "total", "paid", "to_pay"]
    amounts = dict(rows)
    assert amounts["net"] + amounts["vat"] + amounts["rounding"] == amounts["total"]
    assert amounts["total"] + amounts["paid"] == amounts["to_pay"]


def test_a_line_is_in_the_customers_words_and_its_price_as_stated(build: Builder, nordljus: Pack) -> None:
    line = Rendering.of(build(), nordljus).facts.lines[0]
    assert (line.description, line.quantity, line.unit, line.price_per) == (
        "El från vatten och vind",
        "489",
        "kWh",
        "0,6412/kWh",
    )
    assert line.code == "EL-RORL-01"


def test_a_metering_point_is_said_once_and_not_on_every_line(build: Builder, nordljus: Pack) -> None:
    def metered(*points: str) -> Facts:
        document = build()
        assert document.invoice is not None
        lines = tuple(
            line.model_copy(update={"object_identifier": SchemedIdentifier(value=point)})
            for line, point in zip(document.invoice.lines, points, strict=True)
        )
        invoice = document.invoice.model_copy(update={"lines": lines})
        return Rendering.of(document.model_copy(update={"invoice": invoice}), nordljus).facts

    one = metered("735A", "735A", "735A", "735A", "735A")
    assert "735A" in [detail.value for detail in one.details]
    assert not any(line.details for line in one.lines)
    two = metered("735A", "735A", "735B", "735B", "735A")
    assert [bool(line.details) for line in two.lines] == [True, False, True, False, True]


def test_a_chart_of_large_figures_has_its_table_in_bands(build: Builder, nordljus: Pack) -> None:
    document = build(usage=True)
    (series,) = document.usage
    points = tuple(point.model_copy(update={"quantity": point.quantity * 10000}) for point in series.points)
    large = document.model_copy(update={"usage": (series.model_copy(update={"points": points}),)})
    (usual,) = Rendering.of(document, nordljus).facts.charts
    (wide,) = Rendering.of(large, nordljus).facts.charts
    assert [len(band[0]) for band in usual.twin] == [13]
    assert [len(band[0]) for band in wide.twin] == [7, 7]
    assert wide.twin[1][1][-1] == "4\u00a0890\u00a0000"


def test_payment_methods_stand_in_the_order_of_the_bank_and_grouped(build: Builder, nordljus: Pack) -> None:
    payment = Rendering.of(build(), nordljus).facts.payment
    assert payment is not None
    assert [method.account for method in payment.methods] == ["505-0109", "41 23 45-1"]
    assert (payment.reference, payment.reference_plain) == ("1002 3344 5525", "100233445525")
    assert payment.reference_label == "OCR-nummer"


def test_a_reference_that_is_no_ocr_number_is_a_message(build: Builder, nordljus: Pack) -> None:
    document = build()
    assert document.invoice is not None
    means = document.invoice.payment[0].model_copy(update={"remittance_information": "FAKTURA 77"})
    invoice = document.invoice.model_copy(update={"payment": (means,)})
    payment = Rendering.of(document.model_copy(update={"invoice": invoice}), nordljus).facts.payment
    assert payment is not None
    assert (payment.reference_label, payment.reference) == ("Meddelande till mottagaren", "FAKTURA 77")


def test_the_qr_amount_is_the_exact_amount(build: Builder, nordljus: Pack) -> None:
    payment = Rendering.of(build(due="12345678901234567.89"), nordljus).facts.payment
    assert payment is not None
    assert payment.qr is not None
    assert '"due":12345678901234567.89,' in payment.qr
    assert json.loads(payment.qr)["nme"] == "Nordljus Energi AB"


def test_a_swedish_address_is_written_for_the_swedish_post() -> None:
    address = PostalAddress(line_1="Björkvägen 14", post_code="90736", city="Umeå", country_code="SE")
    assert postal_lines(address) == ("Björkvägen 14", "907 36 UMEÅ")


@pytest.mark.parametrize(
    ("country", "code", "city", "lines"),
    [
        ("NO", "0150", "Oslo", ("0150 OSLO", "NORWAY")),
        ("FI", "00100", "Helsinki", ("00100 HELSINKI", "FINLAND")),
        ("GB", "SW1A 1AA", "London", ("LONDON SW1A 1AA",)),
    ],
)
def test_a_foreign_address_ends_with_its_country(country: str, code: str, city: str, lines: tuple[str, ...]) -> None:
    address = PostalAddress(line_1="Street 1", post_code=code, city=city, country_code=country)
    assert postal_lines(address)[1 : 1 + len(lines)] == lines
    assert postal_lines(address)[-1].isupper()


def test_the_reader_language_decides_every_word(build: Builder, nordljus: Pack) -> None:
    facts = Rendering.of(build(language="en", usage=True), nordljus).facts
    assert facts.title == "Invoice"
    assert [detail.label for detail in facts.details][:2] == ["Invoice number", "Invoice date"]
    assert facts.finding == "You used 12% less than in November last year"


def test_a_link_that_is_not_given_says_nothing_about_the_recipient(build: Builder, nordljus: Pack) -> None:
    rendering = Rendering.of(build(), nordljus)
    assert rendering.link.startswith("https://nordljus.example/d/")
    assert "NL-2026" not in rendering.link
    assert Rendering.of(build(), nordljus, "https://x.example/1").facts.link == "https://x.example/1"


def test_templates_are_given_plain_values_only(build: Builder, nordljus: Pack) -> None:
    context = Rendering.of(build(usage=True, balance=True), nordljus).context()
    kinds = {type(value).__name__ for value in _leaves(context)}
    assert kinds <= {"str", "Markup", "bool", "NoneType"}


def _leaves(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return [leaf for item in cast("Mapping[str, Any]", value).values() for leaf in _leaves(item)]
    if isinstance(value, list):
        return [leaf for item in cast("list[object]", value) for leaf in _leaves(item)]
    return [value]
