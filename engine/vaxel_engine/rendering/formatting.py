"""Numbers, amounts, dates and periods as a reader of a language expects them; pure, through Babel's CLDR tables.

Babel is asked once for what it knows of a language, a currency, a day: its general way takes ten times as long for a
figure, and a bill of a few lines has a hundred. A test holds figures against Babel's own.
"""

import datetime as dt
import functools
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, get_decimal_symbol, get_group_symbol

from vaxel_engine.model import Language

LOCALES: dict[Language, str] = {"sv": "sv_SE", "en": "en_GB"}
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
_GROUP, _ROUNDED = 3, 28
"""Digits that stand together; digits from which on Python rounds."""
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
    before, after = _beside(currency, language)
    return _signed(amount, f"{before}{_grouped(amount, 2, language)}{after}")


def figure(amount: Decimal, language: Language) -> str:
    """An amount without its currency, two decimals: "1 284,00"."""
    written = f"{amount:,.2f}"
    if written[0] == "-" or len(written) > _ROUNDED:
        return _signed(amount, _grouped(amount, 2, language))
    group, point = _marks(language)
    whole = written[:-3]
    return (whole.replace(",", group) if len(whole) > _GROUP else whole) + point + written[-2:]


def price(amount: Decimal, language: Language) -> str:
    """A unit price with every decimal it was stated with, at least two: "0,8900"."""
    written = f"{amount:f}"
    if written[0] == "-" or len(written) > _ROUNDED:
        return _signed(amount, _grouped(amount, max(2, _decimals(amount)), language))
    whole, _, decimals = written.partition(".")
    group, point = _marks(language)
    if len(whole) > _GROUP:
        whole = f"{int(whole):,}".replace(",", group)
    return whole + point + (decimals if len(decimals) > 1 else f"{decimals:0<2}")


def quantity(amount: Decimal, language: Language) -> str:
    """A quantity without empty decimals: "412", "1 284,5"."""
    written = f"{amount:f}"
    if written[0] == "-" or len(written) > _ROUNDED:
        return _signed(amount, _grouped(amount, _decimals(amount.normalize()), language))
    whole, _, decimals = written.partition(".")
    group, point = _marks(language)
    if len(whole) > _GROUP:
        whole = f"{int(whole):,}".replace(",", group)
    decimals = decimals.rstrip("0")
    return whole + point + decimals if decimals else whole


@functools.lru_cache(maxsize=512)
def percent(rate: Decimal, language: Language) -> str:
    """A rate in per cent as stated, without empty decimals: "25 %", "12.5%"."""
    return _PERCENT_PATTERN[language].format(quantity(rate, language))


def whole_and_hundredths(amount: Decimal, language: Language) -> tuple[str, str]:
    """An amount split as the bank's form splits it: ("1 284", "00")."""
    whole, _, hundredths = format(abs(amount), ".2f").partition(".")
    return _signed(amount, _grouped(Decimal(whole), 0, language)), hundredths


def _decimals(amount: Decimal) -> int:
    written = format(amount, "f")
    at = written.find(".")
    return len(written) - at - 1 if at >= 0 else 0


def _signed(amount: Decimal, shown: str) -> str:
    """A minus only where a figure other than zero is left to show."""
    return MINUS + shown if amount < 0 else shown


def _grouped(amount: Decimal, places: int, language: Language) -> str:
    """Without its sign, in groups of three, rounded half to even as Babel does."""
    whole, _, decimals = f"{abs(amount):,.{places}f}".partition(".")
    group, point = _marks(language)
    if len(whole) > _GROUP:
        whole = whole.replace(",", group)
    return whole + point + decimals if decimals else whole


@functools.cache
def _marks(language: Language) -> tuple[str, str]:
    """What stands between groups of three, and before decimals."""
    locale = LOCALES[language]
    return get_group_symbol(locale), get_decimal_symbol(locale)


@functools.lru_cache(maxsize=512)
def _beside(currency: str, language: Language) -> tuple[str, str]:
    """What stands before and after an amount in `currency`."""
    pattern, locale = _CURRENCY_PATTERN[language], LOCALES[language]
    shown = format_currency(Decimal(0), currency, format=pattern, locale=locale, currency_digits=False)
    before, _, after = shown.partition(_grouped(Decimal(0), 2, language))
    return before, after


@functools.lru_cache(maxsize=4096)  # a month's bills have the same few days
def _date(date: dt.date, pattern: str, language: Language) -> str:
    return format_date(date, pattern, locale=LOCALES[language]).replace(".", "")
