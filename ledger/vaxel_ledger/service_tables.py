"""The tables of the HTTP service: who may ask, and what was asked under which key; `migrations` makes them."""

import datetime as dt
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Named, PrimaryKeyConstraint, Table, TypedColumns

from vaxel_ledger.columns import Moment
from vaxel_ledger.tables import metadata


class _ApiKey(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    """The public part of the key; stands in lists and logs."""
    tenant: Named[str]
    sender: Named[str]
    """The only sender that the key may act for."""
    name: Named[str]
    secret_sha256: Named[str]
    """Of the secret part, which has 256 random bits and is never stored."""
    created_at: Named[dt.datetime] = Column(Moment())
    expires_at: Named[dt.datetime | None] = Column(Moment())
    revoked_at: Named[dt.datetime | None] = Column(Moment())


api_key: Final = Table("api_key", metadata, _ApiKey, Index(None, "tenant"))


class _ApiRequest(TypedColumns):
    tenant: Named[str]
    sender: Named[str]
    idem_key: Named[str]
    """The sender's own Idempotency-Key."""
    body_sha256: Named[str]
    batch_id: Named[str | None] = Column(ForeignKey("batch.id"))
    """The batch that the body became; null while it is being taken in, and after a crash in the midst of that."""
    created_at: Named[dt.datetime] = Column(Moment())


api_request: Final = Table(
    "api_request",
    metadata,
    _ApiRequest,
    PrimaryKeyConstraint("tenant", "sender", "idem_key"),
    Index(None, "batch_id"),
)
