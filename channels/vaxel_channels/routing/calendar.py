"""Days on which banks work and letters travel, per country, by the public holidays of the library `holidays`."""

import datetime as dt
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from holidays import country_holidays

COUNTRIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "SE": ("public", "de_facto"),  # with the eves of Midsummer, Christmas and New Year, when banks are closed
        "NO": ("public",),
        "DK": ("public", "optional"),  # with Constitution Day, Christmas Eve and New Year's Eve
        "FI": ("public",),
    }
)
"""The countries whose days are known, and which of their holidays close the banks."""


@cache
def _closed(country: str, year: int) -> frozenset[dt.date]:
    # The library's own type answers for any date and grows; a year at a time keeps it a plain set.
    found = country_holidays(country, years=year, categories=COUNTRIES[country])
    return frozenset(day for day in found if day.year == year)


def is_bank_day(day: dt.date, country: str) -> bool:
    """Whether banks are open and letters are carried on a day."""
    return day.weekday() < 5 and day not in _closed(country, day.year)


def bank_days_after(day: dt.date, number: int, country: str) -> dt.date:
    """The bank day that comes `number` bank days after a day; for 0 the day itself, bank day or not."""
    while number > 0:
        day += dt.timedelta(days=1)
        number -= is_bank_day(day, country)
    return day


def bank_day_on_or_after(day: dt.date, country: str) -> dt.date:
    """The first bank day from a day on, e.g. on which a bank draws what is due."""
    while not is_bank_day(day, country):
        day += dt.timedelta(days=1)
    return day
