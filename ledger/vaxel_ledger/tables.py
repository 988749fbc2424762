"""The ledger's tables; `migrations` makes them, a test holds the two together."""

import datetime as dt
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Named,
    PrimaryKeyConstraint,
    Table,
    TypedColumns,
    UniqueConstraint,
    text,
)

from vaxel_ledger.columns import Json, Moment, Ordinal, Word
from vaxel_ledger.states import AttemptState, BatchState, DocumentState, InboxState

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class _Batch(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str]
    source_sha256: Named[str]
    source_name: Named[str]
    state: Named[BatchState] = Column(Word(BatchState))
    n: Named[int | None]
    """How many records the reader counted; null while the file is still being read."""
    counters: Named[dict[str, int] | None] = Column(Json())
    """The closing line on the day the batch was done, for lists of many batches; counts always come from the rows."""
    window_id: Named[str | None]
    """The hand-over window this batch waits for, where one was chosen."""
    sender: Named[str | None]
    """The only sender whose records it takes: the one whose key it came in with over HTTP; null for any."""
    hold: Named[str | None]
    """Why what has not left of it waits for a person; null where it goes its way."""
    totals: Named[dict[str, Any] | None] = Column(Json())
    """What its sender says is in it: `documents`, and `sums` by currency."""
    pack_version: Named[dict[str, str] | None] = Column(Json())
    """By brand, the published pack that was live when the batch began; it is rendered with these to its end."""
    created_at: Named[dt.datetime] = Column(Moment())
    updated_at: Named[dt.datetime] = Column(Moment())


batch: Final = Table(
    "batch",
    metadata,
    _Batch,
    # The same file again answers with the first batch, unless that was cancelled.
    Index(
        "uq_batch_source",
        "tenant",
        "source_sha256",
        unique=True,
        sqlite_where=text("state <> 'cancelled'"),
        postgresql_where=text("state <> 'cancelled'"),
    ),
)


class _Dek(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str]
    kek_id: Named[str]
    """The fingerprint of the tenant key that wraps it; tells a lost key from a wrong one."""
    wrapped: Named[bytes] = Column(LargeBinary())
    created_at: Named[dt.datetime] = Column(Moment())


dek: Final = Table("dek", metadata, _Dek)


class _Artifact(TypedColumns):
    sha: Named[str] = Column(primary_key=True)
    """SHA-256 of the ciphertext: the address."""
    tenant: Named[str]
    document_id: Named[str]
    kind: Named[str]
    """A kind of artifact, or `document`, `consignment`, `receipt`."""
    idem_key: Named[str | None]
    """The hand-over it belongs to, for a consignment or a receipt."""
    media: Named[str]
    size: Named[int]
    """Bytes of the plain content."""
    pack: Named[str]
    """The file that holds it, named by the SHA-256 of that file; equal to `sha` where it is alone in it."""
    offset: Named[int]
    length: Named[int]
    plain_hmac: Named[str]
    sealed_sha256: Named[bytes] = Column(LargeBinary())
    """The SHA-256 of the plain content, sealed with the document's key, for reports."""
    dek_id: Named[str | None] = Column(ForeignKey("dek.id", ondelete="SET NULL"))
    created_at: Named[dt.datetime] = Column(Moment())


artifact: Final = Table(
    "artifact", metadata, _Artifact, Index(None, "document_id", "kind"), Index(None, "pack"), Index(None, "dek_id")
)


class _Document(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str]
    batch_id: Named[str] = Column(ForeignKey("batch.id"))
    record: Named[int]
    """The 1-based ordinal among the records of the source."""
    ext_id: Named[str]
    """The sender's own reference."""
    kind: Named[str]
    prio: Named[int]
    """Lower goes first."""
    state: Named[DocumentState] = Column(Word(DocumentState))
    held_from: Named[DocumentState | None] = Column(Word(DocumentState))
    """Where it goes on when a person releases it."""
    chan_ix: Named[int]
    """Which channel of the route's order it is at."""
    delivery_no: Named[int]
    """Part of the idempotency key; raised by a person's deliberate resend, and once by a second way (`follow_ups`)."""
    route: Named[Any | None] = Column(Json(), nullable=True)
    """The routing decision with the reasons for and against each channel; no personal data."""
    reason: Named[str | None]
    due_at: Named[dt.datetime | None] = Column(Moment())
    artifact_sha: Named[str] = Column(ForeignKey("artifact.sha"))
    """The canonical document as it was accepted."""
    recipient: Named[bytes] = Column(LargeBinary())
    """The recipient's name, sealed with the document's key."""
    link_sha256: Named[str]
    """SHA-256 of the web link's token; the token itself is never stored."""
    dek_id: Named[str | None] = Column(ForeignKey("dek.id", ondelete="SET NULL"))
    chunk_id: Named[str | None]
    """The chunk in which a worker has claimed it; null where anybody may."""
    created_at: Named[dt.datetime] = Column(Moment())
    updated_at: Named[dt.datetime] = Column(Moment())


document: Final = Table(
    "document",
    metadata,
    _Document,
    UniqueConstraint("batch_id", "record"),
    # A reference may come again only after the first document with it was cancelled.
    Index(
        "uq_document_ext_id",
        "tenant",
        "ext_id",
        unique=True,
        sqlite_where=text("state <> 'cancelled'"),
        postgresql_where=text("state <> 'cancelled'"),
    ),
    Index(
        "ix_document_due",
        "state",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index(
        "ix_document_ready",
        "state",
        "prio",
        "id",
        sqlite_where=text("due_at IS NULL"),
        postgresql_where=text("due_at IS NULL"),
    ),
    Index(None, "link_sha256", unique=True),
    Index("ix_document_batch", "batch_id", "state", "due_at", "prio", "id"),
)


class _Attempt(TypedColumns):
    id: Named[int] = Column(Ordinal, primary_key=True, autoincrement=True)
    document_id: Named[str] = Column(ForeignKey("document.id"))
    seq: Named[int]
    channel: Named[str]
    delivery_no: Named[int]
    idem_key: Named[str] = Column(unique=True)
    state: Named[AttemptState] = Column(Word(AttemptState))
    status: Named[str]
    """The word for reports, e.g. "handed over" or "read"."""
    provider_ref: Named[str | None]
    tries: Named[int]
    reason: Named[str | None]
    consignment_sha: Named[str] = Column(ForeignKey("artifact.sha"))
    """The frozen bytes."""
    cost: Named[str | None]
    """What it costs by the operator's prices of that day, as a decimal number; null where none are known."""
    currency: Named[str | None]
    executor_id: Named[str]
    """The node that hands it over; what a dead node left behind is taken up by its name."""
    t_intent: Named[dt.datetime] = Column(Moment())
    t_handed_over: Named[dt.datetime | None] = Column(Moment())
    t_final: Named[dt.datetime | None] = Column(Moment())


attempt: Final = Table(
    "attempt",
    metadata,
    _Attempt,
    UniqueConstraint("document_id", "seq"),
    Index(None, "channel", "provider_ref"),
    Index(None, "state", "executor_id"),
)


class _Event(TypedColumns):
    seq: Named[int] = Column(Ordinal, primary_key=True, autoincrement=True)
    batch_id: Named[str]
    document_id: Named[str | None]
    """Null for an event of the whole batch; stays as a pseudonym after erasure."""
    t: Named[dt.datetime] = Column(Moment())
    kind: Named[str]
    actor: Named[str]
    data: Named[dict[str, Any]] = Column(Json())


event: Final = Table("event", metadata, _Event, Index(None, "document_id", "seq"), Index(None, "batch_id", "seq"))


class _Rejection(TypedColumns):
    id: Named[int] = Column(Ordinal, primary_key=True, autoincrement=True)
    batch_id: Named[str] = Column(ForeignKey("batch.id"))
    position: Named[int]
    """The 1-based ordinal among the records of the source."""
    file: Named[str]
    record: Named[int]
    line: Named[int | None]
    path: Named[str]
    term: Named[str | None]
    found: Named[str]
    remedy: Named[str]
    created_at: Named[dt.datetime] = Column(Moment())


rejection: Final = Table("rejection", metadata, _Rejection, UniqueConstraint("batch_id", "position"))


class _ReceiptInbox(TypedColumns):
    provider: Named[str]
    receipt_id: Named[str]
    status: Named[str]
    idem_key: Named[str | None]
    provider_ref: Named[str | None]
    reason: Named[str | None]
    reported_at: Named[dt.datetime | None] = Column(Moment())
    received_at: Named[dt.datetime] = Column(Moment())
    body: Named[bytes | None] = Column(LargeBinary())
    """What the provider wrote, sealed; moved to the document's own evidence when it is applied."""
    applied: Named[InboxState] = Column(Word(InboxState))
    applied_at: Named[dt.datetime | None] = Column(Moment())


receipt_inbox: Final = Table(
    "receipt_inbox",
    metadata,
    _ReceiptInbox,
    PrimaryKeyConstraint("provider", "receipt_id"),
    Index(None, "applied", "received_at"),
)


class _CancelWish(TypedColumns):
    document_id: Named[str] = Column(ForeignKey("document.id"), primary_key=True)
    actor: Named[str]
    due_at: Named[dt.datetime] = Column(Moment())
    """When a worker asks, or asks again."""
    answered_at: Named[dt.datetime | None] = Column(Moment())
    given_back: Named[bool | None]


cancel_wish: Final = Table("cancel_wish", metadata, _CancelWish)


class _RateBucket(TypedColumns):
    provider: Named[str] = Column(primary_key=True)
    tokens: Named[float]
    t: Named[dt.datetime] = Column(Moment())


rate_bucket: Final = Table("rate_bucket", metadata, _RateBucket)


class _ChannelWindow(TypedColumns):
    channel: Named[str] = Column(primary_key=True)
    paused: Named[bool]
    draining: Named[bool | None]
    """It gets what is ready for it, and nothing new."""


channel_window: Final = Table("channel_window", metadata, _ChannelWindow)


class _Suppression(TypedColumns):
    tenant: Named[str]
    channel: Named[str]
    address_hmac: Named[str]
    """HMAC of the address with the tenant's key."""
    why: Named[str]
    since: Named[dt.datetime] = Column(Moment())
    lifted_at: Named[dt.datetime | None] = Column(Moment())
    """When a person took it off the list."""


suppression: Final = Table(
    "suppression", metadata, _Suppression, PrimaryKeyConstraint("tenant", "channel", "address_hmac")
)


class _Node(TypedColumns):
    executor_id: Named[str] = Column(primary_key=True)
    life: Named[str]
    """Drawn anew by each process that works under this name."""
    beats: Named[int]
    """Counted up while it lives; who watches measures by its own clock how long it has stood still."""
    beat: Named[dt.datetime] = Column(Moment())
    """When it last beat by its own clock, for people; nothing is decided by it."""


node: Final = Table("node", metadata, _Node)


class _Chunk(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    executor_id: Named[str]
    life: Named[str]
    """Which life of the node holds it; every commit on the chunk's documents asks whether it is still the same."""
    documents: Named[list[str]] = Column(Json())
    taken_at: Named[dt.datetime] = Column(Moment())


chunk: Final = Table("chunk", metadata, _Chunk, Index(None, "executor_id"))
