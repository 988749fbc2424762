"""The page and the e-mail in a real browser: from disk, no request, no complaint of a policy, charts that answer."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render
from vaxel_regression.browser import Camera

pytestmark = pytest.mark.browser

DocumentBuilder = Callable[..., Document]


@dataclass
class Opened:
    """A page from disk, and everything it said and asked for."""

    page: Page
    said: list[str] = field(default_factory=list[str])
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture
def file(build: DocumentBuilder, nordljus: Pack, tmp_path: Path) -> Path:
    """An invoice with usage and balance, as a file."""
    page = render(build(usage=True, balance=True), ArtifactKind.WEB, pack=nordljus)
    path = tmp_path / "faktura.html"
    path.write_bytes(page.body)
    return path


@pytest.fixture(params=[(390, 844), (768, 1024), (1280, 900)], ids=["phone", "tablet", "desk"])
def opened(browser: Camera, file: Path, request: pytest.FixtureRequest) -> Generator[Opened]:
    width, height = request.param
    with browser.page(width, height) as page:
        seen = Opened(page)
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.on("request", lambda asked: seen.asked.append(asked.url))
        page.goto(file.as_uri())
        expect(page.locator(".chart[data-drawn] .bars").first).to_be_attached()
        yield seen


def test_it_opens_draws_and_is_explored_without_a_complaint_or_a_request(opened: Opened) -> None:
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    expect(page.locator(".chart[data-drawn]")).to_have_count(2)
    expect(page.locator(".chart .bars .point")).to_have_count(24)
    page.locator(".chart").first.scroll_into_view_if_needed()
    box = page.locator(".chart .bars .point").last.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
    expect(page.locator(".hoverlayer .hovertext")).to_contain_text("489")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 700, "height": 900})
    page.wait_for_timeout(300)
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(("file:", "data:"))] == []


def test_amount_date_and_the_way_to_pay_are_on_the_first_screen(opened: Opened) -> None:
    size = opened.page.viewport_size
    assert size is not None
    for selector in (".figure", ".due", ".pay > .button"):
        box = opened.page.locator(selector).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= size["height"]


def test_nothing_is_wider_than_the_screen(opened: Opened) -> None:
    opened.page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_whatever_is_touched_is_large_enough(opened: Opened) -> None:
    page = opened.page
    page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
    for target in page.locator("summary:visible, button:visible, .ways a:visible, .bar a:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 43.5, target.inner_text()


def test_the_table_twin_is_reached_by_keyboard(opened: Opened) -> None:
    page = opened.page
    twin = page.locator("details.twin").first
    twin.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(twin.locator("table")).to_be_visible()
    expect(twin.get_by_role("rowheader").first).to_have_text("November 2026")


def test_the_amount_follows_a_reader_who_scrolls_a_phone(browser: Camera, file: Path) -> None:
    with browser.page(390, 844) as page:
        page.goto(file.as_uri())
        expect(page.locator(".bar")).to_be_hidden()
        page.evaluate("document.querySelectorAll('details.section').forEach((part) => { part.open = true; })")
        page.mouse.wheel(0, 1500)
        expect(page.locator(".bar")).to_be_visible()
        page.locator(".bar .button").click()
        expect(page.locator(".pay dl")).to_be_in_viewport()


def test_without_a_script_the_drawing_and_every_section_are_there(browser: Camera, file: Path) -> None:
    context = browser.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(file.as_uri())
    expect(page.locator(".still.phone svg").first).to_be_visible()
    page.locator(".pay > summary").click()
    expect(page.get_by_text("505-0109")).to_be_visible()
    context.close()
