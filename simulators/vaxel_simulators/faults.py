"""The ways in which a provider fails, armed on purpose, so that every promise about failure can be shown."""

import threading
from collections import deque
from enum import StrEnum


class Fault(StrEnum):
    """One way for a call to end badly; what is *taken* stands in `arrivals()` although the caller may not know it."""

    SILENCE_BEFORE_ACCEPT = "silence before accept"
    """The connection is dropped without an answer; nothing was taken."""
    SILENCE_AFTER_ACCEPT = "silence after accept"
    """Taken, then the connection is dropped without an answer."""
    RESET_MID_ANSWER = "reset mid answer"
    """Taken, then the connection is reset after half of the answer."""
    TOO_MANY_REQUESTS = "too many requests"
    """Not taken; the answer asks to come back later (HTTP: 429 with Retry-After; SMTP: 451 4.7.0)."""
    SERVER_ERROR_BEFORE = "server error before accept"
    """Not taken; the server says that it failed."""
    SERVER_ERROR_AFTER_ACCEPT = "server error after accept"
    """Taken, yet the server says that it failed."""
    MALFORMED_JSON = "malformed answer"
    """Taken; the status is success and the body cannot be parsed."""
    HTML_ANSWER = "HTML answer"
    """Not taken; a gateway in front answers 502 with a web page."""
    SLOW = "slow"
    """Taken; the answer comes after `slow_seconds`."""
    EXPIRED_CREDENTIALS = "expired credentials"
    """Not taken; credentials that were good until now are refused."""


TAKEN_BEFORE_FAULT = frozenset(
    {
        Fault.SILENCE_AFTER_ACCEPT,
        Fault.RESET_MID_ANSWER,
        Fault.SERVER_ERROR_AFTER_ACCEPT,
        Fault.MALFORMED_JSON,
        Fault.SLOW,
    }
)
"""The faults behind which the provider holds the consignment."""


class FaultScript:
    """Faults waiting for their calls, in the order in which they were armed; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Fault]] = {}
        self._met: set[tuple[str, str]] = set()

    def arm(self, fault: Fault, times: int, call: str) -> None:
        """Let the next `times` calls of this name meet the fault."""
        with self._lock:
            self._waiting.setdefault(call, deque()).extend([fault] * times)

    def next(self, call: str) -> Fault | None:
        """Take the fault for this call, or None."""
        with self._lock:
            waiting = self._waiting.get(call)
            return waiting.popleft() if waiting else None

    def first_meeting(self, what: str, key: str) -> bool:
        """Say True the first time for this key and False ever after: the magic recipients fail once."""
        with self._lock:
            if (what, key) in self._met:
                return False
            self._met.add((what, key))
            return True

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._waiting.clear()
            self._met.clear()
