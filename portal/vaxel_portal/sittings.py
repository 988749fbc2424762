"""Who sits at which link: one browser, one identification, and whether it has opened its document."""

import datetime as dt
import hashlib
import secrets
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

from vaxel_portal.bankid import Order

LASTS = dt.timedelta(minutes=15)
"""How long a browser stays signed in, and how long an identification may take."""
MOST = 10_000
"""Sittings that are kept at once; the oldest give way."""
WRONG_A_MINUTE = 30
"""Links without a document that one address may try in a minute."""


@dataclass(slots=True)
class Sitting:
    """One browser at one link."""

    token: str = field(repr=False)
    begun: dt.datetime
    order: Order | None = field(default=None, repr=False)
    collected_at: dt.datetime | None = None
    hint: str = ""
    opened: bool = False
    """Who sits there has shown who they are."""
    to: str = "document"
    """The page that they came for."""
    shown: bool = False
    """The document was shown, and its sender was told."""


class Sittings:
    """All of one process; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all: dict[str, Sitting] = {}

    def begin(
        self, token: str, now: dt.datetime, *, order: Order | None = None, opened: bool = False, to: str = "document"
    ) -> str:
        """Begin one and give its name: 256 bits that only the browser knows."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            for old in [key for key, one in self._all.items() if now - one.begun > LASTS]:
                del self._all[old]
            while len(self._all) >= MOST:
                del self._all[next(iter(self._all))]
            self._all[_mark(name)] = Sitting(token, now, order, opened=opened, to=to)
        return name

    def of(self, name: str | None, token: str, now: dt.datetime) -> Sitting | None:
        """The sitting of this name at this link; None for a stranger's, another link's and one that is over."""
        with self._lock:
            found = self._all.get(_mark(name)) if name else None
        if found is None or now - found.begun > LASTS or not secrets.compare_digest(found.token, token):
            return None
        return found

    def end(self, name: str | None) -> None:
        """Forget one."""
        with self._lock:
            self._all.pop(_mark(name or ""), None)


class Guesses:
    """Counts wrong links by address, so that nobody tries many."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: dict[str, deque[dt.datetime]] = defaultdict(deque)

    def too_many(self, address: str, now: dt.datetime) -> bool:
        """Whether this address has tried enough for now."""
        with self._lock:
            return len(self._recent(address, now)) >= WRONG_A_MINUTE

    def wrong(self, address: str, now: dt.datetime) -> None:
        """One more."""
        with self._lock:
            self._recent(address, now).append(now)
            if len(self._wrong) > MOST:
                del self._wrong[next(iter(self._wrong))]

    def _recent(self, address: str, now: dt.datetime) -> "deque[dt.datetime]":
        recent = self._wrong[address]
        while recent and now - recent[0] > dt.timedelta(minutes=1):
            recent.popleft()
        return recent


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
