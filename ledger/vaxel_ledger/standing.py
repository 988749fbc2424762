"""How a batch stands, for the people who watch it: what went which way, and what the rest waits for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from vaxel_ledger import tables
from vaxel_ledger.states import COUNTED_AS, AttemptState, Counted, DocumentState, Status

_HERE = tuple(
    state for state, counted in COUNTED_AS.items() if counted is Counted.WAITING and state is not DocumentState.AWAITING
)
"""Waiting, and not for a provider's word."""
_DELIVERED_LAST = 1_000_000
"""More than there are hand-overs of one document."""
NOT_LOOKED_AT = "accepted, and not yet looked at"
MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class Went:
    """Documents whose last hand-over went through one channel and stands at one word."""

    channel: str
    status: Status
    documents: int


@dataclass(frozen=True, slots=True)
class Waits:
    """Documents that wait for the same reason."""

    reason: str
    documents: int
    next_due: dt.datetime | None
    """When the first of them is looked at again by itself; None where only news from outside, or a worker, helps."""


def went(connection: Connection, batch_id: str) -> list[Went]:
    """By channel and word, the most first: the hand-over that delivered each document, else its last."""
    attempt, document = tables.attempt.c, tables.document.c
    over = document.state.in_((DocumentState.DELIVERED, DocumentState.ARCHIVED))  # not yet, on its second way
    brought = (attempt.state == AttemptState.DELIVERED) & over
    place = case((brought, attempt.seq + _DELIVERED_LAST), else_=attempt.seq)
    last = (
        select(attempt.document_id, func.max(place).label("place"))
        .join_from(tables.attempt, tables.document, attempt.document_id == document.id)
        .where(document.batch_id == batch_id)
        .group_by(attempt.document_id)
        .subquery()
    )
    number = func.count()
    query = (
        select(attempt.channel, attempt.status, number)
        .join_from(tables.attempt, tables.document, attempt.document_id == document.id)
        .join(last, (attempt.document_id == last.c.document_id) & (place == last.c.place))
        .where(attempt.state != AttemptState.INTENT)
        .group_by(attempt.channel, attempt.status)
        .order_by(number.desc(), attempt.channel, attempt.status)
    )
    return [Went(channel, Status(status), count) for channel, status, count in connection.execute(query)]


def waits(connection: Connection, batch_id: str) -> list[Waits]:
    """By reason, the most first; of a batch in which each waits for a reason of its own, the first MOST_REASONS."""
    document = tables.document.c
    number = func.count()
    said = func.coalesce(document.reason, NOT_LOOKED_AT)
    query = (
        select(said, number, func.min(document.due_at))
        .where(document.batch_id == batch_id, document.state.in_(_HERE))
        .group_by(said)
        .order_by(number.desc(), said)
        .limit(MOST_REASONS)
    )
    here = [Waits(reason or NOT_LOOKED_AT, count, due) for reason, count, due in connection.execute(query)]
    return sorted([*here, *_outside(connection, batch_id)], key=lambda one: (-one.documents, one.reason))[:MOST_REASONS]


def _outside(connection: Connection, batch_id: str) -> Iterator[Waits]:
    """What was handed over and waits for a provider's word."""
    attempt, document, number = tables.attempt.c, tables.document.c, func.count()
    query = (
        select(attempt.channel, attempt.state, number, func.min(document.due_at))
        .join_from(tables.document, tables.attempt, attempt.document_id == document.id)
        .where(
            document.batch_id == batch_id,
            document.state == DocumentState.AWAITING,
            attempt.state.in_((AttemptState.HANDED_OVER, AttemptState.IN_DOUBT)),
        )
        .group_by(attempt.channel, attempt.state)
    )
    for channel, state, count, due in connection.execute(query):
        if state is AttemptState.IN_DOUBT:
            asked = f"{channel} is asked again" if due else "its report, or a person, has to say"
            said = f"whether {channel} has it is unknown; {asked}"
        else:
            counts = "without news its time ends by itself" if due else "its report has to come"
            said = f"handed over to {channel}; {counts}"
        yield Waits(said, count, due)
