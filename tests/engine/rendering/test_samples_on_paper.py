"""Every sample becomes letters that a print house would take."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.mailing import shipped
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering

SAMPLES = Path(__file__).parents[3] / "samples"
EDGE, INSERTER_ZONE = 5, 15
WINDOW = shipped()["c5-safe"].window
FILES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".json", ".jsonl", ".xml"))


@pytest.mark.parametrize("file", FILES)
def test_every_sample_is_fit_to_print(file: str, nordljus: Pack, read_pages: Callable[[bytes], list[Any]]) -> None:
    for document in read(SAMPLES / file):
        rendering = Rendering.of(document, nordljus)
        pages = read_pages(rendering.artifact(ArtifactKind.PRINT_PDF).body)
        pay, about = rendering.facts.to_pay, document.reference
        for page in pages:
            assert min(glyph.left for glyph in page.glyphs) >= INSERTER_ZONE, about
            assert max(glyph.right for glyph in page.glyphs) <= 210 - EDGE, about
            assert max(glyph.bottom for glyph in page.glyphs) <= 297 - EDGE, about
            assert min(glyph.size for glyph in page.glyphs) >= 7, about
        assert WINDOW is not None
        window = pages[0].text_within(WINDOW.x, WINDOW.y, WINDOW.right, WINDOW.bottom)
        assert window.endswith(rendering.facts.recipient.address[-1].replace(" ", "")), about
        if pay is not None and pay.amount is not None:
            assert "".join(pay.amount.split()) in pages[0].text_within(105, 40, 200, 99), about
