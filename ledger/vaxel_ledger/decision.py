"""The routing decision as the ledger keeps it: the order of channels, and a sentence for or against each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a channel is used or not: a code for other languages and machines, a sentence for people."""

    favours: bool
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Which channels to try in which order, and why; holds no personal data, since it outlives erasure."""

    order: tuple[str, ...]
    sentence: str
    reasons: Mapping[str, Reason] = field(default_factory=lambda: MappingProxyType(dict[str, Reason]()))
    unanswered: tuple[str, ...] = ()
    """Channels of `order` whose register did not answer: they are asked again before they are used."""

    def channel(self, ix: int) -> str | None:
        """The channel at a place of the order; None behind the last."""
        return self.order[ix] if ix < len(self.order) else None

    def without(self, channel: str, code: str, sentence: str) -> "Decision":
        """The same route with a reason against a channel that was tried; the order keeps its places."""
        return replace(self, reasons={**self.reasons, channel: Reason(False, code, sentence)})

    def answered(self, channel: str) -> "Decision":
        """The same route after a channel's register has answered."""
        return replace(self, unanswered=tuple(name for name in self.unanswered if name != channel))

    def as_json(self) -> dict[str, Any]:
        """As the column `route` of `document`."""
        return {
            "order": list(self.order),
            "sentence": self.sentence,
            "unanswered": list(self.unanswered),
            "reasons": {
                channel: {"for": reason.favours, "code": reason.code, "sentence": reason.sentence}
                for channel, reason in self.reasons.items()
            },
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Decision":
        """Out of the column `route` of `document`."""
        return cls(
            order=tuple(kept["order"]),
            sentence=str(kept["sentence"]),
            unanswered=tuple(kept["unanswered"]),
            reasons={
                str(channel): Reason(bool(reason["for"]), str(reason["code"]), str(reason["sentence"]))
                for channel, reason in kept["reasons"].items()
            },
        )
