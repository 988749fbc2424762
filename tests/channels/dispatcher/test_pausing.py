"""A channel that a person has stopped: what is ready for it waits, keeps its place, and goes on at once."""

import datetime as dt

from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import letter

from vaxel_channels.dispatcher import CommitPoint
from vaxel_ledger.states import Status


def test_nothing_goes_through_a_paused_channel_and_nothing_goes_another_way(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("paper")
    stage.accept(letter("A-1"), letter("A-2"))
    assert stage.ledger.pause("box")
    assert not stage.ledger.pause("box")
    dispatcher = stage.open()
    dispatcher.dispatch()
    dispatcher.settle()
    assert box.provider.keys() == paper.provider.keys() == []
    assert stage.line.waiting == 2
    assert {line.reason for line in stage.report} == {
        "box is paused; it goes on when somebody runs vaxel pause box --resume"
    }


def test_what_waited_goes_on_at_once_and_once(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(5)))
    stage.ledger.pause("box")
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert stage.ledger.go_on("box") == 5
    assert stage.ledger.go_on("box") is None
    dispatcher.dispatch()
    assert len(box.provider.keys()) == 5
    assert stage.line.delivered == 5


def test_a_pause_outlives_the_process_and_holds_what_is_frozen_already(stage: Stage) -> None:
    box = stage.stand()
    stage.accept()
    stopped: list[bool] = []

    def passed(_point: CommitPoint) -> None:
        stopped.append(True)

    first = stage.open(stopping=lambda: len(stopped) > 0, passed=passed)
    first.dispatch()  # stops after the bytes are frozen, before anything is handed over
    first.close()
    assert box.provider.keys() == []
    stage.ledger.pause("box")
    second = stage.open()
    second.dispatch()
    assert box.provider.keys() == []
    stage.ledger.go_on("box")
    second.dispatch()
    assert len(box.provider.keys()) == 1
    assert stage.only.status is Status.DELIVERED


def test_other_channels_are_not_held_up(stage: Stage) -> None:
    box = stage.stand()
    stage.accept()
    stage.ledger.pause("another")
    stage.open().dispatch()
    assert len(box.provider.keys()) == 1


def test_who_is_asked_to_stop_leaves_everything_committed_and_the_next_one_goes_on(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(50)))
    dispatcher = stage.open(chunk=20, sub_batch=4, stopping=lambda: len(box.provider.keys()) >= 8)
    dispatcher.dispatch()
    handed_over = len(box.provider.keys())
    assert 8 <= handed_over < 20  # a sub-batch is ended, the chunk is not
    assert stage.line.delivered == handed_over
    dispatcher.close()
    stage.open().dispatch()
    assert len(box.provider.keys()) == len(set(box.provider.keys())) == 50


def test_a_batch_says_what_went_which_way_and_what_the_rest_waits_for(stage: Stage) -> None:
    stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(3)))
    assert [(one.reason, one.documents) for one in stage.ledger.waits(stage.batch_id)] == [
        ("accepted, and not yet looked at", 3)
    ]
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert [(one.channel, one.status, one.documents) for one in stage.ledger.went(stage.batch_id)] == [
        ("box", Status.DELIVERED, 3)
    ]
    assert stage.ledger.waits(stage.batch_id) == []


def test_what_was_handed_over_waits_for_the_providers_word(stage: Stage) -> None:
    box = stage.stand()
    box.status = Status.HANDED_OVER
    stage.accept(letter("A-1"), letter("A-2"))
    stage.open(confirmation={"box": dt.timedelta(days=5)}).dispatch()
    (waits,) = stage.ledger.waits(stage.batch_id)
    assert (waits.reason, waits.documents) == ("handed over to box; without news its time ends by itself", 2)
    assert waits.next_due == stage.clock() + dt.timedelta(days=5)


def test_a_pause_wakes_nobody_else(stage: Stage) -> None:
    stage.stand()
    stage.accept()
    stage.ledger.pause("box")
    dispatcher = stage.open()
    dispatcher.dispatch()
    due = dispatcher.next_due()
    assert due is not None
    assert due - stage.clock() > dt.timedelta(minutes=30)
    stage.ledger.go_on("other")
    assert dispatcher.next_due() == due
