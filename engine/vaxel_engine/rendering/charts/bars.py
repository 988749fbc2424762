"""How usage is drawn: bars from zero, last year as a paler bar behind, figures on the few that matter."""

import math
from collections.abc import Iterator
from decimal import Decimal

from vaxel_engine.rendering.charts import pen
from vaxel_engine.rendering.charts.look import Frame, Look
from vaxel_engine.rendering.charts.spec import Bar, Bars, Chart


def plot_area(chart: Chart, shape: Bars, frame: Frame) -> tuple[float, float]:
    """Where the first bar's slot begins, and how wide each slot is, as shares of the frame's width."""
    left = _scale(chart, shape, frame).left
    return left / frame.width, (frame.width - left) / len(shape.bars) / frame.width


def _scale(chart: Chart, shape: Bars, frame: Frame) -> pen.Scale:
    values = [bar.value for bar in shape.bars] + [bar.before for bar in shape.bars if bar.before is not None]
    return pen.scale(values, frame, chart.language)


def draw_bars(chart: Chart, shape: Bars, look: Look, frame: Frame) -> Iterator[str]:
    """The marks of a bar chart, back to front."""
    bars = shape.bars
    scale = _scale(chart, shape, frame)
    slot = (frame.width - scale.left) / len(bars)
    thick = slot * (0.58 if shape.before_name else 0.66)
    shift = slot * 0.2 if shape.before_name else 0.0
    yield from _legend(shape, look, frame)
    yield from pen.grid(scale, chart.unit, chart.language, look, frame)
    zero, before = scale.y(0), look.before
    boxes: list[tuple[float, float, float, str]] = []
    for at, bar in enumerate(bars):
        x = scale.left + at * slot + (slot - thick - shift) / 2
        if bar.before:
            boxes.append((x, scale.y(bar.before), zero, before))
        if bar.value:
            boxes.append((x + shift, scale.y(bar.value), zero, look.brand if bar.current else look.bar))
    if look.outline:
        yield from (pen.rect(x, thick, y, to, fill, hollow=fill is before) for x, y, to, fill in boxes)
    else:
        yield pen.rects(thick, boxes)
    yield pen.rule(scale.left, zero, frame.width, look.muted)
    if frame.ticks:
        yield from _ticks(bars, scale.left, slot, look, frame)
    yield from _figures(bars, scale, slot, shift / 2, look, frame)


def _legend(shape: Bars, look: Look, frame: Frame) -> Iterator[str]:
    """Right above the bars: a swatch and a word for each colour that has a meaning."""
    size, baseline = frame.text, frame.text * 1.05
    entries = [(shape.current_name, look.brand, False)]
    if shape.before_name:
        entries.insert(0, (shape.before_name, look.before, look.outline))
    x = float(frame.width)
    for name, fill, hollow in reversed(entries):
        yield pen.text(x, baseline, name, look.muted, "end")
        x -= pen.width(name, size) + size * 1.3
        yield pen.rect(x, size * 0.75, baseline - size * 0.72, baseline + size * 0.03, fill, hollow=hollow)
        x -= size * 1.2


def _ticks(bars: tuple[Bar, ...], left: float, slot: float, look: Look, frame: Frame) -> Iterator[str]:
    """The names under the bars: as many as fit, counted from the one that the document is about."""
    widest = max(pen.width(bar.tick, frame.text) for bar in bars) + frame.text * 0.4
    every = max(1, math.ceil(widest / slot))
    anchor = next((at for at in reversed(range(len(bars))) if bars[at].current), len(bars) - 1)
    for at, bar in enumerate(bars):
        if (at - anchor) % every == 0:
            colour = look.ink if bar.current else look.muted
            x, y = left + (at + 0.5) * slot, frame.height - frame.text * 0.45
            yield pen.text(x, y, bar.tick, colour, "middle", bold=bar.current)


def _figures(
    bars: tuple[Bar, ...], scale: pen.Scale, slot: float, shift: float, look: Look, frame: Frame
) -> Iterator[str]:
    """Figures over the bars that matter, the current one first; one that would touch another is left to the table."""
    size = frame.text
    taken: list[tuple[float, float]] = []
    for at in sorted((at for at, bar in enumerate(bars) if bar.labelled), key=lambda at: not bars[at].current):
        bar = bars[at]
        half = pen.width(bar.value_text, size, bold=bar.current) / 2
        x = min(max(scale.left + (at + 0.5) * slot + shift, scale.left + half), frame.width - half)
        if any(x - half < end + size * 0.4 and start - size * 0.4 < x + half for start, end in taken):
            continue
        taken.append((x - half, x + half))
        under = [other for to, other in enumerate(bars) if abs(to - at) * slot < half + slot * 0.4]
        highest = max(max(other.value, other.before or Decimal(0), Decimal(0)) for other in under)
        yield pen.label(x, scale.y(highest) - size * 0.42, bar.value_text, look, frame, "middle", strong=bar.current)
