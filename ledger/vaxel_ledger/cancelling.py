"""Documents called off: what has not left is cancelled, and what a provider holds is asked back by a worker."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import events, follow_ups, tables, work
from vaxel_ledger.acceptance import SLICE
from vaxel_ledger.holding import Done, Target, done
from vaxel_ledger.states import DocumentState
from vaxel_ledger.transitions import Move, move

_D = DocumentState
_THEIRS = (_D.SENDING, _D.AWAITING)
_RECALLABLE = (_D.NEW, _D.RENDERED, _D.FALLBACK, _D.HELD)


def cancel(connection: Connection, document_ids: Sequence[str], *, at: dt.datetime, actor: str) -> set[str]:
    """Cancel documents of which nothing can have left us, and answer which were; the others go on their way.

    What was delivered and not opened loses its second way alone: it stays delivered.
    """
    cancelled: set[str] = set()
    reason = {"reason": "cancelled before it was handed over"}
    follow_ups.call_off(connection, document_ids, at=at, actor=actor)
    for state in _RECALLABLE:
        moves = [Move(document_id, reason) for document_id in document_ids]
        cancelled |= move(connection, moves, expected=state, to=_D.CANCELLED, at=at, actor=actor)
    return cancelled


def call_off(connection: Connection, target: Target, *, at: dt.datetime, actor: str) -> Done:
    """Cancel what nothing can have left of, and note for a worker to ask back what a provider holds."""
    document, cancelled = tables.document.c, 0
    ids = list(connection.execute(select(document.id).where(target.where).order_by(document.id)).scalars())
    for start in range(0, len(ids), SLICE):
        part = ids[start : start + SLICE]
        cancelled += len(cancel(connection, part, at=at, actor=actor))
    theirs = list(connection.execute(select(document.id).where(target.where, document.state.in_(_THEIRS))).scalars())
    _ask_back(connection, theirs, at=at, actor=actor)
    if target.batch_id is not None:
        work.cancel_batch(connection, target.batch_id, at)
        happened = events.Event(target.batch_id, None, "cancelled", {"documents": cancelled})
        events.write(connection, [happened], actor=actor, at=at)
    return done(connection, target, cancelled, asked_back=len(theirs))


def _ask_back(connection: Connection, document_ids: Sequence[str], *, at: dt.datetime, actor: str) -> None:
    if not document_ids:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    again = {"actor": actor, "due_at": at, "answered_at": None, "given_back": None}
    connection.execute(
        dialect.insert(tables.cancel_wish).on_conflict_do_update(index_elements=["document_id"], set_=again),
        [{"document_id": one, **again} for one in document_ids],
    )


def wishes(connection: Connection, *, at: dt.datetime, limit: int) -> list[str]:
    """The documents that a worker is to ask back now; what is being handed over at this moment comes later."""
    wish, document = tables.cancel_wish.c, tables.document.c
    query = (
        select(wish.document_id)
        .join_from(tables.cancel_wish, tables.document, wish.document_id == document.id)
        .where(wish.answered_at.is_(None), wish.due_at <= at, document.state != _D.SENDING)
        .order_by(wish.due_at)
        .limit(limit)
    )
    return list(connection.execute(query).scalars())


def answered(
    connection: Connection, document_id: str, back: bool | None, *, at: dt.datetime, again_at: dt.datetime
) -> None:
    """Write what came of a wish; None is a provider that did not say, and is asked again. A "no" is an event."""
    wish, document = tables.cancel_wish.c, tables.document.c
    mine = update(tables.cancel_wish).where(wish.document_id == document_id, wish.answered_at.is_(None))
    if back is None:
        connection.execute(mine.values(due_at=again_at))
        return
    query = select(document.batch_id, document.state).where(document.id == document_id)
    batch_id, state = connection.execute(query).one()
    given_back = back or state is _D.CANCELLED  # another worker may have asked at the same time
    first = connection.execute(mine.values(answered_at=at, given_back=given_back))
    if first.rowcount == 1 and not given_back:
        events.write(connection, [events.Event(batch_id, document_id, "not given back")], actor="dispatcher", at=at)
