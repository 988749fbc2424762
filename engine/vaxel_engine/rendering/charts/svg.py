"""The static picture of a chart as SVG: the same bytes for the same chart, nothing from outside, fonts by name."""

from collections.abc import Iterator
from typing import assert_never
from xml.sax.saxutils import quoteattr

from vaxel_engine.rendering.charts import pen
from vaxel_engine.rendering.charts.bars import draw_bars
from vaxel_engine.rendering.charts.look import Frame, Look
from vaxel_engine.rendering.charts.spec import Bars, Chart, Steps
from vaxel_engine.rendering.charts.steps import draw_steps


def svg(chart: Chart, look: Look, frame: Frame, *, margin: int = 0) -> str:
    """The chart as one `<svg>` of `frame`'s size, without its title; its label for a screen reader is the finding.

    `margin` is empty paper around it, in CSS pixels, added to the frame's size.

    Only rect, path, circle and text with text-anchor are used, which WeasyPrint, resvg and browsers draw alike.
    """
    marks = "".join(marks_of(chart, look, frame))
    width, height = frame.width + 2 * margin, frame.height + 2 * margin
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="{-margin} {-margin} {width} {height}" role="img" aria-label={quoteattr(chart.finding)}'
        f' font-family={quoteattr(look.font)} font-size="{pen.c(frame.text)}">{marks}</svg>'
    )


def marks_of(chart: Chart, look: Look, frame: Frame) -> Iterator[str]:
    """What stands in the picture, back to front, as `pen` writes it."""
    match chart.shape:
        case Bars() as bars:
            yield from draw_bars(chart, bars, look, frame)
        case Steps() as steps:
            yield from draw_steps(chart, steps, look, frame)
        case _:
            assert_never(chart.shape)
