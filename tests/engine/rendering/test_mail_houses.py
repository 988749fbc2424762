"""Every mail house's profile: its window holds the address, its marks are all that print adds to the mailbox PDF."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.mailing import Printing, Profile, shipped
from vaxel_engine.model import Document, InvoiceLine, PostalAddress
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering, render

Builder = Callable[..., Document]
Lines = Callable[[int], tuple[InvoiceLine, ...]]
PageReader = Callable[[bytes], list[Any]]
PackMaker = Callable[[Mapping[str, str]], Pack]
Pictures = Callable[[bytes], list[Image.Image]]
PIXELS_PER_MM = 100 / 25.4

LONG_NAME = (
    "Bostadsrättsföreningen Norrskenet med omnejd, att. Maximiliana Wolfeschlegelstein-Öhrström von Essen af Zellén"
)
LONG_ADDRESS = PostalAddress(
    line_1="c/o Redovisningsbyrån Åkerlund, Öhrström & Partners Kommanditbolag AB",
    line_2="Västra Norrlandsgatan 118 C, våning 14, ingång från gården genom port 3",
    line_3="Box 4711",
    post_code="90327",
    city="Umeå",
    country_code="SE",
)
OWN = """
title = "A mail house of our own"
source = "its data sheet"
quality = "documented"
[window]
x = 15.0
y = 40.0
width = 100.0
height = 40.0
[[mark]]
name = "end of collation"
x = 6.0
y = 30.0
width = 7.0
height = 0.5
sheets = "last"
[[mark]]
name = "benchmark"
x = 6.0
y = 25.0
width = 7.0
height = 0.5
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Pack]:
    """The sample brand as it is posted by a mail house."""
    from vaxel_engine.packs import load, packs

    made: dict[str, Pack] = {}

    def brand(profile: str) -> Pack:
        if profile not in made:
            root = tmp_path_factory.mktemp("packs")
            (root / "posted" / "profiles").mkdir(parents=True)
            (root / "posted" / "brand.toml").write_text(f'extends = "nordljus"\n[paper]\nprofile = "{profile}"\n')
            (root / "posted" / "profiles" / "ours.toml").write_text(OWN)
            made[profile] = load("posted", [root, packs()])
        return made[profile]

    return brand


@pytest.mark.parametrize("name", sorted(shipped()))
def test_print_differs_from_the_mailbox_only_in_the_furniture(
    name: str, build: Builder, house: Callable[[str], Pack], pictures: Pictures
) -> None:
    rendering = Rendering.of(build(usage=True, balance=True), house(name))
    mailbox = pictures(rendering.artifact(ArtifactKind.MAILBOX_PDF).body)
    printed = pictures(rendering.artifact(ArtifactKind.PRINT_PDF).body)
    profile = shipped()[name]
    assert len(mailbox) == len(printed) == 2
    for one, other in zip(mailbox, printed, strict=True):
        outside = ImageChops.difference(_without_marks(one, profile), _without_marks(other, profile))
        assert outside.getbbox() is None
    assert (ImageChops.difference(mailbox[0], printed[0]).getbbox() is not None) == bool(profile.mark)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_address_is_whole_and_inside_its_window_with_the_tolerance(
    name: str, build: Builder, house: Callable[[str], Pack], read_pages: PageReader
) -> None:
    usable, window = shipped()[name].usable, shipped()[name].window or shipped()["c5-safe"].window
    assert window is not None
    for document in (build(), build(name=LONG_NAME, address=LONG_ADDRESS)):
        page = read_pages(render(document, ArtifactKind.PRINT_PDF, pack=house(name)).body)[0]
        inside = page.text_within(usable.x, usable.y, usable.right, usable.bottom)
        assert inside == page.text_within(window.x, window.y, window.right, window.bottom)
        assert inside.startswith(document.recipient.name[:20].replace(" ", ""))
        assert inside.endswith("UMEÅ")
        near = [g for g in page.glyphs if g.left < window.right and window.y < g.bottom and g.top < window.bottom]
        assert len(near) == len(inside)


def test_marks_stand_on_fronts_and_an_inserter_finds_the_last_sheet(
    build: Builder, house: Callable[[str], Pack], many_lines: Lines, pictures: Pictures
) -> None:
    document = build(lines=many_lines(60))
    shown = {
        duplex: _marked(pictures(_printed(document, house("ours"), Printing(duplex=duplex))))
        for duplex in (True, False)
    }
    assert shown[True] == [(True, False), (False, False), (True, True)]
    assert shown[False] == [(True, False), (True, False), (True, True)]


def test_an_odd_number_of_pages_gets_an_empty_back_where_the_house_wants_one(
    build: Builder, house: Callable[[str], Pack], read_pages: PageReader
) -> None:
    for printing, pages in (
        (Printing(), 1),
        (Printing(blank_back=True), 2),
        (Printing(duplex=False, blank_back=True), 1),
    ):
        printed = read_pages(_printed(build(), house("c5-safe"), printing))
        assert len(printed) == pages
        assert not printed[-1].glyphs or pages == 1
    assert [Printing().sheets(pages) for pages in (1, 2, 3, 900)] == [1, 1, 2, 450]
    assert Printing(duplex=False).sheets(3) == 3


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("x = 15.0", "window.height`|field required"),
    ],
)
def test_a_profile_that_is_wrong_is_named_by_file_and_key(make_pack: PackMaker, written: str, said: str) -> None:
    brand = 'extends = "base"\n[paper]\nprofile = "ours"\n'
    broken = OWN.replace("height = 40.0", written, 1).replace("x = 15.0\ny", "y", 1)
    with pytest.raises(TemplateError, match=r"profiles/ours\.toml.*(" + said + ")"):
        make_pack({"brand.toml": brand, "profiles/ours.toml": broken})


def test_an_unknown_profile_is_answered_with_what_there_is(make_pack: PackMaker) -> None:
    with pytest.raises(TemplateError, match=r'no mail-house profile "c5-save"; did you mean "c5-safe"'):
        make_pack({"brand.toml": 'extends = "base"\n[paper]\nprofile = "c5-save"\n'})


def _printed(document: Document, pack: Pack, printing: Printing) -> bytes:
    return render(document, ArtifactKind.PRINT_PDF, pack=pack, printing=printing).body


def _marked(pages: list[Image.Image]) -> list[tuple[bool, bool]]:
    """For each page, whether there is a benchmark at 25 mm and an end of collation at 30 mm."""
    return [(_dark(page, 25.2), _dark(page, 30.2)) for page in pages]


def _dark(page: Image.Image, y: float) -> bool:
    pixel = page.convert("L").getpixel((round(9 * PIXELS_PER_MM), round(y * PIXELS_PER_MM)))
    assert isinstance(pixel, int)
    return pixel < 128


def _without_marks(picture: Image.Image, profile: Profile) -> Image.Image:
    masked = picture.copy()
    draw = ImageDraw.Draw(masked)
    for mark in profile.mark:
        left, top = int(mark.x * PIXELS_PER_MM) - 1, int(mark.y * PIXELS_PER_MM) - 1
        draw.rectangle(
            (left, top, int(mark.right * PIXELS_PER_MM) + 2, int(mark.bottom * PIXELS_PER_MM) + 2), fill="white"
        )
    return masked
