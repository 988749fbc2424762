"""Channels that a person has stopped: what is ready for them waits, and goes on at once when they go on.

A channel that is *paused* gets nothing more. One that is *drained* gets what is ready for it, and nothing new.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import tables
from vaxel_ledger.states import DocumentState

_READY = (DocumentState.NEW, DocumentState.RENDERED, DocumentState.FALLBACK)


@dataclass(frozen=True, slots=True)
class Stopped:
    """The channels that a person has stopped at the moment."""

    paused: frozenset[str] = frozenset()
    draining: frozenset[str] = frozenset()


def held_because(channel: str) -> str:
    """The reason of a document that waits for a paused channel; `go_on` knows it by these words."""
    return f"{channel} is paused; it goes on when somebody runs vaxel pause {channel} --resume"


def drained_because(channel: str) -> str:
    """The reason of a document that waits for a drained channel; `go_on` knows it by these words."""
    return f"{channel} is drained and gets nothing new; it goes on when somebody runs vaxel pause {channel} --resume"


def stopped(connection: Connection) -> Stopped:
    """Which channels are paused, and which are drained."""
    window = tables.channel_window.c
    rows = connection.execute(select(window.channel, window.paused, window.draining)).all()
    return Stopped(
        frozenset(channel for channel, is_paused, _ in rows if is_paused),
        frozenset(channel for channel, is_paused, draining in rows if draining and not is_paused),
    )


def paused(connection: Connection) -> frozenset[str]:
    """The channels that nothing is handed over through at the moment."""
    return stopped(connection).paused


def pause(connection: Connection, channel: str) -> bool:
    """Stop a channel, and say whether it ran until now. What is being handed over at this moment is finished."""
    return _set(connection, channel, Stopped(paused=frozenset({channel})))


def drain(connection: Connection, channel: str) -> bool:
    """Let nothing new into a channel, finish what is ready for it, and say whether it ran until now."""
    return _set(connection, channel, Stopped(draining=frozenset({channel})))


def go_on(connection: Connection, channel: str, *, at: dt.datetime) -> int | None:
    """Let a channel go on, and say how many documents waited for it; None where it was not stopped."""
    if not _set(connection, channel, Stopped()):
        return None
    document = tables.document.c
    woken = connection.execute(
        update(tables.document)
        .where(
            document.state.in_(_READY),
            document.due_at.is_not(None),
            document.reason.in_((held_because(channel), drained_because(channel))),
        )
        .values(due_at=at, updated_at=at)
    )
    return woken.rowcount


def _set(connection: Connection, channel: str, wanted: Stopped) -> bool:
    now = stopped(connection)
    values = {"paused": channel in wanted.paused, "draining": channel in wanted.draining}
    if values == {"paused": channel in now.paused, "draining": channel in now.draining}:
        return False
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(tables.channel_window)
        .values(channel=channel, **values)
        .on_conflict_do_update(index_elements=["channel"], set_=values)
    )
    return True
