"""A channel that was given up and delivers after all: no letter where it can be helped, else the letter is a copy."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import Stand, letter

from vaxel_channels.contract import Consignment, Report
from vaxel_channels.dispatcher import CommitPoint, Dispatcher
from vaxel_engine.errors import OutcomeUnknown, Unreachable
from vaxel_ledger import LedgerLine
from vaxel_ledger.holding import Target
from vaxel_ledger.states import Status

ONE_DELIVERED = LedgerLine(1, 1, 0, 0, 0, 0, 0)


@dataclass
class House(Stand):
    """A print house that gives back, by script."""

    name: str = "paper"
    status: Status = Status.HANDED_OVER
    answers: list[bool | Exception] = field(default_factory=list[bool | Exception])

    def cancel(self, consignment: Consignment) -> bool:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def news(stage: Stage, key: str, status: Status, name: str = "") -> None:
    stage.ledger.receive([Report("box", name or status.value, status, key=key, reason="it came back")])


@pytest.fixture
def box(stage: Stage) -> Stand:
    """The digital channel; its hand-over of the only document waits for news."""
    stand = stage.stand("box")
    stand.status = Status.HANDED_OVER
    return stand


def given_up(stage: Stage, box: Stand, *answers: bool | Exception) -> tuple[House, Dispatcher]:
    """The box has failed, and the print house has the letter."""
    house = House(stage.provider("paper"), answers=list(answers))
    stage.channels["paper"] = house
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    news(stage, box.sent[0].key, Status.FAILED)
    dispatcher.settle()
    assert (stage.only.channel, stage.only.status) == ("paper", Status.HANDED_OVER)
    return house, dispatcher


def test_the_letter_is_taken_back_while_the_print_house_gives_it_back(stage: Stage, box: Stand) -> None:
    _, dispatcher = given_up(stage, box, True)
    news(stage, box.sent[0].key, Status.DELIVERED)
    dispatcher.settle()
    assert stage.line == ONE_DELIVERED
    assert (stage.only.channel, stage.only.status) == ("box", Status.DELIVERED)
    assert stage.only.reason == "box delivered it after it had been given up"
    assert [(one.channel, one.documents) for one in stage.ledger.went(stage.batch_id)] == [("box", 1)]
    assert dispatcher.next_due() is None


def test_a_letter_that_is_gone_is_marked_as_a_copy(stage: Stage, box: Stand) -> None:
    house, dispatcher = given_up(stage, box, False)
    news(stage, box.sent[0].key, Status.DELIVERED)
    dispatcher.settle()
    assert stage.line == ONE_DELIVERED
    assert stage.only.reason.endswith("what went out after it is a copy")
    stage.ledger.receive([Report("paper", "p-1", Status.DELIVERED, key=house.sent[0].key)])
    dispatcher.settle()
    assert stage.line == ONE_DELIVERED
    assert dispatcher.next_due() is None


def test_a_silent_print_house_is_asked_again(stage: Stage, box: Stand) -> None:
    _, dispatcher = given_up(stage, box, Unreachable("no connection"), True)
    news(stage, box.sent[0].key, Status.DELIVERED)
    dispatcher.settle()
    assert dispatcher.next_due() == stage.clock() + dt.timedelta(minutes=1)
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert stage.only.reason == "box delivered it after it had been given up"
    assert dispatcher.next_due() is None


def test_a_letter_that_waits_here_is_never_sent(stage: Stage, box: Stand) -> None:
    paper = stage.stand("paper")
    paper.before = [Unreachable("no connection")]
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    news(stage, box.sent[0].key, Status.FAILED)
    dispatcher.settle()
    news(stage, box.sent[0].key, Status.DELIVERED)
    stage.clock.forward(days=1)
    dispatcher.settle()
    assert paper.provider.keys() == []
    assert (stage.line, stage.only.channel) == (ONE_DELIVERED, "box")


def test_what_had_failed_everywhere_is_delivered_after_all(stage: Stage, box: Stand) -> None:
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    news(stage, box.sent[0].key, Status.FAILED)
    dispatcher.settle()
    assert stage.line.failed == 1
    news(stage, box.sent[0].key, Status.READ)
    dispatcher.settle()
    assert (stage.line, stage.only.status) == (ONE_DELIVERED, Status.READ)


def test_a_letter_that_was_confirmed_before_is_told_to_have_come_twice(stage: Stage, box: Stand) -> None:
    house, dispatcher = given_up(stage, box)
    stage.ledger.receive([Report("paper", "p-1", Status.DELIVERED, key=house.sent[0].key)])
    dispatcher.settle()
    news(stage, box.sent[0].key, Status.DELIVERED)
    dispatcher.settle()
    assert stage.line == ONE_DELIVERED
    assert stage.only.reason == "box delivered it as well, late: it came twice"
    assert "copy" in {one.kind for one in stage.ledger.why(stage.ledger.documents("A-1")[0]).happened}


@pytest.mark.parametrize("wrong", [None, OutcomeUnknown("silent"), Unreachable("no connection")])
def test_good_news_while_the_letter_is_handed_over_is_found_when_it_is_concluded(
    stage: Stage, box: Stand, wrong: Exception | None
) -> None:
    house = House(stage.provider("paper"), before=[wrong], answers=[True])
    stage.channels["paper"] = house
    stage.accept(letter("A-1"))
    workers: list[Dispatcher] = []

    def overtaken(point: CommitPoint) -> None:
        if point is CommitPoint.HANDED_OVER and house.sent:
            news(stage, box.sent[0].key, Status.DELIVERED)
            workers[0].apply_receipts()

    workers.append(stage.open(passed=overtaken))
    workers[0].dispatch()
    news(stage, box.sent[0].key, Status.FAILED)
    workers[0].settle()
    workers[0].settle()
    assert (stage.line, len(house.sent)) == (ONE_DELIVERED, 1)
    assert workers[0].next_due() is None


def test_reports_late_twice_and_out_of_order_end_in_the_strongest_and_one_letter(stage: Stage, box: Stand) -> None:
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    key = box.sent[0].key
    for status in (Status.READ, Status.HANDED_OVER, Status.DELIVERED, Status.ACCEPTED, Status.READ):
        news(stage, key, status)
        news(stage, key, status)
        dispatcher.settle()
    assert (stage.line, stage.only.status, len(box.sent)) == (ONE_DELIVERED, Status.READ, 1)


def test_a_held_document_is_delivered_by_late_news_and_goes_no_other_way(stage: Stage, box: Stand) -> None:
    paper = stage.stand("paper")
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    news(stage, box.sent[0].key, Status.FAILED)
    dispatcher.apply_receipts()
    (document,) = stage.ledger.documents("A-1")
    assert stage.ledger.hold(Target.document(document), "held by a person").moved == 1
    dispatcher.settle()
    assert stage.line.waiting == 1
    news(stage, box.sent[0].key, Status.DELIVERED)
    dispatcher.settle()
    assert stage.ledger.release(Target.document(document)).moved == 0
    dispatcher.settle()
    assert (stage.line, paper.sent) == (ONE_DELIVERED, [])
