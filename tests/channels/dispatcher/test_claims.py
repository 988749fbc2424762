"""Several workers on one ledger: each chunk is one worker's, and what a silent one held goes on with another."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import AskableStand, letter

from vaxel_channels.contract import Consignment, Receipt
from vaxel_channels.dispatcher import CommitPoint, Dispatcher
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import claims, tables
from vaxel_ledger.claims import Claimant

TAKEOVER = dt.timedelta(seconds=60)


class Seconds:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Died(BaseException):
    """Ends a worker as a kill would: nothing of it runs any more."""


def die_at(point: CommitPoint) -> Callable[[CommitPoint], None]:
    def passed(reached: CommitPoint) -> None:
        if reached is point:
            raise Died

    return passed


def test_two_workers_share_a_batch_and_no_document_goes_twice(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n:02d}") for n in range(60)))
    workers = [stage.open(executor_id=f"w{n}", chunk=5, sub_batch=2) for n in range(3)]
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(Dispatcher.dispatch, workers))
    assert set(Counter(box.provider.keys()).values()) == {1}
    assert stage.line.delivered == 60
    with stage.ledger.reading() as connection:
        assert connection.execute(select(tables.chunk.c.id)).all() == []
        assert connection.execute(select(tables.document.c.chunk_id).distinct()).scalars().all() == [None]


def test_what_one_worker_claims_another_does_not_get(stage: Stage) -> None:
    stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(4)))
    first, second = Claimant("w1"), Claimant("w2")
    with stage.ledger.writing() as connection:
        taken = claims.take(connection, first, at=stage.clock(), limit=3)
        rest = claims.take(connection, second, at=stage.clock(), limit=3)
        assert claims.take(connection, second, at=stage.clock(), limit=3) is None
    assert taken is not None
    assert rest is not None
    assert (len(taken[1]), len(rest[1])) == (3, 1)


def test_a_restarted_worker_goes_on_with_its_own_chunk_at_once(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(4)))
    first = stage.open(passed=die_at(CommitPoint.FROZEN))
    with pytest.raises(Died):
        first.dispatch()
    first.close()
    again = stage.open()
    again.resume()
    again.dispatch()
    assert (len(box.provider.keys()), stage.line.delivered) == (4, 4)


def test_a_silent_worker_is_taken_over_after_the_time_set_and_never_before(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(4)))
    dead = stage.open(executor_id="dead", passed=die_at(CommitPoint.CLAIMED))
    with pytest.raises(Died):
        dead.dispatch()
    dead.close()
    seconds = Seconds()
    other = stage.open(executor_id="other", monotonic=seconds, takeover_after=TAKEOVER)
    for seconds.now in (0.0, 59.0):
        other.settle()
        assert box.provider.keys() == []
    seconds.now = 60.0
    other.settle()
    assert (len(box.provider.keys()), stage.line.delivered) == (4, 4)


def test_a_clock_an_hour_back_makes_nobody_look_dead(stage: Stage) -> None:
    stage.stand()
    stage.accept()
    seconds = Seconds()
    watch = claims.Watch(seconds, TAKEOVER.total_seconds())
    living = stage.open(executor_id="living")
    living.resume()
    with stage.ledger.reading() as connection:
        assert watch.silent(connection) == set()
    stage.clock.forward(hours=-1)
    living.resume()  # it beats by a clock that went back
    seconds.now = 70.0
    with stage.ledger.reading() as connection:
        assert watch.silent(connection) == set()


def test_a_worker_that_was_taken_over_hands_nothing_more_over(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(4)))
    seconds = Seconds()
    other = stage.open(executor_id="other", monotonic=seconds, takeover_after=TAKEOVER)
    other.resume()

    def overslept(point: CommitPoint) -> None:
        if point is CommitPoint.FROZEN and seconds.now == 0:
            seconds.now = 1.0
            worker.close()  # its heart stops, and the name is free
            other.resume()
            seconds.now = 62.0
            other.resume()
            other.dispatch()

    worker = stage.open(executor_id="slow", passed=overslept)
    worker.dispatch()
    assert set(Counter(box.provider.keys()).values()) == {1}
    assert (len(box.provider.keys()), stage.line.delivered) == (4, 4)


def test_a_hand_over_of_a_dead_worker_is_asked_about_by_whoever_takes_it_over(stage: Stage) -> None:
    box = AskableStand(stage.provider())
    stage.channels["box"] = box
    stage.accept(*(letter(f"A-{n}") for n in range(4)))

    dead = stage.open(executor_id="dead", passed=die_at(CommitPoint.INTENDED))
    with pytest.raises(Died):
        dead.dispatch()
    dead.close()
    seconds = Seconds()
    other = stage.open(executor_id="other", monotonic=seconds, takeover_after=TAKEOVER)
    other.settle()
    seconds.now = 61.0
    other.settle()
    assert (box.provider.keys(), stage.line.unknown) == ([], 4)  # it may still be on its way
    stage.clock.forward(minutes=1)
    other.settle()
    assert set(Counter(box.provider.keys()).values()) == {1}
    assert stage.line.delivered == 4


class BusyStand(AskableStand):
    """A provider that is slow to take in, and denies meanwhile that it has anything; whoever hands over dies."""

    def send(self, consignment: Consignment) -> Receipt:
        if self.sent:
            return super().send(consignment)
        self.sent.append(consignment)
        raise Died


def test_what_a_provider_is_still_taking_in_when_it_is_asked_goes_once(stage: Stage) -> None:
    box = BusyStand(stage.provider())
    stage.channels["box"] = box
    stage.accept()
    first = stage.open()
    with pytest.raises(Died):
        first.dispatch()
    first.close()
    again = stage.open()
    again.settle()  # the provider was asked, and said no
    box.provider.take(box.sent[0])  # only now it is through
    stage.clock.forward(minutes=1)
    again.settle()
    assert (len(box.provider.keys()), len(box.sent)) == (1, 1)
    assert stage.line.delivered == 1


def test_a_second_process_under_a_name_ends_the_first(stage: Stage) -> None:
    stage.stand()
    stage.accept()
    first = stage.open()
    first.resume()
    with stage.ledger.writing() as connection:
        claims.begin_life(connection, Claimant("main"), stage.clock())  # as from another machine
    with pytest.raises(Misconfigured, match="give each a name of its own"):
        first.dispatch()
