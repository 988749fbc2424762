"""Where providers post their delivery reports: a small WSGI application that stores them and says nothing back."""

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vaxel_channels.contract import Report
from vaxel_engine.errors import Misconfigured

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_CAP = 64_000
"""Bytes of one report."""

SHORTEST_TOKEN = 22  # characters of base64url that carry 128 bits

_PATH = re.compile(r"/reports/([a-z0-9_-]{1,40})/([A-Za-z0-9_-]{1,200})")
_ANSWERS = {
    200: "200 OK",
    204: "204 No Content",
    400: "400 Bad Request",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
}


@dataclass(frozen=True, slots=True)
class Reader:
    """How the reports of one channel are read, and the secret part of the address they are posted to."""

    token: str = field(repr=False)
    read: Callable[[bytes], Report]
    """Turns a body into a report; raises ValueError for anything else."""
    taken: int = 204
    """What the provider wants to hear when the report is stored; anything else makes it come again."""


class ReportReceiver:
    """Takes `POST /reports/<channel>/<token>` and hands each report to `store`.

    Answers 204 once stored (200 where the reader says so), 400 for what is no report, 404 for a wrong channel or token
    alike, and echoes nothing. What `store` raises is left to the server, whose 500 makes the provider come again.
    """

    def __init__(self, readers: Mapping[str, Reader], store: Callable[[Report], object]) -> None:
        for channel, reader in readers.items():
            if len(reader.token) < SHORTEST_TOKEN:
                raise Misconfigured(
                    f"The token in the report address of {channel} has fewer than {SHORTEST_TOKEN} characters and "
                    "could be guessed; make one with `secrets.token_urlsafe()`."
                )
        self._readers = dict(readers)
        self._store = store

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        status = self._taken(environ)
        headers = [("Allow", "POST")] if status == 405 else []
        start_response(_ANSWERS[status], headers if status == 204 else [*headers, ("Content-Length", "0")])
        return []

    def _taken(self, environ: "WSGIEnvironment") -> int:
        reader = self._reader(str(environ.get("PATH_INFO", "")))
        if reader is None:
            return 404
        if environ.get("REQUEST_METHOD") != "POST":
            return 405
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
        except ValueError:
            return 400
        if length > BODY_CAP:
            return 413
        try:
            report = reader.read(environ["wsgi.input"].read(max(length, 0)))
        except ValueError:
            return 400
        self._store(report)
        return reader.taken

    def _reader(self, path: str) -> Reader | None:
        named = _PATH.fullmatch(path)
        channel, token = named.groups() if named else ("", "")
        reader = self._readers.get(channel)
        expected = reader.token if reader is not None else "no channel of this name"
        return reader if hmac.compare_digest(token.encode(), expected.encode()) else None
