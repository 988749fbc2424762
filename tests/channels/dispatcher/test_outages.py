"""What stops for a while: a full disk, a clock set back, a provider that is down. Nothing acknowledged is lost."""

import datetime as dt
import resource
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import AskableStand, Stand, letter

from vaxel_channels.contract import Consignment, Reach, Receipt, Repeat
from vaxel_channels.dispatcher import CommitPoint
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Unreachable, VaxelError
from vaxel_ledger.states import BatchState

DOWN_FOR = dt.timedelta(minutes=20)


@contextmanager
def full_disk(bytes_left: int = 0) -> Generator[Callable[[], None]]:
    """No file of this process grows beyond so many bytes, until the function given is called."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def make_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, before[1]))
    try:
        yield make_room
    finally:
        make_room()


def test_a_full_disk_at_intake_takes_nothing_in_and_the_same_file_goes_on_later(stage: Stage) -> None:
    stage.stand()
    documents = [letter(f"A-{n}") for n in range(5)]
    with full_disk(), pytest.raises(Misconfigured, match=r"make room|has room"):
        stage.accept(*documents)
    assert BatchState.RECEIVED not in {one.state for one in stage.ledger.batches()}
    stage.accept(*documents)
    stage.open().dispatch()
    assert (stage.line.in_, stage.line.delivered) == (5, 5)


def test_what_was_handed_over_before_the_disk_was_full_is_written_when_there_is_room(stage: Stage) -> None:
    """On SQLite the ledger itself is full, on PostgreSQL the folder of what providers answered."""
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(8)))
    opened = list[threading.Timer]()

    with full_disk(resource.RLIM_INFINITY) as make_room:

        def fills_up(point: CommitPoint) -> None:
            if point is CommitPoint.HANDED_OVER and len(box.sent) == 4:  # the end of the first sub-batch
                resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
                opened.append(threading.Timer(0.3, make_room))
                opened[0].start()

        stage.open(passed=fills_up).dispatch()
        opened[0].join()
    assert (stage.line.delivered, set(Counter(box.provider.keys()).values())) == (8, {1})


def test_outcomes_outlive_a_disk_that_stays_full_for_evidence(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    box = stage.stand()
    stage.accept()
    store, keep = stage.ledger.vault.store, type(stage.ledger.vault.store).put

    def full(self: object, items: list[bytes]) -> object:
        if box.sent and items:
            raise Misconfigured(f"the store {store.folder} could not be written (No space left on device)")
        return keep(store, items)

    monkeypatch.setattr(type(store), "put", full)
    dispatcher = stage.open(database_patience=dt.timedelta(0))
    dispatcher.dispatch()
    assert (stage.line.delivered, len(box.sent)) == (1, 1)


def test_a_clock_set_back_an_hour_loses_and_doubles_nothing(stage: Stage) -> None:
    box = AskableStand(stage.provider(), before=[OutcomeUnknown("silent"), Unreachable("down")])
    stage.channels["box"] = box
    stage.accept(*(letter(f"A-{n:02d}") for n in range(12)))

    def set_back(point: CommitPoint) -> None:
        if point is CommitPoint.HANDED_OVER and len(box.sent) == 4:
            stage.clock.forward(hours=-1)

    dispatcher = stage.open(passed=set_back)
    dispatcher.settle()
    assert stage.line.delivered == 10  # the two that wait by the clock wait until it comes there again
    stage.clock.forward(hours=1, minutes=2)
    dispatcher.settle()
    assert (stage.line.delivered, set(Counter(box.provider.keys()).values())) == (12, {1})


class Down(AskableStand):
    """A provider that is away until a moment: nothing it is given arrives, and nobody answers there."""

    def __init__(self, stage: Stage, wrong: type[VaxelError], repeat: Repeat) -> None:
        super().__init__(stage.provider(), repeat=repeat)
        self.up_at, self.clock, self.wrong = stage.clock() + DOWN_FOR, stage.clock, wrong
        self.silent_register = False
        self.reach = lambda _recipient: Reach.HIT if self.is_up or not self.silent_register else Reach.UNKNOWN

    @property
    def is_up(self) -> bool:
        return self.clock() >= self.up_at

    def send(self, consignment: Consignment) -> Receipt:
        if not self.is_up:
            raise self.wrong("no answer")
        return super().send(consignment)

    def ask(self, consignment: Consignment) -> Receipt | None:
        if not self.is_up:
            raise Unreachable("no answer")
        return super().ask(consignment)


@pytest.mark.parametrize("silent_register", [False, True], ids=["hand-over", "register"])
@pytest.mark.parametrize("wrong", [Unreachable, OutcomeUnknown])
def test_a_provider_that_is_down_for_twenty_minutes_costs_no_letter(
    stage: Stage, wrong: type[VaxelError], silent_register: bool
) -> None:
    box = Down(stage, wrong, Repeat.CAN_BE_ASKED)
    box.silent_register = silent_register
    stage.channels["box"] = box
    paper: Stand = stage.stand("paper")
    stage.accept(*(letter(f"A-{n:02d}") for n in range(30)))
    dispatcher = stage.open()
    dispatcher.settle()
    assert stage.line.delivered == 0
    rounds = 0
    while (due := dispatcher.next_due()) is not None:
        stage.clock.now = max(due, stage.clock())
        dispatcher.settle()
        rounds += 1
    assert (stage.line.delivered, len(box.provider.keys()), paper.sent) == (30, 30, [])
    assert stage.clock() - (box.up_at - DOWN_FOR) < dt.timedelta(hours=2)
    assert rounds < 100
