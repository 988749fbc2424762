"""How the hand-overs of a channel went, counted."""

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from vaxel_ledger import tables
from vaxel_ledger.states import AttemptState

_JUDGED = (AttemptState.HANDED_OVER, AttemptState.DELIVERED, AttemptState.FAILED)


def tally(
    connection: Connection, tenant: str, channel: str, *, since: dt.datetime | None = None
) -> Mapping[AttemptState, int]:
    """Hand-overs of a tenant's channel that came to an answer, by state, since a moment or from the beginning."""
    attempt, document = tables.attempt.c, tables.document.c
    query = (
        select(attempt.state, func.count())
        .join_from(tables.attempt, tables.document, attempt.document_id == document.id)
        .where(document.tenant == tenant, attempt.channel == channel, attempt.state.in_(_JUDGED))
        .group_by(attempt.state)
    )
    if since is not None:
        query = query.where(attempt.t_intent >= since)
    return {row[0]: row[1] for row in connection.execute(query)}
