"""Channels that a person has stopped: what is ready for them waits, and goes on at once when they go on."""

import datetime as dt

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import tables
from vaxel_ledger.states import DocumentState

_READY = (DocumentState.NEW, DocumentState.RENDERED, DocumentState.FALLBACK)


def held_because(channel: str) -> str:
    """The reason of a document that waits for a paused channel; `go_on` knows it by these words."""
    return f"{channel} is paused; it goes on when somebody runs vaxel pause {channel} --resume"


def paused(connection: Connection) -> frozenset[str]:
    """The channels that nothing is handed over through at the moment."""
    window = tables.channel_window.c
    return frozenset(connection.execute(select(window.channel).where(window.paused.is_(True))).scalars())


def pause(connection: Connection, channel: str) -> bool:
    """Stop a channel, and say whether it ran until now. What is being handed over at this moment is finished."""
    return _set(connection, channel, paused_now=True)


def go_on(connection: Connection, channel: str, *, at: dt.datetime) -> int | None:
    """Let a channel go on, and say how many documents waited for it; None where it was not paused."""
    if not _set(connection, channel, paused_now=False):
        return None
    document = tables.document.c
    woken = connection.execute(
        update(tables.document)
        .where(document.state.in_(_READY), document.due_at.is_not(None), document.reason == held_because(channel))
        .values(due_at=at, updated_at=at)
    )
    return woken.rowcount


def _set(connection: Connection, channel: str, *, paused_now: bool) -> bool:
    if (channel in paused(connection)) == paused_now:
        return False
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(tables.channel_window)
        .values(channel=channel, cron=None, paused=paused_now)
        .on_conflict_do_update(index_elements=["channel"], set_={"paused": paused_now})
    )
    return True
