"""Facts about the series a recipient explores: the table twins of the charts."""

from dataclasses import dataclass

from vaxel_engine.codes import UNITS
from vaxel_engine.model import Document, Language, Resolution, UsageSeries
from vaxel_engine.packs import Words
from vaxel_engine.rendering.formatting import day, figure, month, quantity


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One step.

    label         "nov" or "3 nov"
    year          of the step
    quantity      without its unit
    year_before   the same step a year earlier; None where it is not known
    """

    label: str
    year: str
    quantity: str
    year_before: str | None


@dataclass(frozen=True, slots=True)
class UsageFacts:
    """One usage series as a table: steps in order, the unit once.

    label             what the customer calls it
    place             where it was used; None where it is not said
    metering_point    of that place; None where it is not said
    unit              "kWh"
    rows              UsageRow per step
    has_year_before   whether any step has a year before it
    """

    label: str
    place: str | None
    metering_point: str | None
    unit: str
    rows: tuple[UsageRow, ...]
    has_year_before: bool


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One movement.

    date      "20 nov 2026"
    kind      "opening", "invoice", "payment", "interest", "fee", "instalment" or "closing"
    text      what happened
    amount    signed: positive raises what is owed; None where nothing moved
    balance   what is owed afterwards
    """

    date: str
    kind: str
    text: str
    amount: str | None
    balance: str


@dataclass(frozen=True, slots=True)
class BalanceFacts:
    """The story of the account as a table.

    label      what the account is called
    currency   of all its amounts
    rows       BalanceRow per movement
    """

    label: str
    currency: str
    rows: tuple[BalanceRow, ...]


def usage_facts(document: Document, words: Words, language: Language) -> tuple[UsageFacts, ...]:
    """Every usage series of the document."""
    return tuple(_usage(series, words, language) for series in document.usage)


def balance_facts(document: Document, language: Language) -> BalanceFacts | None:
    """The balance series, if there is one; opening and closing have no amount of their own."""
    series = document.balance
    if series is None:
        return None
    rows = tuple(
        BalanceRow(
            day(event.date, language).short,
            str(event.kind),
            event.text,
            figure(event.amount, language) if event.amount else None,
            figure(event.balance, language),
        )
        for event in series.events
    )
    return BalanceFacts(series.label, series.currency, rows)


def _usage(series: UsageSeries, words: Words, language: Language) -> UsageFacts:
    rows = tuple(
        UsageRow(
            label=_step(series, at, language),
            year=str(point.start.year),
            quantity=quantity(point.quantity, language),
            year_before=quantity(point.year_before, language) if point.year_before is not None else None,
        )
        for at, point in enumerate(series.points)
    )
    return UsageFacts(
        label=series.label,
        place=series.place,
        metering_point=series.metering_point,
        unit=words.get(f"unit.{series.unit}", UNITS.get(series.unit, series.unit)),
        rows=rows,
        has_year_before=any(row.year_before is not None for row in rows),
    )


def _step(series: UsageSeries, at: int, language: Language) -> str:
    start = series.points[at].start
    if series.resolution is Resolution.MONTH:
        return month(start, language)
    return day(start, language).short.rpartition(" ")[0]
