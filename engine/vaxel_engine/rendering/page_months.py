"""From a month to its days and to the lines that charge it: what the full tier of the page adds to a usage chart."""

import functools

from vaxel_engine.rendering.charts import DAYS, DAYS_PHONE, PAGE_LOOK, Bars, Chart, Frame, svg
from vaxel_engine.rendering.charts.bars import plot_area
from vaxel_engine.rendering.charts.month_days import Month, months_of
from vaxel_engine.rendering.page_context import trusted
from vaxel_engine.rendering.rendering import Rendering


def page_months(rendering: Rendering) -> dict[str, list[dict[str, object]]]:
    """The months of each usage series that has days, by the series' identifier, the newest month first."""
    found: dict[str, list[dict[str, object]]] = {}
    for series in rendering.document.usage:
        months = months_of(rendering.document, series, rendering.words)
        if months:
            found[series.identifier] = [_month(month, rendering) for month in months]
    return found


def _month(month: Month, rendering: Rendering) -> dict[str, object]:
    lines = [(at + 1, rendering.facts.lines[at]) for at in month.lines if at < len(rendering.facts.lines)]
    return {
        "at": month.at,
        "name": month.name,
        "quantity": month.quantity,
        "finding": month.finding,
        "days": None if month.days is None else _days(month.days),
        "lines": [{"number": number, "description": line.description, "amount": line.amount} for number, line in lines],
    }


@functools.lru_cache(maxsize=64)  # a page is made anew with every change of its template, its charts stay
def _days(chart: Chart) -> dict[str, object]:
    assert isinstance(chart.shape, Bars)  # noqa: S101  # the days of a month are bars
    bars = chart.shape.bars
    return {
        "finding": chart.finding,
        "unit": chart.unit,
        "phone": _picture(chart, chart.shape, DAYS_PHONE),
        "wide": _picture(chart, chart.shape, DAYS),
        "head": list(chart.table.head),
        "rows": [list(row) for row in chart.table.rows],
        "said": "|".join(f"{bar.name[:1].upper()}{bar.name[1:]}: {bar.value_text}\u00a0{chart.unit}" for bar in bars),
        "count": len(bars),
        "most": next(at for at, bar in enumerate(bars) if bar.current),
    }


def _picture(chart: Chart, shape: Bars, frame: Frame) -> dict[str, object]:
    left, slot = plot_area(chart, shape, frame)
    return {"svg": trusted(svg(chart, PAGE_LOOK, frame)), "left": f"{left:.4f}", "slot": f"{slot:.5f}"}
