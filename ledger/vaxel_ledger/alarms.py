"""What is unusual at the moment, told once and ended by itself; and what is usual, which outlives the process."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger.switch_tables import alarm, usual


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that is out of its usual band."""

    what: str
    sentence: str
    since: dt.datetime
    ended_at: dt.datetime | None = None


def sound(
    connection: Connection, tenant: str, what: str, sentence: str, *, at: dt.datetime, told: Mapping[str, object]
) -> bool:
    """Begin an alarm, and say whether it is a new one; one that stands keeps its first sentence."""
    standing = select(alarm.c.id).where(alarm.c.tenant == tenant, alarm.c.what == what, alarm.c.ended_at.is_(None))
    if connection.execute(standing).first() is not None:
        return False
    connection.execute(
        insert(alarm).values(tenant=tenant, what=what, sentence=sentence, told=dict(told), since=at, ended_at=None)
    )
    return True


def end(connection: Connection, tenant: str, what: str, *, at: dt.datetime) -> bool:
    """End an alarm, and say whether it stood."""
    done = connection.execute(
        update(alarm)
        .where(alarm.c.tenant == tenant, alarm.c.what == what, alarm.c.ended_at.is_(None))
        .values(ended_at=at)
    )
    return bool(done.rowcount)


def standing(connection: Connection, tenant: str) -> list[Alarm]:
    """The alarms that stand, the oldest first."""
    query = (
        select(alarm.c.what, alarm.c.sentence, alarm.c.since)
        .where(alarm.c.tenant == tenant, alarm.c.ended_at.is_(None))
        .order_by(alarm.c.since, alarm.c.id)
    )
    return [Alarm(what, sentence, since) for what, sentence, since in connection.execute(query)]


def known_usual(connection: Connection, tenant: str) -> dict[str, tuple[float, int]]:
    """What is usual, by name: the share, and from how many it was learned."""
    query = select(usual.c.what, usual.c.share, usual.c.seen).where(usual.c.tenant == tenant)
    return {what: (share, seen) for what, share, seen in connection.execute(query)}


def learn(connection: Connection, tenant: str, learned: Mapping[str, tuple[float, int]], *, at: dt.datetime) -> None:
    """Keep what is usual; of two workers the later one's stands."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    for what, (share, seen) in learned.items():
        row = dialect.insert(usual).values(tenant=tenant, what=what, share=share, seen=seen, updated_at=at)
        again = {"share": share, "seen": seen, "updated_at": at}
        connection.execute(row.on_conflict_do_update(index_elements=["tenant", "what"], set_=again))
