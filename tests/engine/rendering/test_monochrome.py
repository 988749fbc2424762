"""The print PDF for ink of one colour: no colour is left, and nothing that colour said is lost."""

from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.mailing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity import parity
from vaxel_engine.rendering import Rendering, render
from vaxel_engine.rendering.charts import look
from vaxel_engine.rendering.palette import contrast, grey_of

Builder = Callable[..., Document]
PackMaker = Callable[[Mapping[str, str]], Pack]
PageReader = Callable[[bytes], list[Any]]

TOLD_APART = 3.0
"""WCAG 2.1, success criterion 1.4.11: the contrast that parts of a graphic need beside each other."""
OF_COLOUR = {"rg", "RG", "k", "K"}

COLOURED_LOGO = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10" width="40" height="10">
<defs><linearGradient id="g"><stop offset="0" stop-color="#ff0000"/><stop offset=".5" stop-color="#00ff00"/>
<stop offset="1" stop-color="#0000ff"/></linearGradient></defs>
<rect width="40" height="10" fill="url(#g)"/><g opacity=".5"><rect x="5" width="9" height="9" fill="#c00"/></g></svg>"""


@pytest.fixture(scope="module")
def printed(build: Builder, nordljus: Pack) -> bytes:
    """A letter with both charts, in greys."""
    return _grey(build(usage=True, balance=True), nordljus)


def test_no_operator_gradient_or_picture_of_colour_is_left(
    printed: bytes, build: Builder, make_pack: PackMaker
) -> None:
    for pdf in (printed, _grey(build(), make_pack({"logo.svg": COLOURED_LOGO}))):
        with pikepdf.open(BytesIO(pdf)) as opened:
            streams = list(_drawings(opened))
            assert len(streams) > len(opened.pages) - 1
            used = {str(one.operator) for stream in streams for one in pikepdf.parse_content_stream(stream)}
            assert "g" in used
            assert used & OF_COLOUR == set()
            assert {space for item in opened.objects for space in _spaces(item)} <= {"/DeviceGray", "/Pattern"}


def test_no_pixel_of_the_page_has_a_colour(printed: bytes, pictures: Callable[[bytes], list[Image.Image]]) -> None:
    for page in pictures(printed):
        red, green, blue = page.split()
        assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_words_stand_where_they_stand_in_colour(
    printed: bytes, build: Builder, nordljus: Pack, read_pages: PageReader
) -> None:
    coloured = render(build(usage=True, balance=True), ArtifactKind.PRINT_PDF, pack=nordljus).body
    assert coloured != printed
    for one, other in zip(read_pages(coloured), read_pages(printed), strict=True):
        assert one.glyphs == other.glyphs


def test_it_says_the_same_as_the_document(build: Builder, nordljus: Pack) -> None:
    document = build(usage=True, balance=True)
    rendering = Rendering.of(document, nordljus)
    report = parity(document, [rendering.printed(Printing(monochrome=True))], pack=nordljus)
    assert report.holds


def test_bars_beside_each_other_differ_in_tone(nordljus: Pack) -> None:
    grey = look(nordljus.tokens, monochrome=True)
    assert contrast(grey.brand, grey.bar) >= TOLD_APART
    assert contrast(grey.bar, grey.paper) >= TOLD_APART  # last year's bars are outlines filled with paper
    assert contrast(grey.before, grey.paper) >= TOLD_APART
    assert grey.outline


def test_the_amount_is_as_dark_as_the_text(printed: bytes, pictures: Callable[[bytes], list[Image.Image]]) -> None:
    first = pictures(printed)[0].convert("L")
    to_millimetres = 100 / 25.4
    amount = first.crop(tuple(round(edge * to_millimetres) for edge in (125, 54, 195, 64)))  # type: ignore[arg-type]  # four edges
    darkest = amount.getextrema()[0]
    assert isinstance(darkest, int | float)
    assert darkest < 40


def test_a_grey_is_as_light_as_its_colour() -> None:
    for colour in ("#0b6b57", "#c9d6d0", "#8a1f5c", "#000000", "#ffffff"):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        grey = f"{round(grey_of(parts[0], parts[1], parts[2]) * 255):02x}"
        assert contrast(colour, "#ffffff") == pytest.approx(contrast(f"#{grey * 3}", "#ffffff"), abs=0.12)


def _grey(document: Document, pack: Pack) -> bytes:
    return render(document, ArtifactKind.PRINT_PDF, pack=pack, printing=Printing(monochrome=True)).body


def _drawings(pdf: pikepdf.Pdf) -> Iterator[Any]:
    yield from pdf.pages
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and (item.get("/Subtype") == "/Form" or item.get("/PatternType") == 1):
            yield item


def _spaces(item: Any) -> Iterator[str]:
    """The colour spaces of a gradient, a picture or a layer; an array is named by its kind."""
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        drawn = "/ShadingType" in item or item.get("/Subtype") == "/Image" or item.get("/S") == "/Transparency"
        for key in ("/ColorSpace", "/CS"):
            if drawn and key in item:
                space = item[key]
                yield str(space[0]) if isinstance(space, pikepdf.Array) else str(space)
