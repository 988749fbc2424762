"""Numbers, amounts, dates and periods as a reader of a language expects them; pure, through Babel's CLDR tables."""

import datetime as dt
import functools
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from vaxel_engine.model import Language

LOCALES: dict[Language, str] = {"sv": "sv_SE", "en": "en_GB"}
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
_CURRENCY_PATTERN: dict[Language, str] = {"sv": "#,##0.00\u00a0¤", "en": "¤¤\u00a0#,##0.00"}
_PERCENT_PATTERN: dict[Language, str] = {"sv": "{}\u00a0%", "en": "{}%"}


@dataclass(frozen=True, slots=True)
class Day:
    """One date in the forms a layout chooses from.

    `in_words` "20 december 2026" for running text; `short` "20 dec 2026" for tables;
    `numeric` "2026-12-20" or "20/12/2026", only where a form asks for figures; `iso` for machine-readable attributes.
    """

    in_words: str
    short: str
    numeric: str
    iso: str


def day(date: dt.date, language: Language) -> Day:
    """`date` in all its forms."""
    numeric = date.isoformat() if language == "sv" else f"{date:%d/%m/%Y}"
    return Day(_date(date, "d MMMM y", language), _date(date, "d MMM y", language), numeric, date.isoformat())


def month(date: dt.date, language: Language) -> str:
    """The month's short name without a full stop: "nov"."""
    return _date(date, "LLL", language)


def period(start: dt.date | None, end: dt.date | None, language: Language) -> str | None:
    """From and to in words, without repeating month and year: "1–30 november 2026"; None when neither is known."""
    if start is None or end is None:
        known = start or end
        return None if known is None else _date(known, "d MMMM y", language)
    if start == end:
        return _date(start, "d MMMM y", language)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{_date(end, 'd MMMM y', language)}"
    pattern = "d MMM" if start.year == end.year else "d MMM y"
    return f"{_date(start, pattern, language)} – {_date(end, 'd MMM y', language)}"


def money(amount: Decimal, currency: str, language: Language) -> str:
    """An amount with its currency: "1 284,00 kr", "SEK 1,284.00"; negative with a true minus (U+2212)."""
    shown = format_currency(
        abs(amount), currency, format=_CURRENCY_PATTERN[language], locale=LOCALES[language], currency_digits=False
    )
    return _signed(amount, shown)


def figure(amount: Decimal, language: Language) -> str:
    """An amount without its currency, two decimals: "1 284,00"."""
    return _signed(amount, format_decimal(abs(amount), "#,##0.00", locale=LOCALES[language]))


def price(amount: Decimal, language: Language) -> str:
    """A unit price with every decimal it was stated with, at least two: "0,8900"."""
    pattern = "#,##0." + "0" * max(2, _decimals(amount))
    return _signed(amount, format_decimal(abs(amount), pattern, locale=LOCALES[language]))


@functools.lru_cache(maxsize=4096)  # days of usage are alike, and a page says each of them twice
def quantity(amount: Decimal, language: Language) -> str:
    """A quantity without empty decimals: "412", "1 284,5"."""
    places = _decimals(amount.normalize())
    pattern = "#,##0." + "0" * places if places else "#,##0"
    return _signed(amount, format_decimal(abs(amount), pattern, locale=LOCALES[language]))


def percent(rate: Decimal, language: Language) -> str:
    """A rate in per cent as stated, without empty decimals: "25 %", "12.5%"."""
    return _PERCENT_PATTERN[language].format(quantity(rate, language))


def whole_and_hundredths(amount: Decimal, language: Language) -> tuple[str, str]:
    """An amount split as the bank's form splits it: ("1 284", "00")."""
    whole, _, hundredths = format(abs(amount), ".2f").partition(".")
    return _signed(amount, format_decimal(Decimal(whole), "#,##0", locale=LOCALES[language])), hundredths


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _signed(amount: Decimal, shown: str) -> str:
    """A minus only where a figure other than zero is left to show."""
    return MINUS + shown if amount < 0 else shown


def _date(date: dt.date, pattern: str, language: Language) -> str:
    return format_date(date, pattern, locale=LOCALES[language]).replace(".", "")
