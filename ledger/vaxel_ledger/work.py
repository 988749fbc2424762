"""What there is to do: documents that are due, windows that are over, batches that are done."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, exists, func, select, update

from vaxel_engine.errors import Unreadable
from vaxel_engine.model import Document
from vaxel_ledger import follow_ups, tables
from vaxel_ledger.attempts import ATTEMPTED, Attempted, attempted
from vaxel_ledger.decision import Decision
from vaxel_ledger.states import COUNTED_AS, AttemptState, BatchState, Counted, DocumentState
from vaxel_ledger.vault import DOCUMENT, DataKey, Vault, find

_D = DocumentState
_READY = (_D.NEW, _D.RENDERED, _D.FALLBACK)
_WAITING = tuple(state for state, counted in COUNTED_AS.items() if counted is Counted.WAITING)


@dataclass(frozen=True, slots=True)
class Due:
    """A document whose turn it is."""

    document_id: str
    tenant: str
    batch_id: str
    state: DocumentState
    chan_ix: int
    delivery_no: int
    route: Decision | None
    pack_version: Mapping[str, str] | None = None
    """By brand, the published pack that the batch began with."""
    reason: str | None = None
    """What it waited for."""


def due(connection: Connection, *, at: dt.datetime, limit: int, batch_id: str | None = None) -> list[Due]:
    """The next documents nobody works on, of sources that were read to their end: what is under way before what is new.

    The rows are locked until the transaction ends; `claims.take` makes them somebody's.
    """
    found: list[Due] = []
    document = tables.document.c
    for state in (_D.FALLBACK, _D.RENDERED, _D.NEW):
        # Two questions instead of one, since each has an index of its own in the order that is wanted.
        for when, order in (
            (document.due_at <= at, (document.due_at, document.id)),
            (document.due_at.is_(None), (document.prio, document.id)),
        ):
            if len(found) < limit:
                found += _due(connection, state, when, order, limit - len(found), batch_id)
    return found


def _due(
    connection: Connection,
    state: DocumentState,
    when: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]],
    limit: int,
    batch_id: str | None,
) -> list[Due]:
    document, batch = tables.document.c, tables.batch.c
    query = (
        select(
            document.id,
            document.tenant,
            document.batch_id,
            document.state,
            document.chan_ix,
            document.delivery_no,
            document.route,
            batch.pack_version,
            document.reason,
        )
        .join_from(tables.document, tables.batch, document.batch_id == batch.id)
        .where(document.state == state, document.chunk_id.is_(None), when, batch.state != BatchState.RECEIVING)
        .order_by(*order)
        .limit(limit)
        .with_for_update(of=tables.document, skip_locked=True)  # what another is claiming is not waited for
    )
    if batch_id is not None:
        query = query.where(document.batch_id == batch_id)
    return [
        Due(
            document_id,
            tenant,
            batch,
            state,
            chan_ix,
            delivery_no,
            Decision.from_json(route) if route else None,
            pack_version,
            reason,
        )
        for (
            document_id,
            tenant,
            batch,
            state,
            chan_ix,
            delivery_no,
            route,
            pack_version,
            reason,
        ) in connection.execute(query)
    ]


@dataclass(frozen=True, slots=True)
class Loaded:
    """Documents opened for work; `unreadable` says in one sentence each why some could not be."""

    documents: Mapping[str, Document]
    data_keys: Mapping[str, DataKey]
    unreadable: Mapping[str, str]


def load(connection: Connection, vault: Vault, document_ids: Sequence[str]) -> Loaded:
    """Open the canonical documents as they were accepted, and their data keys.

    Raises:
        Misconfigured: the tenant key is lost.
        Unreadable: the tenant key is another one.
    """
    data_keys = vault.data_keys(connection, document_ids)
    documents: dict[str, Document] = {}
    unreadable: dict[str, str] = {}
    for one in find(connection, document_ids, [DOCUMENT]):
        try:
            content = vault.open(one, data_keys.get(one.document_id))
            documents[one.document_id] = Document.model_validate_json(content)
        except Unreadable as error:
            unreadable[one.document_id] = str(error)
        except ValidationError as error:
            unreadable[one.document_id] = (
                f"the kept document does not fit this version's model in {error.error_count()} places; "
                "work on it with the version that accepted it"
            )
    return Loaded(documents, data_keys, unreadable)


def awaiting(connection: Connection, state: AttemptState, *, at: dt.datetime, limit: int) -> list[Attempted]:
    """Hand-overs in one state whose documents are due to be looked at again; locked until the transaction ends."""
    attempt, document = tables.attempt.c, tables.document.c
    return attempted(
        connection.execute(
            ATTEMPTED.where(attempt.state == state, document.state == _D.AWAITING, document.due_at <= at)
            .order_by(document.due_at)
            .limit(limit)
            .with_for_update(of=tables.document, skip_locked=True)
        )
    )


def next_due(connection: Connection, batch_id: str | None = None) -> dt.datetime | None:
    """When the next document is due by itself; None if all that waits, waits for the outside."""
    document = tables.document.c
    conditions: list[ColumnElement[bool]] = [
        document.due_at.is_not(None),
        document.state.in_((*_READY, _D.AWAITING, _D.DELIVERED)),
    ]
    if batch_id is not None:
        conditions.append(document.batch_id == batch_id)
    by_itself = connection.execute(select(func.min(document.due_at)).where(*conditions)).scalar_one()
    moments = [one for one in (by_itself, follow_ups.next_moment(connection, batch_id)) if one is not None]
    return min(moments, default=None)


def finished_batches(connection: Connection) -> list[str]:
    """Batches of which nothing waits any more, and which are not set to done yet."""
    batch, document = tables.batch.c, tables.document.c
    waits = exists().where(document.batch_id == batch.id, document.state.in_(_WAITING))
    query = select(batch.id).where(batch.state == BatchState.RECEIVED, ~waits).order_by(batch.id)
    return list(connection.execute(query).scalars())


def progress(connection: Connection, batch_id: str | None = None) -> tuple[int, int]:
    """How many documents are handed over or final, of how many."""
    document = tables.document.c
    query = select(document.state, func.count()).group_by(document.state)
    if batch_id is not None:
        query = query.where(document.batch_id == batch_id)
    rows: list[tuple[Any, int]] = [(state, number) for state, number in connection.execute(query)]
    total = sum(number for _, number in rows)
    to_do = sum(n for state, n in rows if COUNTED_AS[state] is Counted.WAITING and state is not _D.AWAITING)
    return total - to_do, total


def cancel_batch(connection: Connection, batch_id: str, at: dt.datetime) -> None:
    """Mark a batch cancelled, so that its file may be handed in again; its documents are cancelled one by one."""
    batch = tables.batch.c
    connection.execute(
        update(tables.batch)
        .where(batch.id == batch_id, batch.state.in_((BatchState.RECEIVING, BatchState.RECEIVED)))
        .values(state=BatchState.CANCELLED, updated_at=at)
    )
