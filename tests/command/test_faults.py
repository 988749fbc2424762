"""The fault campaign, by hand as yet: `VAXEL_CAMPAIGN=full`, or `make campaign-faults` for the larger one."""

import os

import pytest

from vaxel.faults import Asked, run


@pytest.mark.skipif(os.environ.get("VAXEL_CAMPAIGN") != "full", reason="half a minute; make campaign-faults runs more")
def test_kills_and_faults_lose_and_double_nothing() -> None:
    found = run(Asked(documents=100, kills=2), lambda _sentence: None)
    assert (found.lost, found.duplicates, found.resent_blind, found.ledger_breaks) == (0, 0, 0, 0)
    assert (found.kills >= 2, found.at_commit_points) == (True, 15)
