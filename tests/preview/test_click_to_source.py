"""From a pane to the line that wrote it, and from the editor back to every pane, in a real browser."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.long]


def at_line(page: Page, words: str) -> None:
    """Wait until the cursor is in a line of the editor that has these words; a file is fetched first."""
    page.wait_for_function(
        """words => {
            const editor = document.querySelector("#text");
            const before = editor.value.slice(0, editor.selectionStart).split("\\n").length - 1;
            return editor.value.split("\\n")[before].includes(words);
        }""",
        arg=words,
        timeout=20_000,
    )


def test_an_amount_on_paper_leads_to_its_line_and_the_line_to_every_sheet(page: Page) -> None:
    sheet = page.locator("#print_pdf .sheet img").bounding_box()
    assert sheet is not None
    page.mouse.move(sheet["x"] + sheet["width"] * 0.5, sheet["y"] + sheet["height"] * 0.5)
    page.mouse.click(sheet["x"] + sheet["width"] * 0.9, sheet["y"] + sheet["height"] * 0.662)
    expect(page.locator("#file")).to_have_value("base/sections/totals.paper.html")
    at_line(page, "{{ row.amount }}")
    for pane in ("print_pdf", "print_pdf_monochrome", "mailbox_pdf"):
        expect(page.locator(f"#{pane} .spot.marked")).to_have_count(4)
    expect(page.locator("#shows")).to_contain_text("Mailbox PDF")
    expect(page.locator("#elsewhere")).to_have_attribute(
        "href", re.compile(r"^editor://open\?file=/.*totals\.paper.*line=7$")
    )
    expect(page).to_have_url(re.compile(r"open=base%2Fsections%2Ftotals\.paper\.html:7"))


def test_mail_page_and_message_lead_to_their_lines(own_page: Page) -> None:
    page = own_page
    page.frame_locator("#email_phone iframe").locator("h1").click()
    expect(page.locator("#file")).to_have_value("base/layouts/email.mjml")
    at_line(page, "{{ to_pay.amount }}")
    page.frame_locator("#web_phone iframe").get_by_text("Så betalar du").first.click(modifiers=["Alt"])
    expect(page.locator("#file")).to_have_value(re.compile(r"\.html$"))
    page.locator("#sms .bubble").click(position={"x": 24, "y": 14})
    expect(page.locator("#file")).to_have_value("base/words.sv.toml")
    at_line(page, "pay = ")


def test_a_word_saved_in_the_editor_changes_five_panes_and_a_broken_line_is_mended_here(
    own_page: Page, own_packs: Path
) -> None:
    page = own_page
    page.locator("#sms .bubble").click(position={"x": 24, "y": 14})
    expect(page.locator("#file")).to_have_value("base/words.sv.toml")
    editor = page.locator("#text")
    good = editor.input_value()
    editor.fill(good.replace('label = "Att betala"', 'label = "Summa"', 1))
    page.keyboard.press("Control+s")
    expect(page.locator("#said")).to_have_text("saved")
    for pane in ("email", "email_phone", "web_no_script", "mailbox_html", "bank"):
        expect(page.frame_locator(f"#{pane} iframe:not(.coming)").locator("body")).to_contain_text(
            "Summa", timeout=60_000
        )
    editor.fill("broken\n" + good)
    page.locator("#save").click()
    expect(page.locator("#problems")).to_contain_text("base/words.sv.toml, line 1", timeout=60_000)
    expect(page.locator("#sms .bubble")).to_contain_text("Nordljus")
    page.locator("#problems button").first.click()
    at_line(page, "broken")
    page.locator("#undo").click()
    expect(page.locator("#problems")).to_be_empty(timeout=60_000)
    assert "Summa" in (own_packs / "base" / "words.sv.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", ["s", "f"])
def test_everybody_can_use_the_studio(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.locator("#studio")).to_be_visible()
    if key == "f":
        expect(page.locator("#facts-list button").first).to_be_visible(timeout=30_000)
    axe: Any = import_module("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options={"iframes": False}).response["violations"]
    assert [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]] == []


def test_a_fact_is_put_where_the_cursor_is(page: Page) -> None:
    page.locator("#sms .bubble").click(position={"x": 24, "y": 14})
    expect(page.locator("#file")).to_have_value("base/words.sv.toml")
    page.locator("#facts-on").click()
    page.locator("#facts-filter").fill("to_pay.amount")
    row = page.locator("#facts-list button").first
    expect(row).to_contain_text("2 218,48 kr")
    expect(row).to_contain_text("SMS")
    row.click()
    assert "{{ to_pay.amount }}" in page.locator("#text").input_value()
