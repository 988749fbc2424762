"""The static picture of a chart as PNG, for mail readers that show no SVG; resvg draws with the brand's fonts only."""

from collections.abc import Sequence
from pathlib import Path

import resvg_py

from vaxel_engine.errors import Unrenderable
from vaxel_engine.rendering.charts.look import Frame, Look
from vaxel_engine.rendering.charts.spec import Chart
from vaxel_engine.rendering.charts.svg import svg


def png(
    chart: Chart, look: Look, frame: Frame, *, font_files: Sequence[Path], density: int = 2, margin: int = 0
) -> bytes:
    """The chart as PNG with `density` pixels per CSS pixel, on the look's paper, so that it reads in a dark mail too.

    `margin` is paper around the frame, in CSS pixels.

    Raises Unrenderable when the picture cannot be drawn, e.g. for a font file that is gone.
    """
    try:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg(chart, look, frame, margin=margin),
                background=look.paper,
                zoom=float(density),
                skip_system_fonts=True,
                font_files=[str(path) for path in font_files],
                font_family=look.font,
            )
        )
    except ValueError as error:
        raise Unrenderable(f'the chart "{chart.identifier}" could not be drawn as PNG: {error}') from error
