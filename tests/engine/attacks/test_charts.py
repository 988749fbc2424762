"""Charts of hostile data: what a figure is called stays text on the page, where it is data inside a script element."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_regression.browser import Camera

ENDINGS = (
    "</script><script>hacked=1</script>",
    "<!--<script>hacked=1//",
    '"><img src=x onerror="hacked=1">',
    "'-(hacked=1)-'",
    "<svg onload='hacked=1'>",
    "<a href='javascript:hacked=1'>hacked</a>",
)


def charted(build: Callable[..., Document], words: str) -> Document:
    """An invoice whose chart is called by these words wherever data can name it."""
    document = build(usage=True)
    (series,) = document.usage
    named = series.model_copy(update={"label": words, "place": words})
    return document.model_copy(update={"usage": (named,)})


@pytest.mark.parametrize("words", ENDINGS)
def test_a_chart_of_hostile_words_adds_no_element_and_no_script(
    nordljus: Pack, build: Callable[..., Document], words: str
) -> None:
    harmless = Rendering.of(charted(build, "El"), nordljus).artifact(ArtifactKind.WEB).body.decode()
    page = Rendering.of(charted(build, words), nordljus).artifact(ArtifactKind.WEB).body.decode()

    for opening in ("<script", "</script", "<!--", "<img", "<svg", "<a "):
        assert page.count(opening) == harmless.count(opening), opening


@pytest.mark.browser
def test_nothing_of_it_runs_in_a_browser(
    nordljus: Pack, build: Callable[..., Document], browser: Camera, tmp_path: Path
) -> None:
    words = " ".join(ENDINGS)[:300]
    (tmp_path / "page.html").write_bytes(Rendering.of(charted(build, words), nordljus).artifact(ArtifactKind.WEB).body)
    said: list[str] = []
    with browser.page(900, 800) as page:
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((tmp_path / "page.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        page.wait_for_selector(".chart[data-drawn]")

        assert page.evaluate("typeof hacked") == "undefined"
        assert "hacked=1" in page.inner_text("body")
    assert said == []
