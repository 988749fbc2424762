"""The page is one file that asks for nothing, runs only what its policy names, and reads without a script."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from lxml import html as lxml_html

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render
from vaxel_engine.rendering.web import json_for_script
from vaxel_engine.rendering.web_fonts import LARGEST, font_faces

DocumentBuilder = Callable[..., Document]
_untyped: Any = lxml_html
document_of: Callable[[str], Any] = _untyped.fromstring


def page(document: Document, pack: Pack) -> str:
    return render(document, ArtifactKind.WEB, pack=pack, link="https://nordljus.example/d/1").body.decode()


def policy(tree: Any) -> str:
    (content,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    return str(content)


def test_the_policy_names_every_script_and_style_by_its_hash_and_allows_no_other(
    build: DocumentBuilder, nordljus: Pack
) -> None:
    written = page(build(usage=True, balance=True), nordljus)
    allowed = policy(document_of(written))
    scripts = re.findall(r"<script>(.*?)</script>", written, re.DOTALL)
    styles = re.findall(r"<style[^>]*>(.*?)</style>", written, re.DOTALL)
    assert len(scripts) == 2
    hashes = [f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'" for code in (*scripts, *styles)]
    assert all(each in allowed for each in hashes)
    assert "unsafe" not in allowed
    assert allowed.startswith("default-src 'none';")


def test_nothing_in_the_page_points_outside(build: DocumentBuilder, nordljus: Pack) -> None:
    tree = document_of(page(build(usage=True), nordljus))
    sources = tree.xpath("//@src | //@srcset | //link/@href | //@action | //@data")
    assert all(str(source).startswith("data:") for source in sources)
    assert {str(link).partition(":")[0] for link in tree.xpath("//a/@href")} <= {"#content", "#pay", "tel", "mailto"}
    assert not tree.xpath("//*[@style] | //*[starts-with(name(@*), 'on')]")


def test_without_a_chart_the_page_carries_no_chart_library(build: DocumentBuilder, nordljus: Pack) -> None:
    assert len(page(build(), nordljus)) < 150_000
    assert "plotly.js (basic" not in page(build(), nordljus)
    assert "plotly.js (basic" in page(build(usage=True), nordljus)


def test_everything_can_be_read_without_a_script(build: DocumentBuilder, nordljus: Pack) -> None:
    tree = document_of(page(build(usage=True, balance=True, due="1145.00"), nordljus))
    for script in tree.xpath("//script"):
        script.drop_tree()
    words = " ".join(tree.text_content().split())
    for said in ("1 145,00 kr", "20 december 2026", "505-0109", "Du använde 12 % mindre", "Elnät, överföring", "489"):
        assert said in words
    assert len(tree.xpath("//*[local-name()='svg' and @role='img']")) == 4, (
        "both charts, for phone and for wide screens"
    )
    assert len(tree.xpath("//details[@class='twin']//table")) == 2


def test_the_figures_cannot_end_their_script_element() -> None:
    written = json_for_script(["</script><!--", "a & b", "\u2028\u2029"])
    assert not set("<>&\u2028\u2029") & set(written)
    assert json.loads(written) == ["</script><!--", "a & b", "\u2028\u2029"]


def test_words_of_the_sender_are_never_markup(build: DocumentBuilder, nordljus: Pack) -> None:
    tricky = "</script><script>alert(1)</script>"
    document = build(usage=True, name=tricky)
    series = document.usage[0].model_copy(update={"label": tricky, "place": "<!--plotly--><b>x"})
    tree = document_of(page(document.model_copy(update={"usage": (series,)}), nordljus))
    assert len(tree.xpath("//script")) == 3
    assert tricky in tree.text_content()


@pytest.mark.parametrize(
    ("kind", "due", "said"),
    [
        (DocumentKind.CREDIT_NOTE, "50.00", "You get SEK 50.00 back."),
        (DocumentKind.INVOICE, "0.00", "You have nothing to pay this time."),
        (DocumentKind.DIRECT_DEBIT_NOTICE, "99.00", "We draw SEK 99.00 from your account"),
    ],
)
def test_nobody_is_asked_to_pay_what_is_not_owed(
    build: DocumentBuilder, nordljus: Pack, kind: DocumentKind, due: str, said: str
) -> None:
    tree = document_of(page(build(kind=kind, due=due, language="en"), nordljus))
    assert said in tree.text_content().replace("\u00a0", " ")
    assert not tree.xpath("//*[@id='pay'] | //*[@class='bar']")


def test_a_message_is_a_letter_with_its_subject_as_title(build: DocumentBuilder, nordljus: Pack) -> None:
    document = build(
        kind=DocumentKind.MESSAGE, message=Message(subject="Elavbrott", body="## Natten till torsdag\n\nHej.")
    )
    tree = document_of(page(document, nordljus))
    assert [heading.text_content() for heading in tree.xpath("//h1")] == ["Elavbrott"]
    assert "Natten till torsdag" in tree.xpath("//article")[0].text_content()


def test_the_sections_come_in_the_order_of_the_brand(build: DocumentBuilder, make_pack: Callable[..., Pack]) -> None:
    turned = make_pack({"brand.toml": 'extends = "base"\n[kinds.invoice]\nsections = ["totals", "lines"]\n'})
    tree = document_of(page(build(), turned))
    headings = [heading.text_content() for heading in tree.xpath("//main//h2")]
    assert headings == ["Så blev summan", "Det här betalar du för", "Uppgifter om dokumentet"]


def test_the_fonts_inside_are_small_and_the_same_each_time(nordljus: Pack) -> None:
    first = font_faces(nordljus)
    assert first.count("@font-face") == 2
    assert first == font_faces(nordljus)
    assert len(first) < LARGEST * 4 / 3 + 1_000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("css/web.css", "body { background: url(https://t.example/x.png) }", "outside"),
        ("css/web.css", '@import "https://t.example/x.css";', "outside"),
        ("css/web.css", 'body { background: image-set("https://t.example/x.png" 1x) }', "outside"),
        ("js/web.js", "'</script>'", "end the element"),
    ],
)
def test_a_pack_cannot_open_the_page_to_the_network(
    build: DocumentBuilder, make_pack: Callable[..., Pack], name: str, content: str, said: str
) -> None:
    with pytest.raises(TemplateError, match=said):
        page(build(), make_pack({name: content}))
