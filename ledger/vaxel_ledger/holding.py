"""Batches and documents that wait for a person: held while they still can be, and released once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, func, insert, literal, select, update

from vaxel_engine.errors import Refused
from vaxel_ledger import events, tables
from vaxel_ledger.columns import Json, Moment
from vaxel_ledger.states import TRANSITIONS, BatchState, DocumentState

_D = DocumentState
HOLDABLE = tuple(state for state in _D if _D.HELD in TRANSITIONS[state])
"""What has not left us, and is not leaving at this moment."""
_LEFT = (_D.SENDING, _D.AWAITING, _D.DELIVERED, _D.ARCHIVED)
MOST_NAMED = 20
"""Documents that are named one by one."""
TOTALS_DIFFER = "the sender's totals differ: "
"""How the reason of a batch begins that only a person may let go on."""


@dataclass(frozen=True, slots=True)
class Target:
    """A batch, or one document."""

    batch_id: str | None = None
    document_id: str | None = None

    @classmethod
    def batch(cls, batch_id: str) -> Target:
        """All of a batch."""
        return cls(batch_id=batch_id)

    @classmethod
    def document(cls, document_id: str) -> Target:
        """One document."""
        return cls(document_id=document_id)

    @property
    def where(self) -> ColumnElement[bool]:
        """The documents that are meant."""
        document = tables.document.c
        if self.document_id is not None:
            return document.id == self.document_id
        return document.batch_id == (self.batch_id or "")


@dataclass(frozen=True, slots=True)
class Left:
    """A document that had left, or was leaving, before it could be kept."""

    reference: str
    document_id: str
    state: DocumentState


@dataclass(frozen=True, slots=True)
class Done:
    """What a wish moved, and what it came too late for."""

    moved: int
    left: tuple[Left, ...] = ()
    """The first MOST_NAMED of them."""
    left_in_all: int = 0
    asked_back: int = 0
    """Of those: a worker asks their providers to give them back."""


def hold(connection: Connection, target: Target, why: str, *, at: dt.datetime, actor: str) -> Done:
    """Hold what has not left; harmless when repeated.

    A document that a worker has in hand at this moment is taken from it: what it made ready moves nothing any more,
    since every step of it names the state it expects.
    """
    if target.batch_id is not None:
        batch = tables.batch.c
        alive = (BatchState.RECEIVING, BatchState.RECEIVED)
        kept = connection.execute(
            update(tables.batch)
            .where(batch.id == target.batch_id, batch.state.in_(alive))
            .values(hold=case((batch.hold.startswith(TOTALS_DIFFER), batch.hold), else_=why), updated_at=at)
        )
        if kept.rowcount == 1:
            _tell_batch(connection, target.batch_id, "held", why, at, actor)
    document = tables.document.c
    where = target.where & document.state.in_(HOLDABLE)
    _tell(connection, where, "held", at, actor)
    moved = connection.execute(
        update(tables.document)
        .where(where)
        .values(state=_D.HELD, held_from=document.state, reason=why, chunk_id=None, updated_at=at)
    )
    return done(connection, target, moved.rowcount)


def release(
    connection: Connection, target: Target, *, despite_totals: bool = False, at: dt.datetime, actor: str
) -> Done:
    """Let what is held go on from where it was; of two releases at once one moves it.

    Raises:
        Refused: the sender's totals differ, and `despite_totals` does not say that it goes out all the same.
    """
    batch, document = tables.batch.c, tables.document.c
    batch_id = target.batch_id
    if batch_id is None:
        one = select(document.batch_id).where(document.id == target.document_id)
        batch_id = connection.execute(one).scalar_one_or_none()
    why = connection.execute(select(batch.hold).where(batch.id == batch_id).with_for_update()).scalar_one_or_none()
    if why is not None and why.startswith(TOTALS_DIFFER) and not despite_totals:
        raise Refused(
            f"{why}; nothing was released. Cancel the batch and send the right file, or, if what came in is right, "
            "release it despite its totals"
        )
    if target.batch_id is not None:
        let_go = connection.execute(
            update(tables.batch).where(batch.id == batch_id, batch.hold.is_not(None)).values(hold=None, updated_at=at)
        )
        if let_go.rowcount == 1:
            _tell_batch(connection, target.batch_id, "released", why or "", at, actor)
    where = target.where & (document.state == _D.HELD)
    _tell(connection, where, "released", at, actor)
    moved = connection.execute(
        update(tables.document)
        .where(where)
        .values(
            state=func.coalesce(document.held_from, literal(_D.NEW.value)),
            held_from=None,
            reason=None,
            chunk_id=None,
            updated_at=at,
        )
    )
    return Done(moved.rowcount)


def done(connection: Connection, target: Target, moved: int, *, asked_back: int = 0) -> Done:
    """What was moved, with what had left already."""
    document = tables.document.c
    where = target.where & document.state.in_(_LEFT)
    query = select(document.ext_id, document.id, document.state).where(where).order_by(document.id).limit(MOST_NAMED)
    left = tuple(Left(*row) for row in connection.execute(query))
    in_all = connection.execute(select(func.count()).select_from(tables.document).where(where)).scalar_one()
    return Done(moved, left, in_all, asked_back)


def _tell(connection: Connection, where: ColumnElement[bool], kind: str, at: dt.datetime, actor: str) -> None:
    """Write the events of documents that are about to move, in the same transaction; one statement for any number."""
    document, columns = tables.document.c, ["batch_id", "document_id", "t", "kind", "actor", "data"]
    told = (literal(at, Moment()), literal(kind), literal(actor), literal({}, Json()))
    rows = select(document.batch_id, document.id, *told).where(where).order_by(document.id)
    connection.execute(insert(tables.event).from_select(columns, rows))


def _tell_batch(connection: Connection, batch_id: str, kind: str, why: str, at: dt.datetime, actor: str) -> None:
    events.write(connection, [events.Event(batch_id, None, kind, {"why": why})], actor=actor, at=at)
