"""A reference is only what was reviewed: nothing new and nothing unknown passes."""

from pathlib import Path

import pytest
from PIL import Image

from vaxel_regression import References, Verdict, compare
from vaxel_regression.pages import png
from vaxel_regression.references import compact


@pytest.fixture
def references(tmp_path: Path) -> References:
    return References(tmp_path / "references", tmp_path / "evidence")


def shaded(shade: int) -> bytes:
    return png(Image.new("RGB", (60, 40), (shade, shade, shade)))


def test_a_picture_without_a_reference_does_not_pass(references: References) -> None:
    references.keep("other", shaded(10), family="pango-1.50")
    judgement = references.judge("page", shaded(10), family="pango-1.50")
    assert judgement.verdict is Verdict.NEW
    assert "review" in judgement.sentence
    assert "make references" in judgement.sentence


def test_without_any_reference_nothing_passes(references: References) -> None:
    assert references.judge("page", shaded(10), family="pango-1.50").verdict is Verdict.NEW


def test_an_approved_picture_passes(references: References) -> None:
    references.keep("page", shaded(10), family="pango-1.50")
    assert references.judge("page", shaded(10), family="pango-1.50").verdict is Verdict.SAME


def test_a_changed_picture_comes_with_evidence_to_look_at(references: References) -> None:
    references.keep("page", shaded(10), family="pango-1.50")
    judgement = references.judge("page", shaded(11), family="pango-1.50")
    assert judgement.verdict is Verdict.CHANGED
    assert judgement.evidence is not None
    assert judgement.evidence.read_bytes().startswith(b"\x89PNG")


def test_another_engine_version_is_a_family_of_its_own_and_never_passes(references: References) -> None:
    references.keep("page", shaded(10), family="chromium-156")
    judgement = references.judge("page", shaded(10), family="chromium-157")
    assert judgement.verdict is Verdict.UNKNOWN_FAMILY
    assert "chromium-157" in judgement.sentence
    assert "chromium-156" in judgement.sentence


def test_an_unchanged_reference_is_not_written_again(references: References) -> None:
    kept = references.keep("page", shaded(10), family="pango-1.50")
    before = kept.stat().st_mtime_ns
    references.keep("page", shaded(10), family="pango-1.50")
    assert kept.stat().st_mtime_ns == before


def test_a_palette_loses_no_pixel() -> None:
    few = Image.linear_gradient("L").convert("RGB")
    many = Image.merge("RGB", (Image.linear_gradient("L"), Image.radial_gradient("L"), Image.linear_gradient("L")))
    for picture in (png(few), png(many)):
        assert compare(picture, compact(picture)) is None
