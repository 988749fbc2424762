"""The BankID simulator: orders, the QR check, the walk of hint codes, and the app on the phone."""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import ipaddress
import json
import random
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, Response, request

from vaxel_simulators.arrivals import Clock, system_clock
from vaxel_simulators.bankid.pages import add_pages
from vaxel_simulators.faults import Fault
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.tables import profile_of

BASE = "/rp/v6.0"
_AUTH = frozenset({"endUserIp", "requirement", "userVisibleData", "userNonVisibleData", "userVisibleDataFormat"})
_REQUIREMENTS = frozenset({"pinCode", "mrtd", "cardReader", "certificatePolicies", "personalNumber"})


class BankIdRefusal(Exception):
    """An error answer: a status, a code and words."""

    def __init__(self, status: int, code: str, details: str) -> None:
        self.status, self.code, self.details = status, code, details
        super().__init__(code)


@dataclass(slots=True)
class Order:
    """One identification."""

    reference: str
    auto_start_token: str
    qr_token: str
    qr_secret: str = field(repr=False)
    begun: dt.datetime
    wanted: str = field(repr=False)
    """The only personal number that may complete it; empty for anybody's."""
    status: str = "pending"
    hint: str = "outstandingTransaction"
    taken_up: dt.datetime | None = None
    ended: dt.datetime | None = None
    who: dict[str, str] = field(default_factory=dict[str, str], repr=False)


class BankIdSimulator(HttpSimulator):
    """BankID on loopback; `rp_url` is for the relying party, `app_url` opens the app."""

    title = "The BankID simulator"
    page_path = "/app/"
    default_call = "auth"

    def __init__(self, *, host: str = LOOPBACK, port: int = 0, clock: Clock = system_clock, seed: int = 1) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self.profile: dict[str, Any] = profile_of("bankid")
        self.persons: list[dict[str, str]] = list(self.profile["persons"])
        self._random = random.Random(seed)  # noqa: S311 - repeatable tokens of a stand-in, nothing secret
        self._lock = threading.RLock()
        self._orders: dict[str, Order] = {}

    @property
    def rp_url(self) -> str:
        """The address of the relying party API."""
        return self.url + BASE

    @property
    def app_url(self) -> str:
        """What opens the app on the same device; BankID's own is `bankid:///`."""
        return self.page_url

    def orders(self) -> list[Order]:
        """Every order, oldest first, as far as time has brought it."""
        with self._lock:
            for order in self._orders.values():
                self._age(order)
            return list(self._orders.values())

    # What the app does

    def take_up(self, auto_start_token: str) -> Order | None:
        """The app on the same device opens an order; None for none that waits."""
        return self._start(lambda order: hmac.compare_digest(order.auto_start_token, auto_start_token))

    def scan(self, text: str) -> Order | None:
        """The app on another device reads a QR code; None for a wrong, forged or old one."""
        found = re.fullmatch(r"bankid\.([0-9a-f-]{36})\.([0-9]{1,6})\.([0-9a-f]{64})", text.strip())
        if found is None:
            return None

        def fits(order: Order) -> bool:
            seconds = int(found[2])
            mark = hmac.new(order.qr_secret.encode(), str(seconds).encode(), hashlib.sha256).hexdigest()
            age = (self.clock() - order.begun).total_seconds() - seconds
            fresh = -1 <= age <= self.profile["orders"]["qr_seconds"]
            return order.qr_token == found[1] and hmac.compare_digest(mark, found[3]) and fresh

        return self._start(fits)

    def identify(self, reference: str, personal_number: str) -> None:
        """The person enters their code."""
        with self._lock:
            order = self._orders[reference]
            self._age(order)
            if order.status != "pending":
                return
            if order.wanted and order.wanted != personal_number:
                self._end(order, "failed", "userCancel")  # the app does not let another person go on
                return
            order.who = next(one for one in self.persons if one["personal_number"] == personal_number)
            self._end(order, "complete", "")

    def give_up(self, reference: str, hint: str = "userCancel") -> None:
        """The person cancels, or their BankID does not serve: the order fails with this hint code."""
        with self._lock:
            order = self._orders[reference]
            self._age(order)
            if order.status == "pending":
                self._end(order, "failed", hint)

    def _start(self, fits: Callable[[Order], bool]) -> Order | None:
        with self._lock:
            for order in self.orders():
                if order.status == "pending" and fits(order):
                    order.taken_up = order.taken_up or self.clock()
                    order.hint = "userSign"
                    return order
        return None

    def _end(self, order: Order, status: str, hint: str) -> None:
        order.status, order.hint, order.ended = status, hint, self.clock()

    def _age(self, order: Order) -> None:
        if order.status != "pending":
            return
        limits, now = self.profile["orders"], self.clock()
        if order.taken_up is None and (now - order.begun).total_seconds() > limits["start_seconds"]:
            self._end(order, "failed", "startFailed")
        elif order.taken_up is not None and (now - order.taken_up).total_seconds() > limits["sign_seconds"]:
            self._end(order, "failed", "expiredTransaction")

    # What the relying party asks

    def auth(self, asked: dict[str, Any]) -> dict[str, str]:
        """Begin an order.

        Raises:
            BankIdRefusal: invalidParameters or alreadyInProgress.
        """
        _check_auth(asked)
        wanted = str(asked.get("requirement", {}).get("personalNumber", ""))
        with self._lock:
            busy = [one for one in self.orders() if wanted and one.wanted == wanted and one.status == "pending"]
            for order in busy:
                self._end(order, "failed", "cancelled")
            if busy:
                raise BankIdRefusal(400, "alreadyInProgress", "Order already in progress for pno")
            name, start, token, secret = (str(uuid.UUID(int=self._random.getrandbits(128))) for _ in range(4))
            order = Order(name, start, token, secret, begun=self.clock(), wanted=wanted)
            self._orders[order.reference] = order
        return {
            "orderRef": order.reference,
            "autoStartToken": order.auto_start_token,
            "qrStartToken": order.qr_token,
            "qrStartSecret": order.qr_secret,
        }

    def collect(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Say how an order goes.

        Raises:
            BankIdRefusal: there is no such order, or its time is over.
        """
        order = self._known(asked)
        told: dict[str, Any] = {"orderRef": order.reference, "status": order.status}
        if order.status != "complete":
            return {**told, "hintCode": order.hint}
        name = order.who["name"]
        given, _, surname = name.rpartition(" ")
        user = {"personalNumber": order.who["personal_number"], "name": name, "givenName": given, "surname": surname}
        device = {"ipAddress": "127.0.0.1", "uhi": "simulated"}
        return {**told, "completionData": {"user": user, "device": device, "signature": "", "ocspResponse": ""}}

    def cancel(self, asked: dict[str, Any]) -> dict[str, Any]:
        """End an order that nobody waits for."""
        order = self._known(asked)
        if order.status == "pending":
            self._end(order, "failed", "cancelled")
        return {}

    def _known(self, asked: dict[str, Any]) -> Order:
        reference = asked.get("orderRef")
        if not isinstance(reference, str) or set(asked) != {"orderRef"}:
            raise BankIdRefusal(400, "invalidParameters", "orderRef is missing")
        with self._lock:
            order = self._orders.get(reference)
            keep = dt.timedelta(seconds=self.profile["orders"]["keep_seconds"])
            if order is None or (order.ended is not None and self.clock() - order.ended > keep):
                raise BankIdRefusal(self.profile["errors"]["unknown_order"], "invalidParameters", "No such order")
            self._age(order)
            return order

    # How it is asked

    def call_name(self, method: str, path: str) -> str:
        """auth, collect or cancel; the app's pages have none."""
        return path.removeprefix(f"{BASE}/") if path.startswith(f"{BASE}/") else ""

    def magic_fault(self, call: Call) -> Fault | None:
        """Nobody is magic: what happens is decided in the app."""
        return None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """unauthorized, requestTimeout or internalError."""
        refusal = BankIdRefusal(500, "internalError", "Internal technical error")
        if fault is Fault.EXPIRED_CREDENTIALS:
            refusal = BankIdRefusal(401, "unauthorized", "The certificate is not accepted")
        if fault is Fault.TOO_MANY_REQUESTS:
            refusal = BankIdRefusal(503, "maintenance", "The service is temporarily unavailable")
        answer = _refused(refusal)
        return Answer(answer.status, answer.get_data(), dict(answer.headers))

    def build(self) -> Flask:
        """The API and the app."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        app.register_error_handler(BankIdRefusal, _refused)
        app.register_error_handler(404, lambda _e: _refused(BankIdRefusal(404, "notFound", "No such call")))
        app.register_error_handler(405, lambda _e: _refused(BankIdRefusal(405, "methodNotAllowed", "POST only")))
        calls = {"auth": self.auth, "collect": self.collect, "cancel": self.cancel}

        def call(method: str) -> Response:
            if method not in calls:
                raise BankIdRefusal(404, "notFound", "No such call")
            return _json(calls[method](_body()), 200)

        app.add_url_rule(f"{BASE}/<method>", "call", call, methods=["POST"])
        add_pages(app, self)
        return app


def _body() -> dict[str, Any]:
    if request.mimetype != "application/json":
        raise BankIdRefusal(415, "unsupportedMediaType", "JSON only")
    try:
        value: object = json.loads(request.get_data())
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise BankIdRefusal(400, "invalidParameters", "The body is no JSON object")
    return cast("dict[str, Any]", value)


def _check_auth(asked: dict[str, Any]) -> None:
    def refuse(what: str) -> None:
        raise BankIdRefusal(400, "invalidParameters", f"Invalid {what}")

    try:
        ipaddress.ip_address(asked["endUserIp"] if isinstance(asked.get("endUserIp"), str) else "")
    except ValueError:
        refuse("endUserIp")
    if unknown := set(asked) - _AUTH:
        refuse(min(unknown))
    requirement = asked.get("requirement", {})
    if not isinstance(requirement, dict) or set(cast("dict[str, Any]", requirement)) - _REQUIREMENTS:
        refuse("requirement")
    wants = cast("dict[str, Any]", requirement)
    if "personalNumber" in wants and not _is_person(wants["personalNumber"]):
        refuse("personalNumber")
    if wants.get("cardReader", "class1") not in ("class1", "class2"):
        refuse("cardReader")
    if not all(isinstance(wants.get(name, True), bool) for name in ("pinCode", "mrtd")):
        refuse("pinCode")
    for name in ("userVisibleData", "userNonVisibleData"):
        try:
            base64.b64decode(str(asked.get(name, "")), validate=True)
        except (binascii.Error, ValueError):
            refuse(name)
    if asked.get("userVisibleDataFormat", "simpleMarkdownV1") != "simpleMarkdownV1":
        refuse("userVisibleDataFormat")


def _is_person(number: object) -> bool:
    if not isinstance(number, str) or not re.fullmatch("[0-9]{12}", number):
        return False
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(number[2:])]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _refused(refusal: BankIdRefusal) -> Response:
    return _json({"errorCode": refusal.code, "details": refusal.details}, refusal.status)


def _json(value: object, status: int) -> Response:
    return Response(json.dumps(value), status, mimetype="application/json")
