"""Everything that happened, read on by a cursor: the number of the last event that was seen."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func, select, text

from vaxel_ledger import tables
from vaxel_ledger.database import reading, writing


@dataclass(frozen=True, slots=True)
class Told:
    """One event of the stream."""

    seq: int
    at: dt.datetime
    batch_id: str
    document_id: str | None
    kind: str
    actor: str
    data: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """With plain values; times in ISO 8601, UTC."""
        return {
            "seq": self.seq,
            "at": self.at.isoformat(),
            "batch": self.batch_id,
            "document_id": self.document_id,
            "kind": self.kind,
            "actor": self.actor,
            "data": dict(self.data),
        }


def settled(engine: Engine) -> int:
    """The number up to which no event can appear any more.

    Numbers are given before a transaction commits, so on PostgreSQL a lower one may become visible after a higher one.
    A share lock on the table waits for the writers under way; SQLite has one writer at a time.
    """
    newest = select(func.max(tables.event.c.seq))
    if engine.dialect.name == "sqlite":
        with reading(engine) as connection:
            return connection.execute(newest).scalar_one() or 0
    with writing(engine) as connection:
        connection.execute(text("LOCK TABLE event IN SHARE MODE"))
        return connection.execute(newest).scalar_one() or 0


def after(engine: Engine, tenant: str, seq: int, limit: int, *, sender: str | None = None) -> list[Told]:
    """Up to `limit` events after number `seq`, in order; of one sender's HTTP batches only where it is named."""
    end = settled(engine)
    event, batch = tables.event.c, tables.batch.c
    mine = select(batch.id).where(batch.tenant == tenant)
    if sender is not None:
        mine = mine.where(batch.sender == sender)
    query = (
        select(event.seq, event.t, event.batch_id, event.document_id, event.kind, event.actor, event.data)
        .where(event.seq > seq, event.seq <= end, event.batch_id.in_(mine))
        .order_by(event.seq)
        .limit(limit)
    )
    with reading(engine) as connection:
        return [Told(*row) for row in connection.execute(query)]
