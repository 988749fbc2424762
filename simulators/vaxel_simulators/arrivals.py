"""What really arrived at a provider, kept byte for byte, so that a test can count duplicates and compare bytes."""

import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

Clock = Callable[[], dt.datetime]
"""Gives the present moment with its time zone; simulators never look at the system's clock themselves."""


def system_clock() -> dt.datetime:
    """The present moment in UTC: the default clock."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One hand-over that the provider took."""

    address: str = field(repr=False)
    """Whom it was for, in the provider's own form."""
    reference: str
    """The provider's name for it."""
    body: bytes = field(repr=False)
    """Exactly the bytes that arrived."""
    at: dt.datetime
    delivered: bool = True
    """False when the provider recognised a repeat and showed the recipient nothing new."""


class ArrivalLog:
    """A growing list of arrivals; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrivals: list[Arrival] = []

    def add(self, arrival: Arrival) -> None:
        """Note one more arrival."""
        with self._lock:
            self._arrivals.append(arrival)

    def all(self) -> list[Arrival]:
        """Every arrival so far, oldest first."""
        with self._lock:
            return list(self._arrivals)
