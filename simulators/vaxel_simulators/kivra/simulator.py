"""The Kivra simulator: sign-in, look-up and content as Kivra's sender API documents them, and the mailboxes."""

import datetime as dt
import hashlib
import json
import random
import re
import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, Response, request

from vaxel_simulators.arrivals import Arrival, Clock, system_clock
from vaxel_simulators.faults import Fault
from vaxel_simulators.kivra.access import Access
from vaxel_simulators.kivra.pages import add_pages
from vaxel_simulators.kivra.rules import (
    RETAINABLE,
    Content,
    KivraRefusal,
    check_schema,
    check_ssn,
    json_object,
    read_content,
)
from vaxel_simulators.pdf import reader
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.tables import magic, profile_of

FIRST_TIME = {
    "silence after accept": Fault.SILENCE_AFTER_ACCEPT,
    "silence before accept": Fault.SILENCE_BEFORE_ACCEPT,
    "server error before accept": Fault.SERVER_ERROR_BEFORE,
    "server error after accept": Fault.SERVER_ERROR_AFTER_ACCEPT,
    "too many requests": Fault.TOO_MANY_REQUESTS,
    "malformed answer": Fault.MALFORMED_JSON,
    "slow": Fault.SLOW,
}
CONTENT = re.compile("/v2/tenant/([^/]+)/content")
MATCH = re.compile("/v2/tenant/[^/]+/(?:usermatch|companymatch)/[^/]+")
MATCHES = frozenset({"usermatch/ssn", "usermatch/verified_email", "companymatch/vatnr"})
MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class MailboxItem:
    """One content as its recipient sees it; a recognised repeat adds none."""

    key: str
    at: dt.datetime
    content: Content = field(repr=False)
    retained: bool = False
    """Parked for someone who is not a user yet; no mailbox shows it."""


class KivraSimulator(HttpSimulator):
    """Kivra on loopback. `duplicate_control=False` behaves as Kivra's own sandbox, which delivers repeats again."""

    title = "The Kivra simulator"
    page_path = "/mailbox/"
    default_call = "content"

    def __init__(
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock = system_clock,
        seed: int = 1,
        duplicate_control: bool = True,
    ) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self.profile = profile_of("kivra")
        self.client_id: str = self.profile["client"]["id"]
        self.client_secret: str = self.profile["client"]["secret"]
        self.tenant_key: str = self.profile["client"]["tenant_key"]
        self.tenant_name: str = self.profile["client"]["tenant_name"]
        self.duplicate_control = duplicate_control
        self._random = random.Random(seed)  # noqa: S311 - repeatable keys, nothing secret
        self._lock = threading.RLock()
        self._access = Access(self.profile, clock, seed)
        self._seen: dict[str, str] = {}
        self._items: list[MailboxItem] = []
        self._recent: dict[str, deque[dt.datetime]] = defaultdict(deque)

    def start(self) -> "KivraSimulator":
        """Serve from now on."""
        super().start()
        reader.open()
        return self

    def stop(self) -> None:
        """End serving."""
        if self._server is not None:
            reader.close()
        super().stop()

    def items(self) -> list[MailboxItem]:
        """Everything in all mailboxes and everything retained, oldest first."""
        with self._lock:
            return list(self._items)

    def mailbox(self, recipient: str) -> list[MailboxItem]:
        """What one recipient can open, oldest first."""
        return [item for item in self.items() if item.content.recipient == recipient and not item.retained]

    # What Kivra decides

    def expire_tokens(self) -> None:
        """Make every token issued so far worthless."""
        self._access.expire()

    def match(self, what: str, body: bytes) -> list[str]:
        """The reachable ones of a list, in the order and spelling of the question.

        Raises:
            KivraRefusal: 41300, 40008, 40026, 40059 or 40009.
        """
        if len(body) > self.profile["limits"]["list_bytes"]:
            raise KivraRefusal(41300)
        payload = json_object(body)
        check_schema("match", payload, refuse_unknown=self._refuses_unknown)
        asked: list[str] = payload["list"]
        if what == "usermatch/ssn":
            for ssn in asked:
                check_ssn(ssn)
            return [ssn for ssn in asked if self.behaviour(ssn) not in {"stranger", "dormant"}]
        if what == "companymatch/vatnr":
            return [number for number in asked if self._is_company(number)]
        return [address for address in asked if self._is_verified(address)]

    @property
    def _refuses_unknown(self) -> bool:
        return bool(self.profile["payload"]["unknown_fields"] == "refuse")

    def behaviour(self, ssn: str) -> str:
        """What the table of magic recipients says about a personal number."""
        if ssn[8:11] != self.profile["recipients"]["user_serial"]:
            return "stranger"
        return _born_special().get(ssn[:4], "user")

    def _is_company(self, number: str) -> bool:
        named: list[str] = self.profile["recipients"]["companies"]
        return number in named or (
            re.fullmatch("SE[0-9]{10}01", number) is not None
            and number[8:11] == self.profile["recipients"]["user_serial"]
        )

    def _is_verified(self, address: str) -> bool:
        prefix: str = self.profile["recipients"]["verified_email_prefix"]
        return address.lower().startswith(prefix)

    def _is_user(self, content: Content) -> bool:
        if "vat_number" in content.payload:
            return self._is_company(content.recipient)
        if "ssn" in content.payload:
            return self.behaviour(content.recipient) not in {"stranger", "gone"}
        return self._is_verified(content.recipient)

    def take(self, body: bytes) -> tuple[str, bool]:
        """Take a content; gives its key and whether it was retained for someone who is not a user yet.

        Raises:
            KivraRefusal: any documented refusal.
        """
        limits: dict[str, int] = self.profile["limits"]
        if len(body) > limits["content_bytes"]:
            raise KivraRefusal(41300)
        now = self.clock()
        payload = json_object(body)
        content = read_content(
            payload,
            now=now,
            inspect=reader.inspect,
            swish_aliases=self.profile["payload"]["swish_aliases"],
            refuse_unknown=self._refuses_unknown,
        )
        retained = False
        if not self._is_user(content):
            retained = bool(content.payload.get("retain")) and content.kind in RETAINABLE
            if not retained:
                raise KivraRefusal(40032)
        with self._lock:
            self._check_rate(content.recipient, now, limits["per_recipient_and_minute"])
            fingerprint = _fingerprint(payload)
            known = self._seen.get(fingerprint) if self.duplicate_control else None
            key = known or f"{int(now.timestamp()):010d}{self._random.getrandbits(128):032x}"
            self._seen[fingerprint] = key
            self._log.add(Arrival(content.recipient, key, body, now, delivered=known is None))
            if known is None:
                self._items.append(MailboxItem(key, now, content, retained))
        return key, retained

    def _check_rate(self, recipient: str, now: dt.datetime, most: int) -> None:
        recent = self._recent[recipient]
        while recent and recent[0] <= now - MINUTE:
            recent.popleft()
        if len(recent) >= most:
            raise KivraRefusal(42900)
        recent.append(now)

    # How it is asked

    def call_name(self, method: str, path: str) -> str:
        """auth, match or content; pages have none."""
        if path == "/v1/auth":
            return "auth"
        if MATCH.fullmatch(path):
            return "match"
        return "content" if CONTENT.fullmatch(path) else ""

    def magic_fault(self, call: Call) -> Fault | None:
        """Faults of the people born 1901 to 1909."""
        if call.name != "content":
            return None
        try:
            ssn = json_object(call.body).get("ssn")
        except KivraRefusal:
            return None
        if not isinstance(ssn, str):
            return None
        behaviour = self.behaviour(ssn)
        if behaviour == "always failing":
            return Fault.SERVER_ERROR_BEFORE
        fault = FIRST_TIME.get(behaviour)
        first = fault is not None and self.faults.first_meeting(ssn, hashlib.sha256(call.body).hexdigest())
        return fault if first else None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """429 with Retry-After, 401 after all tokens died, or 500."""
        code = 50000
        if fault is Fault.TOO_MANY_REQUESTS:
            code = 42900
        elif fault is Fault.EXPIRED_CREDENTIALS:
            self.expire_tokens()
            code = 40104 if call.name == "auth" else 40100
        response = self._refused(KivraRefusal(code))
        response.headers["x-correlation-id"] = self._correlation()
        return Answer(response.status, response.get_data(), dict(response.headers))

    def _refused(self, refusal: KivraRefusal) -> Response:
        response = _json(refusal.body(), refusal.status)
        response.headers["x-error-code"] = str(refusal.code)
        if refusal.code == 42900 and self.profile["limits"]["retry_after_seconds"]:  # 0: it does not say
            response.headers["Retry-After"] = str(self.profile["limits"]["retry_after_seconds"])
        return response

    def _correlation(self) -> str:
        with self._lock:
            return f"{self._random.getrandbits(128):032x}"

    def build(self) -> Flask:
        """The routes of the API and the mailbox pages."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)

        def refused(error: Exception) -> Response:
            return self._refused(error if isinstance(error, KivraRefusal) else KivraRefusal(50000))

        app.register_error_handler(KivraRefusal, refused)
        app.register_error_handler(404, lambda _error: self._refused(KivraRefusal(40400)))
        app.register_error_handler(405, lambda _error: self._refused(KivraRefusal(40500)))
        app.register_error_handler(500, refused)

        @app.post("/v1/auth")
        def auth() -> Response:
            if request.mimetype != "application/x-www-form-urlencoded":
                raise KivraRefusal(41500)
            form = parse_qs(request.get_data().decode("utf-8", "replace"), keep_blank_values=True)
            given = request.authorization
            pair = (given.username, given.password) if given is not None and given.type == "basic" else (None, None)
            return _json(self._access.sign_in(form, *pair), 200)

        @app.post("/v2/tenant/<tenant>/<any(usermatch, companymatch):register>/<field_name>")
        def match(tenant: str, register: str, field_name: str) -> Response:
            what = f"{register}/{field_name}"
            if what not in MATCHES:
                raise KivraRefusal(40400)
            verb = "post" if what.startswith("company") else "get"
            scope = f"{verb}:kivra.v2.tenant.{tenant}.{what.replace('/', '.')}"
            self._access.authorise(request.headers.get("Authorization"), tenant, scope)
            _must_be_json()
            return _json({"list": self.match(what, request.get_data())}, 200)

        @app.post("/v2/tenant/<tenant>/content")
        def content(tenant: str) -> Response:
            self._access.authorise(
                request.headers.get("Authorization"), tenant, f"post:kivra.v1.tenant.{tenant}.content"
            )
            _must_be_json()
            key, retained = self.take(request.get_data())
            response = _json({}, 201)
            response.headers["kivra-objkey"] = key
            response.headers["location"] = f"/v2/tenant/{tenant}/content/{key}"
            if retained:
                response.headers["kivra-retained"] = self.profile["payload"]["retained_header"]
            return response

        @app.after_request
        def correlate(response: Response) -> Response:
            if self.call_name(request.method, request.path):
                response.headers["x-correlation-id"] = self._correlation()
            return response

        add_pages(app, self)
        _ = (correlate, auth, match, content)  # registered above
        return app


@cache
def _born_special() -> dict[str, str]:
    return {row.address[-4:]: row.behaviour for row in magic("kivra") if " born " in row.address}


def _must_be_json() -> None:
    if request.mimetype != "application/json":
        raise KivraRefusal(41500)


def _json(body: object, status: int) -> Response:
    return Response(json.dumps(body), status, mimetype="application/json")


def _fingerprint(payload: Any) -> str:
    # Kivra compares the whole payload but for generated_at (developer pages, duplicate control).
    kept = {name: value for name, value in payload.items() if name != "generated_at"}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
