"""The ledger's equation, counted over the rows at any moment: never over counters that could drift."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select, update

from vaxel_ledger import events, tables
from vaxel_ledger.states import COUNTED_AS, AttemptState, BatchState, Counted, DocumentState


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """in = delivered + waiting + failed + rejected + cancelled; `unknown` are those of the waiting in doubt."""

    in_: int
    delivered: int
    waiting: int
    failed: int
    rejected: int
    cancelled: int
    unknown: int

    @property
    def closes(self) -> bool:
        """Whether every record that came in is accounted for once."""
        return self.in_ == self.delivered + self.waiting + self.failed + self.rejected + self.cancelled

    def as_json(self) -> dict[str, int]:
        """With the names of the closing line."""
        return {
            "in": self.in_,
            "delivered": self.delivered,
            "waiting": self.waiting,
            "failed": self.failed,
            "rejected": self.rejected,
            "cancelled": self.cancelled,
            "unknown": self.unknown,
        }


def counts(connection: Connection, batch_id: str) -> LedgerLine:
    """Count one batch.

    `in_` is what the reader counted, independently of the rows; while a file is still being read, the rows so far.

    Raises:
        LookupError: there is no such batch.
    """
    batch, document, rejection, attempt = tables.batch.c, tables.document.c, tables.rejection.c, tables.attempt.c
    found = connection.execute(select(batch.n).where(batch.id == batch_id)).first()
    if found is None:
        raise LookupError(f"the ledger has no batch {batch_id}")
    terms: dict[Counted, int] = dict.fromkeys(Counted, 0)
    by_state = select(document.state, func.count()).where(document.batch_id == batch_id).group_by(document.state)
    for state, number in connection.execute(by_state):
        terms[COUNTED_AS[state]] += number
    terms[Counted.REJECTED] = connection.execute(
        select(func.count()).select_from(tables.rejection).where(rejection.batch_id == batch_id)
    ).scalar_one()
    unknown = connection.execute(
        select(func.count(document.id.distinct()))
        .join_from(tables.document, tables.attempt, attempt.document_id == document.id)
        .where(
            document.batch_id == batch_id,
            document.state == DocumentState.AWAITING,
            attempt.state == AttemptState.IN_DOUBT,
        )
    ).scalar_one()
    read: int | None = found[0]
    return LedgerLine(
        in_=sum(terms.values()) if read is None else read,
        delivered=terms[Counted.DELIVERED],
        waiting=terms[Counted.WAITING],
        failed=terms[Counted.FAILED],
        rejected=terms[Counted.REJECTED],
        cancelled=terms[Counted.CANCELLED],
        unknown=unknown,
    )


def close_if_done(connection: Connection, batch_id: str, *, at: dt.datetime, actor: str) -> bool:
    """Set a received batch to done when nothing of it waits any more, and keep its closing line for lists."""
    line = counts(connection, batch_id)
    if line.waiting or not line.closes:
        return False
    batch = tables.batch.c
    values: dict[str, Any] = {"state": BatchState.DONE, "counters": line.as_json(), "updated_at": at}
    done = connection.execute(
        update(tables.batch)
        .where(batch.id == batch_id, batch.state == BatchState.RECEIVED)
        .values(**values)
        .returning(batch.id)
    ).first()
    if done is None:
        return False
    events.write(connection, [events.Event(batch_id, None, "done", line.as_json())], actor=actor, at=at)
    return True
