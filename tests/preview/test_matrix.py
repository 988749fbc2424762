"""The matrix: every sample in each language and form at once, each with its status, and one step to the wall."""

import json
import re
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import INSIDE, entered

from vaxel_regression.browser import Camera


@pytest.fixture
def own_samples(tmp_path: Path, own_samples: Path) -> Path:
    """Two documents are enough for a matrix."""
    file = own_samples / "november.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["documents"] = content["documents"][:2]
    file.write_text(json.dumps(content), encoding="utf-8")
    return own_samples


@pytest.fixture
def page(browser: Camera, address: str) -> Generator[Page]:
    with browser.page(1440, 900) as opened:
        opened.goto(entered(f"{address}?sample=november.json:1"))
        expect(opened.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
        yield opened


@pytest.mark.browser
def test_every_sample_language_and_form_has_its_status_and_leads_to_the_wall(page: Page, own_packs: Path) -> None:
    words = own_packs / "base" / "words.en.toml"
    text = words.read_text(encoding="utf-8")
    words.write_text(text.replace('[sms]\npay = "{sender}: {amount}', '[sms]\npay = "{sender}: much'), encoding="utf-8")
    page.keyboard.press("m")
    expect(page.locator("#matrix-body tbody tr")).to_have_count(4, timeout=30_000)
    wrong = page.locator("#matrix-body .wrong")
    expect(wrong.first).to_be_visible(timeout=120_000)
    expect(wrong.first).to_have_attribute("title", re.compile("amount due"))
    expect(page.locator("#matrix-body img").first).to_be_visible()
    page.locator("#matrix-body tr", has_text="nordljus · en").locator("button").first.click()
    expect(page).to_have_url(re.compile(r"november\.json:1(%40|@)en"))
    expect(page.locator("#gist")).to_contain_text("invoice · en")
    expect(page.locator("#print_pdf")).to_have_class(re.compile("shown"))
    page.reload()
    expect(page.locator("#gist")).to_contain_text("invoice · en", timeout=20_000)


def test_the_matrix_is_begun_by_our_own_page_alone(standing: str) -> None:
    body = {"file": "november.json", "brands": ["../../etc"], "languages": ["sv", "../x"]}
    assert httpx.post(f"{standing}matrix/begin", json=body).status_code == 403
    foreign = INSIDE | {"Origin": "https://evil.example"}
    assert httpx.post(f"{standing}matrix/begin", headers=foreign, json=body).status_code == 403
    assert httpx.post(f"{standing}matrix/begin", headers=INSIDE, json=body).json()["rows"] == 0
    assert httpx.post(f"{standing}matrix/begin", headers=INSIDE, json={}).status_code == 400
    for path in ("matrix/99/0/print_pdf.png", "matrix/1/0/passwd.png"):
        assert httpx.get(f"{standing}{path}", headers=INSIDE).status_code == 404
