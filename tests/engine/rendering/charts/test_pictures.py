"""Every drawing of a chart shows the same figures, and the static ones need nothing from outside."""

import datetime as dt
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
import resvg_py
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageChops, ImageStat

from vaxel_engine.errors import Unrenderable
from vaxel_engine.model import Document, UsagePoint, UsageSeries
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.charts import (
    MAIL,
    PAGE,
    PHONE,
    PRINT,
    Bars,
    Chart,
    Frame,
    charts_for,
    dark_look,
    look,
    png,
    svg,
)
from vaxel_engine.rendering.charts.pen import round_lines
from vaxel_engine.rendering.charts.plot import ALLOWED_TRACES, figure, skeletons

DocumentBuilder = Callable[..., Document]
SVG = "{http://www.w3.org/2000/svg}"
FRAMES = [PRINT, MAIL, PAGE, PHONE]


@pytest.fixture
def both(build: DocumentBuilder, nordljus: Pack) -> tuple[Chart, ...]:
    """A usage chart and a balance chart."""
    return charts_for(build(usage=True, balance=True), nordljus.words("sv"))


def usage_chart(build: DocumentBuilder, pack: Pack, pairs: list[tuple[Decimal, Decimal | None]]) -> Chart:
    points = tuple(
        UsagePoint(start=dt.date(2020 + at // 12, at % 12 + 1, 1), quantity=now, year_before=before)
        for at, (now, before) in enumerate(pairs)
    )
    series = UsageSeries(identifier="el", label="El <&> \"'", unit="KWH", points=points)
    return charts_for(build().model_copy(update={"usage": (series,)}), pack.words("sv"))[0]


@pytest.mark.parametrize("frame", FRAMES)
def test_the_picture_is_plain_svg_without_references(both: tuple[Chart, ...], nordljus: Pack, frame: Frame) -> None:
    for chart in both:
        tree = etree.fromstring(svg(chart, look(nordljus.tokens), frame))
        assert {element.tag for element in tree.iter()} <= {
            SVG + name for name in ("svg", "rect", "path", "circle", "text")
        }
        assert not [
            name for element in tree.iter() for name in element.attrib if "href" in str(name) or name == "style"
        ]
        assert tree.get("aria-label") == chart.finding


def test_bars_stand_on_zero_and_keep_their_proportions(both: tuple[Chart, ...], nordljus: Pack) -> None:
    chart = both[0]
    assert isinstance(chart.shape, Bars)
    colours = look(nordljus.tokens)
    drawn = etree.fromstring(svg(chart, colours, PRINT)).findall(f"{SVG}rect")
    heights = [float(bar.get("height", "")) for bar in drawn if bar.get("fill") == colours.bar]
    values = [float(bar.value) for bar in chart.shape.bars if not bar.current]
    assert [height / heights[0] for height in heights] == pytest.approx(
        [value / values[0] for value in values], rel=0.02
    )
    feet = {
        round(float(bar.get("y", "")) + float(bar.get("height", "")), 0)
        for bar in drawn
        if bar.get("fill") == colours.bar
    }
    assert len(feet) == 1


def test_only_the_current_month_is_in_the_brand_colour(both: tuple[Chart, ...], nordljus: Pack) -> None:
    drawn = svg(both[0], look(nordljus.tokens), PRINT)
    brand = nordljus.tokens["colour"]["brand"]
    assert drawn.count(f'fill="{brand}"') == 3, "legend, bar and its figure"


def test_black_and_white_uses_no_colour(both: tuple[Chart, ...], nordljus: Pack) -> None:
    for chart in both:
        drawn = svg(chart, look(nordljus.tokens, monochrome=True), PRINT)
        colours = set(re.findall(r"#([0-9a-f]{6})", drawn))
        assert colours
        assert all(colour[:2] == colour[2:4] == colour[4:] for colour in colours)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(
            st.decimals(-5000, 5_000_000, places=2),
            st.none() | st.decimals(-5000, 5_000_000, places=2),
        ),
        min_size=1,
        max_size=40,
    ),
    frame=st.sampled_from(FRAMES),
)
def test_no_mark_leaves_the_frame_whatever_the_figures(
    build: DocumentBuilder, nordljus: Pack, pairs: list[tuple[Decimal, Decimal | None]], frame: Frame
) -> None:
    chart = usage_chart(build, nordljus, pairs)
    for bar in etree.fromstring(svg(chart, look(nordljus.tokens), frame)).findall(f"{SVG}rect"):
        x, y, wide, high = (float(bar.get(name, "")) for name in ("x", "y", "width", "height"))
        assert x >= -2
        assert x + wide <= frame.width + 2
        assert y >= -1
        assert y + high <= frame.height + 1
    json.dumps(figure(chart), allow_nan=False)


def test_the_table_twin_and_the_figure_hold_what_the_document_holds(
    build: DocumentBuilder, both: tuple[Chart, ...]
) -> None:
    document = build(usage=True, balance=True)
    assert document.balance is not None
    series, usage_chart, balance_chart = document.usage[0], both[0], both[1]
    in_table = {row[1].replace("\u00a0", "") for row in usage_chart.table.rows}
    assert in_table == {str(point.quantity) for point in series.points}
    drawn = sorted(value for trace in figure(usage_chart)["data"][1:] for value in trace["y"])
    assert drawn == sorted(float(point.quantity) for point in series.points)
    assert len(balance_chart.table.rows) == len(document.balance.events)
    line = figure(balance_chart)["data"][0]
    assert line["y"][:-1] == [float(event.balance) for event in document.balance.events]


def test_figures_use_no_trace_that_needs_unsafe_eval() -> None:
    both = skeletons()
    assert {trace["type"] for figure in (both.bars, both.steps) for trace in figure["data"]} <= ALLOWED_TRACES


def test_words_of_a_document_are_escaped_where_plotly_reads_markup(build: DocumentBuilder, nordljus: Pack) -> None:
    document = build(balance=True)
    assert document.balance is not None
    events = tuple(event.model_copy(update={"text": "<b>x</b><img src=1>"}) for event in document.balance.events)
    changed = document.model_copy(update={"balance": document.balance.model_copy(update={"events": events})})
    written = json.dumps(figure(charts_for(changed, nordljus.words("sv"))[0]))
    assert "<img" not in written
    assert "&lt;img" in written


def test_the_same_chart_gives_the_same_bytes(both: tuple[Chart, ...], nordljus: Pack) -> None:
    fonts = [nordljus.files["fonts/Inter-Regular.ttf"], nordljus.files["fonts/Inter-SemiBold.ttf"]]
    first, second = (png(both[0], look(nordljus.tokens), MAIL, font_files=fonts) for _ in range(2))
    assert first == second
    picture = Image.open(io.BytesIO(first))
    assert picture.size == (MAIL.width * 2, MAIL.height * 2)


def test_the_font_given_is_the_font_drawn(both: tuple[Chart, ...], nordljus: Pack) -> None:
    fonts = [nordljus.files["fonts/Inter-Regular.ttf"], nordljus.files["fonts/Inter-SemiBold.ttf"]]
    drawn = {png(both[0], look(nordljus.tokens), MAIL, font_files=faces) for faces in (fonts, fonts[:1], fonts[1:])}
    assert len(drawn) == 3
    with pytest.raises(Unrenderable, match="no font to write with"):  # no system font may stand in
        png(both[0], look(nordljus.tokens), MAIL, font_files=[])


def test_a_picture_is_what_a_renderer_of_all_svg_makes_of_the_same_marks(
    both: tuple[Chart, ...], nordljus: Pack
) -> None:
    fonts = [nordljus.files["fonts/Inter-Regular.ttf"], nordljus.files["fonts/Inter-SemiBold.ttf"]]
    light = look(nordljus.tokens)
    for chart in both:
        drawn = Image.open(io.BytesIO(png(chart, light, MAIL, font_files=fonts, margin=16))).convert("RGB")
        whole = resvg_py.svg_to_bytes(
            svg_string=svg(chart, light, MAIL, margin=16),
            background=light.paper,
            zoom=2,
            skip_system_fonts=True,
            font_files=[str(font) for font in fonts],
            font_family=light.font,
        )
        other = Image.open(io.BytesIO(bytes(whole))).convert("RGB")
        assert drawn.size == other.size
        apart = ImageChops.difference(drawn, other).convert("L")
        darkest = max(number for number, there in enumerate(apart.reduce(12).histogram()) if there)
        assert darkest < 60, "edges lie within a pixel; a missing word or bar is farther off"
        assert ImageStat.Stat(apart).mean[0] < 1.5


def test_the_dark_brand_colour_reads_on_dark_paper(nordljus: Pack) -> None:
    dark = dark_look(nordljus.tokens)
    assert dark.paper < "#333333"
    assert dark.brand != nordljus.tokens["colour"]["brand"]


@pytest.mark.parametrize(
    ("low", "high", "lines"),
    [
        ("0", "2277", ["0", "1000", "2000", "3000"]),
        ("0", "0", ["0", "0.5", "1"]),
        ("-300", "900", ["-500", "0", "500", "1000"]),
        ("0", "0.04", ["0", "0.02", "0.04"]),
    ],
)
def test_scales_have_round_figures_and_pass_zero(low: str, high: str, lines: list[str]) -> None:
    assert round_lines(Decimal(low), Decimal(high), 3) == tuple(map(Decimal, lines))
