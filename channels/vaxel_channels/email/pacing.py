"""How many messages a minute one receiving domain gets, so that large ones neither defer nor block the sender."""

import threading
from collections.abc import Callable, Mapping

MOST_WAITING = 100_000
"""Messages whose turn is remembered; beyond that one may be told to wait a second time."""


class Pace:
    """Turns at each domain: a tenth of a minute's worth at once, then evenly. Safe to use from several threads.

    A message whose turn has not come gets a moment of its own, so that it waits once and not again and again.
    """

    def __init__(self, per_minute: int, of: Mapping[str, int], clock: Callable[[], float]) -> None:
        self._per_minute, self._of, self._clock = per_minute, dict(of), clock
        self._lock = threading.Lock()
        self._next: dict[str, float] = {}
        self._turns: dict[str, float] = {}

    def wait(self, domain: str, key: str) -> float:
        """Seconds until the message `key` may go to `domain`; 0 when its turn is now, which takes the turn."""
        per_minute = self._of.get(domain, self._per_minute)
        if per_minute <= 0:
            return 0.0
        with self._lock:
            now = self._clock()
            turn = self._turns.get(key)
            if turn is None:
                turn = max(self._next.get(domain, 0.0), now - 6.0)
                self._next[domain] = turn + 60.0 / per_minute
            if turn <= now:
                self._turns.pop(key, None)
                return 0.0
            if len(self._turns) < MOST_WAITING:
                self._turns[key] = turn
            return turn - now
