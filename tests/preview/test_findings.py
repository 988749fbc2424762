"""The drawers: every finding names its pane and its line, and an empty drawer says what was looked at."""

import re
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import INSIDE, ROOT, Following

from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.mailing.profile import shipped
from vaxel_engine.press import Press
from vaxel_preview.findings import gather
from vaxel_preview.findings.mails import link_drawer, mail_drawer
from vaxel_preview.findings.paper import zones
from vaxel_preview.findings.where import spellings, stamp_at
from vaxel_preview.kept import Kept, kept


def looked_at(own_packs: Path, *kinds: ArtifactKind) -> dict[str, Kept]:
    """The first sample's artifacts as the board has them, with the stamps of a pack that a test may have broken."""
    document = next(iter(read(ROOT / "samples" / "november.json")))
    with Press().sitting(document, packs.load("nordljus", [own_packs]).with_stamps()) as sitting:
        return {kind.value: kept(sitting.artifact(kind), sitting, 12.0) for kind in kinds}


def edited(own_packs: Path, name: str, old: str, new: str) -> int:
    """Put a fault into a file; the line where it stands."""
    path = own_packs / "base" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_an_amount_and_a_date_lead_to_their_lines_however_they_are_written(own_packs: Path) -> None:
    kept = looked_at(own_packs, ArtifactKind.PRINT_PDF, ArtifactKind.EMAIL, ArtifactKind.BANK)
    assert stamp_at(kept["email"], "2218.48").startswith("layouts/email.mjml:")
    assert stamp_at(kept["print_pdf"], "5050109").startswith("sections/payment.paper.html:")
    assert "20 december 2026" in spellings("2026-12-20", kept["bank"].sitting.facts())
    assert stamp_at(kept["bank"], "nobody wrote this") == ""


def test_a_link_that_leads_nowhere_is_named_with_its_line(own_packs: Path) -> None:
    line = edited(own_packs, "layouts/bank.html", "</body>", '<a href="http://nordljus.example">Mer</a>\n</body>')
    rows = link_drawer(looked_at(own_packs, ArtifactKind.BANK)).rows
    wrong = [row for row in rows if row.grave]
    assert [(row.pane, row.stamp, row.words) for row in wrong] == [("bank", f"layouts/bank.html:{line}", "Mer")]
    assert "not encrypted" in wrong[0].sentence
    assert any(row.sentence.startswith("https://nordljus.example/d/") and not row.grave for row in rows)


def test_the_lint_of_a_mail_names_its_readers_and_pictures_in_the_mail_are_no_fault(own_packs: Path) -> None:
    drawer = mail_drawer(looked_at(own_packs, ArtifactKind.EMAIL))
    assert "17 readers" in drawer.asked
    assert "Swedish webmail: unknown" in drawer.asked
    assert drawer.grave == 0, [row.sentence for row in drawer.rows if row.grave]
    assert any(row.stamp.startswith("layouts/email.mjml") for row in drawer.rows)


def test_the_window_stands_in_millimetres_on_the_first_page_alone(own_packs: Path) -> None:
    kept = looked_at(own_packs, ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF)
    found = zones(kept, shipped()["c5-safe"])
    assert {zone["pane"] for zone in found} == {"print_pdf"}
    assert [zone["page"] for zone in found if zone["kind"] == "window"] == [1]
    assert "105 × 35 mm at 15, 44" in str(next(zone["name"] for zone in found if zone["kind"] == "window"))


def test_a_fact_that_an_artifact_does_not_say_is_grave(own_packs: Path) -> None:
    drawers = {
        drawer.id: drawer for drawer in gather(looked_at(own_packs, ArtifactKind.SMS, ArtifactKind.CARD)).drawers
    }
    assert drawers["parity"].rows == []
    edited(own_packs, "words.sv.toml", '[sms]\npay = "{sender}: {amount} att', '[sms]\npay = "{sender}: att')
    broken = {drawer.id: drawer for drawer in gather(looked_at(own_packs, ArtifactKind.SMS)).drawers}["parity"]
    assert (broken.rows[0].pane, broken.rows[0].grave) == ("sms", True)
    assert "amount due: SMS" in broken.rows[0].sentence


def test_findings_are_told_to_our_own_page_alone(standing: str) -> None:
    cookie = {"Cookie": f"vaxel-preview-{standing.split(':')[2].strip('/')}={INSIDE['X-Vaxel-Token']}"}
    for path in ("findings", "findings/line?made=sms"):
        assert httpx.get(f"{standing}{path}", headers=cookie).status_code == 403
        assert httpx.get(f"{standing}{path}", headers=INSIDE | {"Host": "evil.example"}).status_code == 400
        assert httpx.get(f"{standing}{path}", headers=INSIDE | {"Origin": "https://evil.example"}).status_code == 403
    assert httpx.get(f"{standing}findings/line?made=../../etc", headers=INSIDE).status_code == 404


def test_findings_follow_what_is_rendered(address: str, follow: Callable[..., Following], own_packs: Path) -> None:
    follow(sample="november.json:1").settled()
    said = httpx.get(f"{address}findings?sample=november.json:1", headers=INSIDE, timeout=60).json()
    assert set(said["counts"]) == {"parity", "layout", "print", "mail", "access", "links", "channel", "timing"}
    assert said["counts"]["parity"] == [0, 0]
    assert said["html"].count("data-made=") > 40
    channel = said["html"].partition('id="drawer-channel"')[2].partition('role="tabpanel"')[0]
    for words in ("Kivra reaches NL-26110001", "as somebody decided", "Kivra has them", "1. kivra"):
        assert words in channel
    assert said["counts"]["channel"][0] == 0


@pytest.mark.browser
def test_a_row_leads_to_its_pane_and_line_and_zones_lie_on_the_sheets(page: Page) -> None:
    page.keyboard.press("i")
    amount = page.locator("#drawer-parity .cell[data-made=bank]").first
    amount.click(timeout=30_000)
    expect(page.locator("#file")).to_have_value(re.compile(r"base/.*\.html$"), timeout=20_000)
    page.locator("#close").click()
    page.keyboard.press("z")
    expect(page.locator("#print_pdf .zone.window")).to_have_attribute("title", re.compile("105 × 35 mm"))
    expect(page.locator("#mailbox_pdf .zone")).to_have_count(0)
    expect(page).to_have_url(re.compile("zones=on"))
    page.locator("#drawer-tabs").get_by_text("Timing").click()
    expect(page.locator("#drawer-timing .rows li")).to_have_count(10)
    axe: Any = import_module("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options={"iframes": False}).response["violations"]
    assert [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]] == []


@pytest.mark.browser
def test_what_a_screen_reader_misses_is_found_with_its_line(own_page: Page, own_packs: Path) -> None:
    page = own_page
    line = edited(
        own_packs, "layouts/bank.html", "</body>", '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">\n</body>'
    )
    added = page.frame_locator("#bank iframe:not(.coming)").locator('img[src^="data:image/gif"]')
    expect(added).to_have_count(1, timeout=60_000)
    page.keyboard.press("i")
    page.locator("#tab-access").click()
    row = page.locator("#drawer-access .grave", has_text="alternative text")
    expect(row).to_contain_text("Internet bank", timeout=60_000)
    expect(row).to_contain_text(f"layouts/bank.html:{line}")


def test_what_makes_paper_slow_is_told_with_its_line_and_what_to_write_instead(own_packs: Path) -> None:
    line = edited(own_packs, "sections/lines.paper.html", "<table", '<p style="float: left">Hej</p>\n<table')
    drawer = {one.id: one for one in gather(looked_at(own_packs, ArtifactKind.PRINT_PDF)).drawers}["timing"]
    assert "what keeps them from that stands first" in drawer.asked
    assert drawer.rows[0].stamp == f"sections/lines.paper.html:{line}"
    assert "it floats or runs, and the pages with it are set by WeasyPrint" in drawer.rows[0].sentence
    assert drawer.rows[0].more.startswith("write instead: place both in one block")
    assert drawer.grave == 0
