"""Processes beside the one that compiles: the same pages, and one sentence where one of them is ended."""

import os
import signal

import pytest
from tests.engine.compiled.conftest import an_invoice

from vaxel_engine.compiled.crew import Crew, by_reference, crew
from vaxel_engine.compiled.searching import paper_of
from vaxel_engine.errors import Unrenderable
from vaxel_engine.packs import Pack


def be_killed(pack: Pack) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_other_processes_set_the_same_pages_and_one_that_is_killed_is_told_of(nordljus: Pack) -> None:
    paper = paper_of(an_invoice(1, lines=1), nordljus)
    with pytest.raises(Unrenderable, match="compile again"), crew(nordljus, 2) as hands:
        assert hands.set(paper)() == by_reference(nordljus, paper)
        hands.promise(be_killed)()


def test_without_a_crew_a_paper_is_set_when_it_is_asked_for(nordljus: Pack) -> None:
    paper = paper_of(an_invoice(1, lines=1), nordljus)
    assert Crew(nordljus).set(paper)() == by_reference(nordljus, paper)
