"""What every channel is to the switch: what it can carry, whom it reaches, and how a hand-over ends.

A hand-over ends in a `Receipt` or in one of three errors of `vaxel_engine.errors`: `Refused` (fix it), `Unreachable`
(never left us, retry with the same key) or `OutcomeUnknown` (may have arrived: ask, never resend blindly).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.mailing import Printing
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger.states import Status


class Repeat(StrEnum):
    """What happens when the same consignment is handed over twice with the same key."""

    DEDUPLICATES = "de-duplicates by key"
    CAN_BE_ASKED = "can be asked"
    NEITHER = "neither"


class Reach(StrEnum):
    """What a look-up says about one recipient; *unknown* waits and retries, it never buys postage."""

    HIT = "hit"
    CONFIRMED_MISS = "confirmed miss"
    UNMATCHED = "unmatched"
    """Not found in a register whose answer is a lower bound; the sender decides whether to try."""
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    """What went there came back for good, or was called unwanted; a person may lift it."""
    NO_ADDRESS = "no address"
    """The document carries no address of this channel's kind."""


class Opening(StrEnum):
    """How a channel lawfully tells that a recipient has opened a document; most do not, and then nobody knows."""

    ASKED = "asked"
    """The provider says so when it is asked what became of a hand-over."""
    TOLD = "told"
    """Whoever shows the document tells us, as it happens."""
    LINK = "link"
    """It is opened on our own page; only where the hand-over carried a link."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A provider's limit that must be known beforehand, with where it is documented."""

    what: str
    value: int
    source: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel declares of itself; routing, documentation and the conformance suite read it."""

    name: str
    title: str
    """What a person calls it, e.g. "Kivra"."""
    kinds: frozenset[DocumentKind]
    artifacts: tuple[ArtifactKind, ...]
    """What must be rendered before `prepare`, the first is what the recipient gets."""
    repeat: Repeat
    delivered_means: str
    """The strongest confirmation that the provider documents, in one clause."""
    receipts: str = "none: the answer is the last word"
    """How later news comes, in one clause."""
    limits: tuple[Limit, ...] = ()
    printing: Printing | None = None
    """How its print PDF is to be printed; None where it carries none."""
    register_holds: dt.timedelta | None = None
    """How long an answer of its register is taken for true; None where it asks nobody outside."""
    opening: Opening | None = None
    """How it tells that the recipient has opened a document; None where it does not tell."""
    invites: bool = False
    """Whether it invites whom it does not have to register, and hands over once they have."""
    unwritten: bool = False
    """It only knows whom it would reach: nothing is handed over, since nobody documents what to write."""
    register_batch: int = 1
    """How many recipients one question to its register takes, as the provider documents it."""
    weighs: tuple[int, ...] = ()
    """The steps of postage in grams; none where nothing is weighed."""
    profile: str | None = None
    """The mail house's profile that print PDFs are held against; the brand's must be the same."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a channel needs to prepare one document: `at` is the moment of freezing, so that nothing reads a clock."""

    document: Document
    artifacts: Mapping[ArtifactKind, Artifact]
    key: str
    """sha256(tenant, document, channel, delivery number) as 64 hexadecimal digits; the same for every retry."""
    at: dt.datetime
    invite_until: dt.datetime | None = None
    """Its recipient is not there, and is to be invited to register before this moment."""
    co_envelope: bool | None = None
    """Whether it may lie in one envelope with what else goes to its recipient that day; None: as the channel's settings
    say. Paper alone looks at it."""


INVITED_UNTIL = "invited_until"
"""The detail of a consignment that invites: the moment, in ISO 8601, after which nobody gets it there any more."""


@dataclass(frozen=True, slots=True)
class Consignment:
    """The frozen bytes of one hand-over; kept before the first try and reused, never rebuilt, on every retry."""

    key: str
    channel: str
    address: str = field(repr=False)
    payload: bytes = field(repr=False)
    details: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Small facts the channel needs beside the payload, e.g. the file name for a print house."""
    sender: str = ""
    """For whom it goes, whose account it was frozen for; the dispatcher fills it in."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider answered to a hand-over; `raw` is kept as it came, for the evidence pack."""

    status: Status
    reference: str | None
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider told later about a hand-over: by call-back, poll or file.

    `receipt_id` is unique per provider, so that a report that comes twice counts once. Either `key` or `reference`
    names the hand-over.
    """

    provider: str
    receipt_id: str
    status: Status
    key: str | None = None
    reference: str | None = None
    at: dt.datetime | None = None
    reason: str | None = None
    raw: bytes = field(default=b"", repr=False)


class Channel(Protocol):
    """One way to a recipient. Instances are made from settings, hold connections, and are closed after use."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can carry and how it behaves."""
        ...

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """Say for each recipient, in order, whether this channel reaches them; asks the register once for all.

        Never raises for a register that does not answer: those recipients are `UNKNOWN`.
        """
        ...

    def prepare(self, order: Order) -> Consignment:
        """Check the document against this channel's limits and freeze the bytes; pure.

        Raises:
            Refused: the document cannot go this way; the text says why.
        """
        ...

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the frozen bytes over.

        Raises:
            Refused: final; the next channel may be tried.
            Unreachable: it never left us; the same consignment may be sent again.
            OutcomeUnknown: it may have arrived.
        """
        ...

    def close(self) -> None:
        """Release connections; may be called twice."""
        ...


@runtime_checkable
class CanBeAsked(Protocol):
    """A channel whose provider can tell whether a consignment arrived."""

    def ask(self, consignment: Consignment) -> Receipt | None:
        """Return the receipt if it arrived, None if it certainly did not.

        Raises:
            Unreachable: the provider did not answer; ask again later.
        """
        ...


@runtime_checkable
class CanBeCancelled(Protocol):
    """A channel whose provider takes a consignment back as long as it has not reached its recipient."""

    def cancel(self, consignment: Consignment) -> bool:
        """Take it back; True when it will not reach anybody, False when it is too late. Harmless when repeated.

        Raises:
            Unreachable: the provider did not answer; it may have been taken back, and may be tried again.
        """
        ...


@runtime_checkable
class Reports(Protocol):
    """A channel that fetches what became of earlier hand-overs, e.g. acknowledgement files of a print house."""

    def collect(self) -> Iterable[Report]:
        """Return reports not collected before; a report seen twice does no harm (`receipt_id`)."""
        ...


@runtime_checkable
class KeepsReports(Reports, Protocol):
    """A channel that keeps reports until it is told that they are durable elsewhere, e.g. mail that came back."""

    def stored(self) -> None:
        """All that the last `collect` gave is kept in the ledger; put it aside."""
        ...


class Suppression(Protocol):
    """The list of addresses that a channel hands nothing over to; the ledger keeps it."""

    def holds(self, addresses: Sequence[str]) -> Sequence[bool]:
        """Say for each address, in order, whether it is on the list."""
        ...

    def add(self, address: str, *, why: str) -> None:
        """Put an address on the list; harmless when it is there."""
        ...

    def recipient_of(self, key: str) -> Recipient | None:
        """To whom the hand-over with this key went; None for a key that is not ours."""
        ...


@runtime_checkable
class Suppresses(Protocol):
    """A channel that keeps away from addresses that failed for good; without a list it keeps away from none."""

    def use_suppression(self, suppression: Suppression) -> None:
        """Keep to this list from now on."""
        ...


class Allowance(Protocol):
    """How much a channel may use up in a day; the ledger counts, for all processes at once."""

    def take(self, amount: int, *, limit: int) -> float:
        """Use `amount` of the day's `limit` and answer 0; or use nothing and answer the seconds until the next day."""
        ...


@runtime_checkable
class Capped(Protocol):
    """A channel with a cap per day."""

    def use_allowance(self, allowance: Allowance) -> None:
        """Count by this from now on."""
        ...
