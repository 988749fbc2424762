"""The tables of webhooks out: where to, what is to be told, and every try; `migrations` makes them."""

import datetime as dt
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Named, Table, TypedColumns, UniqueConstraint

from vaxel_ledger.columns import Json, Moment, Ordinal, Word
from vaxel_ledger.tables import metadata


class EndpointState(StrEnum):
    """Whether anything is sent to an address."""

    ACTIVE = "active"
    DISABLED = "disabled"


class MessageState(StrEnum):
    """What became of one message to one address."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given up"


class _Endpoint(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str]
    sender: Named[str | None]
    """The sender whose HTTP batches it hears of; null: everything of the tenant."""
    url: Named[str]
    kinds: Named[list[str]] = Column(Json())
    """The types it hears of; empty: all."""
    secret: Named[bytes] = Column(LargeBinary())
    """What signs, wrapped by the tenant's key."""
    previous: Named[bytes | None] = Column(LargeBinary())
    """The secret before it, which signs beside it until `previous_until`."""
    previous_until: Named[dt.datetime | None] = Column(Moment())
    state: Named[EndpointState] = Column(Word(EndpointState))
    why: Named[str | None]
    """Why it is disabled, in one sentence."""
    seen: Named[int] = Column(Ordinal)
    """The number of the last event that became a message, or was not wanted."""
    rest_until: Named[dt.datetime | None] = Column(Moment())
    """After a failure nothing else knocks before this."""
    created_at: Named[dt.datetime] = Column(Moment())


webhook_endpoint: Final = Table("webhook_endpoint", metadata, _Endpoint, Index(None, "tenant"))


class _Outbox(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    """The `webhook-id`: the same for every try, every restart and every replay."""
    endpoint_id: Named[str] = Column(ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    seq: Named[int | None] = Column(Ordinal)
    """The event that it tells of; null for a trial."""
    kind: Named[str]
    body: Named[bytes] = Column(LargeBinary())
    state: Named[MessageState] = Column(Word(MessageState))
    due_at: Named[dt.datetime | None] = Column(Moment())
    tries: Named[int]
    created_at: Named[dt.datetime] = Column(Moment())


webhook_outbox: Final = Table(
    "webhook_outbox",
    metadata,
    _Outbox,
    UniqueConstraint("endpoint_id", "seq"),
    Index(None, "endpoint_id", "state", "due_at"),
)


class _Attempt(TypedColumns):
    id: Named[int] = Column(Ordinal, primary_key=True, autoincrement=True)
    message_id: Named[str] = Column(ForeignKey("webhook_outbox.id", ondelete="CASCADE"))
    at: Named[dt.datetime] = Column(Moment())
    status: Named[int | None]
    """Of the answer; null where there was none."""
    said: Named[str]
    """What came of it, in one sentence."""
    ms: Named[int]


webhook_attempt: Final = Table("webhook_attempt", metadata, _Attempt, Index(None, "message_id"))
