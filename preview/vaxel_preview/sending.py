"""Sending a test: one document to somebody who asked for it, marked as a test, few a minute, never to its recipient."""

import datetime as dt
import threading
import time
from collections import deque
from collections.abc import Callable
from email import message_from_bytes, policy
from email.utils import format_datetime, make_msgid
from typing import Protocol

from vaxel_engine.errors import Misconfigured

MOST_A_MINUTE = 6
MARK = "[TEST] "
HEADER = "X-Vaxel-Test"
_STAYS = ("from", "subject", "date", "mime-version", "content-type", "content-transfer-encoding", "content-language")


class Courier(Protocol):
    """Whoever hands tests over; told by whoever starts the preview."""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Who may get a test e-mail; the first is offered."""
        ...

    @property
    def numbers(self) -> tuple[str, ...]:
        """Which numbers may get a test message; none where messages are not sent."""
        ...

    def mail(self, message: bytes, to: str) -> str:
        """Hand over an e-mail; where it can be read. Raises Misconfigured or Unreachable."""
        ...

    def text(self, words: str, to: str) -> str:
        """Hand over a text message; where it can be read. Raises Misconfigured or Unreachable."""
        ...


class Tests:
    """Tests of one start: so many a minute and no more; any thread may send."""

    __test__ = False

    def __init__(self, courier: Courier, clock: Callable[[], float] = time.monotonic) -> None:
        self.courier = courier
        self._clock = clock
        self._sent: deque[float] = deque()
        self._turn = threading.Lock()

    def mail(self, message: bytes, to: str) -> str:
        """Send an e-mail as a test; raises Misconfigured for an address that nobody named, and when it is too many."""
        self._allowed(to, self.courier.addresses, "address", "--test-to")
        return self.courier.mail(as_test(message, to), to)

    def text(self, words: str, to: str) -> str:
        """Send a text message as a test; raises as `mail` does."""
        self._allowed(to, self.courier.numbers, "number", "the sink's own")
        return self.courier.text(MARK + words, to)

    def _allowed(self, to: str, known: tuple[str, ...], what: str, how: str) -> None:
        if to not in known:
            there = ", ".join(known) or "none"
            raise Misconfigured(f"a test goes to an {what} that was named ({how}: {there}), and to nobody else")
        with self._turn:
            now = self._clock()
            while self._sent and now - self._sent[0] >= 60:
                self._sent.popleft()
            if len(self._sent) >= MOST_A_MINUTE:
                wait = round(60 - (now - self._sent[0])) or 1
                raise Misconfigured(f"{MOST_A_MINUTE} tests a minute and no more; the next one in {wait} seconds")
            self._sent.append(now)


def as_test(message: bytes, to: str) -> bytes:
    """The e-mail to another recipient, with a subject and a header that say what it is."""
    mail = message_from_bytes(message, policy=policy.SMTP)
    subject = str(mail["Subject"] or "")
    for name in list(mail.keys()):
        if name.lower() not in _STAYS or name.lower() == "subject":
            del mail[name]
    mail["Subject"] = MARK + subject
    mail["To"] = to
    mail[HEADER] = "yes"
    if mail["Date"] is None:
        mail["Date"] = format_datetime(dt.datetime.now(dt.UTC))
    mail["Message-ID"] = make_msgid(domain="preview.example")
    return mail.as_bytes()
