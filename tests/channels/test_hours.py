"""Service windows and quiet hours: in a time zone that is named, over midnight, over the turn of the clocks."""

import datetime as dt

import pytest

from vaxel_channels.hours import Hours, read_hours
from vaxel_engine.errors import Misconfigured

STOCKHOLM = "Europe/Stockholm"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def hours(zone: str = STOCKHOLM, *, opening: tuple[str, ...] = (), quiet: tuple[str, ...] = ()) -> Hours:
    found = read_hours(zone, opening, quiet, where="vaxel.toml, service.sms")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-20 19:59", "2026-11-20 19:59"),  # 20:59 in Stockholm
        ("2026-11-20 20:00", "2026-11-21 07:00"),
        ("2026-11-21 06:59", "2026-11-21 07:00"),
        ("2026-07-01 18:59", "2026-07-01 18:59"),  # the same hours in summer, an hour earlier by UTC
        ("2026-07-01 19:00", "2026-07-02 06:00"),
        ("2026-10-24 23:00", "2026-10-25 07:00"),  # the night in which the clocks go back
        ("2026-03-28 23:00", "2026-03-29 06:00"),  # and forward
    ],
)
def test_quiet_hours_are_those_of_the_recipients_clock(at: str, opens: str) -> None:
    assert hours(quiet=("21:00-08:00",)).opens(utc(at)) == utc(opens)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-20 16:59", "2026-11-20 16:59"),  # Friday 17:59
        ("2026-11-20 17:00", "2026-11-23 06:00"),  # closed until Monday
        ("2026-11-22 12:00", "2026-11-23 06:00"),
    ],
)
def test_a_service_window_is_of_weekdays(at: str, opens: str) -> None:
    assert hours(opening=("Mon-Fri 07:00-18:00",)).opens(utc(at)) == utc(opens)


def test_both_hold_and_a_span_over_midnight_belongs_to_the_day_it_begins() -> None:
    both = hours("UTC", opening=("Fri 20:00-04:00",), quiet=("22:00-02:00",))
    assert both.are_open(utc("2026-11-20 21:00"))
    assert not both.are_open(utc("2026-11-20 23:00"))
    assert both.opens(utc("2026-11-20 23:00")) == utc("2026-11-21 02:00")
    assert not both.are_open(utc("2026-11-20 03:00"))  # Thursday's night has no window


@pytest.mark.parametrize(
    ("zone", "quiet", "words"),
    [
        ("", "21:00-08:00", "hours need a time zone"),
        ("Europe/Stokholm", "21:00-08:00", "is no time zone of this machine"),
        (STOCKHOLM, "21-08", "is no span of hours"),
        (STOCKHOLM, "Mån 21:00-08:00", "is no span of hours"),
        (STOCKHOLM, "25:00-08:00", "is no span of hours"),
        (STOCKHOLM, "00:00-00:00", "it would never be open"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_place(zone: str, quiet: str, words: str) -> None:
    with pytest.raises(Misconfigured, match=words) as refused:
        read_hours(zone, (), (quiet,), where="vaxel.toml, service.sms")
    assert str(refused.value).startswith("vaxel.toml, service.sms")
