"""One HTTP request and its answer: never redirected, capped in size and time, each failure of transport told apart."""

import http.client
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from vaxel_engine.errors import OutcomeUnknown, Unreachable

ANSWER_CAP = 1_000_000
"""Bytes of an answer that are read; an endless answer must not fill the memory."""
MOST_CONNECTIONS = 32
"""Connections to one provider at a time."""
CONNECT_SECONDS = 10.0
"""How long a connection may take to come about, whatever the patience with answers."""
IDLE_SECONDS = 5.0
"""How long a connection is kept for the next request; most servers keep theirs longer."""
_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, headers by their name in lower case, and the whole body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty when none was stated."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def outline(self) -> str:
        """What can be said of an answer in nobody's words: its status, and whether it is a web page."""
        return f"status {self.status}, a web page" if self.media_type == "text/html" else f"status {self.status}"

    @property
    def retry_after(self) -> float | None:
        """The seconds that the provider asks to wait (RFC 9110 §10.2.3), None when it does not say.

        A date is counted from the answer's own `Date`, so that no clock is needed.
        """
        wish = self.headers.get("retry-after", "").strip()
        if wish.isascii() and wish.isdigit():
            return float(wish)
        try:
            waits = parsedate_to_datetime(wish) - parsedate_to_datetime(self.headers.get("date", ""))
        except (TypeError, ValueError):
            return None
        return max(0.0, waits.total_seconds())


class Connections:
    """The connections to one provider, kept between requests; safe to use from several threads.

    Proxies of the environment are ignored: where documents go is said in the settings and nowhere else. A certificate
    is checked against the machine's store of authorities and against the host's name.
    """

    def __init__(self, base_url: str, *, timeout_seconds: float, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(base_url)
        self._host, self._port, self._path = parts.hostname or "", parts.port, parts.path.rstrip("/")
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._patience = timeout_seconds
        self._turns = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._guard = threading.Lock()
        self._kept: list[tuple[http.client.HTTPConnection, float]] = []

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        provider: str,
        about: str,
    ) -> Answer:
        """Send one request below the base address and return the answer, whatever its status.

        Raises:
            Unreachable: no connection came about, so nothing left us.
            OutcomeUnknown: the request left us and no whole answer came back.
        """
        if not self._turns.acquire(timeout=self._patience):
            raise _unreachable(provider, about, f"{MOST_CONNECTIONS} requests before it are not answered yet")
        connection = None
        try:
            connection = self._connection(provider=provider, about=about)
            answer, again = _exchanged(
                connection, method, self._path + path, body, {"user-agent": "vaxel", **(headers or {})}, self._patience
            )
        except (OSError, http.client.HTTPException) as error:
            raise OutcomeUnknown(
                f"{provider} fell silent after {about} was handed over ({type(error).__name__}): it may have arrived, "
                "so ask before it is handed over again."
            ) from error
        else:
            if again:
                with self._guard:
                    self._kept.append((connection, time.monotonic()))
                connection = None
            return answer
        finally:
            if connection is not None:
                connection.close()
            self._turns.release()

    def close(self) -> None:
        """Close the connections that wait; may be called twice."""
        with self._guard:
            kept, self._kept = self._kept, []
        for connection, _ in kept:
            connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _connection(self, *, provider: str, about: str) -> http.client.HTTPConnection:
        """A kept connection that is still whole, else a new one."""
        now = time.monotonic()
        while True:
            with self._guard:
                if not self._kept:
                    break
                connection, since = self._kept.pop()
            if now - since < IDLE_SECONDS and not _has_news(connection.sock):
                return connection
            connection.close()
        patience = min(CONNECT_SECONDS, self._patience)
        if self._tls is not None:
            connection = http.client.HTTPSConnection(self._host, self._port, timeout=patience, context=self._tls)
        else:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=patience)
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            connection.close()
            raise _unreachable(
                provider, about, f"its certificate is not to be trusted: {error.verify_message.rstrip('.')}"
            ) from error
        except OSError as error:
            connection.close()
            raise _unreachable(provider, about, type(error).__name__) from error
        connection.sock.settimeout(self._patience)
        return connection


def connect(base_url: str, *, timeout_seconds: float) -> Connections:
    """Return the connections to one provider, none of them open yet; the caller closes them."""
    return Connections(base_url, timeout_seconds=timeout_seconds)


def _unreachable(provider: str, about: str, why: str) -> Unreachable:
    return Unreachable(f"{provider} could not be reached for {about} ({why}): nothing was handed over, try again.")


def _has_news(line: socket.socket) -> bool:
    """Whether a connection that should be silent has something to read: the other side has closed it."""
    with selectors.DefaultSelector() as selector:
        selector.register(line, selectors.EVENT_READ)
        return bool(selector.select(0))


def _exchanged(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    patience: float,
) -> tuple[Answer, bool]:
    """The answer, and whether the connection can be used again."""
    ends = time.monotonic() + patience
    wrote = True
    try:
        connection.request(method, path, body or None, headers)
    except (BrokenPipeError, ConnectionResetError):  # an answer may be there all the same, e.g. "too large"
        wrote = False
    with connection.getresponse() as response:
        whole = bytearray()
        while piece := response.read1(_PIECE):
            whole += piece
            if len(whole) > ANSWER_CAP or time.monotonic() > ends:
                raise http.client.HTTPException("the answer does not end")
        if response.length:  # the connection ended before the body did
            raise http.client.IncompleteRead(bytes(whole), response.length)
    found: dict[str, str] = {}
    for name, value in response.headers.items():
        lower = name.lower()
        found[lower] = f"{found[lower]}, {value}" if lower in found else value
    return Answer(response.status, found, bytes(whole)), wrote and not response.will_close
