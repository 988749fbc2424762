"""The append-only record of what happened, written in the transaction of the change it tells of."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, insert, select

from vaxel_ledger import tables


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a batch or a document; `data` holds no personal data, it outlives erasure."""

    batch_id: str
    document_id: str | None
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as it was written."""

    seq: int
    at: dt.datetime
    kind: str
    actor: str
    data: Mapping[str, Any]


def write(connection: Connection, happened: Sequence[Event], *, actor: str, at: dt.datetime) -> None:
    """Append events; `actor` is who caused them: intake, dispatcher, a provider, a person."""
    if happened:
        connection.execute(
            insert(tables.event),
            [
                {
                    "batch_id": one.batch_id,
                    "document_id": one.document_id,
                    "t": at,
                    "kind": one.kind,
                    "actor": actor,
                    "data": dict(one.data),
                }
                for one in happened
            ],
        )


def of_document(connection: Connection, document_id: str) -> list[Happened]:
    """Everything that happened to a document, in order."""
    event = tables.event.c
    query = (
        select(event.seq, event.t, event.kind, event.actor, event.data)
        .where(event.document_id == document_id)
        .order_by(event.seq)
    )
    return [Happened(seq, t, kind, actor, data) for seq, t, kind, actor, data in connection.execute(query)]
