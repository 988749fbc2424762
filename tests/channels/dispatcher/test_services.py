"""What a channel takes and when: rates over all workers, hours, draining, and who goes first."""

import datetime as dt
from collections.abc import Mapping

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import letter

from vaxel_channels.dispatcher import CommitPoint, Dispatcher, Service
from vaxel_channels.hours import read_hours
from vaxel_engine.errors import Unreachable
from vaxel_ledger.rates import Turns, take_turns

SLOW: Mapping[str, Service] = {"box": Service(per_second=2)}


def night() -> Mapping[str, Service]:
    return {"box": Service(read_hours("Europe/Stockholm", (), ("21:00-08:00",), where="vaxel.toml"))}


@pytest.fixture
def simulated(stage: Stage) -> Stage:
    """A stage whose database has no clock of its own: turns come back by the stage's clock."""
    if stage.ledger.engine.dialect.name == "postgresql":
        pytest.skip("turns come back by the database's clock")
    return stage


def test_workers_together_keep_to_a_providers_rate(simulated: Stage) -> None:
    box = simulated.stand()
    simulated.accept(*(letter(f"A-{n:02d}") for n in range(20)))
    workers = [simulated.open(executor_id=f"w{n}", chunk=6, services=SLOW) for n in range(3)]
    taken: list[int] = []
    for _ in range(12):
        for worker in workers:
            worker.settle()
        taken.append(len(box.sent))
        simulated.clock.forward(seconds=1)
    assert taken[:10] == [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]
    assert simulated.line.delivered == 20


def test_what_waits_for_its_turn_says_so_and_when(simulated: Stage) -> None:
    simulated.stand()
    simulated.accept(*(letter(f"A-{n}") for n in range(5)))
    dispatcher = simulated.open(services=SLOW)
    dispatcher.dispatch()
    (waits,) = simulated.ledger.waits(simulated.batch_id)
    assert (waits.documents, waits.next_due) == (3, simulated.clock() + dt.timedelta(seconds=0.5))
    assert waits.reason == "box has as many as it takes in a second; it goes by itself when its turn comes"


def test_a_channel_without_a_rate_is_not_held_up_by_one_that_has(simulated: Stage) -> None:
    box, paper = simulated.stand(), simulated.stand("paper")
    box.refuses = lambda document: "no" if document.reference > "A-4" else None
    simulated.accept(*(letter(f"A-{n}") for n in range(9)))
    simulated.open(services=SLOW).dispatch()
    assert (len(box.sent), len(paper.sent)) == (2, 4)


def test_turns_come_back_evenly_and_no_more_than_a_second_of_them(simulated: Stage) -> None:
    def take(waited: list[bool], seconds: float) -> Turns:
        simulated.clock.forward(seconds=seconds)
        with simulated.ledger.writing() as connection:
            return take_turns(connection, "box", waited, 4, simulated.clock())

    def after(turns: Turns) -> list[float]:
        return [(one - simulated.clock()).total_seconds() for one in turns.later]

    assert take([False] * 5, 0).now == 4
    assert take([False] * 5, 3600).now == 4
    assert after(take([False] * 2, 0)) == [0.5, 0.75]  # behind the one that waits from before
    assert after(take([True] * 2, 0)) == [0.25, 0.5]  # these have waited
    assert take([True], -3600).now == 0  # a clock that was set back gives nothing
    assert take([True] * 9, 0.5).now == 2


def test_a_rate_holds_on_the_databases_clock(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(4)))
    for name in ("w1", "w2"):
        stage.open(executor_id=name, services={"box": Service(per_second=0.001)}).dispatch()
    assert len(box.sent) == 1


def test_nothing_goes_in_quiet_hours_and_nothing_goes_another_way(stage: Stage) -> None:
    box, paper = stage.stand(), stage.stand("paper")
    stage.accept(letter("A-1"))
    stage.clock.now = dt.datetime(2026, 11, 20, 20, 0, tzinfo=dt.UTC)
    dispatcher = stage.open(services=night())
    dispatcher.dispatch()
    assert (box.sent, paper.sent, box.looked_up) == ([], [], [1])
    assert stage.only.reason == "box is outside its hours; it goes on 2026-11-21 08:00 (Europe/Stockholm)"
    assert dispatcher.next_due() == dt.datetime(2026, 11, 21, 7, 0, tzinfo=dt.UTC)
    stage.clock.now = dt.datetime(2026, 11, 21, 7, 0, tzinfo=dt.UTC)
    dispatcher.dispatch()
    assert len(box.sent) == 1


def test_hours_that_end_in_the_middle_of_a_chunk_hold_the_rest(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(10)))
    stage.clock.now = dt.datetime(2026, 11, 20, 19, 59, tzinfo=dt.UTC)

    def passed(point: CommitPoint) -> None:
        if point is CommitPoint.CONCLUDED:
            stage.clock.forward(minutes=1)

    dispatcher = stage.open(services=night(), passed=passed)
    dispatcher.dispatch()
    assert (len(box.sent), stage.line.waiting) == (4, 6)
    stage.clock.forward(hours=11)
    dispatcher.dispatch()
    assert (len(box.sent), stage.line.delivered) == (10, 10)


def test_a_drained_channel_gets_what_is_ready_for_it_and_nothing_new(stage: Stage) -> None:
    box = stage.stand()
    box.before = [Unreachable("no connection")]
    stage.accept(letter("A-1"))
    dispatcher = stage.open()
    dispatcher.dispatch()
    first = stage.batch_id
    stage.batch_id = stage.ledger.accept("b" * 64, "november.json", "main", [letter("B-1")]).batch_id
    assert stage.ledger.drain("box")
    assert (set(stage.ledger.draining()), set(stage.ledger.paused())) == ({"box"}, set())
    stage.clock.forward(minutes=1)
    dispatcher.dispatch()
    assert stage.ledger.counts(first).delivered == 1
    assert stage.only.reason.startswith("box is drained and gets nothing new")
    assert stage.ledger.go_on("box") == 1
    dispatcher.dispatch()
    assert (stage.line.delivered, len(box.provider.keys())) == (1, 2)


def test_a_drained_channel_can_be_paused_and_a_paused_one_drained(stage: Stage) -> None:
    assert stage.ledger.drain("box")
    assert stage.ledger.pause("box")
    assert (set(stage.ledger.draining()), set(stage.ledger.paused())) == (set(), {"box"})
    assert stage.ledger.drain("box")
    assert not stage.ledger.drain("box")
    assert (set(stage.ledger.draining()), set(stage.ledger.paused())) == ({"box"}, set())


def test_an_urgent_batch_goes_before_what_came_earlier(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(6)))
    stage.ledger.accept("b" * 64, "urgent.json", "main", [letter("B-1")], priority=-10)
    stage.ledger.accept("c" * 64, "bulk.json", "main", [letter("C-1")], priority=10)
    dispatcher: Dispatcher = stage.open(chunk=2)
    dispatcher.dispatch()
    went = [one.payload.decode().split()[1] for one in box.sent]
    assert (went[0], went[-1], len(went)) == ("B-1", "C-1", 8)
