"""How many hand-overs a second one provider gets, from all workers together: turns are taken in the ledger."""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import tables
from vaxel_ledger.states import DocumentState

_QUEUE = "/queue"


@dataclass(frozen=True, slots=True)
class Turns:
    """How many may go now, and when the others may come again."""

    now: int
    later: tuple[dt.datetime, ...]


def waits_its_turn(channel: str) -> str:
    """The reason of a document whose channel has reached its rate."""
    return f"{channel} has as many as it takes in a second; it goes by itself when its turn comes"


def take_turns(
    connection: Connection, account: str, waited: Sequence[bool], per_second: float, at: dt.datetime
) -> Turns:
    """Take turns for as many documents as `waited` is long, each of which says whether it waited for one before.

    Turns come back evenly, and at most a second's worth is kept. Who is new queues behind who waits; who waited comes
    again soon. The clock is the database's on PostgreSQL, so that no two machines' clocks are compared; where it is set
    back, nothing comes back until it moves on.
    """
    now = _now(connection, at)
    most = max(1.0, per_second)
    _make(connection, (account, most), (account + _QUEUE, 0.0), at=now)
    row = tables.rate_bucket.c
    wanted = select(row.provider, row.tokens, row.t).where(row.provider.in_((account, account + _QUEUE)))
    rows = {name: (tokens, t) for name, tokens, t in connection.execute(wanted.with_for_update())}
    tokens, before = rows[account]
    kept = min(most, tokens + max(0.0, (now - before).total_seconds()) * per_second)
    granted = min(len(waited), math.floor(kept))
    _set(connection, account, kept - granted, now)
    rest = waited[granted:]
    if not rest:
        return Turns(granted, ())
    each = dt.timedelta(seconds=1 / per_second)
    queue = max(rows[account + _QUEUE][1], now)
    later: list[dt.datetime] = []
    for position, again in enumerate(rest, 1):
        if again:
            later.append(at + each * position)
            continue
        queue += each
        later.append(at + (queue - now))
    _set(connection, account + _QUEUE, 0.0, queue)
    return Turns(granted, tuple(later))


def postpone(
    connection: Connection, documents: Sequence[tuple[str, dt.datetime]], reason: str, *, at: dt.datetime
) -> None:
    """Let documents that are ready wait until their moment; nothing happened to them, so no event tells of it."""
    document = tables.document.c
    for document_id, due_at in documents:
        connection.execute(
            update(tables.document)
            .where(document.id == document_id, document.state == DocumentState.RENDERED)
            .values(due_at=due_at, reason=reason, updated_at=at, chunk_id=None)
        )


def _now(connection: Connection, at: dt.datetime) -> dt.datetime:
    if connection.dialect.name != "postgresql":  # one file, one machine
        return at
    moment: dt.datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def _make(connection: Connection, *buckets: tuple[str, float], at: dt.datetime) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for name, tokens in buckets:
        first = dialect.insert(tables.rate_bucket).values(provider=name, tokens=tokens, t=at)
        connection.execute(first.on_conflict_do_nothing())


def _set(connection: Connection, name: str, tokens: float, at: dt.datetime) -> None:
    row = tables.rate_bucket.c
    connection.execute(update(tables.rate_bucket).where(row.provider == name).values(tokens=tokens, t=at))
