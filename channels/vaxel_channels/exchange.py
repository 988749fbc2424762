"""One HTTP request and its answer: never redirected, capped in size and time, each failure of transport told apart."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import httpx

from vaxel_engine.errors import OutcomeUnknown, Unreachable

ANSWER_CAP = 1_000_000
"""Bytes of an answer that are read; an endless answer must not fill the memory."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, headers whose names ignore case, and the whole body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The media type without parameters, in lower case; empty when none was stated."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

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


def connect(base_url: str, *, timeout_seconds: float) -> httpx.Client:
    """Return a client for one provider, which keeps its connections; the caller closes it.

    Proxies of the environment are ignored: where documents go is said in the settings and nowhere else.
    """
    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(timeout_seconds, connect=min(10.0, timeout_seconds)),
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=5.0),
        follow_redirects=False,
        trust_env=False,
        headers={"accept-encoding": "identity", "user-agent": "vaxel"},
    )


def exchange(client: httpx.Client, request: httpx.Request, *, provider: str, about: str) -> Answer:
    """Send `request` and return the answer, whatever its status.

    Raises:
        Unreachable: no connection came about, so nothing left us.
        OutcomeUnknown: the request left us and no whole answer came back.
    """
    patience = client.timeout.read or 30.0
    try:
        response = client.send(request, stream=True)
        try:
            body = _whole_body(response, deadline=time.monotonic() + patience)
        finally:
            response.close()
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise Unreachable(
            f"{provider} could not be reached for {about} ({type(error).__name__}): nothing was handed over, try again."
        ) from error
    except httpx.RequestError as error:
        raise OutcomeUnknown(
            f"{provider} fell silent after {about} was handed over ({type(error).__name__}): it may have arrived, "
            "so ask before it is handed over again."
        ) from error
    return Answer(status=response.status_code, headers=response.headers, body=body)


def _whole_body(response: httpx.Response, *, deadline: float) -> bytes:
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > ANSWER_CAP or time.monotonic() > deadline:
            raise httpx.ReadError("the answer does not end", request=response.request)
    return bytes(body)
