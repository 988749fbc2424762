"""How recipients asked to be reached, kept apart from any file: by file, over HTTP, or on the page behind a link."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select

from vaxel_engine.model import Language, Wish
from vaxel_ledger.switch_tables import wish

Source = Literal["file", "service", "link"]

PAGE = 500
"""Marks asked for in one query."""


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish as it is kept: it holds for one sender's documents, or for all."""

    marks: Sequence[str]
    """The recipient's identities by their HMAC; the wish is found by each."""
    channel: str | None
    """None takes back whatever was asked for before."""
    date: dt.date
    """The day from which it counts."""
    sender: str = ""
    day: int | None = None
    language: Language | None = None


def record(connection: Connection, tenant: str, wishes: Sequence[Wished], *, source: Source, at: dt.datetime) -> None:
    """Keep wishes; none is ever changed: a newer one goes before an older."""
    rows = [
        {
            "tenant": tenant,
            "sender": one.sender,
            "recipient_hmac": mark,
            "channel": one.channel or "",
            "day": one.day,
            "language": one.language,
            "date": one.date.isoformat(),
            "source": source,
            "created_at": at,
        }
        for one in wishes
        for mark in one.marks
    ]
    if rows:
        connection.execute(insert(wish), rows)


def standing(
    connection: Connection, tenant: str, sender: str, marks: Collection[str], *, until: dt.datetime | None = None
) -> dict[str, list[Wish]]:
    """By mark, the wishes that hold for a sender's documents, the oldest first; what was taken back is not among them.

    `until` leaves out what was not known yet at a moment, so that a decision can be made again as it was.
    """
    found: dict[str, list[tuple[str, int, Wish | None]]] = defaultdict(list)
    wanted = sorted(marks)
    for start in range(0, len(wanted), PAGE):
        query = select(
            wish.c.recipient_hmac, wish.c.date, wish.c.id, wish.c.channel, wish.c.day, wish.c.language
        ).where(
            wish.c.tenant == tenant,
            wish.c.sender.in_(("", sender)),
            wish.c.recipient_hmac.in_(wanted[start : start + PAGE]),
        )
        if until is not None:
            query = query.where(wish.c.created_at <= until)
        for mark, date, number, channel, day, language in connection.execute(query):
            asked = dt.date.fromisoformat(date)
            told = {"channel": channel, "date": asked, "day": day, "language": language}
            kept = Wish.model_validate(told) if channel else None
            found[mark].append((date, number, kept))
    standing: dict[str, list[Wish]] = {}
    for mark, rows in found.items():
        rows.sort(key=lambda row: row[:2])
        ends = [ix for ix, (_, _, kept) in enumerate(rows) if kept is None]
        after = rows[ends[-1] + 1 :] if ends else rows
        standing[mark] = [kept for _, _, kept in after if kept is not None]
    return standing
