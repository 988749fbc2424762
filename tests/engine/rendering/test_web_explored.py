"""A reader goes from the year to a month, a day and a line, by pointing, by touch and by keys alone."""

from collections.abc import Callable, Generator
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render
from vaxel_regression.browser import Camera

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(build: Callable[..., Document], nordljus: Pack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An invoice with every day of a year, as a file."""
    page = render(build(usage=True, days=True, balance=True), ArtifactKind.WEB, pack=nordljus)
    path = tmp_path_factory.mktemp("explored") / "faktura.html"
    path.write_bytes(page.body)
    return path.as_uri()


@pytest.fixture
def page(browser: Camera, address: str) -> Generator[Page]:
    with browser.page(1280, 1000) as opened:
        said: list[str] = []
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(address)
        expect(opened.locator(".chart[data-drawn] .bars").first).to_be_attached()
        yield opened
        assert said == []


def test_a_bar_opens_its_month_and_a_day_tells_its_figure(page: Page) -> None:
    box = page.locator(".chart .bars .point").nth(13).bounding_box()  # last year's twelve come first
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    month = page.locator(".month.chosen")
    expect(month.locator(".told strong")).to_have_text("588\u00a0kWh")
    expect(page.locator(".month:visible")).to_have_count(1)
    plot = month.locator(".plot").bounding_box()
    assert plot is not None
    page.mouse.move(plot["x"] + plot["width"] - 3, plot["y"] + 60)
    expect(month.locator(".reading")).to_contain_text("Lör 31 januari: ")


def test_keys_alone_reach_month_day_and_line(page: Page) -> None:
    page.locator(".choose").focus()
    page.keyboard.press("ArrowDown")
    month = page.locator(".month.chosen")
    expect(month.locator(".told strong")).to_have_text("455\u00a0kWh")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(month.locator(".told strong")).to_have_text("376\u00a0kWh")
    page.locator(".choose").select_option(index=0)
    plot = month.locator(".plot")
    plot.focus()
    page.keyboard.press("End")
    expect(plot).to_have_attribute("aria-valuetext", "Mån 30 november: 13,4\u00a0kWh")
    page.keyboard.press("ArrowLeft")
    expect(month.locator(".reading")).to_contain_text("Sön 29 november")
    month.locator(".charged a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#line-1")).to_be_in_viewport()


def test_the_first_and_the_last_month_end_the_steps(page: Page) -> None:
    older, newer = page.locator(".step").first, page.locator(".step").last
    expect(newer).to_be_disabled()
    page.locator(".choose").select_option(index=11)
    expect(older).to_be_disabled()
    expect(newer).to_be_enabled()


def test_every_width_and_twice_the_size_keeps_to_the_screen(browser: Camera, address: str) -> None:
    with browser.page(320, 800) as page:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        for width in (320, 390, 640, 768, 1024, 1280):  # 640 is 1280 at 200 % (WCAG 2.1, 1.4.4 and 1.4.10)
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(200)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            for target in page.locator("summary:visible, button:visible, select:visible, .charged a:visible").all():
                box = target.bounding_box()
                assert box is not None
                assert box["height"] >= 43.5, (width, target.inner_text())


def test_without_a_script_each_month_opens_to_its_days_and_lines(browser: Camera, address: str) -> None:
    context = browser.browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".stepper")).to_be_hidden()
    expect(page.locator(".month > summary")).to_have_count(12)
    month = page.locator(".month").first
    month.locator("> summary").click()
    expect(month.locator(".plot svg").first).to_be_visible()
    expect(month.get_by_text("El från vatten och vind")).to_be_visible()
    context.close()


def test_a_checker_of_accessibility_finds_nothing_in_months_and_days(page: Page) -> None:
    axe: Any = import_module("axe_playwright_python.sync_playwright")  # it has no types
    answer = axe.Axe().run(page, context=".months", options={"resultTypes": ["violations"]})
    assert [found["id"] for found in answer.response["violations"]] == []


def test_motion_stops_for_whoever_asks(browser: Camera, address: str) -> None:
    with browser.page(390, 844) as page:
        page.emulate_media(reduced_motion="reduce")
        page.goto(address)
        moving = page.evaluate(
            "[...document.querySelectorAll('*')].map((one) => getComputedStyle(one)).filter((style) => "
            "parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none').length"
        )
        assert moving == 0
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
