"""A sender's rules as values: which channels for which kinds, in which order, when, and under what conditions."""

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from zoneinfo import ZoneInfo

from vaxel_engine.model import Document, DocumentKind, Recipient

LOTS = 10_000
"""Into so many equal parts recipients are drawn for ramps; a hundredth of a per cent is the finest step."""


class Identity(StrEnum):
    """What a document may state of its recipient; the fields' own names."""

    NATIONAL_ID = "national_id"
    ORGANISATION_NUMBER = "organisation_number"
    EMAIL = "email"
    MOBILE = "mobile"
    POSTAL_ADDRESS = "postal_address"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a sender has signed before a channel may be used, e.g. with a bank."""

    name: str
    begins: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Ramp:
    """A channel that takes a share of the recipients for now, and stops by itself when it goes wrong."""

    percent: Decimal
    stop_at: Decimal
    """Per cent of failed hand-overs beyond which it stops."""
    after: int
    """Hand-overs that are waited for before it is judged."""
    since: dt.datetime | None = None
    """From when on hand-overs count; None for all there ever were."""

    def takes(self, lot: int) -> bool:
        """Whether a recipient of this lot is in the ramp; one that grows keeps those it has."""
        return lot < self.percent * LOTS / 100


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the day in which nothing is handed over, in the rules' time zone; they may pass midnight."""

    begins: dt.time
    ends: dt.time

    def until(self, at: dt.datetime) -> dt.datetime | None:
        """When the quiet that holds at a moment ends; None while it does not hold. `at` is in the rules' zone."""
        clock = at.time()
        overnight = self.begins > self.ends
        within = clock >= self.begins or clock < self.ends if overnight else self.begins <= clock < self.ends
        if not within:
            return None
        day = at.date() + dt.timedelta(days=1 if overnight and clock >= self.begins else 0)
        return dt.datetime.combine(day, self.ends, at.tzinfo)


NEVER_INVITED = frozenset({DocumentKind.REMINDER})
"""What must reach its recipient now: an invitation is no delivery, and a reminder sets a term."""


@dataclass(frozen=True, slots=True)
class Invite:
    """Whom a channel's register does not have is invited to register, and gets the document once they have."""

    days: int
    """So many days they have; then the next channel carries it."""
    kinds: frozenset[DocumentKind] = frozenset(DocumentKind) - NEVER_INVITED


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """What a sender says of one channel."""

    kinds: frozenset[DocumentKind] | None = None
    """The kinds it is used for; None for all it carries."""
    needs: tuple[Identity, ...] = ()
    agreement: Agreement | None = None
    days: int = 0
    """Bank days from the hand-over until it is in hand."""
    quiet: Quiet | None = None
    ramp: Ramp | None = None
    fresh: dt.timedelta | None = None
    """How long its register's answer holds, in place of what the channel declares."""
    invite: Invite | None = None
    co_envelope: frozenset[DocumentKind] | None = None
    """The kinds that may share an envelope, on paper; None: as the channel's settings say."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """By when a document of a kind is to be opened, and what follows when it is not."""

    after_days: int | None = None
    """So many days after it was made ready."""
    days_before_due: int | None = None
    """So many days before the due date, at the earliest the day after it was made ready."""
    then: str | None = None
    """The channel that follows; None for the next of the order."""

    def open_by(self, at: dt.datetime, due: dt.date | None) -> dt.datetime | None:
        """The midnight by which it is to be opened; None where no day can be named. `at` is in the rules' zone."""
        first = at.date() + dt.timedelta(days=1)
        if self.after_days is not None:
            day = at.date() + dt.timedelta(days=self.after_days)
        elif self.days_before_due is not None and due is not None:
            day = due - dt.timedelta(days=self.days_before_due)
        else:
            return None
        return dt.datetime.combine(max(day, first), dt.time(), at.tzinfo)


@dataclass(frozen=True, slots=True)
class KindRules:
    """What a sender says of one kind of document."""

    channels: tuple[str, ...] | None = None
    """The order of priority for this kind; None for the general one."""
    lawful: frozenset[str] | None = None
    """The only channels that the law, or the sender's reading of it, lets carry the kind; no wish goes beyond."""
    fallback: bool = True
    """Whether a second channel is tried after the first failed."""
    days_before_due: int | None = None
    """So many days before the due date it must be in hand."""
    unopened: Unopened | None = None
    """What follows where nobody opens it; None where nothing does."""


_PLAIN_KIND, _PLAIN_CHANNEL = KindRules(), ChannelRules()


@dataclass(frozen=True, slots=True)
class Rules:
    """A sender's rules, as one version of one file says them."""

    channels: tuple[str, ...]
    version: str = ""
    digest: str = ""
    """SHA-256 of the file; kept with each decision."""
    prefer: Literal["order", "cost"] = "order"
    try_unmatched: bool = True
    country: str = "SE"
    time_zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Stockholm"))
    kinds: Mapping[DocumentKind, KindRules] = field(default_factory=lambda: MappingProxyType({}))
    of_channels: Mapping[str, ChannelRules] = field(default_factory=lambda: MappingProxyType({}))

    def kind(self, kind: DocumentKind) -> KindRules:
        """What is said of a kind; nothing particular where the file is silent."""
        return self.kinds.get(kind, _PLAIN_KIND)

    def channel(self, name: str) -> ChannelRules:
        """What is said of a channel; nothing particular where the file is silent."""
        return self.of_channels.get(name, _PLAIN_CHANNEL)

    def shares_envelope(self, channel: str, kind: DocumentKind) -> bool | None:
        """Whether a document may share its envelope; None where the rules leave it to the channel's settings."""
        kinds = self.channel(channel).co_envelope
        return None if kinds is None else kind in kinds

    def quiet_until(self, channel: str, at: dt.datetime) -> dt.datetime | None:
        """When a channel may be used again; None where it may be now."""
        quiet = self.channel(channel).quiet
        return quiet.until(at.astimezone(self.time_zone)) if quiet else None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the rules look at beside kind and wishes: the moment, the dates, what is known, what it costs."""

    at: dt.datetime
    has: frozenset[Identity] = frozenset()
    due: dt.date | None = None
    in_hand_by: dt.date | None = None
    """As the document itself says; else it follows from the due date and the kind's rules."""
    lot: int = 0
    """Which of `LOTS` the recipient is in; the same for ever, for one recipient and sender."""
    stopped: frozenset[str] = frozenset()
    """Channels whose ramp has stopped by itself."""
    prices: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType({}))
    """What a document costs by channel, for rules that prefer the cheapest."""
    currency: str = ""


def occasion(
    document: Document,
    at: dt.datetime,
    *,
    stopped: frozenset[str] = frozenset(),
    prices: Mapping[str, Decimal] | None = None,
    currency: str = "",
) -> Occasion:
    """What the rules look at, of one document at one moment."""
    return Occasion(
        at=at,
        has=stated(document.recipient),
        due=document.invoice.due_date if document.invoice else None,
        in_hand_by=document.delivery.in_hand_by,
        lot=lot(document.sender, document.recipient),
        stopped=stopped,
        prices=prices or {},
        currency=currency,
    )


def stated(recipient: Recipient) -> frozenset[Identity]:
    """What a document states of its recipient."""
    return frozenset(one for one in Identity if getattr(recipient, one.value) is not None)


def lot(sender: str, recipient: Recipient) -> int:
    """Which of `LOTS` a recipient is in: by the surest thing that is known of them, so that each month gives the same.

    Not by chance: who is in a ramp today must be in it tomorrow, on every machine.
    """
    known = recipient.national_id.value if recipient.national_id else None
    name = known or recipient.organisation_number or recipient.email or recipient.mobile or recipient.name
    return zlib.crc32(f"{sender}\n{name}".casefold().encode()) % LOTS
