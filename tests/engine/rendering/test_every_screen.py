"""Every kind in both languages on every screen, by day and by night: a checker finds nothing, nothing is cut off."""

import email
import email.policy
from collections.abc import Callable, Generator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.model import Document, DocumentKind, InvoiceLine, Language, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering, kinds_of
from vaxel_regression.browser import Camera

pytestmark = pytest.mark.browser

SCREENS = (ArtifactKind.WEB, ArtifactKind.MAILBOX_HTML, ArtifactKind.BANK, ArtifactKind.EMAIL)
KINDS = [kind for kind in DocumentKind if kind is not DocumentKind.FINISHED_PDF]
LETTER = Message(
    subject="Priser", body="## Nytt\n\nFrån *årsskiftet*:\n\n1. ett\n2. två\n\n| a | b |\n|---|---|\n| 1 | 2 |"
)
PAGE_LEVEL = {"landmark-one-main", "region", "page-has-heading-one"}
"""Rules about whole pages, which a mail inside a mail reader is not."""
OPEN_ALL = "document.querySelectorAll('details').forEach((part) => { part.open = true; })"


@pytest.fixture(scope="module")
def page(browser: Camera) -> Generator[Page]:
    """One page for all, since a browser takes longer to open than a document to render."""
    with browser.page(390, 844) as opened:
        yield opened


def html(artifact: Artifact) -> str:
    if artifact.kind is not ArtifactKind.EMAIL:
        return artifact.body.decode()
    part = email.message_from_bytes(artifact.body, policy=email.policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def show(page: Page, artifact: Artifact, folder: Path) -> None:
    """From disk: a page that is written into another keeps the other's policy."""
    path = folder / f"{artifact.kind}.html"
    path.write_text(html(artifact), encoding="utf-8")
    page.goto(path.as_uri())
    page.evaluate(OPEN_ALL)


def broken(page: Page, *rules: str) -> set[str]:
    """The rules of axe-core that the page breaks; with `rules` only those are asked."""
    axe: Any = import_module("axe_playwright_python.sync_playwright")  # it has no types
    options = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    answer = axe.Axe().run(page, options={**options, "resultTypes": ["violations"]})
    return {f"{found['id']}: {node['html'][:80]}" for found in answer.response["violations"] for node in found["nodes"]}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_checker_of_accessibility_finds_nothing_by_day_and_by_night(
    kind: DocumentKind, language: Language, build: Callable[..., Document], nordljus: Pack, page: Page, tmp_path: Path
) -> None:
    message = LETTER if kind is DocumentKind.MESSAGE else None
    drawn = language == "sv"  # the other language has other words in the same places
    document = build(kind=kind, language=language, usage=drawn, balance=drawn, message=message)
    rendering = Rendering.of(document, nordljus)
    found: dict[str, set[str]] = {}
    for screen in (one for one in SCREENS if one in kinds_of(document)):
        page.emulate_media(color_scheme="light")
        show(page, rendering.artifact(screen), tmp_path)
        page.wait_for_timeout(50)
        excepted = PAGE_LEVEL if screen is ArtifactKind.EMAIL else set[str]()
        by_day = {one for one in broken(page) if one.partition(":")[0] not in excepted}
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(50)
        found |= {str(screen): by_day, f"{screen} by night": broken(page, "color-contrast")}
    assert {name: rules for name, rules in found.items() if rules} == {}


HARD_NAME = "Wilhelmina-Charlotta von Överstebrandenburg-Lillkyrkogårdsängen Åsbrink"
HARD_LINES = (
    "Energiskatteåterbäringsjusteringsavgiftssammanställning",
    "Abonnemangsavgift för högspänningsanslutning med reservmatning",
)


def hard_line(template: InvoiceLine, number: int, amount: int, name: str) -> InvoiceLine:
    money = f"{amount}.37"
    return InvoiceLine.model_validate(
        template.model_dump()
        | {"identifier": str(number), "net_amount": money, "quantity": "1", "unit": "MON", "price": {"net": money}}
        | {"item": {"name": name}}
    )


@pytest.mark.parametrize(("language", "due"), [("en", None), ("sv", "-987654321.50")])
def test_names_and_amounts_of_any_length_stay_within_the_screen(
    language: Language, due: str | None, build: Callable[..., Document], nordljus: Pack, page: Page, tmp_path: Path
) -> None:
    template = build().invoice.lines[0]  # type: ignore[union-attr]  # an invoice has one
    lines = tuple(hard_line(template, at, 123_456_789 + at, HARD_LINES[at % 2]) for at in range(1, 9))
    document = build(language=language, lines=lines, due=due, name=HARD_NAME, usage=True, days=True, balance=True)
    rendering = Rendering.of(document, nordljus)
    wide: list[str] = []
    for screen in SCREENS:
        show(page, rendering.artifact(screen), tmp_path)
        for width in (1280, 768, 640, 390, 320):
            page.set_viewport_size({"width": width, "height": 844})
            for _ in range(30):  # a chart is drawn anew for its width, which takes longer on a busy machine
                page.wait_for_timeout(150 if screen is ArtifactKind.WEB else 20)
                if not page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    break
            else:
                wide.append(f"{screen} at {width}")
    assert wide == []
