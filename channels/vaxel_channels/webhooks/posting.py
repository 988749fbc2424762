"""One message posted to one address: pinned to an address that was judged, never redirected, ended after its time."""

import contextlib
import datetime as dt
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult

from vaxel_channels.exchange import Answer
from vaxel_channels.webhooks.targets import Resolve, port_of, public, resolve, split
from vaxel_engine.errors import Refused

PATIENCE = 15.0
"""Seconds for a whole try, from looking up the name to the end of the answer; Standard Webhooks asks for 15 to 30."""
_READ = 65_536
"""Bytes of an answer that are read; only its status matters."""
_MOVED = range(300, 400)


@dataclass(frozen=True, slots=True)
class Posted:
    """What came of it; no status where there was no answer."""

    status: int | None
    said: str
    ms: int
    retry_after: dt.timedelta | None = None


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, in the name of its host."""

    def __init__(self, parts: SplitResult, addresses: list[str], tls: ssl.SSLContext) -> None:
        super().__init__(parts.hostname or "", port_of(parts), timeout=PATIENCE)
        self._addresses, self._tls = addresses, tls if parts.scheme == "https" else None

    def connect(self) -> None:
        """Try each address in turn, and speak TLS for the host's name where it is asked for."""
        problem: OSError = OSError("it has no address")
        for address in self._addresses:
            try:
                line = socket.create_connection((address, self.port), self.timeout)
            except OSError as error:
                problem = error
                continue
            self.sock = self._tls.wrap_socket(line, server_hostname=self.host) if self._tls else line
            return
        raise problem


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_loopback: bool,
    resolve: Resolve = resolve,
    patience: float = PATIENCE,
    tls: ssl.SSLContext | None = None,
) -> Posted:
    """Post a body and say what came of it; nothing is raised, since every end of it is news for the log.

    `tls` says whom to trust; without it the machine's store of authorities does.
    """
    began = time.monotonic()
    try:
        parts = split(url, allow_loopback=allow_loopback)
        found = resolve(parts.hostname or "", port_of(parts))
        addresses = public(parts.hostname or "", found, allow_loopback=allow_loopback)
        answer = _exchange(_Pinned(parts, addresses, tls or _tls()), parts, body, headers, patience)
    except Refused as error:
        return Posted(None, str(error), _ms(began))
    except ssl.SSLCertVerificationError as error:
        return Posted(None, f"its certificate is not to be trusted: {error.verify_message.rstrip('.')}", _ms(began))
    except (OSError, http.client.HTTPException) as error:
        late = time.monotonic() - began >= patience
        said = f"no answer within {patience:g} seconds" if late else f"it could not be reached ({_kind(error)})"
        return Posted(None, said, _ms(began))
    wait = dt.timedelta(seconds=answer.retry_after) if answer.retry_after is not None else None
    return Posted(answer.status, _told(answer.status), _ms(began), wait)


def _exchange(
    connection: _Pinned, parts: SplitResult, body: bytes, headers: Mapping[str, str], patience: float
) -> Answer:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # A receiver that answers a byte at a time is never late by the socket's own clock, so another one ends it.
    ending = threading.Timer(patience, _end, (connection,))
    ending.daemon = True
    ending.start()
    try:
        all_headers = {"content-type": "application/json", "user-agent": "vaxel", "connection": "close", **headers}
        connection.request("POST", path, body, all_headers)
        with connection.getresponse() as response:
            response.read(_READ)
            named = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, named, b"")
    finally:
        ending.cancel()
        connection.close()


def _end(connection: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError):  # it ended by itself in the meantime
        if connection.sock is not None:
            connection.sock.shutdown(socket.SHUT_RDWR)


def _told(status: int) -> str:
    if 200 <= status < 300:
        return f"taken, with status {status}"
    if status in _MOVED:
        return f"answered with status {status}; a webhook follows no redirection, so set up the address itself"
    return f"answered with status {status}"


def _kind(error: Exception) -> str:
    return error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
