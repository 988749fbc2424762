"""The states a document and an attempt can be in, which may follow which, and how each is counted.

There is no "sent": a hand-over is not a delivery, and a delivery is the strongest confirmation a channel documents.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class DocumentState(StrEnum):
    """Where a document is on its way."""

    NEW = "new"
    RENDERED = "rendered"
    SENDING = "sending"
    AWAITING = "awaiting"
    FALLBACK = "fallback"
    HELD = "held"
    """Nothing of it leaves until a person releases it."""
    DELIVERED = "delivered"
    ARCHIVED = "archived"
    FAILED = "failed"
    CANCELLED = "cancelled"


_D = DocumentState

TRANSITIONS: Mapping[DocumentState, frozenset[DocumentState]] = MappingProxyType(
    {
        _D.NEW: frozenset({_D.RENDERED, _D.HELD, _D.FAILED, _D.CANCELLED}),
        _D.RENDERED: frozenset({_D.SENDING, _D.HELD, _D.DELIVERED, _D.FALLBACK, _D.FAILED, _D.CANCELLED}),
        _D.SENDING: frozenset({_D.AWAITING, _D.DELIVERED, _D.FALLBACK, _D.RENDERED, _D.FAILED, _D.CANCELLED}),
        _D.AWAITING: frozenset({_D.DELIVERED, _D.FALLBACK, _D.FAILED, _D.CANCELLED}),
        _D.HELD: frozenset({_D.NEW, _D.RENDERED, _D.FALLBACK, _D.SENDING, _D.DELIVERED, _D.FAILED, _D.CANCELLED}),
        _D.FALLBACK: frozenset({_D.RENDERED, _D.HELD, _D.SENDING, _D.DELIVERED, _D.FAILED, _D.CANCELLED}),
        _D.DELIVERED: frozenset({_D.ARCHIVED, _D.FALLBACK}),
        _D.ARCHIVED: frozenset(),
        _D.FAILED: frozenset({_D.DELIVERED, _D.NEW}),
        _D.CANCELLED: frozenset(),
    }
)
"""Which state may follow which; every UPDATE names the state it expects.

What failed is new again once a person has corrected its recipient; see `redriving`. What waits here, and what failed,
becomes delivered when a channel that was given up delivers late; see `late`. What nobody has opened by its day goes a
second way, once; see `follow_ups`.
"""


class BatchState(StrEnum):
    """How far one source has come."""

    RECEIVING = "receiving"
    RECEIVED = "received"
    DONE = "done"
    CANCELLED = "cancelled"


class InboxState(StrEnum):
    """What became of a report that a provider sent."""

    PENDING = "pending"
    APPLIED = "applied"
    STRAY = "stray"
    """Named no hand-over of ours for so long that nobody waits for one."""


class AttemptState(StrEnum):
    """How far one hand-over over one channel has come."""

    INTENT = "intent"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"


_A = AttemptState

ATTEMPT_TRANSITIONS: Mapping[AttemptState, frozenset[AttemptState]] = MappingProxyType(
    {
        _A.INTENT: frozenset({_A.INTENT, _A.HANDED_OVER, _A.DELIVERED, _A.FAILED, _A.IN_DOUBT}),
        _A.IN_DOUBT: frozenset({_A.IN_DOUBT, _A.INTENT, _A.HANDED_OVER, _A.DELIVERED, _A.FAILED}),
        _A.HANDED_OVER: frozenset({_A.DELIVERED, _A.FAILED}),
        _A.DELIVERED: frozenset(),
        _A.FAILED: frozenset({_A.DELIVERED}),
    }
)
"""An intent may be tried again with the same key; a doubt becomes an intent only after the provider said "not here".

What was given up may turn out to be delivered; see `late`."""


class Counted(StrEnum):
    """The terms of the ledger's equation: in = delivered + waiting + failed + rejected + cancelled."""

    DELIVERED = "delivered"
    WAITING = "waiting"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


COUNTED_AS: Mapping[DocumentState, Counted] = MappingProxyType(
    {
        _D.NEW: Counted.WAITING,
        _D.RENDERED: Counted.WAITING,
        _D.SENDING: Counted.WAITING,
        _D.AWAITING: Counted.WAITING,
        _D.FALLBACK: Counted.WAITING,
        _D.HELD: Counted.WAITING,
        _D.DELIVERED: Counted.DELIVERED,
        _D.ARCHIVED: Counted.DELIVERED,
        _D.FAILED: Counted.FAILED,
        _D.CANCELLED: Counted.CANCELLED,
    }
)
"""Each document is counted once, in any state; a rejected record never became a document."""


class Status(StrEnum):
    """The words for reports and people, standard in the trade."""

    ACCEPTED = "accepted"
    HANDED_OVER = "handed over"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    OUTCOME_UNKNOWN = "outcome unknown"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
