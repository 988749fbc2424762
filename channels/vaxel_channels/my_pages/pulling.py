"""Where customer pages fetch what waits for them: a list, each push as it was frozen, and what became of it."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from vaxel_channels.contract import Consignment, Report
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.my_pages import wire
from vaxel_ledger import Ledger, tables
from vaxel_ledger.attempts import ATTEMPTED, Attempted, attempted, by_key
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.vault import CONSIGNMENT, find

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

CHANNEL = "my_pages"
PAGE = 100
"""Documents in one answer of the list."""
TOLERANCE = dt.timedelta(minutes=5)
"""How far the clocks of both sides may differ (Standard Webhooks)."""
BODY_CAP = 10_000  # bytes of what pages tell about one document
_ONE = re.compile("/documents/([0-9a-f]{64})")
_PLACE = re.compile("after=([0-9]{0,18})")
_TOLD = {"shown": (Status.DELIVERED, "The customer can see it."), "opened": (Status.READ, "The customer opened it.")}
_WORDS = {
    200: "OK",
    204: "No Content",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    413: "Content Too Large",
    422: "Unprocessable Content",
}


class _Refused(Exception):
    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(reason)
        self.status, self.code, self.reason = status, code, reason


@dataclass(frozen=True, slots=True)
class PullDesk:
    """A WSGI application below whose address one account's pages pull; every call is signed.

    The interface: docs/channels/my_pages.md. `serves` says whose documents the account is for: other senders' do not
    exist here. It reads the ledger, and leaves what the pages tell in its inbox; the dispatcher applies it.
    """

    ledger: Ledger
    key: bytes = field(repr=False)
    serves: Callable[[str], bool] = lambda _sender: True
    clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one call."""
        try:
            status, body = self._answer(environ)
        except _Refused as refused:
            status, body = refused.status, json.dumps({"error": refused.code, "reason": refused.reason}).encode()
        headers = [("Cache-Control", "no-store")]
        if status != 204:
            headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        start_response(f"{status} {_WORDS[status]}", headers)
        return [body] if body else []

    def _answer(self, environ: "WSGIEnvironment") -> tuple[int, bytes]:
        method, path = str(environ["REQUEST_METHOD"]), str(environ.get("PATH_INFO", ""))
        query = str(environ.get("QUERY_STRING", ""))
        body = _body(environ)
        self._check(environ, f"{method} {path}?{query}" if query else f"{method} {path}", body)
        one = _ONE.fullmatch(path)
        if path == "/documents" and method == "GET":
            place = _PLACE.fullmatch(query)
            return 200, self._list(int(place[1] or 0) if place else 0)
        if one is not None and method == "GET":
            return 200, self._waiting(one[1])[1].payload
        if one is not None and method == "POST":
            return self._told(one[1], body)
        if one is not None or path == "/documents":
            raise _Refused(405, "method", "This call is not described.")
        raise _Refused(404, "unknown_document", "There is nothing here.")

    def _check(self, environ: "WSGIEnvironment", call: str, body: bytes) -> None:
        """Standard Webhooks, with an id made of the call: a signature opens nothing but what it was made for."""
        seconds = str(environ.get("HTTP_WEBHOOK_TIMESTAMP", ""))
        name = hashlib.sha256(call.encode("latin-1", "replace")).hexdigest()
        good = (
            re.fullmatch("[0-9]{1,12}", seconds) is not None
            and abs(self.clock().timestamp() - int(seconds)) <= TOLERANCE.total_seconds()
            and hmac.compare_digest(str(environ.get("HTTP_WEBHOOK_ID", "")).encode(), name.encode())
        )
        expected = hmac.digest(self.key, f"{name}.{seconds}.".encode() + body, "sha256")
        given = str(environ.get("HTTP_WEBHOOK_SIGNATURE", "")).split()
        if not good or not any(hmac.compare_digest(_mark(one), expected) for one in given):
            raise _Refused(401, "unsigned", "The call is not signed as the interface says, or a clock is off.")

    def _list(self, after: int) -> bytes:
        attempt, document = tables.attempt.c, tables.document.c
        query = ATTEMPTED.where(
            attempt.channel == CHANNEL,
            attempt.state == AttemptState.HANDED_OVER,
            document.state == DocumentState.AWAITING,
            attempt.id > after,
        )
        with self.ledger.reading() as connection:
            rows = attempted(connection.execute(query.order_by(attempt.id).limit(PAGE)))
        ours = self._consignments(rows)
        told = [{"id": one.key, "at": one.t_intent.isoformat()} for one in rows if one.key in ours]
        following = str(rows[-1].attempt_id) if len(rows) == PAGE else None
        return json.dumps({"documents": told, "next": following}).encode()

    def _waiting(self, key: str) -> tuple[Attempted, Consignment]:
        with self.ledger.reading() as connection:
            one = by_key(connection, [key]).get(key)
        consignment = self._consignments([one]).get(key) if one is not None and one.channel == CHANNEL else None
        if one is None or consignment is None:
            raise _Refused(404, "unknown_document", "There is no such document.")
        if one.state not in (AttemptState.HANDED_OVER, AttemptState.DELIVERED):
            raise _Refused(410, "revoked", "It was taken back, or goes another way.")
        return one, consignment

    def _told(self, key: str, body: bytes) -> tuple[int, bytes]:
        self._waiting(key)
        try:
            value: object = json.loads(body)
        except ValueError:
            value = None
        state = cast("dict[str, object]", value).get("state") if isinstance(value, dict) else None
        if not isinstance(state, str) or state not in _TOLD:
            raise _Refused(422, "fields", "The body is not an object with a state that the interface has.")
        status, words = _TOLD[state]
        report = Report(CHANNEL, f"{key}:{state}", status, key=key, at=self.clock(), reason=words, raw=body)
        self.ledger.receive([report])
        return 204, b""

    def _consignments(self, rows: Sequence[Attempted]) -> dict[str, Consignment]:
        """The frozen pushes of these hand-overs that are this account's, by key; what was erased is not there."""
        documents = [one.document_id for one in rows]
        wanted = {one.key for one in rows}
        with self.ledger.reading() as connection:
            kept = find(connection, documents, [CONSIGNMENT])
            keys = self.ledger.vault.data_keys(connection, documents)
        found: dict[str, Consignment] = {}
        for one in kept:
            if one.idem_key in wanted and one.document_id in keys:
                consignment = thaw(self.ledger.vault.open(one, keys[one.document_id]))
                if self.serves(consignment.sender):
                    found[consignment.key] = consignment
        return found


def signed_call(key: bytes, call: str, body: bytes, at: dt.datetime) -> dict[str, str]:
    """The headers of a call such as "GET /documents?after=": what the pages' side sends."""
    return wire.signed(key, hashlib.sha256(call.encode()).hexdigest(), at, body)


def _mark(given: str) -> bytes:
    version, _, mark = given.partition(",")
    try:
        return base64.b64decode(mark, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


def _body(environ: "WSGIEnvironment") -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdigit() or int(length) > BODY_CAP:
        raise _Refused(413, "too_large", "The body is larger than anything that the interface has.")
    return environ["wsgi.input"].read(int(length)) if int(length) else b""
