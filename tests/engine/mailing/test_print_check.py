"""The print check on the page: each rule finds what was planted, in millimetres, and nothing where nothing is wrong."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageChops

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.mailing import shipped
from vaxel_engine.mailing.check import check_print
from vaxel_engine.mailing.drawing import drawn
from vaxel_engine.mailing.finding import Violation
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.pdfium import opened
from vaxel_engine.rendering import render

Builder = Callable[..., Document]
POINTS = 72 / 25.4
C5, PINGEN, DIGIPOST = (shipped()[name] for name in ("c5-safe", "pingen", "digipost"))


@pytest.fixture(scope="module")
def letter(build: Builder, nordljus: Pack) -> bytes:
    """A letter that its mail house takes."""
    return render(build(), ArtifactKind.PRINT_PDF, pack=nordljus).body


def planted(letter: bytes, operators: str, page: int = 0) -> bytes:
    """The letter with something more drawn on one page."""
    with pikepdf.open(BytesIO(letter)) as pdf:
        while len(pdf.pages) <= page:
            pdf.add_blank_page(page_size=(595.28, 841.89))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name("/Helvetica")
        )
        pdf.pages[page].add_resource(font, pikepdf.Name.Font, pikepdf.Name("/Planted"))
        pdf.pages[page].contents_add(f" q {operators} Q".encode())
        out = BytesIO()
        pdf.save(out)
    return out.getvalue()


def bar(x: float, y: float, width: float, height: float, shade: float = 0) -> str:
    """A rectangle, in millimetres from the upper left corner."""
    return f"{shade} g {x * POINTS} {(297 - y - height) * POINTS} {width * POINTS} {height * POINTS} re f"


def words(x: float, y: float, text: str = "planted") -> str:
    """Text with its baseline at a height."""
    return f"BT /Planted 9 Tf {x * POINTS} {(297 - y) * POINTS} Td ({text}) Tj ET"


def found(pdf: bytes, profile: Any = C5) -> list[Violation]:
    return [one for one in check_print(pdf, profile).violations if one.rule != "font"]


def test_a_letter_of_ours_has_nothing_to_mend(letter: bytes) -> None:
    assert found(letter) == []


@pytest.mark.parametrize(
    ("what", "rule", "place"),
    [
        (bar(202, 100, 6, 2), "edge", (205, 100, 3, 2)),
        (bar(100, 294, 5, 1), "edge", (100, 294, 5, 1)),
        (bar(7, 120, 4, 1), "zone", (7, 120, 4, 1)),
        (bar(7, 120, 4, 1, 0.9), "zone", (7, 120, 4, 1)),
    ],
    ids=["right edge", "lower edge", "inserter zone", "as light as it may be"],
)
def test_what_is_planted_is_found_in_millimetres(
    letter: bytes, what: str, rule: str, place: tuple[float, float, float, float]
) -> None:
    (one,) = found(planted(letter, what))
    assert (one.rule, one.page, one.refused) == (rule, 1, True)
    assert one.area is not None
    assert (one.area.x, one.area.y, one.area.width, one.area.height) == pytest.approx(place, abs=0.3)


def test_paper_white_is_no_ink_and_the_profiles_own_marks_do_not_count(letter: bytes) -> None:
    (mark,) = C5.mark
    assert found(planted(letter, bar(2, 120, 8, 8, 1))) == []
    assert found(planted(letter, bar(mark.x, mark.y, mark.width, mark.height))) == []
    assert found(planted(letter, bar(mark.x, mark.y + 3, mark.width, mark.height))) != []


def test_digiposts_barcode_zone_is_for_text_alone(letter: bytes) -> None:
    assert found(planted(letter, bar(5, 120, 5, 5)), DIGIPOST) == []
    assert [one.rule for one in found(planted(letter, words(5, 120)), DIGIPOST)] == ["zone", "zone"]
    assert [one.rule for one in found(planted(letter, words(5, 90)), DIGIPOST)] == ["zone"]


def test_a_zone_of_page_one_is_free_on_page_two(letter: bytes, build: Builder) -> None:
    there = bar(50, 45, 10, 5)
    assert "postage area" in " ".join(one.what for one in found(planted(letter, there), PINGEN))
    behind = planted(letter, there, page=1)
    assert "page 2" not in " ".join(one.what for one in found(behind, PINGEN))


def test_the_window_cuts_nothing_and_is_not_empty(letter: bytes) -> None:
    (cut,) = found(planted(letter, words(108, 60, "cut by the window")))
    assert "window cuts" in cut.what
    empty = planted(letter, bar(15, 44, 105, 35, 1))
    assert [one.rule for one in found(empty)] == []  # letters under paint are letters: a picture cannot know
    with pikepdf.open(BytesIO(letter)) as pdf:
        pdf.pages[0].Contents = pikepdf.Stream(pdf, b"")
        out = BytesIO()
        pdf.save(out)
    (bare,) = found(out.getvalue())
    assert "shows no address in the window" in bare.what


def test_an_address_that_is_a_picture_is_an_address(letter: bytes) -> None:
    with pikepdf.open(BytesIO(letter)) as pdf:
        pdf.pages[0].Contents = pikepdf.Stream(pdf, bar(25, 50, 60, 12).encode())
        out = BytesIO()
        pdf.save(out)
    assert found(out.getvalue()) == []


def test_a_coarse_picture_is_worth_knowing_and_not_refused(letter: bytes) -> None:
    with pikepdf.open(BytesIO(letter)) as pdf:
        picture = pikepdf.Stream(pdf, Image.new("L", (100, 100), 128).tobytes())
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent = 100, 100, 8
        picture.ColorSpace = pikepdf.Name.DeviceGray
        name = pdf.pages[0].add_resource(picture, pikepdf.Name.XObject)
        pdf.pages[0].contents_add(f" q 72 0 0 72 {50 * POINTS} {100 * POINTS} cm {name} Do Q".encode())
        out = BytesIO()
        pdf.save(out)
    check = check_print(out.getvalue(), C5)
    (one,) = check.violations
    assert (one.rule, one.refused, check.refused) == ("picture", False, ())
    assert "picture of 100 dpi on page 1" in one.what


def test_each_violation_is_drawn_in_red_on_its_page(letter: bytes) -> None:
    broken = planted(planted(letter, bar(202, 100, 6, 2)), bar(100, 294, 5, 1), page=2)
    check = check_print(broken, C5)
    pages = pictures(drawn(broken, C5, check))
    assert [_red(page) for page in pages] == [True, False, True]
    assert not any(_red(page) for page in pictures(broken))


def test_a_page_as_large_as_a_wall_is_told_of_and_not_drawn(letter: bytes) -> None:
    with pikepdf.open(BytesIO(letter)) as pdf:
        pdf.pages[0].mediabox = pikepdf.Array([0, 0, 14_400, 14_400])
        out = BytesIO()
        pdf.save(out)
    assert [one.rule for one in check_print(out.getvalue(), C5).violations] == ["page_size"]


def test_of_too_many_pages_none_is_drawn(letter: bytes) -> None:
    check = check_print(planted(letter, bar(202, 100, 6, 2), page=2), C5.model_copy(update={"max_pages": 2}))
    assert [one.rule for one in check.violations] == ["pages"]


def pictures(pdf: bytes) -> list[Image.Image]:
    with opened(pdf) as document:
        return [page.render(scale=1).to_pil().convert("RGB") for page in document]


def _red(page: Any) -> bool:
    """Whether some pixel is red: light in its first channel, dark in the others."""
    red, green, blue = page.split()
    light = red.point([255 if shade > 180 else 0 for shade in range(256)])
    for channel in (green, blue):
        light = ImageChops.multiply(light, channel.point([255 if shade < 60 else 0 for shade in range(256)]))
    return light.getbbox() is not None
