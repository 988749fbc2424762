"""The explorable twin of a chart: built with Plotly's objects once, then only filled in, never rebuilt per document.

Colours stand as CSS variables ("var(--chart-now)"), which the page resolves for its light and its dark scheme, so one
skeleton serves every brand. Only `bar` and `scatter` are used: the WebGL traces need `unsafe-eval` and are refused.
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, assert_never, cast

import plotly.graph_objects as go

from vaxel_engine.model import Language
from vaxel_engine.rendering.charts.spec import Bars, Chart, Steps

Json = dict[str, Any]
"""What `json.dumps` takes; Plotly's own shape, which travels no further than the page."""

ALLOWED_TRACES = frozenset({"bar", "scatter"})
_SEPARATORS: Mapping[Language, str] = {"sv": ",\u00a0", "en": ".,"}
_NOW, _BAR, _BEFORE = "var(--chart-now)", "var(--chart-bar)", "var(--chart-before)"
_INK, _MUTED, _GRID, _PAPER = "var(--ink)", "var(--secondary)", "var(--chart-grid)", "var(--paper)"
_BAR_WIDTH, _BAR_SHIFT = 0.58, 0.2


@dataclass(frozen=True, slots=True)
class Skeletons:
    """One figure of each shape, complete but for the figures."""

    bars: Json
    steps: Json


@lru_cache(maxsize=1)
def skeletons() -> Skeletons:
    """Both skeletons, built by Plotly at the first call and checked against the allowed traces."""
    both = Skeletons(_plain(_bars()), _plain(_steps()))
    for skeleton in (both.bars, both.steps):
        strange = {trace["type"] for trace in skeleton["data"]} - ALLOWED_TRACES
        if strange:
            raise ValueError(
                f"trace types {sorted(strange)} would need unsafe-eval; use one of {sorted(ALLOWED_TRACES)}"
            )
    return both


def figure(chart: Chart) -> Json:
    """The chart as a Plotly figure (`data` and `layout`) of plain values, ready for `json.dumps`."""
    match chart.shape:
        case Bars() as bars:
            filled = _fill_bars(copy.deepcopy(skeletons().bars), chart, bars)
        case Steps() as steps:
            filled = _fill_steps(copy.deepcopy(skeletons().steps), chart, steps)
        case _:
            assert_never(chart.shape)
    filled["layout"]["separators"] = _SEPARATORS[chart.language]
    filled["layout"]["yaxis"]["title"]["text"] = chart.unit
    return filled


def _fill_bars(filled: Json, chart: Chart, shape: Bars) -> Json:
    before, now = filled["data"]
    names = list(range(len(shape.bars)))
    now["x"], now["y"] = names, [float(bar.value) for bar in shape.bars]
    now["name"] = shape.current_name
    now["text"] = [bar.value_text if bar.labelled else "" for bar in shape.bars]
    now["customdata"] = [f"{bar.name}<br><b>{bar.value_text}\u00a0{chart.unit}</b>" for bar in shape.bars]
    now["marker"]["color"] = [_NOW if bar.current else _BAR for bar in shape.bars]
    now["textfont"]["color"] = [_NOW if bar.current else _MUTED for bar in shape.bars]
    axis = filled["layout"]["xaxis"]
    axis["tickvals"], axis["ticktext"] = names, [bar.tick for bar in shape.bars]
    if len(shape.bars) > 13:
        axis["tickvals"], axis["ticktext"] = names[::7], [bar.tick for bar in shape.bars[::7]]
    if shape.before_name is None:
        filled["data"] = [now]
        now["offset"] = -_BAR_WIDTH / 2
        return filled
    before["x"], before["name"] = names, shape.before_name
    before["y"] = [None if bar.before is None else float(bar.before) for bar in shape.bars]
    before["customdata"] = [
        f"{bar.name}, {shape.before_name.lower()}<br><b>{bar.before_text or '–'}\u00a0{chart.unit}</b>"
        for bar in shape.bars
    ]
    return filled


def _fill_steps(filled: Json, chart: Chart, shape: Steps) -> Json:
    line, payments = filled["data"]
    steps = shape.steps
    line["x"], line["y"] = [step.date.isoformat() for step in steps], [float(step.balance) for step in steps]
    line["name"] = chart.label
    line["customdata"] = [f"{_escaped(step.text)}<br><b>{step.balance_text}\u00a0{chart.unit}</b>" for step in steps]
    paid = [step for step in steps if step.payment]
    payments["x"], payments["y"] = [step.date.isoformat() for step in paid], [float(step.balance) for step in paid]
    payments["name"] = shape.payment_name
    payments["text"] = [step.amount_text for step in paid]
    payments["customdata"] = [f"{_escaped(step.text)}<br><b>{step.amount_text}\u00a0{chart.unit}</b>" for step in paid]
    axis = filled["layout"]["xaxis"]
    axis["tickvals"] = [date.isoformat() for date, _ in shape.ticks]
    axis["ticktext"] = [name for _, name in shape.ticks]
    return filled


def _bars() -> go.Figure:
    hover = "%{customdata}<extra></extra>"
    shared: Json = {"width": _BAR_WIDTH, "hovertemplate": hover}
    before = go.Bar(offset=-(_BAR_WIDTH + _BAR_SHIFT) / 2, marker={"color": _BEFORE}, **shared)
    now = go.Bar(
        offset=-(_BAR_WIDTH + _BAR_SHIFT) / 2 + _BAR_SHIFT,
        marker={"color": _BAR},
        textposition="outside",
        cliponaxis=False,
        textangle=0,
        textfont={"color": _MUTED},
        **shared,
    )
    return go.Figure([before, now], _layout(barmode="overlay"))


def _steps() -> go.Figure:
    hover = "%{customdata}<extra></extra>"
    line = go.Scatter(
        mode="lines",
        line={"shape": "hv", "color": _INK, "width": 2},
        fill="tozeroy",
        fillcolor=_BEFORE,
        hovertemplate=hover,
    )
    payments = go.Scatter(
        mode="markers+text",
        marker={"color": _PAPER, "size": 11, "line": {"color": _NOW, "width": 3}},
        textposition="middle right",
        textfont={"color": _MUTED},
        cliponaxis=False,
        hovertemplate=hover,
    )
    layout = _layout(xaxis={"type": "date"})
    return go.Figure([line, payments], layout)


def _layout(**more: Any) -> go.Layout:
    """What both shapes share: no mode bar, no zoom by accident, a light grid, labels in the page's own font."""
    axis: Json = {"fixedrange": True, "zeroline": False, "automargin": True, "tickfont": {"color": _MUTED}}
    layout = go.Layout(
        template="none",
        height=300,
        margin={"l": 8, "r": 12, "t": 40, "b": 8, "pad": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 14, "color": _INK},
        dragmode=False,
        hovermode="closest",
        hoverlabel={"bgcolor": _PAPER, "bordercolor": _MUTED, "font": {"color": _INK, "size": 14}, "align": "left"},
        legend={
            "orientation": "h",
            "x": 1,
            "xanchor": "right",
            "y": 1.02,
            "yanchor": "bottom",
            "font": {"color": _MUTED},
        },
        xaxis={**axis, "showgrid": False, "showline": True, "linecolor": _MUTED},
        yaxis={**axis, "gridcolor": _GRID, "rangemode": "tozero", "nticks": 5, "title": {"font": {"color": _MUTED}}},
    )
    layout.update(more)
    return layout


def _plain(built: go.Figure) -> Json:
    """Plotly's object as dicts and lists, without the template that it would repeat in every figure."""
    plain = cast(Json, built.to_plotly_json())
    plain["layout"].pop("template", None)
    return {"data": [dict(trace) for trace in plain["data"]], "layout": dict(plain["layout"])}


def _escaped(words: str) -> str:
    """Words from the document for a place where Plotly reads a small HTML of its own."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
