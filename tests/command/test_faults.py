"""The fault campaign at everyday size; `make campaign-faults` runs more, and `VAXEL_CAMPAIGN=full` breaks rules too."""

import os

import pytest

from vaxel.faults import Asked, Found, Sabotage, run

pytestmark = pytest.mark.long


def campaign(documents: int, kills: int, **asked: object) -> Found:
    return run(Asked(documents, kills, **asked), lambda _sentence: None)  # type: ignore[arg-type]  # the fields' names


def test_kills_and_faults_lose_and_double_nothing() -> None:
    found = campaign(documents=160, kills=8, at_each_point=1)
    assert (found.lost, found.duplicates, found.resent_blind, found.ledger_breaks) == (0, 0, 0, 0)
    assert (found.kills, found.at_commit_points) == (8, 5)


@pytest.mark.skipif(os.environ.get("VAXEL_CAMPAIGN") != "full", reason="half a minute each; make campaign-faults")
@pytest.mark.parametrize("sabotage", list(Sabotage))
def test_a_rule_that_is_broken_on_purpose_is_found_out(sabotage: Sabotage) -> None:
    found = campaign(documents=300, kills=20, sabotage=sabotage)
    assert found.duplicates + found.resent_blind > 0
