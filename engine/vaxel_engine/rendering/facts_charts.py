"""Facts about the charts: the finding, and the same figures as tables for whoever does not see the picture."""

from dataclasses import dataclass

from vaxel_engine.packs import Words
from vaxel_engine.rendering.charts import Bar, Bars, Chart

_BAND_CHARACTERS = 91
"""Figures of 7.5 pt that fit side by side beside the labels of a table twin on paper."""


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """One chart in words.

    kind        "usage" or "balance"
    identifier, label, place   of the series
    unit        of all its figures
    finding     what the figures say, in one sentence: the chart's title
    head, rows  the table twin, one row for each step or movement
    twin        the usage lying down for paper, one column for each step, labels first: one band of rows where all fit
                side by side, else several; empty for a balance
    marked      for each band of the twin, for each of its columns, whether the chart points at it; empty for a balance
    """

    kind: str
    identifier: str
    label: str
    place: str | None
    unit: str
    finding: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    twin: tuple[tuple[tuple[str, ...], ...], ...]
    marked: tuple[tuple[bool, ...], ...]


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
            twin=_lying(chart, chart.shape, words) if isinstance(chart.shape, Bars) else (),
            marked=_marked(chart.shape) if isinstance(chart.shape, Bars) else (),
        )
        for chart in charts
    )


def _lying(chart: Chart, shape: Bars, words: Words) -> tuple[tuple[tuple[str, ...], ...], ...]:
    bars, even = shape.bars, _in_a_band(shape)
    labels = [chart.table.head[0], chart.unit]
    if shape.before_name is not None:
        labels = [chart.table.head[0], words["usage.latest"], words["usage.year_before"]]
    return tuple(_band(bars[at : at + even], labels) for at in range(0, len(bars), even))


def _in_a_band(shape: Bars) -> int:
    """How many steps one band has: as many as fit, evenly divided."""
    bars = shape.bars
    widest = max(max(len(bar.tick), len(bar.value_text), len(bar.before_text or "")) for bar in bars)
    bands = -(-len(bars) // max(1, _BAND_CHARACTERS // widest))
    return -(-len(bars) // bands)


def _marked(shape: Bars) -> tuple[tuple[bool, ...], ...]:
    bars, even = shape.bars, _in_a_band(shape)
    return tuple((False, *(bar.current for bar in bars[at : at + even])) for at in range(0, len(bars), even))


def _band(bars: tuple[Bar, ...], labels: list[str]) -> tuple[tuple[str, ...], ...]:
    rows = ([bar.tick for bar in bars], [bar.value_text for bar in bars], [bar.before_text or "–" for bar in bars])
    return tuple((label, *cells) for label, cells in zip(labels, rows, strict=False))
