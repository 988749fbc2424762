"""MJML, Markdown and what comes of them: nothing is read, run or fetched, and nothing takes long."""

import time
from collections.abc import Callable

import nh3
import pytest
from tests.engine.attacks.conftest import SECRET, Canary

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.bounds import DEEPEST
from vaxel_engine.rendering.markdown import LARGEST, markdown_html, markdown_text
from vaxel_engine.rendering.mjml import compile_mjml

DocumentBuilder = Callable[..., Document]
BODY = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


@pytest.mark.parametrize("kind", ["mjml", "css", "html"])
def test_mjml_includes_no_file(kind: str, canary: Canary) -> None:
    with pytest.raises(TemplateError, match="MJML"):
        compile_mjml(f'<mjml><mj-body><mj-include path="{canary.file}" type="{kind}"/></mj-body></mjml>', file="a.mjml")


def test_mjml_resolves_no_entity(canary: Canary) -> None:
    declared = f'<!DOCTYPE mjml [<!ENTITY e SYSTEM "{canary.file.as_uri()}">]>' + BODY.format("<mj-text>&e;</mj-text>")
    try:
        made = compile_mjml(declared, file="a.mjml")
    except TemplateError:
        made = ""
    assert SECRET not in made


@pytest.mark.parametrize("element", ["div", "mj-wrapper", "mj-section"])
@pytest.mark.parametrize("deep", [DEEPEST + 1, 10_000])
def test_mjml_that_would_end_the_process_is_refused_before_it_is_compiled(element: str, deep: int) -> None:
    nested = f"<{element}>" * deep + f"</{element}>" * deep
    with pytest.raises(TemplateError, match=r"deeper than|characters"):
        compile_mjml(f"<mjml><mj-body>{nested}</mj-body></mjml>", file="a.mjml")


def test_mjml_without_end_is_refused(canary: Canary) -> None:
    with pytest.raises(TemplateError, match="200,000"):
        compile_mjml(f"<mjml><mj-body>{'<mj-section></mj-section>' * 20_000}</mj-body></mjml>", file="a.mjml")


HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a handler": '<img src=x onerror="alert(1)">',
    "a link that runs": "[x](javascript:alert(1))",
    "a link to a file": "[x](file:///etc/passwd)",
    "a link that is a page": "[x](data:text/html,<script>alert(1)</script>)",
    "a picture from elsewhere": "![x](http://169.254.169.254/latest)",
    "a picture by reference": "![x][1]\n\n[1]: http://127.0.0.1/x.png",
    "a link by brackets": "<javascript:alert(1)>",
    "a frame": '<iframe src="http://127.0.0.1/"></iframe>',
    "a style": "<style>@import url(http://127.0.0.1/)</style>",
    "a form": '<form action="http://127.0.0.1/"><input></form>',
    "a drawing": "<svg onload=alert(1)><use href=#x></svg>",
    "an attribute in a title": '[x](https://example.com "\\" onmouseover=alert(1)")',
    "letters as entities": "[x](java&#115;cript:alert(1))",
}


@pytest.mark.parametrize("attack", HOSTILE)
def test_markdown_becomes_the_tags_of_a_letter_and_nothing_else(attack: str) -> None:
    html = str(markdown_html(HOSTILE[attack]))
    assert nh3.clean(html, tags={"p", "a", "em", "strong"}, url_schemes={"https"}) == html
    for trap in (
        "<script",
        "<img",
        "<iframe",
        "<style",
        "<form",
        "<svg",
        "<input",
        'href="java',
        'href="file',
        'href="data',
    ):
        assert trap not in html


@pytest.mark.parametrize("run", ["[", '"', "[a](", "*a", "> ", "`", "![", "<", "- ", "|a"])
def test_markdown_that_takes_the_square_of_its_length_is_capped(run: str) -> None:
    with pytest.raises(Unrenderable, match="64,000"):
        markdown_html(run * (LARGEST // len(run) + 1))
    started = time.process_time()
    markdown_html(run * (4_000 // len(run)))
    markdown_text(run * (4_000 // len(run)))
    assert time.process_time() - started < 1


def test_a_letter_that_is_hostile_is_text_in_every_form(nordljus: Pack, build: DocumentBuilder) -> None:
    message = Message(subject="Hej <b>du</b>", body="\n\n".join(HOSTILE.values()))
    document = build(kind=DocumentKind.MESSAGE, message=message)
    rendering = Rendering.of(document, nordljus)
    page = rendering.artifact(ArtifactKind.WEB).body.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "Hej &lt;b&gt;du" in page
