"""Figures are written without asking Babel each time, and are what Babel writes."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxel_engine.model import Language
from vaxel_engine.rendering.formatting import LOCALES, MINUS, figure, money, price, quantity

AMOUNTS = st.decimals(-(10**13), 10**13, places=6) | st.decimals(-(10**6), 10**6, places=2)
LANGUAGES: list[Language] = ["sv", "en"]


def signed(amount: Decimal, shown: str) -> str:
    return MINUS + shown if amount < 0 else shown


@pytest.mark.parametrize("language", LANGUAGES)
@given(amount=AMOUNTS)
@settings(max_examples=60, deadline=None)
def test_a_figure_is_what_babel_writes(language: Language, amount: Decimal) -> None:
    locale, exponent = LOCALES[language], amount.normalize().as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    for written, pattern in (
        (figure(amount, language), "#,##0.00"),
        (price(amount, language), "#,##0.00" if amount == amount.quantize(Decimal("0.01")) else "#,##0.000000"),
        (quantity(amount, language), "#,##0." + "0" * places if places else "#,##0"),
    ):
        shown = format_decimal(abs(amount), pattern, locale=locale)
        assert written.rstrip("0") == signed(amount, shown).rstrip("0")
    assert figure(amount, language) == signed(amount, format_decimal(abs(amount), "#,##0.00", locale=locale))


@pytest.mark.parametrize("currency", ["SEK", "NOK", "DKK", "EUR", "ISK", "USD"])
@given(amount=AMOUNTS)
@settings(max_examples=20, deadline=None)
def test_an_amount_is_what_babel_writes(currency: str, amount: Decimal) -> None:
    patterns: dict[Language, str] = {"sv": "#,##0.00\u00a0¤", "en": "¤¤\u00a0#,##0.00"}
    for language, pattern in patterns.items():
        locale = LOCALES[language]
        shown = format_currency(abs(amount), currency, format=pattern, locale=locale, currency_digits=False)
        assert money(amount, currency, language) == signed(amount, shown)
