"""What a chart says: from a document's series to figures, ready words and one sentence that is true of them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, Self

from vaxel_engine.model import Document, Language, Resolution, UsagePoint, UsageSeries
from vaxel_engine.packs.words import Words
from vaxel_engine.rendering.charts.balance_story import balance_chart
from vaxel_engine.rendering.charts.days import named
from vaxel_engine.rendering.charts.spec import Bar, Bars, Chart, Table
from vaxel_engine.rendering.formatting import percent as share
from vaxel_engine.rendering.formatting import quantity

_TELLING = Decimal(200)
"""Per cent; a larger change reads better as two amounts."""


class Reading(NamedTuple):
    """A step of a series that stands in no document by itself, as a `UsagePoint` is read: a day within a month."""

    start: dt.date
    quantity: Decimal
    year_before: Decimal | None = None


class Readings(NamedTuple):
    """What a chart of usage is made of; the steps of a series, or others under its name."""

    identifier: str
    label: str
    place: str | None
    unit: str
    resolution: Resolution
    points: Sequence[UsagePoint | Reading]

    @classmethod
    def of(cls, series: UsageSeries) -> Self:
        """A series as it is."""
        return cls(series.identifier, series.label, series.place, series.unit, series.resolution, series.points)


def charts_for(document: Document, words: Words) -> tuple[Chart, ...]:
    """The document's charts in the language of `words`: one for each usage series, then the balance, if there is one.

    Raises TemplateError, with the file of the words, when a word or a sentence of `[charts]` is missing there.
    """
    language = document.recipient.language
    seen_from = document.invoice.issue_date if document.invoice else None
    alone = len(document.usage) == 1
    usage = tuple(
        usage_chart(Readings.of(series), words, language, alone=alone, seen_from=seen_from) for series in document.usage
    )
    return (*usage, balance_chart(document.balance, words, language)) if document.balance else usage


def usage_chart(series: Readings, words: Words, language: Language, *, alone: bool, seen_from: dt.date | None) -> Chart:
    """A usage series as a chart. `alone`: the sentence says "you used"; otherwise it begins with the series' label.

    `seen_from` is the day the reader reads, as far as the document knows it: what "last year" is counted from.
    """
    unit = words.get(f"unit.{series.unit}", series.unit)
    by_month = series.resolution is Resolution.MONTH
    points = series.points
    compared = any(point.year_before is not None for point in points)
    peak = max(range(len(points)), key=lambda at: points[at].quantity)
    current = len(points) - 1 if by_month else peak
    bars = tuple(
        Bar(
            tick=named(point.start, "LLL" if by_month else "d", language),
            name=named(point.start, "MMMM y" if by_month else "EEE d MMMM", language),
            value=point.quantity,
            value_text=quantity(point.quantity, language),
            before=point.year_before,
            before_text=None if point.year_before is None else quantity(point.year_before, language),
            current=at == current,
            labelled=at in (current, peak),
        )
        for at, point in enumerate(points)
    )
    return Chart(
        identifier=series.identifier,
        label=series.label,
        place=series.place,
        finding=_Finding(series, words, language, unit, alone, seen_from).sentence(),
        unit=unit,
        table=_table(bars, words, unit, by_month=by_month, compared=compared),
        shape=Bars(bars, _capital(bars[current].name), words["charts.year_before"] if compared else None),
        language=language,
    )


def finding_at(
    series: UsageSeries, at: int, words: Words, language: Language, *, alone: bool, seen_from: dt.date | None
) -> str:
    """What the step `at` of a series per month says, as `usage_chart` says it of the last one."""
    until = Readings.of(series)._replace(points=series.points[: at + 1])
    return _Finding(until, words, language, words.get(f"unit.{series.unit}", series.unit), alone, seen_from).sentence()


def _table(bars: Sequence[Bar], words: Words, unit: str, *, by_month: bool, compared: bool) -> Table:
    step = words["charts.month"] if by_month else words["charts.day"]
    value = words.fill("charts.quantity_in", unit=unit)
    newest_first = tuple(reversed(bars)) if by_month else tuple(bars)
    if not compared:
        return Table((step, value), tuple((_capital(bar.name), bar.value_text) for bar in newest_first))
    rows = tuple((_capital(bar.name), bar.value_text, bar.before_text or "–") for bar in newest_first)
    return Table((step, value, words["charts.year_before"]), rows)


@dataclass(frozen=True, slots=True)
class _Finding:
    """The sentence over one usage series; together only because its cases share the same six things."""

    series: Readings
    words: Words
    language: Language
    unit: str
    alone: bool
    seen_from: dt.date | None

    @property
    def newest(self) -> UsagePoint | Reading:
        return self.series.points[-1]

    def sentence(self) -> str:
        points = self.series.points
        if self.series.resolution is Resolution.MONTH:
            return self._compared(self.newest.quantity, self.newest.year_before)
        if self._within_one_month() and all(point.year_before is not None for point in points):
            then = sum((point.year_before or Decimal(0) for point in points), Decimal(0))
            return self._compared(sum((point.quantity for point in points), Decimal(0)), then)
        return self._peak(points)

    def _compared(self, now: Decimal, then: Decimal | None) -> str:
        if now == 0 and not then:
            return self._say("nothing")
        if then is None:
            return self._say("only", quantity=self._quantity(now))
        if now == then:
            return self._say("same")
        if now > 0 and then > 0:
            change = (now - then) / then * 100
            percent = abs(change).quantize(Decimal(1), ROUND_HALF_UP)
            if percent == 0:
                return self._say("about_same")
            if percent < (100 if change < 0 else _TELLING):
                return self._say("less" if change < 0 else "more", percent=share(percent, self.language))
        return self._say("amounts", quantity=self._quantity(now), before=self._quantity(then))

    def _peak(self, points: Sequence[UsagePoint | Reading]) -> str:
        most = max(points, key=lambda point: point.quantity)
        if all(point.quantity == 0 for point in points):
            return self._say("nothing" if self._within_one_month() else "nothing_ever")
        if len(points) > 1 and all(point.quantity == most.quantity for point in points):
            return self._say("even", quantity=self._quantity(most.quantity))
        on = named(most.start, "EEEE d MMMM", self.language)
        return self._say("peak", day=on, quantity=self._quantity(most.quantity))

    def _say(self, case: str, **values: str) -> str:
        slots = {"label": self.series.label, "month": self._month(), "then": self._then(), **values}
        return self.words.fill(f"charts.{'you' if self.alone else 'labelled'}.{case}", **slots)

    def _month(self) -> str:
        return named(self.newest.start, "MMMM", self.language)

    def _then(self) -> str:
        """ "october last year", or its year when the reader already counts from another one."""
        year = self.newest.start.year
        if self.seen_from is None or self.seen_from.year == year:
            return self.words.fill("charts.last_year", month=self._month())
        return self.words.fill("charts.in_year", month=self._month(), year=str(year - 1))

    def _quantity(self, amount: Decimal) -> str:
        return f"{quantity(amount, self.language)}\u00a0{self.unit}"

    def _within_one_month(self) -> bool:
        first, last = self.series.points[0].start, self.series.points[-1].start
        return (first.year, first.month) == (last.year, last.month)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
