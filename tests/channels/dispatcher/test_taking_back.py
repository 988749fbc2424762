"""A document is cancelled after its hand-over only where the provider gives it back, and then goes no other way."""

from dataclasses import dataclass, field

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import Stand

from vaxel_channels.contract import Consignment
from vaxel_engine.errors import Unreachable
from vaxel_ledger import LedgerLine
from vaxel_ledger.holding import Target
from vaxel_ledger.states import Status


@dataclass
class GivingStand(Stand):
    """A channel whose provider gives back, by script."""

    status: Status = Status.HANDED_OVER
    answers: list[bool | Exception] = field(default_factory=list[bool | Exception])

    def cancel(self, consignment: Consignment) -> bool:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def handed_over(stage: Stage, *answers: bool | Exception) -> str:
    """A document in the hands of a provider that answers so, with another channel after it."""
    stage.channels["box"] = GivingStand(stage.provider(), answers=list(answers))
    stage.stand("paper")
    stage.accept()
    return stage.ledger.documents("A-1")[0]


def test_what_the_provider_gives_back_is_cancelled_and_goes_no_other_way(stage: Stage) -> None:
    document = handed_over(stage, True)
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert dispatcher.cancel(document)
    stage.clock.forward(days=30)
    dispatcher.settle()
    assert stage.line == LedgerLine(1, 0, 0, 0, 0, 1, 0)
    assert stage.only.reason == "taken back after it was handed over"
    assert not dispatcher.cancel(document)


@pytest.mark.parametrize("answer", [False, Unreachable("no connection")], ids=["too late", "silence"])
def test_what_the_provider_keeps_is_not_cancelled(stage: Stage, answer: bool | Exception) -> None:
    document = handed_over(stage, answer)
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert not dispatcher.cancel(document)
    assert (stage.line.waiting, stage.line.cancelled) == (1, 0)


def test_a_channel_that_gives_nothing_back_is_not_asked(stage: Stage) -> None:
    stage.stand().status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert not dispatcher.cancel(stage.ledger.documents("A-1")[0])


def test_a_worker_asks_for_what_was_called_off_after_it_was_handed_over(stage: Stage) -> None:
    document = handed_over(stage, Unreachable("no connection"), True)
    dispatcher = stage.open()
    dispatcher.dispatch()
    done = stage.ledger.call_off(Target.document(document))
    assert (done.moved, done.asked_back, done.left[0].reference) == (0, 1, "A-1")
    dispatcher.settle()  # the provider does not say
    assert stage.line.waiting == 1
    stage.clock.forward(minutes=2)
    dispatcher.settle()
    assert stage.line == LedgerLine(1, 0, 0, 0, 0, 1, 0)
    dispatcher.settle()  # and nobody asks again


def test_what_the_provider_keeps_is_told_as_an_event(stage: Stage) -> None:
    document = handed_over(stage, False)
    dispatcher = stage.open()
    dispatcher.dispatch()
    stage.ledger.call_off(Target.batch(stage.ledger.batches()[0].batch_id))
    dispatcher.settle()
    assert stage.line.waiting == 1
    assert "not given back" in [one.kind for one in stage.ledger.why(document).happened]
