"""How a balance is drawn: a stepped line from day to day, payments marked, the last figure written out."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterator

from vaxel_engine.rendering.charts import pen
from vaxel_engine.rendering.charts.look import Frame, Look
from vaxel_engine.rendering.charts.spec import Chart, Step, Steps


def draw_steps(chart: Chart, shape: Steps, look: Look, frame: Frame) -> Iterator[str]:
    """The marks of a stepped line, back to front."""
    size, steps = frame.text, shape.steps
    scale = pen.scale([step.balance for step in steps], frame, chart.language)
    first = steps[0].date
    days = max((steps[-1].date - first).days, 1)
    left, right = scale.left + size * 0.5, frame.width - size * 3.2

    def x(day: dt.date) -> float:
        return left + (day - first).days / days * (right - left)

    line = f"M{pen.c(left)} {pen.c(scale.y(steps[0].balance))}"
    for step in steps[1:]:
        line += f"H{pen.c(x(step.date))}V{pen.c(scale.y(step.balance))}"
    line += f"H{frame.width}"
    yield from _legend(shape, look, frame)
    yield from pen.grid(scale, chart.unit, chart.language, look, frame)
    ground = pen.c(scale.y(0))
    yield f'<path d="{line}V{ground}H{pen.c(left)}Z" fill="{look.before}" fill-opacity="0.4"/>'
    yield pen.rule(scale.left, scale.y(0), frame.width, look.muted)
    yield f'<path d="{line}" fill="none" stroke="{look.ink}" stroke-width="{pen.c(size * 0.13)}"/>'
    yield from _payments(steps, x, scale, look, frame)
    yield from _ends(steps, left, scale, look, frame)
    for day, name in shape.ticks:
        yield pen.text(x(day), frame.height - size * 0.45, name, look.muted, "start" if day == first else "middle")


def _legend(shape: Steps, look: Look, frame: Frame) -> Iterator[str]:
    size, x = frame.text, float(frame.width)
    marks = (
        (any(step.instalment for step in shape.steps), shape.instalment_name, _square),
        (any(step.payment for step in shape.steps), shape.payment_name, _dot),
    )
    for is_there, name, mark in marks:
        if is_there:
            yield pen.text(x, size * 1.05, name, look.muted, "end")
            x -= pen.width(name, size) + size * 0.7
            yield mark(x, size * 0.7, look, frame)
            x -= size * 1.4


def _payments(
    steps: tuple[Step, ...], x: Callable[[dt.date], float], scale: pen.Scale, look: Look, frame: Frame
) -> Iterator[str]:
    """A square where an instalment fell due; a dot where each payment landed, its amount where the line is not."""
    size = frame.text
    for before, step in itertools.pairwise(steps):
        if step.instalment:
            yield _square(x(step.date), scale.y(step.balance), look, frame)
        if not step.payment:
            continue
        at, y = x(step.date), scale.y(step.balance)
        wide = pen.width(step.amount_text, size) + size
        middle = (scale.y(before.balance) + y) / 2 + size * 0.35
        follower = next((later for later in steps if later.date > step.date), None)
        room = (x(follower.date) if follower else frame.width) - at
        if room > wide or at - wide < scale.left:
            yield pen.text(at + size * 0.55, middle, step.amount_text, look.muted)
        else:
            below = min(scale.y(before.balance) + size * 1.4, scale.y(0) - size * 0.4)
            yield pen.text(at - size * 0.55, max(middle, below), step.amount_text, look.muted, "end")
        yield _dot(at, y, look, frame)


def _ends(steps: tuple[Step, ...], left: float, scale: pen.Scale, look: Look, frame: Frame) -> Iterator[str]:
    """The opening balance in secondary tone, the closing one in the brand's colour."""
    size, last = frame.text, steps[-1]
    rises = last.balance >= 0
    y = scale.y(last.balance) + (-size * 0.5 if rises else size * 1.2)
    yield pen.label(frame.width, y, last.balance_text, look, frame, "end", strong=True)
    if len(steps) > 2 and steps[0].balance != steps[-1].balance:
        yield pen.label(left, scale.y(steps[0].balance) - size * 0.5, steps[0].balance_text, look, frame)


def _dot(x: float, y: float, look: Look, frame: Frame) -> str:
    radius, edge = pen.c(frame.text * 0.32), pen.c(frame.text * 0.16)
    place = f'cx="{pen.c(x)}" cy="{pen.c(y)}"'
    return f'<circle {place} r="{radius}" fill="{look.paper}" stroke="{look.brand}" stroke-width="{edge}"/>'


def _square(x: float, y: float, look: Look, frame: Frame) -> str:
    half, edge = frame.text * 0.28, pen.c(frame.text * 0.14)
    place = f'x="{pen.c(x - half)}" y="{pen.c(y - half)}" width="{pen.c(2 * half)}" height="{pen.c(2 * half)}"'
    return f'<rect {place} fill="{look.paper}" stroke="{look.ink}" stroke-width="{edge}"/>'
