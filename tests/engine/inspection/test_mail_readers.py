"""The lint of mails: what a stated mail reader does not show is found with its place, and the shipped mails pass."""

import csv
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from vaxel_engine.inspection import Severity
from vaxel_engine.inspection.mail import CLIENTS, Support, lint
from vaxel_engine.inspection.mail.support import ENHANCEMENTS, FEATURES
from vaxel_engine.inspection.mails import html_part
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack, packs
from vaxel_engine.press import examine
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.email import html_of
from vaxel_engine.rendering.mail_safety import SCHEMES, dropped, sanitised

BODY = "<!doctype html><html><head><style>{style}</style></head><body>{body}</body></html>"


def mail(body: str = "", style: str = "") -> str:
    return BODY.format(body=body, style=style)


FOUND = {
    "property:gap": (mail('<p style="gap:4px">a</p>'), "Gmail"),
    "declaration:display=grid": (mail('<div style="display:grid">a</div>'), "Outlook on Windows"),
    "element:svg": (mail("<svg></svg>"), "Gmail"),
    "image:svg": (mail('<img src="cid:a.svg">'), "Gmail"),
    "image:data": (mail('<img src="data:image/png;base64,AA">'), "Gmail"),
    "image:webp": (mail('<img src="cid:x.webp">'), "Outlook on Windows"),
    "pseudo:hover": (mail(style="a:hover{color:red}"), "Outlook on Windows"),
    "selector:~": (mail(style="a ~ b{color:red}"), "Gmail"),
    "selector:[": (mail(style="a[href]{color:red}"), "Gmail"),
    "unit:vw": (mail('<p style="width:40vw">a</p>'), "Outlook on Windows"),
    "function:var": (mail('<p style="color:var(--ink)">a</p>'), "Gmail"),
    "media:prefers-reduced-motion": (mail(style="@media (prefers-reduced-motion:reduce){p{margin:0}}"), "Gmail"),
    "pair:input.type=checkbox": (mail('<input type="checkbox">'), "Outlook on Windows"),
    "at:import": (mail(style='@import "x.css";'), "Gmail"),
}


@pytest.mark.parametrize("key", FOUND)
def test_what_a_reader_does_not_show_is_found(key: str) -> None:
    html, family = FOUND[key]
    assert family in {one.family for one in lint(html) if one.key == key and one.support is not Support.SHOWN}


def test_a_finding_names_element_line_readers_and_caniemails_own_note() -> None:
    (found,) = [
        one
        for one in lint(mail('\n<p>a</p>\n<td class="sum last" style="gap:1px">'))
        if one.family == "Gmail" and one.is_error
    ]
    assert (found.element, found.line, found.feature, found.support) == ("td.sum.last", 3, "css-gap", Support.NOT_SHOWN)
    assert set(found.clients) <= {client.identifier for client in CLIENTS if client.family == "Gmail"}
    assert found.sentence.startswith("Gmail does not show gap")


def test_what_all_readers_show_is_not_told() -> None:
    assert {one.element for one in lint("<p>Att betala</p><strong>1 284,00 kr</strong>")} <= {"body"}


def test_only_the_asked_readers_are_answered_for() -> None:
    apple = [client for client in CLIENTS if client.family == "Apple Mail"]
    assert {one.family for one in lint(mail("<svg></svg><p style='gap:1px'>"), apple)} <= {"Apple Mail"}


def test_what_may_be_missing_is_said_for_features_that_are_really_missing_somewhere() -> None:
    known = {feature.identifier for features in FEATURES.values() for feature in features}
    assert set(ENHANCEMENTS) <= known


def test_the_tables_name_their_source_date_and_licence() -> None:
    folder = files("vaxel_engine.inspection.mail")
    for name in ("features.csv", "notes.csv"):
        head = (folder / name).read_text(encoding="utf-8").splitlines()[0]
        assert "caniemail" in head
        assert "2025-09-09" in head
        assert "MIT" in head
    assert "Permission is hereby granted" in (folder / "LICENCE").read_text(encoding="utf-8")


def test_every_reader_that_is_claimed_has_data_and_stands_in_the_documentation() -> None:
    page = (Path(__file__).parents[3] / "docs" / "mail-and-page.md").read_text(encoding="utf-8")
    text = (files("vaxel_engine.inspection.mail") / "features.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    for client in CLIENTS:
        assert sum(bool(row[client.identifier]) for row in rows) > 0.7 * len(rows), client.name
        assert client.family in page


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", [kind for kind in DocumentKind if kind is not DocumentKind.FINISHED_PDF])
def test_no_shipped_mail_has_an_error_or_anything_that_is_cut_out(
    kind: DocumentKind, language: str, build: Callable[..., Document], nordljus: Pack
) -> None:
    words = "## Nytt\n\nFrån [årsskiftet](https://nordljus.example/priser):\n\n- ett\n- två\n\n| a |\n|---|\n| 1 |"
    letter = Message(subject="Priser", body=words)
    document = build(
        kind=kind, language=language, usage=True, balance=True, message=letter if kind is DocumentKind.MESSAGE else None
    )
    rendering = Rendering.of(document, nordljus)
    html = html_part(rendering)
    preheader = html.partition("display:none")[2].partition(">")[2].partition("</div>")[0].replace("&nbsp;", "\u00a0")
    assert preheader == (rendering.facts.to_pay.sentence if rendering.facts.to_pay else preheader)
    assert [one.sentence for one in lint(html) if one.is_error] == []
    assert dropped(html_of(rendering)) == ()


def test_check_pack_leads_from_a_finding_to_the_designers_line(tmp_path: Path, build: Callable[..., Document]) -> None:
    section = (packs() / "base" / "sections" / "totals.email.mjml").read_text(encoding="utf-8")
    wrong = section.replace(
        "<mj-table", '<mj-text><div style="display:grid">x</div><b onclick="x()">y</b></mj-text>\n<mj-table'
    )
    folder = tmp_path / "tried"
    (folder / "sections").mkdir(parents=True)
    (folder / "brand.toml").write_text('extends = "nordljus"\n', encoding="utf-8")
    (folder / "sections" / "totals.email.mjml").write_text(wrong, encoding="utf-8")
    found = examine("tried", [tmp_path, packs()], samples=[build()])
    line = next(at for at, text in enumerate(wrong.splitlines(), 1) if "display:grid" in text)
    told = {(Path(one.file).name, one.line, one.what.split(" ")[0]) for one in found if one.severity is Severity.WRONG}
    assert ("totals.email.mjml", line, "onclick") in told
    assert any(
        name == "totals.email.mjml" and at == line and "Windows" in one.what
        for one in found
        for name, at in [(Path(one.file).name, one.line)]
    )


HARMFUL = (
    "<script>alert(1)</script>",
    '<p onclick="x()">a</p>',
    '<a href="javascript:x()">a</a>',
    '<a href="http://example.com">a</a>',
    '<a href="data:text/html,x">a</a>',
    '<form action="https://e.example"><input name="a"></form>',
    '<iframe src="https://e.example"></iframe>',
    '<object data="https://e.example"></object>',
    '<svg onload="x()"></svg>',
    '<meta http-equiv="refresh" content="0;url=https://e.example">',
    '<base href="https://e.example">',
    '<img src="http://e.example/a.png" onerror="x()">',
)


@pytest.mark.parametrize("harm", HARMFUL)
def test_what_could_run_send_or_mislead_is_cut_out(harm: str) -> None:
    left = sanitised(mail(f"<p>Hej</p>{harm}"))
    body = left.partition("<body>")[2]
    assert "Hej" in body
    for trace in (
        "script",
        "onclick",
        "onerror",
        "onload",
        "http://",
        "iframe",
        "<form",
        "<input",
        "<object",
        "<base",
        "refresh",
        "data:text",
    ):
        assert trace not in body, trace
    assert dropped(mail(harm)) != ()


def test_links_lead_to_https_mail_and_telephone_only() -> None:
    assert {"https", "mailto", "tel", "cid"} == SCHEMES
    kept = sanitised(
        mail('<a href="https://a.example">a</a><a href="mailto:a@b.example">b</a><a href="tel:+4698">c</a>')
    )
    assert kept.count("href=") == 3
