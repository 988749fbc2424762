"""Hand-overs: one key for every try, and news applied by order of state, in whatever order it comes."""

import datetime as dt
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from tests.ledger.stage import ROUTE, Clock

from vaxel_ledger import Ledger, tables
from vaxel_ledger.attempts import Intent, begin, by_key, idempotency_key
from vaxel_ledger.inbox import apply
from vaxel_ledger.outcomes import Outcome, Retry, conclude, put_back
from vaxel_ledger.states import AttemptState, DocumentState, InboxState, Status
from vaxel_ledger.transitions import state_of

A, D = AttemptState, DocumentState


@dataclass(frozen=True)
class Told:
    """A provider's report."""

    status: Status
    key: str | None
    receipt_id: str = "r1"
    provider: str = "kivra"
    reference: str | None = None
    at: dt.datetime | None = None
    reason: str | None = None
    raw: bytes = b""


def states(ledger: Ledger, key: str) -> tuple[AttemptState, DocumentState]:
    with ledger.reading() as connection:
        one = by_key(connection, [key])[key]
    return one.state, one.document_state


def conclude_with(ledger: Ledger, *outcomes: Outcome) -> None:
    with ledger.writing() as connection:
        conclude(connection, outcomes, at=ledger.clock(), actor="dispatcher")


def report(ledger: Ledger, told: Sequence[Told]) -> None:
    ledger.receive(told)
    apply(ledger.engine, ledger.vault, at=ledger.clock(), due_at=lambda _channel: None)


def test_the_key_is_the_same_for_every_try_and_another_for_everything_else() -> None:
    key = idempotency_key("main", "d", "kivra", 1)
    assert key == idempotency_key("main", "d", "kivra", 1)
    assert len(key) == 64
    others = {
        idempotency_key("mai", "nd", "kivra", 1),
        idempotency_key("main", "dk", "ivra", 1),
        idempotency_key("main", 'd","k', "ivra", 1),
        idempotency_key("main", "d", "kivra", 2),
        idempotency_key("main", "d", "kivra1", 1),
    }
    assert len(others | {key}) == 6


def test_an_intent_is_there_before_anything_is_handed_over(ledger: Ledger, intended: str) -> None:
    assert states(ledger, intended) == (A.INTENT, D.SENDING)


def test_only_one_of_two_workers_gets_the_key(ledger: Ledger, intended: str, one_document: str) -> None:
    with ledger.writing() as connection:
        sha = by_key(connection, [intended])[intended].consignment_sha
        again = Intent(one_document, "kivra", 1, intended, sha)
        assert begin(connection, [again], executor_id="other", at=ledger.clock()) == {}


def test_handed_over_waits_for_the_final_word(ledger: Ledger, intended: str) -> None:
    conclude_with(ledger, Outcome(intended, Status.HANDED_OVER, "ref-1"))
    assert states(ledger, intended) == (A.HANDED_OVER, D.AWAITING)


def test_a_refusal_leads_to_the_next_channel_and_keeps_the_reason(
    ledger: Ledger, intended: str, one_document: str
) -> None:
    conclude_with(ledger, Outcome(intended, Status.FAILED, reason="Kivra refused it: too large"))
    assert states(ledger, intended) == (A.FAILED, D.FALLBACK)
    why = ledger.why(one_document)
    assert (why.reasons["kivra"].favours, why.reasons["kivra"].sentence) == (False, "Kivra refused it: too large")


def test_without_a_next_channel_it_has_failed(ledger: Ledger, intended: str, one_document: str) -> None:
    with ledger.writing() as connection:
        alone = {**ROUTE.as_json(), "order": ["kivra"]}
        connection.execute(tables.document.update().values(route=alone))
    conclude_with(ledger, Outcome(intended, Status.FAILED, reason="no"))
    assert states(ledger, intended) == (A.FAILED, D.FAILED)
    assert ledger.counts(ledger.batches()[0].batch_id).failed == 1


def test_an_unknown_outcome_waits_and_is_counted_on_its_own(ledger: Ledger, intended: str) -> None:
    conclude_with(ledger, Outcome(intended, Status.OUTCOME_UNKNOWN, reason="silence"))
    assert states(ledger, intended) == (A.IN_DOUBT, D.AWAITING)
    line = ledger.counts(ledger.batches()[0].batch_id)
    assert (line.waiting, line.unknown, line.closes) == (1, 1, True)
    assert ledger.report(ledger.batches()[0].batch_id)[0].status is Status.OUTCOME_UNKNOWN


def test_a_receipt_that_comes_before_the_hand_over_is_committed_is_not_lost(ledger: Ledger, intended: str) -> None:
    report(ledger, [Told(Status.DELIVERED, intended)])
    conclude_with(ledger, Outcome(intended, Status.HANDED_OVER, "ref-1"))
    assert states(ledger, intended) == (A.DELIVERED, D.DELIVERED)
    with ledger.reading() as connection:
        assert by_key(connection, [intended])[intended].provider_ref == "ref-1"


def test_bad_news_before_the_hand_over_is_committed_leads_to_the_next_channel(ledger: Ledger, intended: str) -> None:
    report(ledger, [Told(Status.FAILED, intended, reason="bounced")])
    conclude_with(ledger, Outcome(intended, Status.HANDED_OVER))
    assert states(ledger, intended) == (A.FAILED, D.FALLBACK)


def test_a_report_that_knows_only_the_providers_reference_waits_until_we_know_it_too(
    ledger: Ledger, intended: str
) -> None:
    early = Told(Status.DELIVERED, None, reference="ref-1")
    report(ledger, [early])
    assert states(ledger, intended) == (A.INTENT, D.SENDING)
    conclude_with(ledger, Outcome(intended, Status.HANDED_OVER, "ref-1"))
    report(ledger, [early])
    assert states(ledger, intended) == (A.DELIVERED, D.DELIVERED)


def test_a_reference_of_another_provider_is_another_reference(ledger: Ledger, intended: str) -> None:
    conclude_with(ledger, Outcome(intended, Status.HANDED_OVER, "ref-1"))
    report(ledger, [Told(Status.DELIVERED, None, reference="ref-1", provider="sms")])
    assert states(ledger, intended) == (A.HANDED_OVER, D.AWAITING)


NEWS = (Status.HANDED_OVER, Status.DELIVERED, Status.READ)


@pytest.mark.parametrize("order", list(itertools.permutations(NEWS)), ids=lambda order: "-".join(s.name for s in order))
def test_reports_in_any_order_end_the_same(ledger: Ledger, intended: str, order: Sequence[Status]) -> None:
    for n, status in enumerate(order):
        report(ledger, [Told(status, intended, receipt_id=f"r{n}")] * 2)
    assert states(ledger, intended) == (A.DELIVERED, D.DELIVERED)
    (line,) = ledger.report(ledger.batches()[0].batch_id)
    assert line.status is Status.READ


def test_in_one_drain_the_strongest_news_counts(ledger: Ledger, intended: str) -> None:
    both = [Told(Status.FAILED, intended, "r1"), Told(Status.DELIVERED, intended, "r2")]
    report(ledger, both)
    assert states(ledger, intended) == (A.DELIVERED, D.DELIVERED)


def test_bad_news_after_the_final_word_changes_nothing_and_is_told(
    ledger: Ledger, intended: str, one_document: str
) -> None:
    conclude_with(ledger, Outcome(intended, Status.DELIVERED))
    report(ledger, [Told(Status.FAILED, intended)])
    assert states(ledger, intended) == (A.DELIVERED, D.DELIVERED)
    assert ledger.why(one_document).happened[-1].kind == "late news"


def test_a_report_is_kept_once_however_often_it_comes(ledger: Ledger, intended: str) -> None:
    told = Told(Status.DELIVERED, intended)
    assert [ledger.receive([told]), ledger.receive([told, told])] == [1, 0]


def test_what_the_provider_wrote_becomes_the_documents_evidence(
    ledger: Ledger, intended: str, one_document: str
) -> None:
    report(ledger, [Told(Status.DELIVERED, intended, raw=b"<ok to=198001012387/>")])
    with ledger.reading() as connection:
        inbox = connection.execute(select(tables.receipt_inbox)).one()
        assert (inbox.applied, inbox.body) == (InboxState.APPLIED, None)
        kinds = connection.execute(select(tables.artifact.c.kind)).scalars().all()
    assert "receipt" in kinds


def test_the_inbox_keeps_no_personal_data_in_the_clear(ledger: Ledger, intended: str) -> None:
    ledger.receive([Told(Status.DELIVERED, intended, raw=b"198001012387")])
    with ledger.reading() as connection:
        body = connection.execute(select(tables.receipt_inbox.c.body)).scalar_one()
    assert body is not None
    assert b"198001012387" not in body


def test_a_stray_report_is_set_aside_in_the_end(ledger: Ledger, clock: Clock) -> None:
    report(ledger, [Told(Status.DELIVERED, "no such key")])
    clock.forward(days=31)
    report(ledger, [])
    with ledger.reading() as connection:
        assert connection.execute(select(tables.receipt_inbox.c.applied)).scalar_one() is InboxState.STRAY


def test_more_reports_than_a_page_are_all_applied(ledger: Ledger, intended: str) -> None:
    told = [Told(Status.HANDED_OVER, intended, f"r{n:04d}") for n in range(1_100)]
    assert ledger.receive(told) == 1_100
    done = apply(ledger.engine, ledger.vault, at=ledger.clock(), due_at=lambda _channel: None)
    assert (done.applied, done.waiting) == (1_100, 0)


def test_what_never_left_us_is_tried_again_on_the_same_row(ledger: Ledger, intended: str, one_document: str) -> None:
    with ledger.writing() as connection:
        put_back(connection, [Retry(intended, "no connection", None)], at=ledger.clock(), actor="dispatcher")
        assert state_of(connection, one_document) is D.RENDERED
        sha = by_key(connection, [intended])[intended].consignment_sha
        again = Intent(one_document, "kivra", 1, intended, sha)
        assert begin(connection, [again], executor_id="main", at=ledger.clock()) == {intended: 2}
    assert states(ledger, intended) == (A.INTENT, D.SENDING)
    with ledger.reading() as connection:
        assert len(connection.execute(select(tables.attempt)).all()) == 1


def test_news_of_a_delivery_stops_a_retry(ledger: Ledger, intended: str, one_document: str) -> None:
    with ledger.writing() as connection:
        put_back(connection, [Retry(intended, "no connection", None)], at=ledger.clock(), actor="dispatcher")
    report(ledger, [Told(Status.DELIVERED, intended)])
    assert states(ledger, intended) == (A.DELIVERED, D.DELIVERED)
