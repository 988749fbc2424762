"""Swedish BankID, relying party API v6.0: begin an identification, ask how it goes, show it as a moving QR code.

Source: the calls as pybankid makes them and BankID's own pages (read 2026-11-22). Nothing is kept of who identified
themselves but the personal number, and that only until it is compared.
"""

import datetime as dt
import hashlib
import hmac
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlsplit

import httpx

from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable

PRODUCTION = "https://appapi2.bankid.com/rp/v6.0"
TEST = "https://appapi2.test.bankid.com/rp/v6.0"
COLLECT_SECONDS = 2.0
"""How often an order is asked about, as BankID asks for."""

_ANSWER_CAP = 100_000


class State(StrEnum):
    """How far an identification has come."""

    PENDING = "pending"
    COMPLETE = "complete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class BankIdSettings:
    """The table `[link.bankid]`; docs/link.md explains each key."""

    certificate: Path | None = None
    """Our certificate with its key, in PEM; BankID lets nobody in without."""
    authority: Path | None = None
    """BankID's own certificate authority, in PEM."""
    base_url: str = PRODUCTION
    app_url: str = "bankid:///"
    """What opens the app on the same device."""
    timeout_seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Order:
    """One identification that was begun."""

    reference: str
    auto_start_token: str = field(repr=False)
    qr_start_token: str = field(repr=False)
    qr_start_secret: str = field(repr=False)
    begun: dt.datetime

    def qr_text(self, now: dt.datetime) -> str:
        """What the QR code holds in this second; another one in the next."""
        return qr_text(self.qr_start_token, self.qr_start_secret, int((now - self.begun).total_seconds()))


@dataclass(frozen=True, slots=True)
class Collected:
    """What BankID says of an order."""

    state: State
    hint: str
    """BankID's word for what the user should do, or for what went wrong."""
    personal_number: str = field(default="", repr=False)
    """Twelve digits, once complete."""


def qr_text(token: str, secret: str, seconds: int) -> str:
    """The text of the moving QR code, `seconds` after the order was begun."""
    mark = hmac.new(secret.encode("ascii"), str(seconds).encode("ascii"), hashlib.sha256).hexdigest()
    return f"bankid.{token}.{seconds}.{mark}"


class BankId:
    """The calls; safe to use from several threads."""

    def __init__(self, settings: BankIdSettings) -> None:
        self._settings = settings
        self._client = httpx.Client(
            base_url=settings.base_url,
            verify=_context(settings),
            timeout=settings.timeout_seconds,
            follow_redirects=False,
            trust_env=False,
        )

    def begin(self, end_user_ip: str, now: dt.datetime) -> Order:
        """Begin an identification for whoever sits at this address.

        Raises:
            Refused: BankID does not take it.
            Unreachable: BankID does not answer or does not let us in; the person may try again.
        """
        told = self._post("auth", {"endUserIp": end_user_ip})
        names = ("orderRef", "autoStartToken", "qrStartToken", "qrStartSecret")
        values = [told.get(name) for name in names]
        if not all(isinstance(value, str) and value for value in values):
            raise Unreachable("BankID began no identification: its answer lacks what the documents promise; try again.")
        reference, start, token, secret = cast("list[str]", values)
        return Order(reference, start, token, secret, begun=now)

    def collect(self, order: Order) -> Collected:
        """Ask how it goes; every two seconds, and no more once it is complete or failed.

        Raises:
            Refused: BankID does not know the order any more.
            Unreachable: BankID does not answer; ask again.
        """
        told = self._post("collect", {"orderRef": order.reference})
        hint = str(told.get("hintCode") or "")[:60]
        match told.get("status"):
            case "pending":
                return Collected(State.PENDING, hint)
            case "complete":
                done = told.get("completionData")
                user = cast("dict[str, object]", done).get("user") if isinstance(done, dict) else None
                number = cast("dict[str, object]", user).get("personalNumber") if isinstance(user, dict) else None
                if isinstance(number, str) and len(number) == 12 and number.isdigit():
                    return Collected(State.COMPLETE, hint, number)
                return Collected(State.FAILED, "noPersonalNumber")
            case "failed":
                return Collected(State.FAILED, hint)
            case _:
                return Collected(State.PENDING, "unknown")

    def cancel(self, order: Order) -> None:
        """End an order that nobody waits for; what BankID says to that changes nothing."""
        try:
            self._post("cancel", {"orderRef": order.reference})
        except (Refused, Unreachable, OutcomeUnknown):
            return  # it ends by itself after a while

    def app_link(self, order: Order, back: str) -> str:
        """What opens the app on this device, which leads back to `back` afterwards."""
        start = f"{self._settings.app_url}?autostarttoken={quote(order.auto_start_token)}"
        return f"{start}&redirect={quote(back, safe='')}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _post(self, method: str, body: Mapping[str, object]) -> dict[str, object]:
        try:
            with self._client.stream("POST", f"/{method}", json=dict(body)) as answer:
                raw = b"".join(_capped(answer))
                status = answer.status_code
        except httpx.HTTPError as error:
            raise Unreachable(f"BankID did not answer ({type(error).__name__}); try again.") from error
        told = _object(raw)
        if status == 200:
            return told
        code = str(told.get("errorCode") or f"status {status}")[:60]
        if status in (400, 404):
            raise Refused(f"BankID refused ({code}); begin again.")
        if status in (401, 403):
            raise Unreachable(f"BankID did not let us in ({code}); mend `certificate` in [link.bankid].")
        raise Unreachable(f"BankID failed ({code}); try again.")


def _capped(answer: httpx.Response) -> "list[bytes]":
    pieces: list[bytes] = []
    for piece in answer.iter_bytes():
        pieces.append(piece)
        if sum(map(len, pieces)) > _ANSWER_CAP:
            raise httpx.ReadError("the answer does not end")
    return pieces


def _object(raw: bytes) -> dict[str, object]:
    try:
        value: object = json.loads(raw)
    except ValueError:
        return {}
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _context(settings: BankIdSettings) -> ssl.SSLContext | bool:
    parts = urlsplit(settings.base_url)
    if parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"):
        return False  # a stand-in on this machine
    if parts.scheme != "https":
        raise Misconfigured("[link.bankid] `base_url` goes out without TLS; write https://.")
    if settings.certificate is None or settings.authority is None:
        raise Misconfigured(
            "[link.bankid] lacks `certificate` or `authority`; BankID lets in who shows the certificate of a relying "
            "party, and is known by its own authority."
        )
    try:
        context = ssl.create_default_context(cafile=str(settings.authority))
        context.load_cert_chain(str(settings.certificate))
    except (OSError, ssl.SSLError) as error:
        raise Misconfigured(
            f"[link.bankid] names a certificate that cannot be read ({type(error).__name__}); check both files."
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
