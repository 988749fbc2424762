"""The routing decision as the ledger keeps it: the order of channels, and a sentence for or against each."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a channel is used or not: a code for other languages and machines, a sentence for people."""

    favours: bool
    code: str
    sentence: str
    values: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """What stands in the slots of the code's sentence, so that it can be said in another language."""

    def as_json(self) -> dict[str, Any]:
        """With plain values."""
        told = {"for": self.favours, "code": self.code, "sentence": self.sentence}
        return {**told, "values": dict(self.values)} if self.values else told

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Reason":
        """As it was kept."""
        return cls(bool(kept["for"]), str(kept["code"]), str(kept["sentence"]), dict(kept.get("values", _NONE)))


@dataclass(frozen=True, slots=True)
class Decision:
    """Which channels to try in which order, and why; holds no personal data, since it outlives erasure."""

    order: tuple[str, ...]
    sentence: str
    reasons: Mapping[str, Reason] = field(default_factory=lambda: MappingProxyType(dict[str, Reason]()))
    unanswered: tuple[str, ...] = ()
    """Channels of `order` whose register did not answer: they are asked again before they are used."""
    given: Mapping[str, Any] = field(default_factory=lambda: _NONE)
    """What it was made on: the moment, the registers' answers, the rules' version; for asking "what if" later."""
    hold_until: dt.datetime | None = None
    """Before then it is not handed over, since somebody asked for a later day."""
    hold: Reason | None = None
    """Why it is held."""

    def channel(self, ix: int) -> str | None:
        """The channel at a place of the order; None behind the last."""
        return self.order[ix] if ix < len(self.order) else None

    def without(self, channel: str, code: str, sentence: str) -> "Decision":
        """The same route with a reason against a channel that was tried; the order keeps its places."""
        return self.with_reason(channel, Reason(False, code, sentence))

    def with_reason(self, channel: str, reason: Reason) -> "Decision":
        """The same route with another reason for or against a channel."""
        return replace(self, reasons={**self.reasons, channel: reason})

    def answered(self, channel: str) -> "Decision":
        """The same route after a channel's register has answered."""
        return replace(self, unanswered=tuple(name for name in self.unanswered if name != channel))

    def as_json(self) -> dict[str, Any]:
        """As the column `route` of `document`."""
        kept: dict[str, Any] = {
            "order": list(self.order),
            "sentence": self.sentence,
            "unanswered": list(self.unanswered),
            "reasons": {channel: reason.as_json() for channel, reason in self.reasons.items()},
        }
        if self.given:
            kept["given"] = dict(self.given)
        if self.hold_until is not None and self.hold is not None:
            kept |= {"hold_until": self.hold_until.isoformat(), "hold": self.hold.as_json()}
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Decision":
        """Out of the column `route` of `document`."""
        held = "hold_until" in kept
        return cls(
            order=tuple(kept["order"]),
            sentence=str(kept["sentence"]),
            unanswered=tuple(kept["unanswered"]),
            reasons={str(channel): Reason.from_json(reason) for channel, reason in kept["reasons"].items()},
            given=dict(kept.get("given", _NONE)),
            hold_until=dt.datetime.fromisoformat(kept["hold_until"]) if held else None,
            hold=Reason.from_json(kept["hold"]) if held else None,
        )
