"""The provider's own ledger: what was taken, from whom how often, and which calls a repeat of would be blind."""

import random
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

KEYED = "keyed"
"""The channel whose provider recognises its keys."""


@dataclass(slots=True)
class _Known:
    """What the provider remembers of one document."""

    taken: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Name and SHA-256 of the bytes of everything that was taken, repeats that it recognised left out."""
    open_call: bool = False
    """A call came of which the other side cannot be sure that nothing was taken, and nobody asked since."""
    blind: int = 0


@dataclass(slots=True)
class Books:
    """Shared by all channels of the provider; safe to use from several threads."""

    seed: int
    share_of_faults: float
    pace: float = 0.0
    """Seconds that each hand-over takes."""
    known: dict[tuple[str, str], _Known] = field(default_factory=lambda: defaultdict(_Known))
    faults: int = 0
    repeated_reports: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Repeatable faults, as far as the order of calls is."""
        self.chance = random.Random(self.seed)  # noqa: S311 - a die, no secret

    def fault(self, of: tuple[str, ...]) -> str | None:
        """The fault that the next call meets; None for most."""
        with self.lock:
            if self.chance.random() >= self.share_of_faults:
                return None
            self.faults += 1
            return self.chance.choice(of)

    def mixed_up(self) -> bool:
        """Whether the next reports are told twice or out of order."""
        with self.lock:
            mixed = self.chance.random() < self.share_of_faults
            self.repeated_reports += mixed
            return mixed

    def called(self, channel: str, reference: str, *, certain: bool) -> None:
        """A hand-over came; `certain` when the answer says plainly that nothing was taken."""
        with self.lock:
            one = self.known[channel, reference]
            if one.open_call and channel != KEYED:
                one.blind += 1
            one.open_call = one.open_call or not certain

    def take(self, channel: str, reference: str, name: str, body: bytes) -> None:
        """Take a consignment: for good, unless this channel recognises the same name and bytes."""
        digest = sha256(body).hexdigest()
        with self.lock:
            one = self.known[channel, reference]
            if channel != KEYED or (name, digest) not in one.taken:
                one.taken.append((name, digest))

    def asked(self, channel: str, reference: str) -> bool:
        """Whether something of a document is here; after that answer a call is not blind."""
        with self.lock:
            one = self.known[channel, reference]
            one.open_call = False
            return bool(one.taken)

    def verdict(self) -> dict[str, Any]:
        """Documents that were taken, and what was done to them that must not be."""
        with self.lock:
            return {
                "taken": [reference for (_, reference), one in self.known.items() if one.taken],
                "duplicates": sum(max(0, len(one.taken) - 1) for one in self.known.values()),
                "doubled": [reference for (_, reference), one in self.known.items() if len(one.taken) > 1],
                "resent_blind": sum(one.blind for one in self.known.values()),
                "faults": self.faults,
                "mixed_up": self.repeated_reports,
            }
