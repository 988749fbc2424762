"""Words edited in the pane: one place in the files, every place in the panes, and told before it is saved."""

import re
import tomllib
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import INSIDE, entered

from vaxel_engine.errors import Misconfigured
from vaxel_preview.sources import Source, digest_of
from vaxel_preview.wording import rewritten
from vaxel_regression.browser import Camera


def source(text: str) -> Source:
    return Source("base/words.sv.toml", Path("words.sv.toml"), text, digest_of(text), 0)


def test_a_word_is_changed_and_nothing_else_in_its_file() -> None:
    text = '# words\n[sms]\npay = "{sender}: \\"x\\""  # as short as can be\n\n[more]\nother = \'one\'\n'
    now = rewritten(source(text), "sms.pay", 'Hej "du" \\ {sender}', is_block=False)
    assert tomllib.loads(now) == {"sms": {"pay": 'Hej "du" \\ {sender}'}, "more": {"other": "one"}}
    assert now.split("\n")[2].endswith("# as short as can be")
    assert now.replace(now.split("\n")[2], text.split("\n")[2]) == text
    assert "line" in rewritten(source(text), "more.other", "two\nlines", is_block=False)
    with pytest.raises(Misconfigured, match="over several lines"):
        rewritten(source('a = """\nlong\n"""\n'), "a", "short", is_block=False)


def test_a_block_keeps_its_head() -> None:
    block = '+++\ntitle = "A"\n+++\nOld words.\n'
    assert (
        rewritten(source(block), "blocks/a.md", "New **words**.", is_block=True)
        == '+++\ntitle = "A"\n+++\nNew **words**.\n'
    )
    with pytest.raises(Misconfigured, match="without words"):
        rewritten(source(block), "blocks/a.md", " ", is_block=True)


def test_words_are_written_by_our_own_page_alone_and_into_packs_alone(address: str, tmp_path: Path) -> None:
    body = {"name": "sms.pay", "value": "x", "was": "y", "block": False, "id": "../../secret.toml"}
    assert httpx.post(f"{address}wording/save", json=body).status_code == 403
    foreign = INSIDE | {"Origin": "https://evil.example"}
    assert httpx.post(f"{address}wording/save", headers=foreign, json=body).status_code == 403
    assert httpx.post(f"{address}wording/save", headers=INSIDE, json=body).status_code == 404
    late = httpx.post(f"{address}wording/save", headers=INSIDE, json=body | {"id": "base/words.sv.toml"})
    assert late.status_code == 409
    assert httpx.get(f"{address}wording/at", params={"text": "Att betala"}).status_code == 403


@pytest.fixture
def page(browser: Camera, address: str) -> Generator[Page]:
    with browser.page(1440, 900) as opened:
        opened.goto(entered(f"{address}?sample=november.json:1"))
        expect(opened.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
        opened.keyboard.press("e")
        yield opened


@pytest.mark.browser
def test_a_word_is_edited_where_it_is_read_and_changes_wherever_it_shows(page: Page, own_packs: Path) -> None:
    page.frame_locator("#bank iframe").get_by_text("Så blev summan").first.click()
    expect(page.locator("#wording-value")).to_have_value("Så blev summan", timeout=20_000)
    for pane in ("Internet bank", "E-mail, phone", "E-mail, text part", "Page, phone"):
        expect(page.locator("#wording-also").get_by_text(pane, exact=True)).to_be_visible()
    page.locator("#wording-value").fill("Så räknade vi")
    page.keyboard.press("Enter")
    expect(page.locator("#wording")).to_be_hidden()
    for pane in ("bank", "mailbox_html", "web_no_script"):
        body = page.frame_locator(f"#{pane} iframe:not(.coming)").locator("body")
        expect(body).to_contain_text("Så räknade vi", timeout=60_000)
    assert '"Så räknade vi"' in (own_packs / "base" / "words.sv.toml").read_text(encoding="utf-8")
    expect(page.locator("#source")).to_be_hidden()


@pytest.mark.browser
def test_a_block_on_paper_is_edited_and_what_is_no_word_is_explained(page: Page, own_packs: Path) -> None:
    sheet = page.locator("#print_pdf .sheet img").bounding_box()
    assert sheet is not None
    page.mouse.click(sheet["x"] + sheet["width"] * 0.2, sheet["y"] + sheet["height"] * 0.666)
    expect(page.locator("#wording-name")).to_have_text("blocks/direct-debit.sv.md", timeout=20_000)
    page.locator("#wording-value").fill("Med autogiro går det av **sig självt**.")
    page.locator("#wording-save").click()
    block = own_packs / "nordljus" / "blocks" / "direct-debit.sv.md"
    expect(page.frame_locator("#bank iframe:not(.coming)").locator("body")).to_contain_text(
        re.compile("går det av sig självt"), timeout=60_000
    )
    assert block.read_text(encoding="utf-8").endswith("Med autogiro går det av **sig självt**.\n")
    page.mouse.click(sheet["x"] + sheet["width"] * 0.12, sheet["y"] + sheet["height"] * 0.162)
    expect(page.locator("#wording-why")).to_contain_text("comes from the document", timeout=20_000)
    page.keyboard.press("Escape")
    expect(page.locator("#wording")).to_be_hidden()
