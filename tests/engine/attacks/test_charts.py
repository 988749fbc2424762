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
    """An invoice whose charts are called by these words wherever data can name them."""
    document = build(usage=True, balance=True)
    (series,) = document.usage
    assert document.balance is not None
    named = series.model_copy(update={"label": words, "place": words})
    events = tuple(event.model_copy(update={"text": words}) for event in document.balance.events)
    moved = document.balance.model_copy(update={"events": events})
    return document.model_copy(update={"usage": (named,), "balance": moved})


@pytest.mark.parametrize("words", ENDINGS)
def test_a_chart_of_hostile_words_adds_no_element_and_no_script(
    nordljus: Pack, build: Callable[..., Document], words: str
) -> None:
    harmless = Rendering.of(charted(build, "El"), nordljus).artifact(ArtifactKind.WEB).body.decode()
    page = Rendering.of(charted(build, words), nordljus).artifact(ArtifactKind.WEB).body.decode()

    assert page.partition('id="figures"')[2].partition("</script>")[0].count("hacked") > 2  # it is in the data, too
    for opening in ("<script", "</script", "<!--", "<img", "<svg", "<a "):
        assert page.count(opening) == harmless.count(opening), opening


@pytest.mark.browser
def test_nothing_of_it_runs_in_a_browser(
    nordljus: Pack, build: Callable[..., Document], browser: Camera, tmp_path: Path
) -> None:
    words = " ".join(ENDINGS)
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
