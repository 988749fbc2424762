"""Faces that are ready are those that would be made, and a font without one is cut down all the same."""

from pathlib import Path

import pytest

from vaxel_engine import packs
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import web_fonts
from vaxel_engine.rendering.web_fonts import READY, cut_down, font_faces, name_of

FONTS = sorted(packs.packs().glob("*/fonts/*.ttf"))


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_a_face_that_is_ready_is_the_one_that_would_be_made(font: Path) -> None:
    content = font.read_bytes()
    ready = READY / name_of(content)
    assert ready.is_file(), "run scripts/web_faces"
    assert ready.read_bytes() == cut_down(content), "run scripts/web_faces"


def test_no_face_is_left_of_a_font_that_is_gone() -> None:
    assert {one.name for one in READY.iterdir() if one.name.endswith(".woff2")} == {
        name_of(font.read_bytes()) for font in FONTS
    }


def test_without_a_face_that_is_ready_the_page_is_the_same(
    nordljus: Pack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ready = font_faces(nordljus)
    web_fonts.face_of.cache_clear()
    monkeypatch.setattr(web_fonts, "READY", tmp_path)
    assert font_faces(nordljus) == ready
