"""Nothing leaves of what a person holds; it is released once, from where it was, and what left already is named."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update
from tests.ledger.stage import ROUTE, Clock, Letter
from tests.ledger.test_hand_over import conclude_with, states

from vaxel_engine.errors import Refused
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, acceptance, claims, tables
from vaxel_ledger.claims import Claimant
from vaxel_ledger.holding import HOLDABLE, Done, Target
from vaxel_ledger.outcomes import Outcome, Retry, put_back
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.transitions import Move, move
from vaxel_ledger.work import due

D = DocumentState


def two(ledger: Ledger, letter: Letter, **how: str) -> Target:
    return Target.batch(ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2")], **how).batch_id)  # type: ignore[arg-type]  # `hold`


def ready(ledger: Ledger, clock: Clock) -> set[str]:
    with ledger.reading() as connection:
        return {one.document_id for one in due(connection, at=clock(), limit=10)}


def put_in(ledger: Ledger, document_id: str, state: D) -> None:
    with ledger.writing() as connection:
        document = tables.document.c
        connection.execute(update(tables.document).where(document.id == document_id).values(state=state))


def state_in(ledger: Ledger, document_id: str) -> D:
    with ledger.reading() as connection:
        document = tables.document.c
        return connection.execute(select(document.state).where(document.id == document_id)).scalar_one()


def kinds(ledger: Ledger, document_id: str) -> list[str]:
    return [one.kind for one in ledger.why(document_id).happened]


def test_nothing_of_a_batch_that_is_sent_held_is_due_until_it_is_released(
    ledger: Ledger, letter: Letter, clock: Clock
) -> None:
    batch = two(ledger, letter, hold="held when it was sent")
    assert ready(ledger, clock) == set()
    assert (ledger.counts(batch.batch_id or "").waiting, ledger.batches()[0].hold) == (2, "held when it was sent")
    assert [(one.reason, one.documents) for one in ledger.waits(batch.batch_id or "")] == [("held when it was sent", 2)]
    assert ledger.release(batch) == Done(2)
    assert len(ready(ledger, clock)) == 2
    assert ledger.batches()[0].hold is None
    assert kinds(ledger, ledger.documents("A-1")[0]) == ["accepted", "released"]


def test_of_two_releases_at_once_one_moves_it(ledger: Ledger, letter: Letter) -> None:
    batch = two(ledger, letter, hold="held when it was sent")
    with ThreadPoolExecutor(2) as both:
        answers = sorted(done.moved for done in both.map(ledger.release, [batch, batch]))
    assert answers == [0, 2]
    assert kinds(ledger, ledger.documents("A-1")[0]).count("released") == 1


@pytest.mark.parametrize("state", HOLDABLE)
def test_a_document_goes_on_from_where_it_was_held_and_the_others_go_their_way(
    ledger: Ledger, letter: Letter, clock: Clock, state: D
) -> None:
    two(ledger, letter)
    one, other = ledger.documents("A-1")[0], ledger.documents("A-2")[0]
    put_in(ledger, one, state)
    with ledger.writing() as connection:
        later = clock.forward(hours=1)
        document = tables.document.c
        connection.execute(update(tables.document).where(document.id == one).values(due_at=later))
    assert ledger.hold(Target.document(one), "held by a person").moved == 1
    clock.forward(hours=2)
    assert ready(ledger, clock) == {other}
    assert ledger.hold(Target.document(one), "again").moved == 0
    assert ledger.release(Target.document(one)).moved == 1
    assert state_in(ledger, one) is state
    with ledger.reading() as connection:
        assert connection.execute(select(document.due_at).where(document.id == one)).scalar_one() == later


@pytest.mark.parametrize("state", [D.SENDING, D.AWAITING, D.DELIVERED])
def test_what_left_already_is_named(ledger: Ledger, letter: Letter, state: D) -> None:
    batch = two(ledger, letter)
    (gone,) = ledger.documents("A-1")
    put_in(ledger, gone, state)
    done = ledger.hold(batch, "held by a person")
    assert (done.moved, done.left_in_all) == (1, 1)
    assert [(one.reference, one.state) for one in done.left] == [("A-1", state)]
    assert ledger.counts(batch.batch_id or "").closes


def test_what_a_worker_has_in_hand_is_taken_from_it(ledger: Ledger, letter: Letter, clock: Clock) -> None:
    batch = two(ledger, letter)
    with ledger.writing() as connection:
        taken = claims.take(connection, Claimant("main"), at=clock(), limit=10)
    assert taken is not None
    ledger.hold(batch, "held by a person")
    with ledger.writing() as connection:
        steps = [Move(one) for one in taken[0].documents]
        assert move(connection, steps, expected=D.NEW, to=D.RENDERED, at=clock(), actor="test", claimed=True) == set()
    assert ready(ledger, clock) == set()


@pytest.mark.parametrize(
    ("status", "ends", "then"),
    [(Status.DELIVERED, D.DELIVERED, D.DELIVERED), (Status.FAILED, D.HELD, D.FALLBACK)],
)
def test_news_of_a_held_document_count_and_release_nothing(
    ledger: Ledger, intended: str, one_document: str, status: Status, ends: D, then: D
) -> None:
    with ledger.writing() as connection:
        put_back(connection, [Retry(intended, "no connection", None)], at=ledger.clock(), actor="dispatcher")
    ledger.hold(Target.document(one_document), "held by a person")
    conclude_with(ledger, Outcome(intended, status, reason="said so later"))
    assert states(ledger, intended)[1] is ends
    ledger.release(Target.document(one_document))
    assert state_in(ledger, one_document) is then
    assert ROUTE.order[1] in ledger.why(one_document).order


def test_what_is_held_can_be_cancelled(ledger: Ledger, letter: Letter) -> None:
    batch = two(ledger, letter, hold="held when it was sent")
    assert ledger.call_off(batch) == Done(2)
    assert ledger.release(batch) == Done(0)
    assert ledger.counts(batch.batch_id or "").cancelled == 2


@pytest.mark.parametrize("cancelled", [False, True])
def test_a_file_that_is_still_being_taken_in_is_held_or_cancelled_to_its_end(
    ledger: Ledger, letter: Letter, clock: Clock, monkeypatch: pytest.MonkeyPatch, *, cancelled: bool
) -> None:
    monkeypatch.setattr(acceptance, "SLICE", 1)

    def records() -> Iterator[Document]:
        yield letter("A-1")
        yield letter("A-2")
        batch = Target.batch(ledger.batches()[0].batch_id)
        _ = ledger.call_off(batch) if cancelled else ledger.hold(batch, "held by a person")
        yield letter("A-3")

    if cancelled:
        with pytest.raises(Refused, match="was cancelled while its file was being taken in"):
            ledger.accept("a" * 64, "three.json", "main", records())
    else:
        ledger.accept("a" * 64, "three.json", "main", records())
    assert ready(ledger, clock) == set()
    assert bool(ledger.documents("A-3")) is not cancelled


def test_a_doubt_is_not_held(ledger: Ledger, intended: str, one_document: str) -> None:
    conclude_with(ledger, Outcome(intended, Status.OUTCOME_UNKNOWN, reason="it fell silent"))
    done = ledger.hold(Target.document(one_document), "held by a person")
    assert (done.moved, done.left[0].state) == (0, D.AWAITING)
    assert states(ledger, intended) == (AttemptState.IN_DOUBT, D.AWAITING)
