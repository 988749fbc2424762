"""The page in a digital mailbox: the same sections as on the web, nothing that runs, fetches or follows."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.intake import read
from vaxel_engine.mailboxes import PROVIDERS, breaches
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack, load, packs
from vaxel_engine.rendering import render

LINK = "https://nordljus.example/d/8J3kQm2nV5tRz7yXw1bLcA"
LETTER = Message(subject="Priser", body="Från [årsskiftet](https://nordljus.example/priser).")


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind is not DocumentKind.FINISHED_PDF])
def test_no_mailboxs_rule_is_broken(
    kind: DocumentKind, language: str, build: Callable[..., Document], nordljus: Pack
) -> None:
    message = LETTER if kind is DocumentKind.MESSAGE else None
    document = build(kind=kind, language=language, usage=True, balance=True, message=message)
    page = render(document, ArtifactKind.MAILBOX_HTML, pack=nordljus, link=LINK).body
    assert {name: breaches(page, name, link=LINK) for name in PROVIDERS} == dict.fromkeys(PROVIDERS, ())
    assert b"<script" not in page
    assert b"<button" not in page
    assert LINK.encode() not in page
    assert b"http://" not in page.replace(b"http://www.w3.org/2000/svg", b"")


def test_a_finished_pdf_is_announced_and_not_linked(nordljus: Pack) -> None:
    samples = Path(__file__).parents[3] / "samples" / "finished" / "certificates.zip"
    document = next(iter(read(samples)))
    page = render(document, ArtifactKind.MAILBOX_HTML, pack=nordljus, link=LINK).body.decode()
    assert nordljus.words("sv")["document.cover"] in page
    assert "None" not in page
    assert "data:application/pdf" not in page


def test_every_section_is_open(build: Callable[..., Document], nordljus: Pack) -> None:
    page = render(build(usage=True, balance=True), ArtifactKind.MAILBOX_HTML, pack=nordljus).body.decode()
    sections = re.findall(r'<details [^>]*class="section[^>]*>', page)
    assert len(sections) >= 6
    assert [one for one in sections if not one.endswith('" open>')] == []


def test_it_leaves_room_for_the_pdf(build: Callable[..., Document], nordljus: Pack) -> None:
    page = render(build(usage=True, balance=True), ArtifactKind.MAILBOX_HTML, pack=nordljus).body
    assert len(page) < 150_000


@pytest.mark.parametrize(
    "harm", ["<script>1</script>", '<img src="https://a.example/x.gif" alt="">', '<a href="{{ link }}">x</a>']
)
def test_a_pack_that_breaks_a_rule_is_refused_with_provider_and_source(
    harm: str, tmp_path: Path, build: Callable[..., Document]
) -> None:
    (tmp_path / "tried" / "sections").mkdir(parents=True)
    (tmp_path / "tried" / "brand.toml").write_text('extends = "nordljus"\n', encoding="utf-8")
    (tmp_path / "tried" / "sections" / "help.web.html").write_text(harm, encoding="utf-8")
    with pytest.raises(TemplateError, match=r"kivra does not take .*developer\.kivra\.com"):
        render(build(), ArtifactKind.MAILBOX_HTML, pack=load("tried", [tmp_path, packs()]), link=LINK)
