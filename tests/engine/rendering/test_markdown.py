"""Markdown of letters and blocks: harmless as HTML, readable as text."""

import pytest

from vaxel_engine.errors import Unrenderable
from vaxel_engine.rendering.markdown import LARGEST, markdown_html, markdown_text, plain_html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](http://169.254.169.254/)",
        "![x](file:///etc/passwd)",
        "[x](http://insecure.example)",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(hostile: str) -> None:
    html = markdown_html(hostile)
    assert "<script" not in html
    assert "<img" not in html
    assert "href" not in html


def test_a_letter_keeps_its_shape() -> None:
    html = markdown_html("# Rubrik\n\nHej **du**,\n\n- ett\n- två\n\n[läs](https://nordljus.example/)")
    assert "<h2>Rubrik</h2>" in html
    assert "<strong>du</strong>" in html
    assert html.count("<li>") == 2
    assert 'href="https://nordljus.example/"' in html


def test_the_text_says_the_same_without_marks() -> None:
    text = markdown_text(
        "## Rubrik\n\nHej **du**, se [priser](https://nordljus.example/pris).\n\n- ett\n- två\n\n1. först"
    )
    assert text == "Rubrik\n\nHej du, se priser (https://nordljus.example/pris).\n\n– ett\n– två\n1. först"


def test_plain_text_is_escaped_and_keeps_its_paragraphs() -> None:
    assert plain_html("a < b\nrad två\n\nnytt stycke") == "<p>a &lt; b<br>rad två</p><p>nytt stycke</p>"


def test_a_letter_without_end_is_refused() -> None:
    with pytest.raises(Unrenderable, match="shorten"):
        markdown_html("[" * (LARGEST + 1))


def test_headings_begin_at_level_two_and_skip_none() -> None:
    assert markdown_html("## First\n\ntext\n\n#### Below") == "<h2>First</h2>\n<p>text</p>\n<h3>Below</h3>\n"


def test_the_empty_corner_of_a_table_heads_nothing() -> None:
    html = markdown_html("| | I dag | Från 1 januari |\n|---|---:|---:|\n| Abonnemang | 390,00 kr | 401,25 kr |")
    assert "<thead>\n<tr>\n<td></td>\n<th>I dag</th>\n<th>Från 1 januari</th>" in html
    assert "<td>Abonnemang</td>" in html
