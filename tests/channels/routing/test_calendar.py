"""Bank days per country."""

import datetime as dt

import pytest

from vaxel_channels.routing.calendar import bank_day_on_or_after, bank_days_after, is_bank_day


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("SE", "2026-06-19"),  # Midsummer Eve
        ("SE", "2026-12-24"),
        ("NO", "2027-05-17"),
        ("DK", "2026-06-05"),
        ("FI", "2026-06-19"),
        ("SE", "2026-11-21"),  # a Saturday
    ],
)
def test_banks_are_closed_on_the_countrys_own_holidays(country: str, day: str) -> None:
    assert not is_bank_day(dt.date.fromisoformat(day), country)


def test_a_holiday_of_one_country_is_a_bank_day_of_another() -> None:
    assert is_bank_day(dt.date(2027, 5, 18), "NO")
    assert is_bank_day(dt.date(2027, 5, 17), "DK") is False  # Whit Monday
    assert is_bank_day(dt.date(2026, 6, 5), "NO")


def test_days_are_counted_over_weekends_holidays_and_the_turn_of_the_year() -> None:
    assert bank_days_after(dt.date(2026, 12, 30), 1, "SE") == dt.date(2027, 1, 4)
    assert bank_days_after(dt.date(2026, 11, 20), 0, "SE") == dt.date(2026, 11, 20)
    assert bank_day_on_or_after(dt.date(2026, 12, 24), "SE") == dt.date(2026, 12, 28)
