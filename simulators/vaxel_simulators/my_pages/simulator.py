"""The simulated customer pages: signatures checked, documents shown as cards, opened, listed and taken back."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, cast

from flask import Flask, Response, request

from vaxel_simulators.arrivals import Arrival, Clock, system_clock
from vaxel_simulators.faults import Fault
from vaxel_simulators.my_pages.pages import add_pages
from vaxel_simulators.pdf import NotAPdf, reader
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.tables import magic, profile_of

MEMBERS = frozenset({"format", "id", "customer", "reference", "kind", "at", "card", "file"})
FIRST_TIME = {
    "silence after accept": Fault.SILENCE_AFTER_ACCEPT,
    "silence before accept": Fault.SILENCE_BEFORE_ACCEPT,
    "server error after accept": Fault.SERVER_ERROR_AFTER_ACCEPT,
    "too many requests": Fault.TOO_MANY_REQUESTS,
}
_ONE = re.compile("/documents/([0-9a-f]{64})")


class PagesRefusal(Exception):
    """One refusal, in the words of the interface."""

    def __init__(self, status: int, code: str, reason: str) -> None:
        self.status, self.code, self.reason = status, code, reason
        super().__init__(code)


@dataclass(slots=True)
class Shown:
    """One document in the pages."""

    key: str
    customer: str = field(repr=False)
    value: dict[str, Any] = field(repr=False)
    pdf: bytes = field(repr=False)
    at: dt.datetime
    state: str = "shown"
    changes: list[tuple[int, str, dt.datetime]] = field(default_factory=list[tuple[int, str, dt.datetime]])


class MyPagesSimulator(HttpSimulator):
    """A sender's customer pages on loopback; `secret` is what both sides sign with."""

    title = "The customer pages' simulator"
    page_path = "/my-pages/"
    default_call = "push"

    def __init__(self, *, host: str = LOOPBACK, port: int = 0, clock: Clock = system_clock, seed: int = 1) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self.profile: dict[str, Any] = profile_of("my_pages")
        self.secret: str = self.profile["pages"]["secret"]
        self.name: str = self.profile["pages"]["title"]
        self._lock = threading.RLock()
        self._shown: dict[str, Shown] = {}
        self._changes = 0

    def start(self) -> Self:
        """Serve from now on."""
        super().start()
        reader.open()
        return self

    def stop(self) -> None:
        """End serving."""
        if self._server is not None:
            reader.close()
        super().stop()

    def documents(self) -> list[Shown]:
        """What customers can see, oldest first; what was taken back is not there."""
        with self._lock:
            return [one for one in self._shown.values() if one.state != "revoked"]

    def arrivals(self) -> list[Arrival]:
        """Everything that was taken and not taken back."""
        there = {one.key for one in self.documents()}
        return [arrival for arrival in super().arrivals() if arrival.reference in there]

    def open_document(self, key: str) -> None:
        """The customer opens a document; the first time changes its state."""
        with self._lock:
            if key in self._shown and self._shown[key].state == "shown":
                self._change(self._shown[key], "opened")

    def is_customer(self, number: str) -> bool:
        """Whether the pages know this customer."""
        return number.startswith(self.profile["customers"]["prefix"])

    def behaviour(self, number: str) -> str:
        """What the table of magic recipients says about a customer."""
        return next((row.behaviour for row in magic("my_pages") if row.address == f"customer {number}"), "customer")

    def take(self, raw: bytes) -> tuple[Shown, bool]:
        """Take a push; gives the document and whether it is new.

        Raises:
            PagesRefusal: the first rule it breaks.
        """
        if len(raw) > self.profile["pages"]["most_bytes"]:
            raise PagesRefusal(413, "too_large", "The push is too large.")
        value, pdf = _read(raw)
        if not self.is_customer(value["customer"]):
            raise PagesRefusal(404, "unknown_customer", "There is no such customer.")
        now = self.clock()
        with self._lock:
            known = self._shown.get(value["id"])
            if known is not None and (known.value, known.pdf) != (value, pdf):
                raise PagesRefusal(409, "id_reused", "Another document has this id.")
            if known is not None:
                self._log.add(Arrival(known.customer, known.key, raw, now, delivered=False))
                return known, False
            shown = Shown(value["id"], value["customer"], value, pdf, now)
            self._shown[shown.key] = shown
            self._change(shown, "shown")
            self._log.add(Arrival(shown.customer, shown.key, raw, now))
        return shown, True

    def _change(self, shown: Shown, state: str) -> None:
        self._changes += 1
        shown.state = state
        shown.changes.append((self._changes, state, self.clock()))

    def _one(self, key: str) -> Shown:
        with self._lock:
            if key not in self._shown:
                raise PagesRefusal(404, "unknown_document", "There is no such document.")
            return self._shown[key]

    def take_back(self, key: str) -> dict[str, str]:
        """Take a document back.

        Raises:
            PagesRefusal: it is not there, or was opened.
        """
        with self._lock:
            shown = self._one(key)
            if shown.state == "opened":
                raise PagesRefusal(409, "opened", "The customer has opened it.")
            if shown.state != "revoked":
                self._change(shown, "revoked")
            return {"id": key, "state": shown.state}

    def listing(self, after: str) -> dict[str, Any]:
        """A page of what became of documents since a place in the list."""
        begin, most = int(after) if after.isdigit() else 0, int(self.profile["pages"]["list_page"])
        with self._lock:
            changes = sorted(
                (number, shown.key, state, at)
                for shown in self._shown.values()
                for number, state, at in shown.changes
                if number > begin
            )[:most]
        rows = [{"id": key, "state": state, "at": at.isoformat()} for _, key, state, at in changes]
        return {"documents": rows, "next": str(changes[-1][0]) if changes else None}

    def call_name(self, method: str, path: str) -> str:
        """customers, push, list, ask or revoke; pages have none."""
        if path == "/customers":
            return "customers"
        if path == "/documents":
            return "push" if method == "POST" else "list"
        return ("revoke" if method == "DELETE" else "ask") if _ONE.fullmatch(path) else ""

    def magic_fault(self, call: Call) -> Fault | None:
        """Faults of the customers that the table names."""
        if call.name != "push":
            return None
        found = re.search(rb'"customer":\s*"([^"]*)"', call.body)
        number = found[1].decode() if found else ""
        behaviour = self.behaviour(number)
        fault = FIRST_TIME.get(behaviour)
        return fault if fault is not None and self.faults.first_meeting(behaviour, number) else None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """429 with Retry-After, 401 or 500."""
        refusal = PagesRefusal(500, "failed", "The pages failed.")
        headers: dict[str, str] = {}
        if fault is Fault.TOO_MANY_REQUESTS:
            refusal = PagesRefusal(429, "busy", "Come again later.")
            wait = self.profile["pages"]["retry_after_seconds"]
            headers = {"Retry-After": str(wait)} if wait else {}
        if fault is Fault.EXPIRED_CREDENTIALS:
            refusal = PagesRefusal(401, "unsigned", "The signature is not known any more.")
        answer = _refused(refusal)
        return Answer(answer.status, answer.get_data(), {**dict(answer.headers), **headers})

    def build(self) -> Flask:
        """The interface and the pages."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)

        def checked() -> bytes:
            body = request.get_data()
            _check(
                {name.lower(): each for name, each in request.headers.items()},
                body,
                self.secret,
                self.clock(),
                self.profile["pages"]["tolerance_seconds"],
            )
            return body

        def customers() -> Response:
            asked = _object(checked()).get("customers")
            if not isinstance(asked, list):
                raise PagesRefusal(422, "fields", "customers is no list.")
            numbers = [str(one) for one in cast("list[object]", asked)]
            return _json({"known": [one for one in numbers if self.is_customer(one)]}, 200)

        def push() -> Response:
            shown, new = self.take(checked())
            return _json({"id": shown.key, "state": shown.state}, 201 if new else 200)

        def listing() -> Response:
            checked()
            return _json(self.listing(request.args.get("after", "")), 200)

        def ask(key: str) -> Response:
            checked()
            return _json({"id": key, "state": self._one(key).state}, 200)

        def revoke(key: str) -> Response:
            checked()
            return _json(self.take_back(key), 200)

        app.register_error_handler(PagesRefusal, _refused)
        app.add_url_rule("/customers", "customers", customers, methods=["POST"])
        app.add_url_rule("/documents", "push", push, methods=["POST"])
        app.add_url_rule("/documents", "listing", listing)
        app.add_url_rule("/documents/<key>", "ask", ask)
        app.add_url_rule("/documents/<key>", "revoke", revoke, methods=["DELETE"])
        add_pages(app, self)
        return app


def _check(headers: Mapping[str, str], body: bytes, secret: str, now: dt.datetime, tolerance: int) -> None:
    """Standard Webhooks: the signature of id, seconds and body, not older nor newer than the tolerance."""
    unsigned = PagesRefusal(401, "unsigned", "The call is not signed as Standard Webhooks says.")
    name, seconds = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or not re.fullmatch("[0-9]{1,12}", seconds) or abs(now.timestamp() - int(seconds)) > tolerance:
        raise unsigned
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.digest(key, f"{name}.{seconds}.".encode() + body, hashlib.sha256)
    for given in headers.get("webhook-signature", "").split():
        version, _, mark = given.partition(",")
        try:
            if version == "v1" and hmac.compare_digest(base64.b64decode(mark, validate=True), expected):
                return
        except binascii.Error:
            continue
    raise unsigned


def _read(raw: bytes) -> tuple[dict[str, Any], bytes]:
    value = _object(raw)
    texts = ("id", "customer", "reference", "kind", "at")
    good = (
        not set(value) ^ MEMBERS
        and value["format"] == "vaxel-my-pages/1"
        and all(isinstance(value[name], str) and value[name] for name in texts)
        and re.fullmatch("[0-9a-f]{64}", value["id"])
        and isinstance(value["card"], dict)
        and isinstance(value["file"], dict)
        and set(cast("dict[str, Any]", value["file"])) == {"media_type", "data"}
    )
    if not good:
        raise PagesRefusal(422, "fields", "A member is missing, unknown or of another form.")
    try:
        pdf = base64.b64decode(str(cast("dict[str, Any]", value["file"])["data"]), validate=True)
        reader.inspect(pdf)
    except (binascii.Error, NotAPdf, TypeError, ValueError) as error:
        raise PagesRefusal(422, "unreadable_pdf", "The file is no PDF.") from error
    return value, pdf


def _object(raw: bytes) -> dict[str, Any]:
    try:
        value: object = json.loads(raw)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise PagesRefusal(422, "unreadable", "The body is no JSON object.")
    return cast("dict[str, Any]", value)


def _refused(refusal: PagesRefusal) -> Response:
    return _json({"error": refusal.code, "reason": refusal.reason}, refusal.status)


def _json(value: object, status: int) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
