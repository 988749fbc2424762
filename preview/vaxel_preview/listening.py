"""One browser that follows a look: the events it has not had yet, the newest of each kind only."""

import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from vaxel_preview.materials import Look


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event; `body` is one line of JSON."""

    name: str
    body: str

    @property
    def wire(self) -> str:
        """As it goes over the wire (HTML Living Standard, server-sent events)."""
        return f"event: {self.name}\ndata: {self.body}\n\n"


class Listener:
    """A browser and what it still has to be told; a slow one misses what is out of date, and never grows."""

    def __init__(self, look: Look) -> None:
        self.id = secrets.token_urlsafe(12)
        self.look = look
        self.on_screen: tuple[str, ...] = ()
        """The rows that the browser shows now, the largest first."""
        self._news = threading.Condition()
        self._pending: OrderedDict[tuple[str, str], Event] = OrderedDict()
        self._closed = False

    def tell(self, name: str, values: Mapping[str, object], *, about: str = "") -> None:
        """Queue an event; an older one of the same name and subject that was not fetched yet is dropped."""
        with self._news:
            self._pending.pop((name, about), None)
            self._pending[name, about] = Event(name, json.dumps(values, ensure_ascii=False))
            self._news.notify()

    def next(self, timeout: float) -> Event | None:
        """Wait for the next event; None after `timeout` seconds without one, or when closed."""
        with self._news:
            self._news.wait_for(lambda: bool(self._pending) or self._closed, timeout)
            return self._pending.popitem(last=False)[1] if self._pending else None

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._closed

    def close(self) -> None:
        """Let go of whoever waits."""
        with self._news:
            self._closed = True
            self._news.notify_all()
