"""Processes beside the one that compiles: the same pages, and one sentence where one of them is ended."""

import os
import signal

import pytest
from tests.engine.compiled.conftest import an_invoice

from vaxel_engine.compiled.crew import Crew, by_reference, crew
from vaxel_engine.compiled.searching import Paper, paper_of
from vaxel_engine.errors import Unrenderable
from vaxel_engine.packs import Pack


def be_killed(pack: Pack) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def with_one_killed(pack: Pack, paper: Paper, told: list[bytes]) -> None:
    with crew(pack, 2) as hands:
        told.append(hands.set(paper)())
        hands.promise(be_killed)()


def test_other_processes_set_the_same_pages_and_one_that_is_killed_is_told_of(nordljus: Pack) -> None:
    paper = paper_of(an_invoice(1, lines=1), nordljus)
    told: list[bytes] = []
    with pytest.raises(Unrenderable, match="compile again"):
        with_one_killed(nordljus, paper, told)
    assert told == [by_reference(nordljus, paper)]


def test_without_a_crew_a_paper_is_set_when_it_is_asked_for(nordljus: Pack) -> None:
    paper = paper_of(an_invoice(1, lines=1), nordljus)
    assert Crew(nordljus).set(paper)() == by_reference(nordljus, paper)
