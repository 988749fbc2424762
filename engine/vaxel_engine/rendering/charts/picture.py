"""The static picture of a chart as PNG, for mail readers that show no SVG; resvg draws with the brand's fonts only."""

import functools
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
    drawn = svg(chart, look, frame, margin=margin)
    try:
        faces = tuple((str(path), path.stat().st_mtime_ns) for path in font_files)
        return _drawn(drawn, look.paper, float(density), faces, look.font)
    except (ValueError, OSError) as error:
        raise Unrenderable(f'the chart "{chart.identifier}" could not be drawn as PNG: {error}') from error


@functools.lru_cache(maxsize=32)  # a mail is made anew with every change of its template, its charts stay
def _drawn(drawing: str, paper: str, density: float, faces: tuple[tuple[str, int], ...], family: str) -> bytes:
    """Some 20 ms, most of them for fonts; `faces` are files and when they were changed."""
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=drawing,
            background=paper,
            zoom=density,
            skip_system_fonts=True,
            font_files=[path for path, _ in faces],
            font_family=family,
        )
    )
