"""Approve, publish, roll back, and ask somebody outside, as a designer would: one story, and what it may not do."""

import re
import shutil
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import INSIDE, ROOT, TOKEN, entered

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.packs.approvals import read_approvals
from vaxel_engine.packs.store import history
from vaxel_engine.press import Press
from vaxel_preview.ghosts import differences
from vaxel_preview.kept import Kept, kept
from vaxel_preview.review_settings import ReviewDesk
from vaxel_preview.serving import preview
from vaxel_regression.browser import Camera

pytestmark = pytest.mark.long


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A repository of one's own: a pack that nobody approved yet, and one letter as the sample."""
    shutil.copytree(packs.packs() / "base", tmp_path / "packs" / "base")
    shutil.copytree(packs.packs() / "nordljus", tmp_path / "packs" / "nordljus")
    (tmp_path / "packs" / "nordljus" / "approvals.json").unlink()
    lines = (ROOT / "samples" / "reminders-and-letters.jsonl").read_text(encoding="utf-8").split("\n")
    letter = next(line for line in lines if re.search(r'"kind": ?"message"', line))
    (tmp_path / "letters.jsonl").write_text(letter + "\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def reviewed(place: Path) -> Generator[str]:
    """A preview whose packs may be approved."""
    sample = place / "letters.jsonl"
    desk = ReviewDesk(
        place / "packs", (sample,), place / "baselines", place / "store", "Eva", evidence=place / "evidence"
    )
    with preview([place / "packs"], [sample], "nordljus", 0, token=TOKEN, desk=desk) as served:
        yield served.url


@pytest.fixture
def page(browser: Camera, reviewed: str) -> Generator[Page]:
    with browser.page(1440, 900) as opened:
        opened.goto(entered(f"{reviewed}?panel=review"))
        expect(opened.locator("#pulse")).to_contain_text("up to date", timeout=60_000)
        yield opened


def approved(page: Page) -> None:
    """Look at everything, accept it all, and wait until it is written down."""
    page.locator("[data-do=examine]").click()
    page.locator("[data-do=accept]").click(timeout=120_000)
    expect(page.locator(".stand.good")).to_contain_text("by Eva", timeout=60_000)


def published(page: Page) -> None:
    page.locator("[data-do=publish]").click()
    expect(page.locator("#review-body")).to_contain_text("is live, in every kind", timeout=60_000)


@pytest.mark.browser
def test_edit_reorder_approve_publish_roll_back_break_and_recover(page: Page, place: Path) -> None:
    approved(page)
    published(page)
    first = history("nordljus", place / "store")[-1].version

    manifest = place / "packs" / "base" / "brand.toml"
    before = manifest.read_text(encoding="utf-8")
    order = re.search(r"\[kinds.message\]\nsections = \[([^\]]*)\]", before)
    assert order is not None
    names = [name.strip() for name in order[1].split(",") if name.strip()]
    names[-2:] = reversed(names[-2:])
    manifest.write_text(before.replace(order[0], f"[kinds.message]\nsections = [{', '.join(names)}]"), encoding="utf-8")
    words = place / "packs" / "base" / "words.sv.toml"
    good = words.read_text(encoding="utf-8")
    words.write_text(good.replace("Fråga oss gärna", "Undrar du något"), encoding="utf-8")
    expect(page.locator("#compare-said")).to_contain_text("panes differ", timeout=60_000)
    expect(page.locator("#ghost-list")).to_contain_text("“Undrar du något”", timeout=30_000)
    expect(page.locator(".stand.open")).to_contain_text("have changed since Eva approved", timeout=20_000)
    expect(page.locator("[data-do=publish]")).to_be_disabled()
    for mode in ("swipe", "twoup", "overlay", "onlydiff", "ghost"):
        page.locator(f"input[name=mode][value={mode}]").check(force=True)
        expect(page.locator("#mailbox_pdf")).to_have_class(re.compile(f"as-{mode}"))
    expect(page.locator("#mailbox_pdf .spirit img").first).to_be_attached()

    page.locator("[data-do=examine]").click()
    expect(page.locator(".groups")).to_contain_text("Undrar du något", timeout=120_000)
    page.locator(".shots button").first.click()
    expect(page.locator("#shot-before")).to_be_visible()
    page.locator("#shots header form button").click()
    page.locator("[data-do=accept]").click()
    expect(page.locator(".stand.good")).to_be_visible(timeout=60_000)
    published(page)
    assert len(history("nordljus", place / "store")) == 2

    page.locator("[data-do=rollback]").click()
    expect(page.locator(".turns li").first).to_contain_text(f"{first} rolled back by Eva", timeout=20_000)
    assert history("nordljus", place / "store")[-1].version == first

    words.write_text("broken\n" + good, encoding="utf-8")
    expect(page.locator("#problems")).to_contain_text("base/words.sv.toml, line 1", timeout=60_000)
    expect(page.locator("#sms .bubble")).to_contain_text("Nordljus")
    words.write_text(good, encoding="utf-8")
    expect(page.locator("#problems")).to_be_empty(timeout=60_000)
    axe: Any = import_module("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options={"iframes": False}).response["violations"]
    assert [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]] == []


@pytest.mark.browser
def test_somebody_outside_sees_one_proof_and_pins_a_wish(page: Page, reviewed: str, browser: Camera) -> None:
    page.locator("[data-do=proof]").click()
    link = page.locator(".proof-link input")
    expect(link).to_be_visible(timeout=120_000)
    address = link.input_value()
    with browser.page(1000, 800) as guest:
        guest.goto(address)
        expect(guest.locator(".sheet img").first).to_have_js_property("complete", True, timeout=60_000)
        guest.locator(".sheet img").first.click(position={"x": 120, "y": 90})
        guest.locator("#words").fill("Större, tack")
        guest.get_by_role("button", name="Pin it").click()
        expect(guest.locator(".pin")).to_have_text("1")
        guest.locator("#by").fill("Anna")
        guest.locator("#changes").click()
        expect(guest.locator("#said")).to_contain_text("Thank you")
        assert guest.context.cookies() == []
        assert guest.goto(reviewed).status == 403  # type: ignore[union-attr]
    expect(page.locator(".proof")).to_contain_text("Anna asks for changes", timeout=20_000)
    expect(page.locator(".proof .comment")).to_contain_text("Större, tack")
    other = address.partition("key=")[0] + "key=guessed"
    assert httpx.get(other).status_code == 403
    assert httpx.post(address, json={"verdict": "approved", "by": "x", "more": 1}).status_code == 400
    assert (
        httpx.post(address, json={"verdict": "approved"}, headers={"Origin": "https://evil.example"}).status_code == 403
    )


def test_only_our_own_page_decides_and_shipped_packs_are_nobodys_to_approve(standing: str) -> None:
    cookie = {"Cookie": f"vaxel-preview-{standing.split(':')[2].strip('/')}={TOKEN}"}
    for what in ("examine", "decide", "publish", "rollback", "proof"):
        assert httpx.post(f"{standing}review/{what}", headers=cookie, json={}).status_code == 403
        foreign = INSIDE | {"Origin": "https://evil.example"}
        assert httpx.post(f"{standing}review/{what}", headers=foreign, json={}).status_code == 403
    refused = httpx.post(f"{standing}review/publish", headers=INSIDE, json={})
    assert refused.status_code == 422
    assert "not yours to approve" in refused.json()["sentence"]
    for path in ("review/picture/..%2F..%2Fsecret.png", "review/picture/0123.png", "proof/none", "proof/../artifact/x"):
        assert httpx.get(f"{standing}{path}", headers=INSIDE).status_code == 404


def test_a_decision_upon_files_that_changed_meanwhile_is_refused(reviewed: str) -> None:
    answer = httpx.post(f"{reviewed}review/decide", headers=INSIDE, json={"accept": ["all"]})
    assert answer.status_code == 422
    assert "look at everything of nordljus first" in answer.json()["sentence"]
    assert read_approvals(Path(reviewed)).boards == ()


def test_differences_are_told_in_words_and_equal_bytes_are_none(own_packs: Path) -> None:
    document = next(iter(read(ROOT / "samples" / "november.json")))
    kinds = (ArtifactKind.SMS, ArtifactKind.CARD, ArtifactKind.BANK)

    def looks() -> dict[str, Kept]:
        with Press().sitting(document, packs.load("nordljus", [own_packs])) as sitting:
            return {kind.value: kept(sitting.artifact(kind), sitting, 0.0) for kind in kinds}

    before = looks()
    words = own_packs / "base" / "words.sv.toml"
    words.write_text(
        words.read_text(encoding="utf-8").replace('[sms]\npay = "{sender}:', '[sms]\npay = "Hej {sender}:'), "utf-8"
    )
    told = differences(before, looks())
    assert told["card"] is None
    assert told["bank"] is None
    sentences = [finding.sentence for finding in told["sms"] or ()]
    assert sentences[0].startswith("text differs: “Nordljus: 2 218,48")
