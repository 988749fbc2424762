"""What Vaxel adds to EN 16931: series that a recipient explores, usage and balance."""

from calendar import monthrange
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from vaxel_engine.model.base import Amount, CurrencyCode, Date, Exact, Identifier, Many, Name, Value


class UsagePoint(Value):
    """What was used in one step of a series, with the same step a year earlier where it is known."""

    start: Date = Field(description="First day of the step")
    quantity: Exact = Field(description="In the series' unit")
    year_before: Exact | None = Field(default=None, description="The same step a year earlier, same unit")
    days: tuple[Exact, ...] = Field(
        default=(), max_length=31, description="One quantity for each day of a month's step from its start; same unit"
    )


class Resolution(StrEnum):
    """How long a step of a usage series is."""

    MONTH = "month"
    DAY = "day"


class UsageSeries(Value):
    """Usage over time at one place, e.g. electricity per month; points in order of their start."""

    identifier: Identifier = Field(description="Unique within the document")
    label: Name = Field(description='What the customer calls it, e.g. "Electricity"')
    place: Name | None = Field(default=None, description="Where it was used, e.g. the address")
    metering_point: Identifier | None = Field(default=None, description="National identifier of the meter's place")
    unit: Identifier = Field(description="UN/ECE Recommendation 20, e.g. KWH")
    resolution: Resolution = Resolution.MONTH
    points: Many[UsagePoint] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> "UsageSeries":
        starts = [point.start for point in self.points]
        if starts != sorted(set(starts)):
            raise ValueError("points must be in order of their start, each start once")
        for point in self.points:
            if point.days:
                _check_days(point, self.resolution)
        return self


def _check_days(point: UsagePoint, resolution: Resolution) -> None:
    """The days lie in the step's month and add up to its quantity as far as their own decimals tell."""
    start = point.start
    if resolution is not Resolution.MONTH:
        raise ValueError(f"the step of {start.isoformat()} has days; only the steps of a series per month have them")
    room = monthrange(start.year, start.month)[1] - start.day + 1
    if len(point.days) > room:
        raise ValueError(f"the step of {start.isoformat()} has {len(point.days)} days; its month has {room} from there")
    rounded = sum((_half_unit(day) for day in point.days), _half_unit(point.quantity))
    total = sum(point.days, Decimal(0))
    if abs(total - point.quantity) > rounded:
        raise ValueError(f"the days of the step of {start.isoformat()} do not add up to its quantity")


def _half_unit(quantity: Decimal) -> Decimal:
    """By how much a figure may be off that was rounded to its last decimal."""
    exponent = quantity.as_tuple().exponent
    return Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)


class BalanceEventKind(StrEnum):
    """What moved a balance."""

    OPENING = "opening"
    INVOICE = "invoice"
    PAYMENT = "payment"
    INTEREST = "interest"
    FEE = "fee"
    INSTALMENT = "instalment"
    CLOSING = "closing"


class BalanceEvent(Value):
    """One movement of an account; `amount` is signed: positive raises what the customer owes."""

    date: Date
    kind: BalanceEventKind
    text: Name
    amount: Amount = Field(description="0 for opening and closing")
    balance: Amount = Field(description="What is owed after this event; negative is in the customer's favour")


class BalanceSeries(Value):
    """The story of an account from opening to closing balance, events in order of their date."""

    identifier: Identifier
    label: Name
    currency: CurrencyCode
    events: Many[BalanceEvent] = Field(min_length=2)

    @model_validator(mode="after")
    def _adds_up(self) -> "BalanceSeries":
        dates = [event.date for event in self.events]
        if dates != sorted(dates):
            raise ValueError("events must be in order of their date")
        for before, after in zip(self.events, self.events[1:], strict=False):
            if before.balance + after.amount != after.balance:
                raise ValueError(
                    f"the balance after the event of {after.date.isoformat()} does not follow from the one before"
                )
        return self
