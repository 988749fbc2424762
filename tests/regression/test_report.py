"""The report shows what differs in five ways, by keyboard, from one file that asks nobody for anything."""

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from vaxel_engine.errors import Unwritable
from vaxel_regression.browser import Camera
from vaxel_regression.guard import BEFORE
from vaxel_regression.pages import png
from vaxel_regression.report import Entry, write_report


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report of two cases; the first has a picture as approved and as it is now, 100 pixels of which differ."""
    pictures = tmp_path / "a/pictures"
    pictures.mkdir(parents=True)
    sheet = Image.new("RGB", (120, 80), "white")
    (pictures / f"page 1{BEFORE}.png").write_bytes(png(sheet))
    ImageDraw.Draw(sheet).rectangle((10, 10, 19, 19), fill="teal")
    (pictures / "page 1.png").write_bytes(png(sheet))
    entries = [
        Entry("tiny/x-1/sv/print_pdf", "moved", ("total moved 4.0 mm down",), ("moved",), pictures),
        Entry("tiny/x-1/sv/sms", "text", ("text differs: “</script><b>” → “&”",), ("text",), tmp_path / "none"),
    ]
    write_report(tmp_path / "report.html", "2 of 9 cases differ", entries)
    return tmp_path / "report.html"


@pytest.mark.browser
def test_each_way_to_compare_is_reached_by_keyboard(report: Path, browser: Camera) -> None:
    with browser.page(1200, dark=True) as page:
        faults: list[str] = []
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(report.as_uri())
        assert page.locator("#stage figcaption").all_inner_texts() == ["As approved", "Now"]
        for key, caption in (
            ("2", "100 pixels differ, in red"),
            ("3", "As approved on the left, now on the right"),
            ("4", "As approved, now over it"),
            ("5", "100 pixels differ, in red"),
        ):
            page.keyboard.press(key)
            page.get_by_text(caption, exact=True).wait_for(timeout=2000)
        page.keyboard.press("j")
        assert page.locator("#case").inner_text() == "tiny/x-1/sv/sms"
        assert page.locator(".words").inner_text() == "text differs: “</script><b>” → “&”"
        page.keyboard.press("/")
        page.keyboard.type("4.0 mm")
        assert page.locator(".list button").count() == 1
        assert faults == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1200])
def test_nothing_is_wider_than_the_screen(width: int, report: Path, browser: Camera) -> None:
    with browser.page(width) as page:
        page.goto(report.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(Unwritable, match=r"report\.html cannot be written"):
        write_report(tmp_path / "file/report.html", "t", [])
