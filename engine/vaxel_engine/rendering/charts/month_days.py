"""The days within the months of a usage series: a chart for each, made only where somebody explores them."""

import datetime as dt
from dataclasses import dataclass

from vaxel_engine.model import Document, Language, Resolution, UsagePoint, UsageSeries
from vaxel_engine.packs.words import Words
from vaxel_engine.rendering.charts.days import named
from vaxel_engine.rendering.charts.spec import Chart
from vaxel_engine.rendering.charts.story import Reading, Readings, finding_at, usage_chart
from vaxel_engine.rendering.formatting import quantity


@dataclass(frozen=True, slots=True)
class Month:
    """One step of a series: what it says, its days as a chart where they are known, the invoice's lines about it.

    `at` is its place among the bars of the series; `lines` are the places of lines in the invoice.
    """

    at: int
    name: str
    quantity: str
    finding: str
    days: Chart | None
    lines: tuple[int, ...]


def months_of(document: Document, series: UsageSeries, words: Words) -> tuple[Month, ...]:
    """The months of a series that has days for any of them, the newest first; none for another series."""
    if series.resolution is not Resolution.MONTH or not any(point.days for point in series.points):
        return ()
    language = document.recipient.language
    alone = len(document.usage) == 1
    seen_from = document.invoice.issue_date if document.invoice is not None else None
    unit = words.get(f"unit.{series.unit}", series.unit)
    found: list[Month] = []
    for at, point in reversed(list(enumerate(series.points))):
        name = named(point.start, "MMMM y", language)
        said = finding_at(series, at, words, language, alone=alone, seen_from=seen_from)
        days = _days(series, point, words, language) if point.days else None
        shown = f"{quantity(point.quantity, language)}\u00a0{unit}"
        found.append(Month(at, name[:1].upper() + name[1:], shown, said, days, _lines(document, series, point)))
    return tuple(found)


def _days(series: UsageSeries, point: UsagePoint, words: Words, language: Language) -> Chart:
    days = tuple(Reading(point.start + dt.timedelta(days=number), used) for number, used in enumerate(point.days))
    month = Readings.of(series)._replace(resolution=Resolution.DAY, points=days)
    return usage_chart(month, words, language, alone=True, seen_from=None)


def _lines(document: Document, series: UsageSeries, point: UsagePoint) -> tuple[int, ...]:
    """The lines whose period begins in the month, of the series' own meter or of none."""
    if document.invoice is None:
        return ()
    found: list[int] = []
    for at, line in enumerate(document.invoice.lines):
        period = line.period or document.invoice.period
        begins = period.start if period is not None else None
        meter = line.object_identifier.value if line.object_identifier is not None else None
        if begins is None or (begins.year, begins.month) != (point.start.year, point.start.month):
            continue
        if meter is None or series.metering_point is None or meter == series.metering_point:
            found.append(at)
    return tuple(found)
