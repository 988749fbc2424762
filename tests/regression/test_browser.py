"""The browser of the visual tests stays on this machine."""

import os
import subprocess
from pathlib import Path

import pytest

from vaxel_regression import compare
from vaxel_regression.browser import ARGUMENTS, Camera, executable

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


@pytest.mark.parametrize("user", [None, "nobody"])
def test_the_browser_starts_for_root_and_for_an_ordinary_user(user: str | None) -> None:
    found = executable()
    if found is None or (user is not None and os.geteuid() != 0):
        pytest.skip("only root can be somebody else, with the system's browser")
    words = [str(found), *ARGUMENTS, "--dump-dom", "data:text/html,<p>2 218,48 kr</p>"]
    known = {**os.environ, "HOME": "/nonexistent"}
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, user=user, env=known, cwd="/", check=False)
    assert "<p>2 218,48 kr</p>" in done.stdout
