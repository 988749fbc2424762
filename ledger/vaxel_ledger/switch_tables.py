"""The tables of the channel switch: wishes, mandates, legs, follow-ups, what is usual, alarms."""

import datetime as dt
from enum import StrEnum
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Named, Table, TypedColumns

from vaxel_ledger.columns import Json, Moment, Ordinal, Word
from vaxel_ledger.tables import metadata


class LegState(StrEnum):
    """How far a payment leg is."""

    SELECTED = "selected"
    """The document says that the amount will be drawn; no file has gone to the bank."""


class FollowUpState(StrEnum):
    """What became of the moment by which a document is to be opened."""

    WATCHING = "watching"
    OPENED = "opened"
    """In time, or after the second way had begun."""
    FOLLOWED = "followed"
    """Nobody had opened it, and the next channel carries it."""
    ENDED = "ended"
    """It was not delivered through that channel, so that nothing is to be opened there."""


class _Wish(TypedColumns):
    id: Named[int] = Column(Ordinal, primary_key=True, autoincrement=True)
    tenant: Named[str]
    sender: Named[str]
    """Whose documents it is about; empty for every sender's."""
    recipient_hmac: Named[str]
    """HMAC of one of the recipient's identities with the tenant's key."""
    channel: Named[str]
    """Empty: whatever was asked for before is taken back."""
    day: Named[int | None]
    language: Named[str | None]
    date: Named[str]
    """The day it was asked for and counts from, as YYYY-MM-DD."""
    source: Named[str]
    """Where it came in: "file", "service", "link"."""
    created_at: Named[dt.datetime] = Column(Moment())


wish: Final = Table("wish", metadata, _Wish, Index(None, "tenant", "recipient_hmac"))


class _Mandate(TypedColumns):
    id: Named[str] = Column(primary_key=True)
    tenant: Named[str]
    sender: Named[str]
    recipient_hmac: Named[str]
    payer: Named[bytes] = Column(LargeBinary())
    """The payer number, wrapped by the tenant's key."""
    account_hint: Named[str | None]
    begins: Named[str]
    """The first day on which it may be drawn, as YYYY-MM-DD."""
    ends: Named[str | None]
    created_at: Named[dt.datetime] = Column(Moment())


mandate: Final = Table("mandate", metadata, _Mandate, Index(None, "tenant", "sender", "recipient_hmac"))


class _PaymentLeg(TypedColumns):
    document_id: Named[str] = Column(ForeignKey("document.id"), primary_key=True)
    scheme: Named[str]
    draw_date: Named[str]
    """The bank day on which the amount is drawn, as YYYY-MM-DD."""
    amount: Named[str]
    currency: Named[str]
    payer: Named[bytes] = Column(LargeBinary())
    """The payer number, sealed with the document's key."""
    account_hint: Named[str | None]
    state: Named[LegState] = Column(Word(LegState))
    created_at: Named[dt.datetime] = Column(Moment())


payment_leg: Final = Table("payment_leg", metadata, _PaymentLeg, Index(None, "state", "draw_date"))


class _FollowUp(TypedColumns):
    document_id: Named[str] = Column(ForeignKey("document.id"), primary_key=True)
    idem_key: Named[str]
    """The hand-over that is to be opened."""
    channel: Named[str]
    open_by: Named[dt.datetime] = Column(Moment())
    """When the next channel follows if nobody has opened it; moved on while nobody can say."""
    next_ix: Named[int]
    """Which place of the route's order follows."""
    by_link: Named[bool]
    """It is opened on our own page behind the link."""
    state: Named[FollowUpState] = Column(Word(FollowUpState))
    followed_at: Named[dt.datetime | None] = Column(Moment())
    """When the second way began; a document has one at most."""


follow_up: Final = Table("follow_up", metadata, _FollowUp, Index(None, "state", "open_by"), Index(None, "idem_key"))


class _Usual(TypedColumns):
    tenant: Named[str] = Column(primary_key=True)
    what: Named[str] = Column(primary_key=True)
    """E.g. "register kivra", "paper nordljus"."""
    share: Named[float]
    seen: Named[int]
    """How many answers or documents it was learned from."""
    updated_at: Named[dt.datetime] = Column(Moment())


usual: Final = Table("usual", metadata, _Usual)


class _Alarm(TypedColumns):
    id: Named[int] = Column(Ordinal, primary_key=True, autoincrement=True)
    tenant: Named[str]
    what: Named[str]
    sentence: Named[str]
    """What is unusual, since when, and what can be done; nothing personal."""
    told: Named[dict[str, object]] = Column(Json())
    since: Named[dt.datetime] = Column(Moment())
    ended_at: Named[dt.datetime | None] = Column(Moment())


alarm: Final = Table("alarm", metadata, _Alarm, Index(None, "tenant", "what"))
