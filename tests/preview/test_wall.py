"""The board of all panes in a real browser: what is shown, how wide and where stands in the address."""

import re
from collections.abc import Generator
from typing import cast

import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import entered

from vaxel_preview.forced_dark import forced_dark
from vaxel_preview.table import BY_ID, QUICKEST_FIRST, ROWS, WHOLE_MAIL
from vaxel_regression.browser import Camera


@pytest.fixture
def page(browser: Camera) -> Generator[Page]:
    with browser.page(1440, 900) as opened:
        yield opened


def test_every_row_is_rendered_and_no_pane_is_told_twice() -> None:
    assert {row.made for row in ROWS} == set(QUICKEST_FIRST) - {WHOLE_MAIL}
    assert len(BY_ID) == len(ROWS)


def test_forced_dark_turns_a_light_ground_and_dark_ink() -> None:
    turned = forced_dark('<body><p style="background:#ffffff;color:#111111">x</p><p style="color:#fff">y</p>')
    assert re.search(r"background:#2[0-9a-f]{5};color:#[ef][0-9a-f]{5}", turned), turned
    assert 'style="color:#fff"' in turned


@pytest.mark.browser
def test_panes_are_hidden_widened_and_enlarged_and_the_address_shows_the_same_again(
    page: Page, standing: str, browser: Camera
) -> None:
    page.goto(entered(standing))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    expect(page.locator(".wall .pane")).to_have_count(len(ROWS))
    page.locator('[data-toggle="print_pdf"]').click()
    page.locator('[data-hide="mailbox_pdf"]').dispatch_event("click")
    expect(page.locator("#print_pdf")).to_be_hidden()
    edge = page.locator("#email_phone .edge")
    edge.hover()
    box = edge.bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.down()
    page.mouse.move(middle[0] + 72, middle[1])
    page.mouse.up()
    expect(page.locator("#email_phone .px input")).to_have_value("490")
    page.keyboard.press("-")
    with browser.page(1440, 900) as other:
        other.goto(entered(page.url))
        expect(other.locator("#print_pdf")).to_be_hidden()
        expect(other.locator("#mailbox_pdf")).to_be_hidden()
        expect(other.locator("#email_phone .px input")).to_have_value("490")
        assert other.locator("#zoom").input_value() == "90"
        inside = other.locator("#email_phone iframe").element_handle()
        assert inside.evaluate("frame => frame.clientWidth") == 490


@pytest.mark.browser
def test_a_reload_keeps_every_scroll(page: Page, standing: str) -> None:
    page.goto(entered(f"{standing}?sample=november.json:3"))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    page.locator("#email_text .stage").evaluate("stage => stage.scrollTop = 60")
    page.locator("#bank iframe").evaluate("frame => frame.contentWindow.scrollTo(0, 90)")
    page.evaluate("document.getElementById('desk').scrollTop = 400")
    expect(page).to_have_url(re.compile(r"at=(?=.*email_text:60)(?=.*bank:90)(?=.*page:400)"))
    page.reload()
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    page.wait_for_timeout(300)
    assert page.locator("#email_text .stage").evaluate("stage => stage.scrollTop") == 60
    assert page.locator("#bank iframe").evaluate("frame => frame.contentWindow.scrollY") == 90
    assert cast("int", page.evaluate("document.getElementById('desk').scrollTop")) == 400


@pytest.mark.browser
def test_a_mail_is_seen_dark_forced_dark_and_without_pictures(page: Page, standing: str) -> None:
    page.goto(entered(f"{standing}?sample=november.json:1"))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    grounds = [
        page.frame_locator(f"#{pane} iframe").locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        for pane in ("email_phone", "email_dark", "email_forced")
    ]
    assert len(set(grounds)) == 3, grounds
    pictures = page.frame_locator("#email_no_images iframe").locator("img")
    assert pictures.evaluate_all("all => all.every((one) => one.naturalWidth === 0)")
    assert pictures.count() > 0
