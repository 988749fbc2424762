"""Charts of usage and balance: one value says what is shown, and every artifact draws that same value.

    for chart in charts_for(document, pack.words(document.recipient.language)):
        chart.finding                         # the title: what the figures say, in a sentence
        svg(chart, look(pack.tokens), PRINT)  # static picture; look(pack.tokens, monochrome=True) for black and white
        png(chart, look(pack.tokens), MAIL, font_files=[...])
            chart.table                           # the same figures as rows of words

The picture never carries the title, so that a page can set it as text. The explorable twin is `charts.plot.figure`,
imported only where a page is written, since Plotly is slow to load.
"""

from vaxel_engine.rendering.charts.look import (
    BANK,
    DAYS,
    DAYS_PHONE,
    MAIL,
    PAGE,
    PAGE_LOOK,
    PHONE,
    PRINT,
    Frame,
    Look,
    dark_look,
    look,
)
from vaxel_engine.rendering.charts.picture import png
from vaxel_engine.rendering.charts.spec import Bar, Bars, Chart, Step, Steps, Table
from vaxel_engine.rendering.charts.story import charts_for
from vaxel_engine.rendering.charts.svg import svg

__all__ = [
    "BANK",
    "DAYS",
    "DAYS_PHONE",
    "MAIL",
    "PAGE",
    "PAGE_LOOK",
    "PHONE",
    "PRINT",
    "Bar",
    "Bars",
    "Chart",
    "Frame",
    "Look",
    "Step",
    "Steps",
    "Table",
    "charts_for",
    "dark_look",
    "look",
    "png",
    "svg",
]
