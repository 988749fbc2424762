"""The page of a designer, in a real browser: what changes is changed in place."""

import re
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.preview.conftest import entered

from vaxel_engine.artifact import ArtifactKind
from vaxel_preview import BoardEntry, write_board
from vaxel_regression.browser import Camera

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Camera) -> Generator[Page]:
    with browser.page(1600, 900) as opened:
        yield opened


def barriers(page: Page) -> list[str]:
    """What axe-core finds against WCAG and good practice: the rule and where; frames of artifacts are left out."""
    axe: Any = import_module("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options={"iframes": False}).response["violations"]
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def test_save_break_and_repair_without_a_reload(page: Page, address: str, own_packs: Path) -> None:
    page.goto(entered(address))
    pulse, problems = page.locator("#pulse"), page.locator("#problems")
    expect(pulse).to_contain_text("up to date", timeout=30_000)
    page.evaluate("window.loadedOnce = true; document.getElementById('card').dataset.mark = 'kept'")
    page.evaluate("document.getElementById('desk').scrollTop = 120")

    words = own_packs / "base" / "words.sv.toml"
    good = words.read_text(encoding="utf-8")
    words.write_text(good.replace('[sms]\npay = "{sender}:', '[sms]\npay = "Hej {sender}:'), encoding="utf-8")
    expect(page.locator("#sms .bubble")).to_contain_text("Hej Nordljus", timeout=30_000)

    words.write_text(good.replace("[sms]\n", "[sms]\nthis is broken\n", 1), encoding="utf-8")
    expect(problems).to_contain_text(re.compile(r"base/words\.sv\.toml, line \d+"), timeout=30_000)
    expect(problems.locator(".culprit")).to_contain_text("this is broken")
    expect(page.locator("#sms .bubble")).to_contain_text("Hej Nordljus")
    expect(page.locator("#sms")).to_have_class(re.compile("last-good"))
    expect(page.locator("#print_pdf img").first).to_be_visible()

    words.write_text(good, encoding="utf-8")
    expect(problems).to_be_empty(timeout=30_000)
    expect(page.locator("#sms .bubble")).not_to_contain_text("Hej")
    assert page.evaluate(
        "[window.loadedOnce, document.getElementById('desk').scrollTop, document.getElementById('card').dataset.mark]"
    ) == [
        True,
        120,
        "kept",
    ]


def test_a_web_page_stays_where_it_was_scrolled_to(page: Page, address: str, own_packs: Path) -> None:
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(entered(f"{address}?view=web"))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    frame = page.locator("#web iframe").first
    inside = page.frame(url=re.compile("/web$"))
    assert inside is not None
    inside.evaluate("scrollTo(0, 300)")
    expect(frame).to_have_attribute("data-scrolled", "300")
    inside.evaluate("window.stays = true")
    words = own_packs / "base" / "words.sv.toml"
    words.write_text(words.read_text(encoding="utf-8").replace('details = "', 'details = "Hej '), encoding="utf-8")
    expect(page.frame_locator("#web iframe").locator("body")).to_contain_text("Hej ", timeout=30_000)
    assert inside.evaluate("[window.stays, scrollY]") == [True, 300]  # changed in its place
    fresh = page.locator("#web iframe:not([data-shows]):not(.coming)")  # once it is quiet: its scripts begin anew
    expect(fresh).to_have_attribute("data-scrolled", "300", timeout=30_000)
    shown = fresh.element_handle().content_frame()
    assert shown is not None
    shown.wait_for_function("scrollY === 300 && !window.stays")
    assert [said for said in refused if "no_script" not in said] == []


def test_a_mail_is_changed_in_its_place_and_another_style_loads_it(page: Page, address: str, own_packs: Path) -> None:
    page.goto(entered(f"{address}?view=email"))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    page.locator("#email iframe").evaluate("frame => { frame.contentWindow.stays = true }")
    section = own_packs / "base" / "sections" / "totals.email.mjml"
    good = section.read_text(encoding="utf-8")
    section.write_text(good.replace("{{ row.label }}", "{{ row.label }} hej"), encoding="utf-8")
    expect(page.frame_locator("#email iframe").locator("body")).to_contain_text(" hej", timeout=30_000)
    assert page.locator("#email iframe").evaluate("frame => frame.contentWindow.stays")
    layout = own_packs / "base" / "layouts" / "email.mjml"
    layout.write_text(
        layout.read_text(encoding="utf-8").replace(
            "</mj-head>", "<mj-style>body { word-spacing: 3px !important }</mj-style></mj-head>"
        ),
        encoding="utf-8",
    )
    body = page.frame_locator("#email iframe:not(.coming)").locator("body")
    expect(body).to_have_css("word-spacing", "3px", timeout=30_000)
    assert page.locator("#email iframe:not(.coming)").evaluate("frame => !frame.contentWindow.stays")


def test_only_what_changed_is_swapped(page: Page, address: str, own_packs: Path) -> None:
    page.goto(entered(address))
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    page.evaluate("for (const part of document.querySelectorAll('iframe, img')) part.mark = true")
    words = own_packs / "base" / "words.sv.toml"
    good = words.read_text(encoding="utf-8")
    words.write_text(good.replace('[sms]\npay = "{sender}:', '[sms]\npay = "Hej {sender}:'), encoding="utf-8")
    expect(page.locator("#sms .bubble")).to_contain_text("Hej Nordljus", timeout=30_000)
    expect(page.locator("#pulse")).to_contain_text("up to date", timeout=30_000)
    assert page.evaluate("[...document.querySelectorAll('#web iframe, #print_pdf img')].every((part) => part.mark)")


def test_the_address_shows_the_same_again(page: Page, standing: str) -> None:
    page.goto(entered(f"{standing}?sample=november.json:3&view=card&desk=dark"))
    expect(page.locator("#recipient")).to_contain_text("O’Sullivan")
    expect(page.locator("#card .card-summary")).to_be_visible(timeout=30_000)
    expect(page.locator("#print_pdf")).to_be_hidden()
    page.keyboard.press("0")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#recipient")).to_contain_text("Niemi")
    expect(page).to_have_url(re.compile(r"sample=november\.json:4"))
    page.go_back()
    expect(page.locator("#recipient")).to_contain_text("O’Sullivan")


@pytest.mark.parametrize("desk", ["light", "dark"])
def test_everybody_can_use_the_page(page: Page, address: str, own_packs: Path, desk: str) -> None:
    (own_packs / "nordljus" / "brand.toml").write_text("this is not TOML", encoding="utf-8")
    page.goto(entered(f"{address}?desk={desk}"))
    expect(page.locator("#problems")).to_contain_text("brand.toml, line 1", timeout=30_000)
    assert barriers(page) == []


def test_a_board_on_disk_can_be_sifted(page: Page, tmp_path: Path) -> None:
    def entry(name: str, status: str) -> BoardEntry:
        return BoardEntry(
            f"NL-{name}", "", name, "invoice", "print", status, "The only way.", dict[ArtifactKind, tuple[str, bytes]]()
        )

    page.goto(write_board(tmp_path, [entry("Elin", "delivered"), entry("Oskar", "failed")]).as_uri())
    page.locator("#filter").fill("osk")
    expect(page.locator("#rows tr:visible")).to_have_count(1)
    page.locator("#filter").fill("nobody")
    expect(page.locator("#none")).to_be_visible()
    page.locator("#clear").click()
    page.locator("button[data-value=delivered]").click()
    expect(page.locator("#rows tr:visible")).to_contain_text("Elin")
