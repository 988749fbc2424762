"""A series carries its days where they are known, and they are the month's own."""

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import ValidationError

from vaxel_engine.model import Resolution, UsagePoint, UsageSeries
from vaxel_engine.schema import SCHEMA_VERSION, json_schema


def series(*points: UsagePoint, resolution: Resolution = Resolution.MONTH) -> UsageSeries:
    return UsageSeries(identifier="el", label="El", unit="KWH", resolution=resolution, points=points)


def month(days: list[str], quantity: str = "60", start: dt.date = dt.date(2026, 2, 1)) -> UsagePoint:
    return UsagePoint(start=start, quantity=Decimal(quantity), days=tuple(map(Decimal, days)))


def test_days_that_add_up_to_the_month_are_kept_as_they_came() -> None:
    kept = series(month(["20.10", "19.9", "20"])).points[0].days
    assert [str(day) for day in kept] == ["20.10", "19.9", "20"]


def test_days_may_be_off_by_what_their_decimals_leave_out() -> None:
    series(month(["20", "20", "21"], "60"))
    with pytest.raises(ValidationError, match="do not add up to its quantity"):
        series(month(["20", "20", "23"], "60"))


def test_a_month_has_no_more_days_than_are_left_of_it() -> None:
    series(month(["2"] * 14, "28", dt.date(2026, 2, 15)))
    with pytest.raises(ValidationError, match="has 15 days; its month has 14 from there"):
        series(month(["2"] * 15, "30", dt.date(2026, 2, 15)))


def test_a_day_has_no_days() -> None:
    with pytest.raises(ValidationError, match="only the steps of a series per month have them"):
        series(month(["60"]), resolution=Resolution.DAY)


def test_the_schema_says_days_and_has_a_newer_version() -> None:
    assert "days" in json_schema()["$defs"]["UsagePoint"]["properties"]
    assert SCHEMA_VERSION == "0.3"
