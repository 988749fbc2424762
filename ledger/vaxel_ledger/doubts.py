"""Hand-overs whose outcome nobody knows, for the person who has to find out."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from vaxel_ledger import tables
from vaxel_ledger.states import AttemptState, DocumentState


@dataclass(frozen=True, slots=True)
class Doubt:
    """One document that a provider may or may not have."""

    reference: str
    document_id: str
    batch_id: str
    channel: str
    since: dt.datetime
    reason: str
    asked_again_at: dt.datetime | None
    """When the provider is asked again; None where only its report or a person can tell."""


def doubts(connection: Connection, tenant: str, *, limit: int) -> tuple[list[Doubt], int]:
    """A tenant's doubts, the oldest first, and how many there are in all."""
    document, attempt = tables.document.c, tables.attempt.c
    query = (
        select(
            document.ext_id,
            document.id,
            document.batch_id,
            attempt.channel,
            attempt.t_intent,
            document.reason,
            document.due_at,
        )
        .join_from(tables.attempt, tables.document, attempt.document_id == document.id)
        .where(
            attempt.state == AttemptState.IN_DOUBT, document.state == DocumentState.AWAITING, document.tenant == tenant
        )
    )
    number = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = connection.execute(query.order_by(attempt.t_intent, attempt.id).limit(limit))
    found = [
        Doubt(reference, document_id, batch_id, channel, since, reason or "", due_at)
        for reference, document_id, batch_id, channel, since, reason, due_at in page
    ]
    return found, number
