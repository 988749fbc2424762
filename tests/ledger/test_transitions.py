"""Documents and attempts move as the states allow, with an event, or not at all."""

import contextlib
import itertools

import pytest
from sqlalchemy import update
from tests.ledger.stage import Clock, Letter

from vaxel_ledger import Ledger, events, tables
from vaxel_ledger.states import ATTEMPT_TRANSITIONS, TRANSITIONS, AttemptState, DocumentState
from vaxel_ledger.transitions import Advance, IllegalTransition, Move, advance, move, state_of

D = DocumentState
FORBIDDEN = [(a, b) for a, b in itertools.product(D, D) if b not in TRANSITIONS[a]]
ALLOWED = [(a, b) for a in D for b in TRANSITIONS[a]]
FORBIDDEN_ATTEMPTS = [
    (a, b) for a, b in itertools.product(AttemptState, AttemptState) if b not in ATTEMPT_TRANSITIONS[a]
]


def put_in(ledger: Ledger, document_id: str, state: DocumentState) -> None:
    with ledger.writing() as connection:
        connection.execute(update(tables.document).where(tables.document.c.id == document_id).values(state=state))


def test_a_step_that_the_states_do_not_know_is_refused(ledger: Ledger, clock: Clock) -> None:
    with ledger.writing() as connection:
        for expected, to in FORBIDDEN:
            with pytest.raises(IllegalTransition):
                move(connection, [], expected=expected, to=to, at=clock(), actor="test")


def test_an_attempt_takes_no_unknown_step(ledger: Ledger) -> None:
    with ledger.writing() as connection:
        for expected, to in FORBIDDEN_ATTEMPTS:
            with pytest.raises(IllegalTransition):
                advance(connection, [Advance(1)], expected=expected, to=to)


def test_every_allowed_step_moves_and_tells(ledger: Ledger, one_document: str, clock: Clock) -> None:
    for expected, to in ALLOWED:
        put_in(ledger, one_document, expected)
        with ledger.writing() as connection:
            before = len(events.of_document(connection, one_document))
            assert move(
                connection, [Move(one_document, told={"n": 1})], expected=expected, to=to, at=clock(), actor="test"
            ) == {one_document}
            assert state_of(connection, one_document) is to
            (told,) = events.of_document(connection, one_document)[before:]
        assert (told.kind, told.actor, told.data, told.at) == (to.value, "test", {"n": 1}, clock())


def test_a_document_that_somebody_else_moved_is_left_alone(ledger: Ledger, one_document: str, clock: Clock) -> None:
    put_in(ledger, one_document, D.SENDING)
    with ledger.writing() as connection:
        before = events.of_document(connection, one_document)
        moved = move(connection, [Move(one_document)], expected=D.NEW, to=D.RENDERED, at=clock(), actor="test")
        assert moved == set()
        assert state_of(connection, one_document) is D.SENDING
        assert events.of_document(connection, one_document) == before


def test_a_step_undone_leaves_no_event(ledger: Ledger, one_document: str, clock: Clock) -> None:
    with contextlib.suppress(RuntimeError), ledger.writing() as connection:
        move(connection, [Move(one_document)], expected=D.NEW, to=D.RENDERED, at=clock(), actor="test")
        raise RuntimeError
    assert [one.kind for one in ledger.why(one_document).happened] == ["accepted"]


def test_a_step_changes_no_other_columns_than_its_own(ledger: Ledger, one_document: str, clock: Clock) -> None:
    step = Move(one_document, {"ext_id": "another"})
    with pytest.raises(IllegalTransition, match="ext_id"), ledger.writing() as connection:
        move(connection, [step], expected=D.NEW, to=D.RENDERED, at=clock(), actor="test")


@pytest.mark.parametrize("state", [D.NEW, D.RENDERED, D.FALLBACK, D.HELD])
def test_what_has_not_left_us_can_be_cancelled(ledger: Ledger, one_document: str, state: D) -> None:
    put_in(ledger, one_document, state)
    assert ledger.cancel(one_document)
    assert ledger.counts(ledger.batches()[0].batch_id).cancelled == 1


@pytest.mark.parametrize("state", [D.SENDING, D.AWAITING, D.DELIVERED, D.FAILED])
def test_what_may_have_left_us_cannot_be_cancelled(ledger: Ledger, one_document: str, state: D) -> None:
    put_in(ledger, one_document, state)
    assert not ledger.cancel(one_document)
    with ledger.reading() as connection:
        assert state_of(connection, one_document) is state


def test_a_cancelled_batch_keeps_what_is_on_its_way(ledger: Ledger, letter: Letter) -> None:
    batch = ledger.accept("a" * 64, "two.json", "main", [letter("A-1"), letter("A-2")])
    (gone,) = ledger.documents("A-1")
    put_in(ledger, gone, D.AWAITING)
    assert ledger.cancel_batch(batch.batch_id) == 1
    line = ledger.counts(batch.batch_id)
    assert (line.waiting, line.cancelled, line.closes) == (1, 1, True)
