"""A style that would fetch is found however it is written, and one that brings along what it shows is left alone."""

import pytest

from vaxel_engine.fetching import fetched


@pytest.mark.parametrize(
    ("style", "address"),
    [
        ("background: url(https://x.example/a.png)", "https://x.example/a.png"),
        ("a{background:url(data:x)} b{background:URL( 'https://x.example/b' )}", "https://x.example/b"),
        (r"background: \75rl(//x.example/c)", "//x.example/c"),
        (r"background: u\000052 l(d.png)", "d.png"),
        ('background: image-set("https://x.example/e" 1x)', "https://x.example/e"),
        ('background: -webkit-image-set(url(f.png) 1x, "data:image/png;base64,AA" 2x)', "f.png"),
        ('background: cross-fade(url(data:x), "g.png", 50%)', "g.png"),
        ("@IMPORT 'h.css';", "h.css"),
        (r"@\69mport/**/ 'i.css';", "i.css"),
        ("@media print { @import url(j.css); }", "j.css"),
        ("@font-face { src: src('k.woff2') }", "k.woff2"),
        ("background: url()", ""),
    ],
)
def test_what_a_style_would_fetch_is_named(style: str, address: str) -> None:
    assert fetched(style) == address


@pytest.mark.parametrize(
    "style",
    [
        "color: red",
        "background: url(data:image/png;base64,AA)",
        'background: URL( "#mark" )',
        'background: image-set(url(#a) 1x type("image/png"), "data:image/png;base64,AA" 2x)',
        'content: "url(https://x.example/)"',
        r'content: "\00a0"',
        "/* url(https://x.example/) */ color: red",
        "background: url(a'b)",  # no browser reads it (CSS Syntax Module Level 3, 4.3.6)
        "@media print { a { color: red } } @charset 'utf-8';",
        "--image: none; object-fit: cover",
    ],
)
def test_what_stands_in_the_page_is_fetched_from_nowhere(style: str) -> None:
    assert fetched(style) is None


def test_what_a_mail_carries_is_not_fetched() -> None:
    style = "background: url(cid:logo), url(https://x.example/a)"
    assert fetched(style, within=("cid:",)) == "https://x.example/a"
    assert fetched("background: url(CID:logo)", within=("cid:",)) is None
