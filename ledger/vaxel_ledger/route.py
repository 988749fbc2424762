"""The routing decision as the ledger keeps it: the order of channels, and a sentence for or against each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Ground:
    """Why a channel is used or not: a code for other languages and machines, a sentence for people."""

    favours: bool
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Route:
    """Which channels to try in which order, and why; holds no personal data, since it outlives erasure."""

    order: tuple[str, ...]
    sentence: str
    grounds: Mapping[str, Ground] = field(default_factory=lambda: MappingProxyType(dict[str, Ground]()))
    unanswered: tuple[str, ...] = ()
    """Channels of `order` whose register did not answer: they are asked again before they are used."""

    def channel(self, ix: int) -> str | None:
        """The channel at a place of the order; None behind the last."""
        return self.order[ix] if ix < len(self.order) else None

    def without(self, channel: str, code: str, sentence: str) -> "Route":
        """The same route with a ground against a channel that was tried; the order keeps its places."""
        return replace(self, grounds={**self.grounds, channel: Ground(False, code, sentence)})

    def answered(self, channel: str) -> "Route":
        """The same route after a channel's register has answered."""
        return replace(self, unanswered=tuple(name for name in self.unanswered if name != channel))

    def as_json(self) -> dict[str, Any]:
        """As the column `route` of `document`."""
        return {
            "order": list(self.order),
            "sentence": self.sentence,
            "unanswered": list(self.unanswered),
            "grounds": {
                channel: {"for": ground.favours, "code": ground.code, "sentence": ground.sentence}
                for channel, ground in self.grounds.items()
            },
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Route":
        """Out of the column `route` of `document`."""
        return cls(
            order=tuple(kept["order"]),
            sentence=str(kept["sentence"]),
            unanswered=tuple(kept["unanswered"]),
            grounds={
                str(channel): Ground(bool(ground["for"]), str(ground["code"]), str(ground["sentence"]))
                for channel, ground in kept["grounds"].items()
            },
        )
