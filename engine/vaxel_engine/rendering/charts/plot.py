"""The explorable twin of a chart: built with Plotly's objects once, then only filled in, never rebuilt per document.

Colours stand as CSS variables ("var(--chart-now)"), which the page resolves for its light and its dark scheme, so one
skeleton serves every brand. Only `bar` and `scatter` are used: the WebGL traces need `unsafe-eval` and are refused.
"""

import datetime as dt
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, assert_never, cast

import plotly.graph_objects as go

from vaxel_engine.rendering.charts.pen import axis_figure, round_lines
from vaxel_engine.rendering.charts.spec import Bars, Chart, Steps

Json = dict[str, Any]
"""What `json.dumps` takes; Plotly's own shape, which travels no further than the page."""

ALLOWED_TRACES = frozenset({"bar", "scatter"})
_NOW, _BAR, _BEFORE, _FILL = "var(--chart-now)", "var(--chart-bar)", "var(--chart-before)", "var(--chart-fill)"
_INK, _MUTED, _GRID, _PAPER = "var(--ink)", "var(--secondary)", "var(--chart-grid)", "var(--paper)"
_WIDTH, _SHIFT = 0.58, 0.2
"""Of a bar, in steps of the axis, and by how much this year's stands to the right of last year's."""
_ROOM = 0.18
"""Share of the time axis that a payment's amount needs beside its fall."""


@dataclass(frozen=True, slots=True)
class Skeletons:
    """One figure of each shape, complete but for the figures."""

    bars: Json
    steps: Json


@lru_cache(maxsize=1)
def skeletons() -> Skeletons:
    """Both skeletons, built by Plotly at the first call; raises ValueError for a trace that needs `unsafe-eval`."""
    both = Skeletons(_plain(_bars()), _plain(_steps()))
    strange = {trace["type"] for skeleton in (both.bars, both.steps) for trace in skeleton["data"]} - ALLOWED_TRACES
    if strange:
        raise ValueError(f"traces {sorted(strange)} would need unsafe-eval; use {sorted(ALLOWED_TRACES)}")
    return both


@lru_cache(maxsize=2)
def _text(shape: Literal["bars", "steps"]) -> str:
    """A skeleton as JSON: reading one takes a third of copying one."""
    return json.dumps(getattr(skeletons(), shape))


def figure(chart: Chart) -> Json:
    """The chart as a Plotly figure (`data` and `layout`) of plain values, ready for `json.dumps`."""
    match chart.shape:
        case Bars() as bars:
            filled = _fill_bars(json.loads(_text("bars")), chart, bars)
        case Steps() as steps:
            filled = _fill_steps(json.loads(_text("steps")), chart, steps)
        case _:
            assert_never(chart.shape)
    return filled


def _fill_bars(filled: Json, chart: Chart, shape: Bars) -> Json:
    before, others, now = filled["data"]
    bars = list(enumerate(shape.bars))
    for trace, chosen in (
        (others, [at for at in bars if not at[1].current]),
        (now, [at for at in bars if at[1].current]),
    ):
        trace["x"], trace["y"] = [at for at, _ in chosen], [float(bar.value) for _, bar in chosen]
        trace["customdata"] = [_hover(bar.name, bar.value_text, chart.unit) for _, bar in chosen]
    now["name"] = shape.current_name
    values = [bar.value for bar in shape.bars]
    layout = filled["layout"]
    layout["xaxis"] |= {"tickvals": [at for at, _ in bars], "ticktext": [bar.tick for bar in shape.bars]}
    layout["xaxis"]["range"] = [-0.6, len(bars) - 0.4]
    if shape.before_name is None:
        filled["data"] = [others, now]
        for trace in filled["data"]:
            trace["offset"] = -_WIDTH / 2
    else:
        known = [(at, bar) for at, bar in bars if bar.before is not None]
        before["x"], before["y"] = [at for at, _ in known], [float(bar.before or 0) for _, bar in known]
        before["name"] = shape.before_name
        said = shape.before_name.lower()
        before["customdata"] = [_hover(f"{bar.name}, {said}", bar.before_text or "", chart.unit) for _, bar in known]
        values += [bar.before for _, bar in known if bar.before is not None]
    _fill_scale(layout, values, chart)
    shift = _SHIFT / 2 if shape.before_name else 0.0
    for at, bar in bars:
        if bar.labelled:
            beside = shape.bars[max(at - 1, 0) : at + 2]  # a figure is wider than its bar
            top = max(0.0, *(max(float(one.value), float(one.before or 0)) for one in beside))
            label = _label(at + shift, top, bar.value_text, strong=bar.current, yanchor="bottom", bgcolor=_PAPER)
            if at in (0, len(bars) - 1):
                # A long figure over the first or the last bar grows inwards, or the edge would cut it.
                label |= {"x": -0.55, "xanchor": "left"} if at == 0 else {"x": at + 0.55, "xanchor": "right"}
            layout["annotations"].append(label)
    return filled


def _fill_steps(filled: Json, chart: Chart, shape: Steps) -> Json:
    line, payments, instalments = filled["data"]
    steps = shape.steps
    first, last = steps[0].date, steps[-1].date
    days = max((last - first).days, 1)
    edge = last + dt.timedelta(days=max(1, round(days * 0.07)))
    line["x"] = [*(step.date.isoformat() for step in steps), edge.isoformat()]
    line["y"] = [*(float(step.balance) for step in steps), float(steps[-1].balance)]
    line["name"] = chart.label
    line["customdata"] = [_hover(step.text, step.balance_text, chart.unit) for step in (*steps, steps[-1])]
    paid = [step for step in steps if step.payment]
    payments["x"], payments["y"] = [step.date.isoformat() for step in paid], [float(step.balance) for step in paid]
    payments["name"] = shape.payment_name
    payments["customdata"] = [_hover(step.text, step.amount_text, chart.unit) for step in paid]
    due = [step for step in steps if step.instalment]
    instalments["x"], instalments["y"] = [step.date.isoformat() for step in due], [float(step.balance) for step in due]
    instalments["name"] = shape.instalment_name
    instalments["customdata"] = [_hover(step.text, step.amount_text, chart.unit) for step in due]
    filled["data"] = [line, *(trace for trace, known in ((payments, paid), (instalments, due)) if known)]
    layout = filled["layout"]
    layout["xaxis"] |= {
        "tickvals": [date.isoformat() for date, _ in shape.ticks],
        "ticktext": [name for _, name in shape.ticks],
        "range": [first.isoformat(), edge.isoformat()],
    }
    _fill_scale(layout, [step.balance for step in steps], chart)
    for before, step in itertools.pairwise(steps):
        if step.payment:
            follower = next((later.date for later in steps if later.date > step.date), edge)
            right = (follower - step.date).days / days > _ROOM
            place: Json = {"xanchor": "left", "xshift": 8} if right else {"xanchor": "right", "xshift": -8}
            middle = (float(before.balance) + float(step.balance)) / 2
            layout["annotations"].append(_label(step.date.isoformat(), middle, step.amount_text) | place)
    closing = _label(edge.isoformat(), float(steps[-1].balance), steps[-1].balance_text, strong=True)
    layout["annotations"].append(closing | {"xanchor": "right", "yanchor": "bottom", "bgcolor": _PAPER})
    return filled


def _fill_scale(layout: Json, values: Sequence[Any], chart: Chart) -> None:
    """The same round figures as in the static picture, written by the same hand."""
    lines = round_lines(min(*values, 0), max(*values, 0), 3)
    layout["yaxis"] |= {
        "tickvals": [float(line) for line in lines],
        "ticktext": [axis_figure(line, chart.language) for line in lines],
        "range": [float(lines[0]), float(lines[-1])],
    }


def _label(x: object, y: float, words: str, *, strong: bool = False, **place: object) -> Json:
    # Never <b>: Plotly writes it as a style attribute, which the page's policy refuses.
    font = {"color": _NOW, "weight": 600} if strong else {"color": _MUTED}
    return {"x": x, "y": y, "text": _escaped(words), "showarrow": False, "font": font, **place}


def _hover(name: str, figure: str, unit: str) -> str:
    return f"{_escaped(name)}<br>{_escaped(figure)}\u00a0{_escaped(unit)}"


def _bars() -> go.Figure:
    start = -(_WIDTH + _SHIFT) / 2
    shared: Json = {"width": _WIDTH, "hovertemplate": "%{customdata}<extra></extra>"}
    before = go.Bar(offset=start, marker={"color": _BEFORE}, **shared)
    others = go.Bar(offset=start + _SHIFT, marker={"color": _BAR}, showlegend=False, **shared)
    now = go.Bar(offset=start + _SHIFT, marker={"color": _NOW}, **shared)
    return go.Figure([before, others, now], _layout())


def _steps() -> go.Figure:
    hover = "%{customdata}<extra></extra>"
    line = go.Scatter(
        mode="lines",
        line={"shape": "hv", "color": _INK, "width": 2},
        fill="tozeroy",
        fillcolor=_FILL,
        hovertemplate=hover,
        showlegend=False,
    )
    ring = {"color": _PAPER, "size": 10, "line": {"color": _NOW, "width": 3}}
    payments = go.Scatter(mode="markers", marker=ring, cliponaxis=False, hovertemplate=hover, showlegend=True)
    square = {"symbol": "square", "color": _PAPER, "size": 9, "line": {"color": _INK, "width": 2}}
    instalments = go.Scatter(mode="markers", marker=square, cliponaxis=False, hovertemplate=hover, showlegend=True)
    return go.Figure([line, payments, instalments], _layout(time=True))


def _layout(*, time: bool = False) -> go.Layout:
    """What both shapes share: no mode bar, no zoom by accident, a light grid; the unit stands in the page."""
    axis: Json = {"fixedrange": True, "zeroline": False, "automargin": True, "tickfont": {"color": _MUTED}, "ticks": ""}
    legend: Json = {"orientation": "h", "x": 1, "xanchor": "right", "y": 1.1, "yanchor": "bottom", "itemclick": False}
    return go.Layout(
        template="none",
        height=300,
        margin={"l": 8, "r": 4, "t": 56, "b": 8, "pad": 6},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"size": 13, "color": _INK},
        dragmode=False,
        hovermode="closest",
        showlegend=True,
        hoverlabel={"bgcolor": _PAPER, "bordercolor": _MUTED, "font": {"color": _INK, "size": 14}, "align": "left"},
        legend={**legend, "itemdoubleclick": False, "traceorder": "normal", "font": {"color": _MUTED}},
        barmode="overlay",
        xaxis={**axis, "type": "date" if time else "linear", "showgrid": False, "showline": False, "tickangle": 0},
        yaxis={**axis, "gridcolor": _GRID, "zeroline": True, "zerolinecolor": _MUTED, "zerolinewidth": 1},
    )


def _plain(built: go.Figure) -> Json:
    """Plotly's object as dicts and lists, without the template that it would repeat in every figure."""
    plain = cast("Mapping[str, Any]", built.to_plotly_json())
    layout = {name: value for name, value in plain["layout"].items() if name != "template"}
    return {"data": [dict(trace) for trace in plain["data"]], "layout": {**layout, "annotations": []}}


def _escaped(words: str) -> str:
    """Words from the document for a place where Plotly reads a small HTML of its own."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
