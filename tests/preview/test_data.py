"""Documents as data: edited under the schema's eyes, dropped as a batch, saved as samples, and made to be hard."""

import json
import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import INSIDE, ROOT, TOKEN, entered

from vaxel_engine.errors import Rejected, Unreadable
from vaxel_engine.intake import read
from vaxel_preview.drafts import as_text, fields, from_text, hard_rows, read_batch
from vaxel_regression.browser import Camera

NOVEMBER = ROOT / "samples" / "november.json"


def test_every_sample_is_the_same_document_after_it_was_shown_as_data() -> None:
    for file in ("november.json", "reminders-and-letters.jsonl"):
        for document in read(ROOT / "samples" / file):
            assert from_text(as_text(document)) == document


def test_what_is_wrong_in_an_edited_document_is_said_with_its_field() -> None:
    text = as_text(next(iter(read(NOVEMBER))))
    with pytest.raises(Unreadable, match="line 3 is no JSON"):
        from_text("{\n\n  kind: 1}")
    with pytest.raises((Rejected, Unreadable), match="due_date"):
        from_text(text.replace('"2026-12-20"', '"some day"'))


def test_the_hard_rows_of_a_batch_are_picked_with_their_reasons() -> None:
    documents = dict(read(NOVEMBER).numbered())
    asked: list[str] = []

    def pages(document: Any) -> int:
        asked.append(document.reference)
        return len(document.invoice.lines) // 30 + 1

    found = dict(hard_rows(documents, pages))
    said = "\n".join(found.values())
    for why in ("longest name", "most pages, 3", "negative sum", "nothing to pay", "missing parts"):
        assert why in said, said
    assert len(asked) == 3
    assert hard_rows({}, pages) == []


def test_a_field_is_explained_by_the_schema() -> None:
    known = fields()
    assert known["invoice.due_date"]["type"] == "date"
    assert "BT-9" in known["invoice.due_date"]["says"]
    assert "invoice.lines[].price.net" in known


def test_a_batch_in_any_format_is_read_and_its_broken_records_are_told() -> None:
    batch = read_batch("letters.jsonl", (ROOT / "samples" / "reminders-and-letters.jsonl").read_bytes())
    assert len(batch.documents) >= 3
    with pytest.raises(Unreadable):
        read_batch("picture.png", b"\x89PNG\r\n\x1a\n")


def post(address: str, what: str, body: object, **words: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.post(f"{address}data/{what}", params=words, headers=INSIDE, content=content, timeout=60)


def test_data_is_written_by_our_own_page_alone_and_nowhere_else(address: str, own_samples: Path) -> None:
    for what in ("edit", "save", "batch", "torture", "record"):
        assert httpx.post(f"{address}data/{what}", content=b"{}").status_code == 403
        foreign = INSIDE | {"Origin": "https://evil.example"}
        assert httpx.post(f"{address}data/{what}", headers=foreign, content=b"{}").status_code == 403
    text = as_text(next(iter(read(NOVEMBER))))
    for name in ("../evil", "/etc/evil", "november", ".hidden", "", "a" * 80):
        refused = post(address, "save", {"text": text, "name": name})
        assert refused.status_code == 422, name
    assert [path.name for path in own_samples.iterdir()] == ["november.json"]
    dropped = post(address, "batch", NOVEMBER.read_bytes(), name="../../november.json")
    assert dropped.json()["shown"][0]["group"] == "november.json (dropped)"
    assert post(address, "record", {"batch": "november.json", "record": 9_999}).status_code == 422
    assert post(address, "edit", {"text": "{"}).json()["sentence"].startswith("line 1 is no JSON")
    assert post(address, "edit", {"nothing": 1}).status_code == 400


@pytest.fixture
def page(browser: Camera, address: str) -> Generator[Page]:
    with browser.page(1440, 900) as opened:
        opened.goto(entered(f"{address}?sample=november.json:1&panel=data"))
        expect(opened.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
        yield opened


@pytest.mark.browser
def test_a_document_is_edited_seen_and_saved_as_a_sample(page: Page, own_samples: Path) -> None:
    record = page.locator("#record")
    expect(record).to_have_value(re.compile("Elin Forsberg"), timeout=20_000)
    good = record.input_value()
    record.fill(good.replace("Elin Forsberg", ""))
    expect(page.locator("#data-said")).to_contain_text("name", timeout=20_000)
    expect(page.locator("#recipient")).to_contain_text("Elin Forsberg")
    record.fill(good.replace("Elin Forsberg", "Ellen Åström"))
    expect(page.locator("#recipient")).to_contain_text("Ellen Åström", timeout=20_000)
    expect(page.frame_locator("#bank iframe:not(.coming)").locator("body")).to_contain_text(
        "Ellen Åström", timeout=60_000
    )
    page.evaluate("""() => { const one = document.querySelector("#record");
        one.selectionStart = one.selectionEnd = one.value.indexOf('"due_date"') + 3; one.click(); }""")
    expect(page.locator("#field-help")).to_contain_text("invoice.due_date")
    expect(page.locator("#field-help")).to_contain_text("BT-9")
    page.locator("#sample-name").fill("ellen")
    page.locator("#data-save").click()
    expect(page).to_have_url(re.compile("sample=ellen.json"), timeout=20_000)
    expect(page.locator("#recipient")).to_contain_text("Ellen Åström", timeout=20_000)
    assert "Ellen Åström" in (own_samples / "ellen.json").read_text(encoding="utf-8")
    expect(page.locator("#sample")).to_have_value("ellen.json:1")


@pytest.mark.browser
def test_a_dropped_batch_and_hard_cases_are_one_step_away(page: Page) -> None:
    page.locator("#batch").set_input_files(NOVEMBER)
    rows = page.locator("#batch-rows button b")
    expect(rows.filter(has_text="negative sum")).to_be_visible(timeout=60_000)
    page.locator("#batch-rows button", has_text="negative sum").click()
    expect(page).to_have_url(re.compile(r"dropped"), timeout=20_000)
    page.locator("#data-close").click()
    page.keyboard.press("h")
    expect(page.locator("#sample")).to_have_value("torture:long-name", timeout=60_000)
    expect(page.locator("#recipient")).to_contain_text("Bostadsrättsföreningensamfällighets")
    page.keyboard.press("h")
    expect(page.locator("#sample")).to_have_value("torture:long-words")
    assert TOKEN not in page.url
