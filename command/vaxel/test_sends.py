"""Where the preview's tests go: a mailbox and a phone on this machine, or named addresses through a mail server."""

import contextlib
import smtplib
import threading
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vaxel_engine.errors import Misconfigured, Unreachable

if TYPE_CHECKING:
    from vaxel_simulators import ElksSimulator, MailSimulator

LOCAL_ADDRESS, LOCAL_NUMBER = "designer@preview.example", "+46701740605"
"""Nobody's: `.example` is reserved (RFC 2606), and the number is in the range that PTS keeps for fiction."""
_SENDER = "preview@preview.example"
_PATIENCE = 15


class LocalSinks:
    """A mail server and a phone on loopback, started with the first test; `close` ends them."""

    addresses = (LOCAL_ADDRESS,)
    numbers = (LOCAL_NUMBER,)

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._turn = threading.Lock()
        self._mail: MailSimulator | None = None
        self._phone: ElksSimulator | None = None

    def mail(self, message: bytes, to: str) -> str:
        """Put an e-mail into the mailbox on this machine; the address of its page."""
        with self._turn:
            if self._mail is None:
                self._mail = self._stack.enter_context(_simulators()[0]())
            parts = urlsplit(self._mail.url)
            _submit(parts.hostname or "127.0.0.1", parts.port or 25, message, to)
            return self._mail.page_url

    def text(self, words: str, to: str) -> str:
        """Put a message onto the phone on this machine; the address of its page."""
        with self._turn:
            if self._phone is None:
                self._phone = self._stack.enter_context(_simulators()[1]())
            form = urllib.parse.urlencode({"from": "Preview", "to": to, "message": words}).encode()
            key = b64encode(f"{self._phone.username}:{self._phone.password}".encode()).decode()
            asked = urllib.request.Request(f"{self._phone.url}/a1/sms", form, {"Authorization": f"Basic {key}"})  # noqa: S310 - loopback
            try:
                with urllib.request.urlopen(asked, timeout=_PATIENCE) as answer:  # noqa: S310 - the same
                    answer.read()
            except urllib.error.URLError as error:
                raise Unreachable(
                    "the phone on this machine does not take the message; start the preview anew"
                ) from error
            return self._phone.page_url

    def close(self) -> None:
        """End both; harmless when they were never started."""
        self._stack.close()


class MailServer:
    """A mail server that was named, for the addresses that were named; messages stay on this machine."""

    def __init__(self, server: str, addresses: tuple[str, ...], sinks: LocalSinks) -> None:
        host, _, port = server.rpartition(":")
        if not host or not port.isdigit():
            raise Misconfigured(f"--test-smtp: {server} is no HOST:PORT; write localhost:1025")
        self._host, self._port = host, int(port)
        self.addresses, self.numbers = addresses, sinks.numbers
        self._sinks = sinks

    def mail(self, message: bytes, to: str) -> str:
        """Hand an e-mail to the server; raises Unreachable where it does not take it."""
        _submit(self._host, self._port, message, to)
        return ""

    def text(self, words: str, to: str) -> str:
        """As `LocalSinks.text`."""
        return self._sinks.text(words, to)


def _submit(host: str, port: int, message: bytes, to: str) -> None:
    try:
        with smtplib.SMTP(host, port, timeout=_PATIENCE) as server:
            server.sendmail(_SENDER, [to], message)
    except (OSError, smtplib.SMTPException) as error:
        raise Unreachable(f"the mail server {host}:{port} did not take the test ({type(error).__name__})") from error


def _simulators() -> tuple["type[MailSimulator]", "type[ElksSimulator]"]:
    try:
        from vaxel_simulators import ElksSimulator, MailSimulator
    except ModuleNotFoundError as error:
        raise Misconfigured("the mailbox on this machine comes with pip install 'vaxel[switch]'") from error
    return MailSimulator, ElksSimulator
