"""The browser of the visual tests stays on this machine."""

from pathlib import Path

import pytest

from vaxel_regression import compare
from vaxel_regression.browser import Camera

pytestmark = pytest.mark.browser


def test_nothing_is_fetched_from_elsewhere(browser: Camera, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<img id="far" src="https://example.com/pixel.png"><p>Here</p>', encoding="utf-8")
    with browser.page(400) as opened:
        failed: list[str] = []
        opened.on("requestfailed", lambda request: failed.append(request.url))
        opened.goto(page.as_uri())
        assert failed == ["https://example.com/pixel.png"]


def test_one_page_gives_one_picture(browser: Camera, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p style='font: 20px sans-serif'>2 218,48 kr</p>", encoding="utf-8")
    assert compare(browser.picture(page.as_uri(), 400), browser.picture(page.as_uri(), 400)) is None


def test_a_page_is_in_swedish_and_in_stockholm(browser: Camera) -> None:
    with browser.page(400) as opened:
        opened.goto("about:blank")
        words = opened.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]")
        assert words == ["sv-SE", "Europe/Stockholm"]
