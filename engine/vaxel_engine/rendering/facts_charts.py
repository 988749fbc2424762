"""Facts about the charts: the finding, and the same figures as tables for whoever does not see the picture."""

from dataclasses import dataclass

from vaxel_engine.packs import Words
from vaxel_engine.rendering.charts import Bars, Chart

_WIDEST = 13
"""Steps that still fit across a page with figures one can read."""


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """One chart in words.

    kind        "usage" or "balance"
    identifier, label, place   of the series
    unit        of all its figures
    finding     what the figures say, in one sentence: the chart's title
    head, rows  the table twin, one row for each step or movement
    twin        the usage lying down, one column for each step, labels first; None when it would not fit across a page
    """

    kind: str
    identifier: str
    label: str
    place: str | None
    unit: str
    finding: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    twin: tuple[tuple[str, ...], ...] | None


def chart_facts(charts: tuple[Chart, ...], words: Words) -> tuple[ChartFacts, ...]:
    """The charts of a document in words, in their order."""
    return tuple(
        ChartFacts(
            kind="usage" if isinstance(chart.shape, Bars) else "balance",
            identifier=chart.identifier,
            label=chart.label,
            place=chart.place,
            unit=chart.unit,
            finding=chart.finding,
            head=chart.table.head,
            rows=chart.table.rows,
            twin=_lying(chart.shape, words) if isinstance(chart.shape, Bars) else None,
        )
        for chart in charts
    )


def _lying(shape: Bars, words: Words) -> tuple[tuple[str, ...], ...] | None:
    bars = shape.bars
    if len(bars) > _WIDEST:
        return None
    ticks = (words["usage.month"], *(bar.tick for bar in bars))
    latest = (words["usage.latest"], *(bar.value_text for bar in bars))
    if shape.before_name is None:
        return ticks, latest
    return ticks, latest, (words["usage.year_before"], *(bar.before_text or "–" for bar in bars))
