"""The dispatcher: every document gets as far as it can now, once, and the ledger closes."""

import datetime as dt
from collections.abc import Collection, Mapping

import pytest
from sqlalchemy import func, select
from tests.channels.dispatcher.conftest import Stage
from tests.channels.dispatcher.stage import letter, render

from vaxel_channels.contract import Reach, Repeat
from vaxel_channels.dispatcher import CommitPoint, Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import Document, Recipient
from vaxel_ledger import LedgerLine, tables
from vaxel_ledger.states import BatchState, DocumentState, Status


def test_what_the_channel_confirms_is_delivered_and_the_batch_is_done(stage: Stage) -> None:
    box = stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(250)))
    stage.open(chunk=100).dispatch(stage.batch_id)
    assert stage.line == LedgerLine(250, 250, 0, 0, 0, 0, 0)
    assert len(set(box.provider.keys())) == 250
    assert box.looked_up == [100, 100, 50]
    assert stage.ledger.batches()[0].state is BatchState.DONE


def test_progress_ends_at_the_whole(stage: Stage) -> None:
    stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(5)))
    told: list[tuple[int, int]] = []
    stage.open(chunk=2).dispatch(stage.batch_id, lambda done, total: told.append((done, total)))
    assert told[0] == (2, 5)
    assert told[-1] == (5, 5)


def test_the_report_names_channel_status_reason_and_the_bytes_that_went_out(stage: Stage) -> None:
    box = stage.stand()
    stage.accept()
    stage.open().dispatch()
    line = stage.only
    assert (line.document, line.recipient, line.kind) == ("A-1", "Elin Forsberg", "message")
    assert (line.channel, line.status, line.reason) == ("box", Status.DELIVERED, "Box reaches the recipient")
    assert [one.kind for one in line.artifacts] == ["mailbox_pdf"]
    assert [one.sha256 for one in line.artifacts] == [sha for _, sha in box.provider.taken()]
    assert line.as_json()["artifacts"][0].keys() == {"kind", "sha256", "bytes"}


def test_nothing_is_handed_over_twice_by_dispatching_twice(stage: Stage) -> None:
    box = stage.stand()
    stage.accept()
    dispatcher = stage.open()
    for _ in range(3):
        dispatcher.dispatch()
        dispatcher.settle()
        dispatcher.resume()
    assert len(box.sent) == 1


def test_a_document_is_rendered_with_the_packs_its_batch_began_with(stage: Stage) -> None:
    stage.stand()
    asked: dict[str, Mapping[str, str] | None] = {}

    def noted(
        document: Document, kinds: Collection[ArtifactKind], link: str | None, packs: Mapping[str, str] | None
    ) -> Mapping[ArtifactKind, Artifact]:
        asked[document.reference] = packs
        return render(document, kinds, link, packs)

    for number, packs in enumerate((None, {"nordljus": "7c41d0e2a9b3"})):
        documents = [letter(f"A-{number}")]
        stage.ledger.accept(f"{number}" * 64, "october.json", "main", documents, pack_version=packs)
    settings = DispatchSettings(senders={"nordljus": SenderPolicy(("box",))}.get)
    with Dispatcher(stage.ledger, stage.channels, noted, stage.clock, settings) as dispatcher:
        dispatcher.dispatch()
    assert asked == {"A-0": None, "A-1": {"nordljus": "7c41d0e2a9b3"}}


def test_only_what_the_channel_needs_is_rendered(stage: Stage) -> None:
    stage.stand().artifacts = (ArtifactKind.SMS, ArtifactKind.WEB)
    stage.accept()
    stage.open(link_for={stage.ledger.documents("A-1")[0]: "https://faktura.nordljus.example/x"}.get).dispatch()
    assert [one.kind for one in stage.only.artifacts] == ["sms", "web"]
    (document_id,) = stage.ledger.documents("A-1")
    assert b"https://faktura.nordljus.example/x" in stage.ledger.artifact(document_id, ArtifactKind.WEB)


def test_a_refusal_falls_back_to_the_next_channel_under_another_key(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.before = [Refused("Box does not know this recipient")]
    stage.accept()
    stage.open().dispatch()
    assert stage.line.delivered == 1
    assert stage.only.channel == "letter"
    assert stage.only.reason == "Letter reaches the recipient; Box does not know this recipient"
    assert box.sent[0].key != paper.sent[0].key


def test_the_last_refusal_fails_with_its_words(stage: Stage) -> None:
    stage.stand().before = [Refused("Box does not know this recipient")]
    stage.accept()
    stage.open().dispatch()
    assert stage.line.failed == 1
    assert stage.only.reason == "Box does not know this recipient"


def test_a_document_that_a_channel_cannot_take_goes_to_the_next_without_a_hand_over(stage: Stage) -> None:
    box, _ = stage.stand("box"), stage.stand("letter")
    box.refuses = lambda _document: "Box takes no letters today"
    stage.accept()
    stage.open().dispatch()
    assert box.sent == []
    assert stage.only.channel == "letter"
    assert stage.ledger.why(stage.ledger.documents("A-1")[0]).reasons["box"].sentence == "Box takes no letters today"


def test_without_any_channel_a_document_fails_and_says_why(stage: Stage) -> None:
    stage.stand().reach = Reach.NO_ADDRESS
    stage.accept()
    stage.open().dispatch()
    assert stage.line.failed == 1
    assert stage.only.reason == "no channel can carry it; the document has no address for Box"


@pytest.mark.parametrize("subject", ["broken", "bug"])
def test_a_document_that_cannot_be_rendered_fails_alone(stage: Stage, subject: str) -> None:
    stage.stand()
    stage.accept(letter("A-1"), letter("A-2", subject), letter("A-3"))
    stage.open().dispatch()
    assert (stage.line.delivered, stage.line.failed) == (2, 1)
    failed = stage.report[1]
    assert failed.status is Status.FAILED
    assert ("the template has no place for it" in failed.reason) == (subject == "broken")


def test_a_document_waits_while_its_sender_is_not_set_up(stage: Stage) -> None:
    stage.stand()
    stage.accept(letter("A-1").model_copy(update={"sender": "stranger"}))
    stage.open().dispatch()
    assert stage.line.waiting == 1
    assert "the sender stranger is not set up" in stage.only.reason


def test_a_silent_register_makes_documents_wait_and_ask_again(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.reach = Reach.UNKNOWN
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert (stage.line.waiting, box.sent, paper.sent) == (1, [], [])
    assert dispatcher.next_due() == stage.clock() + dt.timedelta(minutes=1)
    box.reach = Reach.HIT
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert stage.only.channel == "box"


def test_a_register_that_says_no_when_asked_again_is_skipped_after_a_fallback(stage: Stage) -> None:
    first, second, third = stage.stand("first"), stage.stand("second"), stage.stand("third")
    first.before = [Refused("First refused it")]
    answers = [Reach.UNKNOWN, Reach.UNKNOWN, Reach.CONFIRMED_MISS]
    second.reach = lambda _: answers.pop(0)
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert (stage.line.waiting, third.sent) == (1, [])
    stage.clock.forward(minutes=1)
    dispatcher.settle()
    assert stage.only.channel == "third"
    assert second.sent == []


def test_each_recipient_gets_the_answer_meant_for_them(stage: Stage) -> None:
    def knows(recipient: Recipient) -> Reach:
        return Reach.HIT if recipient.name.endswith("0") else Reach.CONFIRMED_MISS

    stage.stand("box").reach = knows
    stage.stand("letter")
    stage.accept(*(letter(f"A-{n}", name=f"Person {n}") for n in range(20)))
    stage.open(chunk=7).dispatch()
    by_channel = {line.document: line.channel for line in stage.report}
    assert {reference for reference, channel in by_channel.items() if channel == "box"} == {"A-0", "A-10"}


def test_what_never_left_us_is_tried_again_with_the_same_bytes(stage: Stage) -> None:
    box = stage.stand()
    box.before = [Unreachable("no connection"), Unreachable("busy", retry_after=90)]
    stage.accept()
    dispatcher = stage.open(first_wait=dt.timedelta(seconds=2))
    dispatcher.dispatch()
    assert (stage.line.waiting, stage.line.unknown) == (1, 0)
    assert dispatcher.next_due() == stage.clock() + dt.timedelta(seconds=2)
    stage.clock.forward(seconds=2)
    dispatcher.settle()
    assert dispatcher.next_due() == stage.clock() + dt.timedelta(seconds=90)
    stage.clock.forward(seconds=89)
    dispatcher.settle()
    assert len(box.sent) == 2
    stage.clock.forward(seconds=1)
    dispatcher.settle()
    assert stage.line.delivered == 1
    assert box.sent[0] == box.sent[1] == box.sent[2]


def test_after_some_quick_tries_it_waits_longer_and_is_never_given_up(stage: Stage) -> None:
    box = stage.stand()
    box.before = [Unreachable("no connection")] * 40
    stage.accept()
    dispatcher = stage.open(quick_tries=3)
    waits: list[float] = []
    for _ in range(6):
        dispatcher.settle()
        due = dispatcher.next_due()
        assert due is not None
        waits.append((due - stage.clock()).total_seconds())
        stage.clock.now = due
    assert waits == [2, 4, 3_600, 3_600, 3_600, 3_600]
    assert stage.line.waiting == 1
    assert len(box.sent) == 6


def test_a_wrong_setting_makes_documents_wait_and_never_sends_paper(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.before = [Misconfigured("[channel.box] the key was refused; renew it")]
    stage.accept()
    stage.open().dispatch()
    assert (stage.line.waiting, paper.sent) == (1, [])
    assert "renew it" in stage.only.reason


@pytest.mark.parametrize("wrong", [OutcomeUnknown("Box fell silent"), KeyError("a bug in the adapter")])
def test_an_unknown_outcome_is_never_handed_over_again(stage: Stage, wrong: Exception) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.after = [wrong]
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    stage.clock.forward(days=30)
    dispatcher.settle()
    assert (stage.line.waiting, stage.line.unknown, stage.line.closes) == (1, 1, True)
    assert (len(box.sent), paper.sent) == (1, [])
    assert stage.only.status is Status.OUTCOME_UNKNOWN


def test_not_even_where_the_key_would_be_recognised(stage: Stage) -> None:
    box = stage.stand()
    box.repeat, box.after = Repeat.DEDUPLICATES, [OutcomeUnknown("Box fell silent")]
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    stage.clock.forward(days=1)
    dispatcher.settle()
    dispatcher.resume()
    assert len(box.sent) == 1


def test_a_document_can_be_cancelled_while_it_waits_here(stage: Stage) -> None:
    box = stage.stand()
    box.before = [Unreachable("no connection")]
    stage.accept()
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert dispatcher.cancel(stage.ledger.documents("A-1")[0])
    stage.clock.forward(days=1)
    dispatcher.settle()
    assert stage.line == LedgerLine(1, 0, 0, 0, 0, 1, 0)
    assert len(box.sent) == 1


def test_a_document_that_cannot_be_read_waits_for_the_backup_and_the_others_go_on(stage: Stage) -> None:
    stage.stand()
    stage.accept(letter("A-1"))
    whole = [path for path in stage.ledger.vault.store.folder.rglob("*") if path.is_file()]
    stage.ledger.accept("b" * 64, "november.json", "main", [letter("B-1")])
    backup = whole[0].read_bytes()
    whole[0].unlink()
    dispatcher = stage.open()
    dispatcher.dispatch()
    assert (stage.line.waiting, stage.line.delivered) == (1, 0)
    assert stage.ledger.counts(stage.ledger.batches()[0].batch_id).closes
    whole[0].write_bytes(backup)
    stage.clock.forward(hours=1)
    dispatcher.settle()
    assert stage.line.delivered == 1


def test_two_processes_cannot_work_under_one_name(stage: Stage) -> None:
    stage.stand()
    stage.accept()
    stage.open().dispatch()
    with pytest.raises(Misconfigured, match="another process dispatches on this ledger as 'main'"):
        stage.open().dispatch()
    stage.open(executor_id="second").dispatch()


def test_an_interrupt_leaves_at_most_the_parcel_in_hand_open(stage: Stage) -> None:
    box = stage.stand()
    box.repeat = Repeat.DEDUPLICATES
    stage.accept(*(letter(f"A-{n}") for n in range(10)))
    passed: list[CommitPoint] = []

    def interrupt(point: CommitPoint) -> None:
        passed.append(point)
        if passed.count(CommitPoint.HANDED_OVER) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage.open(passed=interrupt).dispatch()
    stage.opened[-1].close()
    assert (stage.line.delivered, stage.line.waiting) == (4, 6)
    dispatcher = stage.open()
    assert dispatcher.resume() == 0
    dispatcher.dispatch()
    assert stage.line.delivered == 10
    assert len(box.sent) == 10


def test_slow_hand_overs_are_committed_by_the_clock(stage: Stage) -> None:
    stage.stand()
    stage.accept(*(letter(f"A-{n}") for n in range(3)))
    committed: list[int] = []
    seconds = [0.0]

    def slow(point: CommitPoint) -> None:
        if point is CommitPoint.HANDED_OVER:
            committed.append(stage.line.delivered)
            seconds[0] += 1
            stage.clock.forward(hours=-1)  # a clock that is set back makes nothing wait

    stage.open(passed=slow, monotonic=lambda: seconds[0]).dispatch()
    assert committed == [0, 1, 2]


def test_the_slower_the_provider_the_fewer_hand_overs_are_open_at_once(stage: Stage) -> None:
    stage.stand()
    stage.accept(*(letter(f"A-{n:02d}") for n in range(50)))
    open_ones: list[int] = []
    seconds = [0.0]

    def passed(point: CommitPoint) -> None:
        if point is CommitPoint.INTENDED:
            with stage.ledger.reading() as connection:
                sending = select(func.count()).where(tables.document.c.state == DocumentState.SENDING)
                open_ones.append(connection.execute(sending).scalar_one())
        if point is CommitPoint.HANDED_OVER and len(open_ones) > 3:
            seconds[0] += 0.1

    stage.open(passed=passed, monotonic=lambda: seconds[0]).dispatch()
    assert open_ones == [4, 8, 16, 20, 2]


def test_a_channel_that_is_taken_away_leaves_what_was_ready_for_it_waiting(stage: Stage) -> None:
    box, paper = stage.stand("box"), stage.stand("letter")
    box.before = [Unreachable("no connection")]
    stage.accept()
    stage.open().dispatch()
    stage.opened[-1].close()
    del stage.channels["box"]
    stage.clock.forward(hours=1)
    stage.open().dispatch()
    assert (stage.line.waiting, paper.sent) == (1, [])
    assert "set it up again or cancel" in stage.only.reason


def test_frozen_bytes_that_are_lost_wait_for_the_backup(stage: Stage) -> None:
    box = stage.stand()
    box.before = [Unreachable("no connection")]
    stage.accept()
    before = set(stage.ledger.vault.store.folder.rglob("*/*"))
    dispatcher = stage.open()
    dispatcher.dispatch()
    (pack,) = set(stage.ledger.vault.store.folder.rglob("*/*")) - before
    backup = pack.read_bytes()
    pack.unlink()
    stage.clock.forward(hours=1)
    dispatcher.settle()
    assert "restore the file from backup" in stage.only.reason
    pack.write_bytes(backup)
    stage.clock.forward(hours=1)
    dispatcher.settle()
    assert stage.line.delivered == 1
    assert box.sent[0] == box.sent[1]
