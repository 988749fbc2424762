"""What comes after the hand-over: reports, windows, doubts; late, twice, in any order."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import func, select
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import AskableStand, KeepingStand, ReportingStand, letter

from vaxel_channels.contract import Consignment, Report
from vaxel_channels.dispatcher import CommitPoint, Dispatcher
from vaxel_channels.hours import Service
from vaxel_engine.errors import OutcomeUnknown, Refused, Unreachable
from vaxel_ledger import tables
from vaxel_ledger.states import BatchState, Status

WINDOW = {"box": dt.timedelta(hours=72)}


def bounced(key: str, receipt_id: str = "b-1") -> Report:
    return Report("box", receipt_id, Status.FAILED, key=key, reason="the mailbox is full", raw=b"DSN")


def test_a_hand_over_without_bad_news_is_delivered_when_the_window_ends(stage: Stage) -> None:
    stage.stand().status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open(confirmation=WINDOW)
    dispatcher.dispatch()
    assert stage.only.status is Status.HANDED_OVER
    stage.clock.forward(hours=71, minutes=59)
    dispatcher.settle()
    assert stage.line.waiting == 1
    assert dispatcher.next_due() == stage.clock() + dt.timedelta(minutes=1)
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert stage.line.delivered == 1
    assert stage.ledger.batches()[0].state is BatchState.DONE


def test_without_a_window_only_news_can_tell(stage: Stage) -> None:
    stage.stand().status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    stage.clock.forward(days=365)
    dispatcher.settle()
    assert stage.line.waiting == 1
    assert dispatcher.next_due() is None


def test_a_bounce_within_the_window_becomes_paper(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open(confirmation=WINDOW)
    dispatcher.dispatch()
    stage.ledger.receive([bounced(box.sent[0].key)])
    dispatcher.settle()
    assert (stage.only.channel, stage.only.status) == ("letter", Status.DELIVERED)
    assert stage.only.reason == "Letter reaches the recipient; the mailbox is full"
    assert len(paper.sent) == 1


def test_what_nothing_confirms_in_time_becomes_paper_once(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open(services={"box": Service(confirm_within=dt.timedelta(hours=48))})
    dispatcher.dispatch()
    stage.clock.forward(hours=47, minutes=59)
    dispatcher.settle()
    assert (stage.line.waiting, len(paper.sent)) == (1, 0)
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    dispatcher.settle()
    assert (stage.only.channel, stage.only.status) == ("letter", Status.DELIVERED)
    assert stage.only.reason == "Letter reaches the recipient; nothing confirmed it within 48 h"
    assert (len(box.sent), len(paper.sent)) == (1, 1)


def test_a_time_that_is_taken_out_of_the_settings_makes_no_silence_a_delivery(stage: Stage) -> None:
    box = stage.stand("box")
    box.status = Status.HANDED_OVER
    stage.accept()
    before = stage.open(services={"box": Service(confirm_within=dt.timedelta(hours=48))})
    before.dispatch()
    before.close()
    dispatcher = stage.open()
    stage.clock.forward(hours=49)
    dispatcher.settle()
    assert (stage.line.waiting, stage.only.status) == (1, Status.HANDED_OVER)
    assert dispatcher.next_due() is None
    stage.ledger.receive([Report("box", "b-2", Status.DELIVERED, key=box.sent[0].key)])
    dispatcher.settle()
    assert stage.only.status is Status.DELIVERED


def test_the_report_says_what_every_hand_over_cost_that_took_place(stage: Stage) -> None:
    box, prices = stage.stand("box"), {"box": Decimal("0.10"), "letter": Decimal("11.80")}
    stage.stand("letter")
    box.status = Status.HANDED_OVER
    stage.accept()

    def cost(consignment: Consignment) -> tuple[Decimal, str]:
        return prices[consignment.channel], "SEK"

    dispatcher = stage.open(confirmation=WINDOW, cost=cost)
    dispatcher.dispatch()
    stage.ledger.receive([bounced(box.sent[0].key)])
    dispatcher.settle()
    assert (stage.only.channel, stage.only.cost, stage.only.currency) == ("letter", Decimal("11.90"), "SEK")
    assert stage.only.as_json()["cost"] == "11.90"


def test_a_bounce_that_lies_in_the_inbox_counts_before_the_window_that_just_ended(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open(confirmation=WINDOW)
    dispatcher.dispatch()
    stage.ledger.receive([bounced(box.sent[0].key)])
    stage.clock.forward(hours=73)
    dispatcher.settle()
    assert len(paper.sent) == 1


def test_a_bounce_that_comes_twice_is_one_letter(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.status = Status.HANDED_OVER
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    key = box.sent[0].key
    for receipt_id in ("b-1", "b-1", "b-2"):
        stage.ledger.receive([bounced(key, receipt_id)])
        dispatcher.settle()
    assert len(paper.sent) == 1
    assert stage.line.delivered == 1


def test_the_artifact_of_a_fallback_is_reported_beside_the_first(stage: Stage) -> None:
    box, _ = stage.stand("box"), stage.stand("letter")
    box.before = [Refused("no")]
    stage.accept()
    stage.open().dispatch()
    assert [one.kind for one in stage.only.artifacts] == ["mailbox_pdf"]  # both channels carry the same one: made once


def test_reports_that_a_channel_collects_are_applied_once(stage: Stage) -> None:
    box = ReportingStand(stage.provider(), "box", status=Status.HANDED_OVER)
    stage.channels["box"] = box
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    box.reports = [Report("box", "r-1", Status.DELIVERED, reference=f"ref-{box.sent[0].key[:12]}")]
    assert [dispatcher.collect(), dispatcher.collect()] == [1, 0]
    assert [dispatcher.apply_receipts(), dispatcher.apply_receipts()] == [1, 0]
    assert stage.line.delivered == 1


def test_a_channel_puts_reports_aside_only_when_the_ledger_has_them(stage: Stage) -> None:
    def kept() -> int:
        with stage.ledger.reading() as connection:
            return connection.execute(select(func.count()).select_from(tables.receipt_inbox)).scalar_one()

    box = KeepingStand(stage.provider(), "box", status=Status.HANDED_OVER, kept=kept)
    stage.channels["box"] = box
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    box.reports = [bounced(box.sent[0].key)]
    dispatcher.collect()
    assert box.told == [1]


def test_a_report_collected_before_the_hand_over_is_committed_is_not_lost(stage: Stage) -> None:
    box = stage.stand()
    box.status = Status.HANDED_OVER
    stage.accept()
    dispatchers: list[Dispatcher] = []

    def a_report_overtakes(point: CommitPoint) -> None:
        if point is CommitPoint.HANDED_OVER:
            stage.ledger.receive([Report("box", "r-1", Status.DELIVERED, key=box.sent[0].key)])
            dispatchers[0].apply_receipts()

    dispatchers.append(stage.open(passed=a_report_overtakes))
    dispatchers[0].dispatch()
    assert stage.line.delivered == 1


def test_a_doubt_is_asked_about_and_what_arrived_is_not_sent_again(stage: Stage) -> None:
    box = AskableStand(stage.provider(), after=[OutcomeUnknown("Box fell silent")])
    stage.channels["box"] = box
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert stage.line.unknown == 1
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert (stage.line.delivered, len(box.sent)) == (1, 1)


def test_a_doubt_that_certainly_did_not_arrive_is_sent_again_with_the_same_bytes(stage: Stage) -> None:
    box = AskableStand(stage.provider(), before=[OutcomeUnknown("Box fell silent")])
    stage.channels["box"] = box
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert stage.line.delivered == 1
    assert box.sent[0] == box.sent[1]
    assert len(box.provider.taken()) == 1


def test_a_provider_that_does_not_answer_is_asked_again_later_each_time(stage: Stage) -> None:
    box = AskableStand(stage.provider(), after=[OutcomeUnknown("silent")], asked=[Unreachable("down")] * 3)
    stage.channels["box"] = box
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    waits: list[dt.timedelta] = []
    for _ in range(4):
        due = dispatcher.next_due()
        assert due is not None
        waits.append(due - stage.clock())
        stage.clock.now = due
        dispatcher.settle()
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 1, 2, 4]
    assert stage.line.delivered == 1


def test_a_doubt_is_settled_by_the_providers_report(stage: Stage) -> None:
    box = stage.stand()
    box.after = [OutcomeUnknown("Box fell silent")]
    stage.accept(letter("A-1"))
    dispatcher = stage.open()
    dispatcher.dispatch()
    stage.ledger.receive([Report("box", "r-1", Status.DELIVERED, key=box.sent[0].key)])
    dispatcher.settle()
    assert (stage.line.delivered, stage.line.unknown) == (1, 0)


def test_a_person_settles_what_nobody_else_can(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.after = [OutcomeUnknown("Box fell silent"), OutcomeUnknown("Box fell silent")]
    stage.accept(letter("A-1"), letter("A-2"))
    dispatcher = stage.open()
    dispatcher.dispatch()
    (arrived,), (lost,) = stage.ledger.documents("A-1"), stage.ledger.documents("A-2")
    assert stage.ledger.settle_doubt(arrived, arrived=True)
    assert stage.ledger.settle_doubt(lost, arrived=False)
    assert not stage.ledger.settle_doubt(lost, arrived=True)
    dispatcher.settle()
    assert [line.channel for line in stage.report] == ["box", "letter"]
    assert (stage.line.delivered, len(paper.sent)) == (2, 1)
