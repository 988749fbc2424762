"""What mailboxes document about HTML: every breach is named with its place and its source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaxel_engine.mailboxes import PROVIDERS, breaches, harmless

PAGE = b"<!doctype html><html><head><style>p{color:#123456}</style></head><body>%s</body></html>"
LINK = "https://nordljus.example/d/6da783aa0fcc2758"

KIVRA = {
    "a script": (b"<script>1</script>", "script", "<script>"),
    "a handler": (b'<p onclick="x()">a</p>', "script", "onclick of <p>"),
    "a handler in capitals": (b'<p ONCLICK="x()">a</p>', "script", "onclick of <p>"),
    "a picture in capitals": (b'<img SRC="https://a.example/x.png">', "outside", "src of <img>"),
    "a script as an address": (b'<a href=" java\tscript:x()">a</a>', "script", "a script in href of <a>"),
    "a picture from outside": (b'<img src="https://a.example/x.png">', "outside", "src of <img>"),
    "a picture beside the page": (b'<img src="x.png">', "outside", "src of <img>"),
    "a set of pictures": (b'<img srcset="//a.example/x.png 2x">', "outside", "srcset of <img>"),
    "a style sheet": (b'<link rel="stylesheet" href="https://a.example/x.css">', "outside", "<link>"),
    "a style that loads": (
        b"<style>p{background:url(https://a.example/x)}</style>",
        "outside",
        "a style of <style> that loads",
    ),
    "an attribute that loads": (b'<p style="background:url(/x)">a</p>', "outside", "a style of <p> that loads"),
    "a font from outside": (b"<style>@import 'x'</style>", "outside", "a style of <style> that loads"),
    "a frame": (b'<iframe srcdoc="a"></iframe>', "outside", "<iframe>"),
    "a form that sends": (b'<form action="https://a.example">', "outside", "action of <form>"),
    "a page that goes elsewhere": (
        b'<meta http-equiv="refresh" content="0">',
        "outside",
        "a page that goes elsewhere by itself",
    ),
    "a picture in a picture": (
        b'<svg><image href="https://a.example/x.png"/></svg>',
        "outside",
        "href of <image>",
    ),
    "a drawing from outside": (b'<svg><use xlink:href="x.svg#a"/></svg>', "outside", "xlink:href of <use>"),
    "the document's own link": (f'<a href="{LINK}">a</a>'.encode(), "tracking", "a link that names its reader"),
    "a link with a question": (b'<a href="https://a.example/?utm=1">a</a>', "tracking", "a link that names its reader"),
    "a link with a token": (
        b'<a href="https://a.example/8J3kQm2nV5tRz7yXw1bLcA">a</a>',
        "tracking",
        "a link that names its reader",
    ),
}


@pytest.mark.parametrize("what", KIVRA)
def test_what_kivra_does_not_take_is_named_with_line_and_source(what: str) -> None:
    body, rule, said = KIVRA[what]
    (found,) = breaches(PAGE % (b"\n" + body), "kivra", link=LINK)
    assert (found.provider, found.rule, found.found, found.line) == ("kivra", rule, said, 2)
    assert "developer.kivra.com" in found.sentence
    assert found.remedy


@pytest.mark.parametrize(
    "harmless",
    [
        b'<img src="data:image/png;base64,AA">',
        b'<a href="https://nordljus.example/autogiro">a</a>',
        b'<a href="mailto:a@b.example">a</a><a href="tel:+46980319200">a</a><a href="#content">a</a>',
        b"<svg><path d='M0 0'/></svg><details><summary>a</summary>b</details>",
        b'<svg><use href="#a"/><image href="data:image/png;base64,AA"/></svg>',
    ],
)
def test_what_is_taken_is_not_named(harmless: bytes) -> None:
    assert breaches(PAGE % harmless, "kivra", link=LINK) == ()


TAGS = [
    "<p",
    "<a",
    "<svg><image",
    "<textarea",
    "</textarea",
    "<script",
    "<title",
    "</title",
    "<IMG",
    "<!--",
    "-->",
    "<!",
]
NAMES = [
    " href=",
    " src=",
    " SRC=",
    " onclick=",
    " onClick=",
    " OnClick=",
    " style=",
    " open",
    " class=",
    "\thref=",
    "/src=",
    " title='",
    ' alt="',
    "\n",
]
VALUES = [
    '"x"',
    '"data:,"',
    '"#a"',
    '"https://a.example/x"',
    '"?a=1"',
    "x.png",
    '"background:url(x)"',
    "&quot;",
    "&#62;",
]
SCRIPTS = ['"javascript:x()"', '" java\tscript:x"', '"&#106;avascript:x"', '"vbscript:"', '"jav&#9;ascript&#58;"']
PIECES = st.sampled_from([*TAGS, *NAMES, *VALUES, *SCRIPTS, "-->", '"', "'", ">", ">", ">", "/>", "<", "=", "a"])


@settings(max_examples=2_000)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_page_is_taken_for_harmless_without_a_parser_only_where_a_parser_finds_nothing(page: str) -> None:
    if harmless(page, link=LINK):
        assert breaches(page.encode(), "kivra", link=LINK) == ()


@pytest.mark.parametrize("what", KIVRA)
def test_what_kivra_does_not_take_is_never_taken_for_harmless(what: str) -> None:
    assert not harmless(KIVRA[what][0].decode(), link=LINK)


def test_what_one_rule_finds_is_named_in_the_order_of_the_page() -> None:
    body = b'\n<img src="x.png">\n<p style="background:url(/x)">a</p>\n<iframe></iframe>\n<img src="y.png">'
    assert [(one.line, one.found) for one in breaches(PAGE % body, "kivra")] == [
        (2, "src of <img>"),
        (3, "a style of <p> that loads"),
        (4, "<iframe>"),
        (5, "src of <img>"),
    ]


def test_a_page_that_is_too_large_is_named_with_both_figures() -> None:
    (found,) = breaches(PAGE % (b"a" * 740_000), "kivra")
    assert found.rule == "bytes"
    assert "740,000" in found.found


def test_each_provider_is_held_to_its_own_documents_only() -> None:
    assert [one.rule for one in breaches(PAGE % b"<script>1</script>", "mina_meddelanden")] == []
    assert [one.rule for one in breaches(PAGE % b'<img src="https://a.example/x.png">', "mina_meddelanden")] == [
        "outside"
    ]
    assert "digipost" not in PROVIDERS


def test_every_rule_names_where_and_when_it_was_read() -> None:
    assert all("read 20" in rule.source for rules in PROVIDERS.values() for rule in rules)


@pytest.mark.parametrize(
    ("style", "loads"),
    [
        ("a{background:url(data:image/png;base64,AA)}", False),
        ("a{background:url('data:image/png;base64,AA')}", False),
        ('a{background:URL( "#mark")}', False),
        ("a{background:url(data:x)}b{background:url(https://x.example/a.png)}", True),
        ("a{background:url()}", True),
        ("@IMPORT 'x.css'", True),
        ("a{color:red}", False),
    ],
)
def test_a_style_that_loads_is_told_from_one_that_brings_all(style: str, loads: bool) -> None:
    found = {breach.found for breach in breaches(f"<style>{style}</style>".encode(), "kivra")}
    assert ("a style of <style> that loads" in found) == loads
