"""The static picture of a chart as PNG, for mail readers that show no SVG; drawn with the brand's fonts only."""

import functools
from collections.abc import Sequence
from pathlib import Path

from vaxel_engine.errors import Unrenderable
from vaxel_engine.rendering.charts.look import Frame, Look
from vaxel_engine.rendering.charts.raster import raster
from vaxel_engine.rendering.charts.spec import Chart
from vaxel_engine.rendering.charts.svg import marks_of
from vaxel_engine.rendering.glyphs import face


def png(
    chart: Chart, look: Look, frame: Frame, *, font_files: Sequence[Path], density: int = 2, margin: int = 0
) -> bytes:
    """The chart as PNG with `density` pixels per CSS pixel, on the look's paper, so that it reads in a dark mail too.

    `margin` is paper around the frame, in CSS pixels.

    Raises Unrenderable when the picture cannot be drawn, e.g. for a font file that is gone.
    """
    marks = "".join(marks_of(chart, look, frame))
    try:
        faces = tuple(face(path) for path in font_files)
        return _drawn(marks, frame, look.paper, look.font, faces, float(density), margin)
    except (ValueError, OSError) as error:
        raise Unrenderable(f'the chart "{chart.identifier}" could not be drawn as PNG: {error}') from error


_drawn = functools.lru_cache(maxsize=32)(raster)  # a mail is made anew with every change of its template
