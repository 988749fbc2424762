"""Addresses that nothing goes to any more, because mail to them came back or was called unwanted; a person lifts it.

Only an HMAC of an address is kept, with the tenant's key: it recognises an address and gives none away, also after the
documents that went there were erased.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_engine.model import Recipient
from vaxel_ledger import tables
from vaxel_ledger.attempts import by_key
from vaxel_ledger.database import reading, writing
from vaxel_ledger.sealing import bound
from vaxel_ledger.vault import Vault
from vaxel_ledger.work import load

SUPPRESSIBLE = ("email",)
"""Channels that keep to a list of addresses."""
LONGEST_WHY = 200
"""Characters of a reason."""
PAGE = 500
"""Addresses asked for in one query."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """One address on the list, without the address."""

    tenant: str
    channel: str
    why: str
    since: dt.datetime
    lifted_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Suppression:
    """The list of one tenant's channel."""

    engine: Engine
    vault: Vault
    tenant: str
    channel: str
    clock: Callable[[], dt.datetime]

    def holds(self, addresses: Sequence[str]) -> list[bool]:
        """Say for each address, in order, whether it is on the list."""
        marks = [self._mark(address) for address in addresses]
        listed: set[str] = set()
        row = tables.suppression.c
        with reading(self.engine) as connection:
            for start in range(0, len(marks), PAGE):
                query = select(row.address_hmac).where(
                    row.tenant == self.tenant,
                    row.channel == self.channel,
                    row.address_hmac.in_(marks[start : start + PAGE]),
                    row.lifted_at.is_(None),
                )
                listed.update(connection.execute(query).scalars())
        return [mark in listed for mark in marks]

    def add(self, address: str, *, why: str) -> None:
        """Put an address on the list; harmless when it is there. `why` holds nothing personal."""
        row = {
            "tenant": self.tenant,
            "channel": self.channel,
            "address_hmac": self._mark(address),
            "why": why,
            "since": self.clock(),
            "lifted_at": None,
        }
        with writing(self.engine) as connection:
            _put(connection, row)

    def lift(self, address: str) -> bool:
        """Take an address off the list, on a person's word; say whether it was on it."""
        row = tables.suppression.c
        change = (
            update(tables.suppression)
            .where(
                row.tenant == self.tenant,
                row.channel == self.channel,
                row.address_hmac == self._mark(address),
                row.lifted_at.is_(None),
            )
            .values(lifted_at=self.clock())
            .returning(row.address_hmac)
        )
        with writing(self.engine) as connection:
            return connection.execute(change).first() is not None

    def recipient_of(self, key: str) -> Recipient | None:
        """To whom the hand-over with this key went on this channel; None for a stranger's key or an erased document.

        A bounce is believed in what it is about by its key alone, so nobody's words can suppress another's address.
        """
        with reading(self.engine) as connection:
            attempt = by_key(connection, [key]).get(key)
            if attempt is None or attempt.channel != self.channel:
                return None
            document = load(connection, self.vault, [attempt.document_id]).documents.get(attempt.document_id)
        return None if document is None else document.recipient

    def _mark(self, address: str) -> str:
        place = bound("suppressed", self.channel, address.strip().casefold())
        return self.vault.keys.of(self.tenant).content_hash(place)


def to_suppress(channel: str, address: str) -> str:
    """An address as it goes onto a channel's list, for whoever asks by file or over HTTP.

    Raises:
        ValueError: the channel keeps no list, or the address is none; a sentence without the address.
    """
    if channel not in SUPPRESSIBLE:
        raise ValueError(f"channel: {channel[:40]!r} keeps no list of addresses; use {', '.join(SUPPRESSIBLE)}")
    try:
        known = Recipient.model_validate({"name": "-", "email": address or None})
    except ValidationError:
        raise ValueError("address: is not an e-mail address; write it as name@example.se") from None
    if known.email is None:
        raise ValueError("address: is empty; write an e-mail address")
    return known.email


def listed(connection: Connection, tenant: str) -> list[Suppressed]:
    """Every address that is or was on a tenant's lists, the newest first."""
    row = tables.suppression.c
    query = (
        select(row.tenant, row.channel, row.why, row.since, row.lifted_at)
        .where(row.tenant == tenant)
        .order_by(row.since.desc(), row.address_hmac)
    )
    return [Suppressed(*one) for one in connection.execute(query)]


def _put(connection: Connection, row: Mapping[str, object]) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(tables.suppression).values(dict(row))
    again = {name: row[name] for name in ("why", "since", "lifted_at")}
    lifted = tables.suppression.c.lifted_at.is_not(None)  # a standing entry keeps its first reason and day
    connection.execute(
        insert.on_conflict_do_update(index_elements=["tenant", "channel", "address_hmac"], set_=again, where=lifted)
    )
