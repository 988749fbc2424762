"""Planted changes are found and named; with the detector off none is. `make campaign-guard` plants 60 and repeats."""

import os
from pathlib import Path

import pytest
from tests.campaigns.guard import PER_CLASS, ask, plant
from tests.campaigns.plants import PLANTERS

from vaxel_regression.browser import Camera

pytestmark = [pytest.mark.browser, pytest.mark.long]


def test_planted_changes_are_found_and_named_and_none_with_the_detector_off(
    tmp_path: Path, vaxel_browser: Camera
) -> None:
    full = os.environ.get("VAXEL_CAMPAIGN") == "full"
    (tmp_path / "templates").mkdir()
    classes = list(PLANTERS)[:: 1 if full else 3]
    planted = list(plant(tmp_path, 1, PER_CLASS if full else 1, vaxel_browser.browser, classes))
    assert len(planted) == len(classes) * (PER_CLASS if full else 1)
    found = ask(tmp_path, planted, blind=False)
    missed = [
        (one.kind, one.case, one.said, found.get(one.name))
        for one in planted
        if one.expected not in found.get(one.name, set())
    ]
    assert missed == []
    assert ask(tmp_path, planted, blind=True) == {}
