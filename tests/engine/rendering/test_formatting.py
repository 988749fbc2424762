"""Numbers, amounts and dates as a reader of each language expects them."""

from datetime import date
from decimal import Decimal

import pytest

from vaxel_engine.model import Language
from vaxel_engine.rendering.formatting import day, figure, money, percent, period, price, quantity, whole_and_hundredths


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("1284", "SEK", "sv", "1\u00a0284,00\u00a0kr"),
        ("1284", "SEK", "en", "SEK\u00a01,284.00"),
        ("-1284.5", "SEK", "sv", "\u22121\u00a0284,50\u00a0kr"),
        ("-1284.5", "EUR", "en", "\u2212EUR\u00a01,284.50"),
        ("0", "SEK", "sv", "0,00\u00a0kr"),
        ("12345678901234567.89", "SEK", "sv", "12\u00a0345\u00a0678\u00a0901\u00a0234\u00a0567,89\u00a0kr"),
    ],
)
def test_money_is_exact_and_has_a_true_minus(amount: str, currency: str, language: Language, shown: str) -> None:
    assert money(Decimal(amount), currency, language) == shown


def test_a_unit_price_keeps_the_decimals_it_was_stated_with() -> None:
    assert price(Decimal("0.8900"), "sv") == "0,8900"
    assert price(Decimal("39"), "sv") == "39,00"
    assert price(Decimal("0.123456789"), "en") == "0.123456789"


def test_a_quantity_has_no_empty_decimals() -> None:
    assert quantity(Decimal("412.000"), "sv") == "412"
    assert quantity(Decimal("1E+3"), "sv") == "1\u00a0000"
    assert quantity(Decimal("-1284.50"), "sv") == "\u22121\u00a0284,5"


def test_a_rate_is_written_as_the_language_writes_it() -> None:
    assert percent(Decimal("25.00"), "sv") == "25\u00a0%"
    assert percent(Decimal("12.5"), "en") == "12.5%"


def test_an_amount_is_split_as_the_bank_form_splits_it() -> None:
    assert whole_and_hundredths(Decimal("1284.05"), "sv") == ("1\u00a0284", "05")
    assert whole_and_hundredths(Decimal("0.5"), "en") == ("0", "50")
    assert figure(Decimal("0.5"), "sv") == "0,50"


def test_a_day_is_words_for_text_and_short_for_tables() -> None:
    shown = day(date(2026, 12, 5), "sv")
    assert (shown.in_words, shown.short, shown.numeric) == ("5 december 2026", "5 dec 2026", "2026-12-05")
    assert day(date(2026, 12, 5), "en").numeric == "05/12/2026"


@pytest.mark.parametrize(
    ("start", "end", "language", "shown"),
    [
        (date(2026, 11, 1), date(2026, 11, 30), "sv", "1–30 november 2026"),
        (date(2026, 10, 15), date(2026, 11, 14), "sv", "15 okt – 14 nov 2026"),
        (date(2025, 12, 15), date(2026, 1, 14), "en", "15 Dec 2025 – 14 Jan 2026"),
        (date(2026, 11, 1), date(2026, 11, 1), "en", "1 November 2026"),
        (None, date(2026, 11, 1), "sv", "1 november 2026"),
        (None, None, "sv", None),
    ],
)
def test_a_period_does_not_repeat_itself(
    start: date | None, end: date | None, language: Language, shown: str | None
) -> None:
    assert period(start, end, language) == shown
