"""What an internet bank shows of an e-invoice: the sender's look and links, in the plainest of HTML."""

import re
from collections.abc import Callable

import pytest
from lxml import etree

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.mailboxes import breaches
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import kinds_of, render

LINK = "https://nordljus.example/d/8J3kQm2nV5tRz7yXw1bLcA"
PLAIN = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "img",
        "a",
        "strong",
        "em",
        "small",
    ),
    *("span", "time", "ul", "ol", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "br"),
    *("section", "figure", "figcaption", "picture", "article", "bdi"),
}


def shown(document: Document, pack: Pack) -> str:
    return render(document, ArtifactKind.BANK, pack=pack, link=LINK).body.decode()


def test_it_carries_the_look_and_the_links_of_the_sender(build: Callable[..., Document], nordljus: Pack) -> None:
    page = shown(build(usage=True), nordljus)
    assert nordljus.tokens["colour"]["brand"] in page
    assert 'alt="Nordljus"' in page
    links = re.findall(r'href="([^"]+)"', page)
    assert {LINK, "https://nordljus.example", "mailto:kundservice@nordljus.example"} <= set(links)
    assert "Godkänn fakturan här i internetbanken" in page


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", [DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE, DocumentKind.DIRECT_DEBIT_NOTICE])
def test_it_keeps_to_plain_elements_and_loads_nothing(
    kind: DocumentKind, language: str, build: Callable[..., Document], nordljus: Pack
) -> None:
    page = shown(build(kind=kind, language=language, usage=True, balance=True), nordljus)
    root = etree.fromstring(page.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    assert {str(element.tag) for element in root.iter() if not callable(element.tag)} <= PLAIN
    assert [one.found for one in breaches(page.encode(), "kivra") if one.rule != "tracking"] == []
    assert "var(--" not in page
    assert "@font-face" not in page


def test_a_direct_debit_is_not_asked_to_be_approved(build: Callable[..., Document], nordljus: Pack) -> None:
    page = shown(build(kind=DocumentKind.DIRECT_DEBIT_NOTICE), nordljus)
    assert "Godkänn" not in page
    assert "dras" in page.lower()


def test_what_is_no_e_invoice_is_refused_with_what_is_one(build: Callable[..., Document], nordljus: Pack) -> None:
    letter = build(kind=DocumentKind.MESSAGE, message=Message(subject="Priser", body="Hej."))
    assert ArtifactKind.BANK not in kinds_of(letter)
    with pytest.raises(Unrenderable, match="invoices, credit notes and direct-debit notices"):
        shown(letter, nordljus)


def test_the_same_document_gives_the_same_bytes(build: Callable[..., Document], nordljus: Pack) -> None:
    assert shown(build(usage=True), nordljus) == shown(build(usage=True), nordljus)
