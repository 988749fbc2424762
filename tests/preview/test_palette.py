"""Everything by keyboard: the palette finds it, the help lists it, and no key acts while somebody writes."""

import re
from collections.abc import Generator
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import entered

from vaxel_regression.browser import Camera

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Camera, standing: str) -> Generator[Page]:
    with browser.page(1440, 900) as opened:
        opened.goto(entered(f"{standing}?sample=november.json:1"))
        expect(opened.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
        yield opened


def found(page: Page, words: str) -> None:
    """Find something by its name and take it, by keyboard alone."""
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-words")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator("#palette-list li[aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()


def test_panes_samples_and_files_are_found_by_their_names(page: Page) -> None:
    found(page, "hide card")
    expect(page.locator("#card")).to_be_hidden()
    found(page, "enlarge sms")
    expect(page).to_have_url(re.compile("view=sms"))
    found(page, "sullivan")
    expect(page.locator("#recipient")).to_contain_text("O’Sullivan")
    page.keyboard.press("Control+k")
    page.keyboard.type("words.sv base")
    expect(page.locator("#palette-list")).to_contain_text("base/words.sv.toml")
    page.keyboard.press("Enter")
    expect(page.locator("#file")).to_have_value("base/words.sv.toml")


def test_a_line_is_reached_from_its_pane_without_a_pointer(page: Page) -> None:
    page.locator("#email [data-view]").focus()
    page.keyboard.press("l")
    page.keyboard.type("2 218,48")
    expect(page.locator("#palette-list li").first).to_contain_text("2 218,48")
    page.keyboard.press("Enter")
    expect(page.locator("#file")).to_have_value(re.compile(r"email\.mjml$"))


def test_panes_are_stepped_through_and_nothing_acts_while_somebody_writes(page: Page) -> None:
    page.keyboard.press("]")
    expect(page.locator("#print_pdf [data-view]")).to_be_focused()
    page.keyboard.press("]")
    page.keyboard.press("[")
    page.keyboard.press("[")
    expect(page.locator("#einvoice_xml [data-view]")).to_be_focused()
    page.keyboard.press("f")
    page.locator("#facts-filter").fill("")
    page.keyboard.type("t0")
    assert page.evaluate("document.documentElement.dataset.theme") is None
    expect(page.locator("#facts-filter")).to_have_value("t0")


def test_the_help_lists_every_key_and_switches_them_off(page: Page) -> None:
    page.keyboard.press("?")
    told = page.locator("#keys-list")
    for key in ("Ctrl K", "?", "Esc", "]", "←", "S", "F", "L", "B", "T", "Ctrl S"):
        expect(told.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$"))).to_be_visible()
    page.locator("#keys-on").uncheck()
    page.locator("#keys button").click()
    page.keyboard.press("f")
    expect(page.locator("#studio")).to_be_hidden()
    page.keyboard.press("?")
    page.locator("#keys-on").check()


def test_everybody_can_use_the_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    axe: Any = import_module("axe_playwright_python.sync_playwright").Axe()
    violations = axe.run(page, options={"iframes": False}).response["violations"]
    assert [f"{rule['id']}: {node['target']}" for rule in violations for node in rule["nodes"]] == []
