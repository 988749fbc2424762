"""The SMS simulator: 46elks' message call and delivery reports as documented, and the phones that receive."""

import datetime as dt
import json
import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, Response, request

from vaxel_simulators.arrivals import Arrival, Clock, system_clock
from vaxel_simulators.elks.pages import add_pages
from vaxel_simulators.elks.reports import Report, Reporter
from vaxel_simulators.elks.rules import ElksRefusal, Message, read_message
from vaxel_simulators.faults import Fault
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.tables import magic, profile_of

FIRST_TIME = {
    "silence after accept": Fault.SILENCE_AFTER_ACCEPT,
    "silence before accept": Fault.SILENCE_BEFORE_ACCEPT,
    "server error before accept": Fault.SERVER_ERROR_BEFORE,
    "server error after accept": Fault.SERVER_ERROR_AFTER_ACCEPT,
    "too many requests": Fault.TOO_MANY_REQUESTS,
    "malformed answer": Fault.MALFORMED_JSON,
    "HTML answer": Fault.HTML_ANSWER,
    "reset mid answer": Fault.RESET_MID_ANSWER,
    "slow": Fault.SLOW,
}
STAMP = "%Y-%m-%dT%H:%M:%S.%f"  # UTC without a zone, as documented


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on a phone."""

    reference: str
    at: dt.datetime
    message: Message = field(repr=False)


class ElksSimulator(HttpSimulator):
    """46elks on loopback. There is no idempotency key: every call that is taken is one more message."""

    title = "The SMS simulator"
    page_path = "/phones/"
    default_call = "sms"

    def __init__(
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock = system_clock,
        seed: int = 1,
        report_delay: float | None = None,
    ) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self.profile: dict[str, Any] = profile_of("elks")
        self.username: str = self.profile["client"]["username"]
        self.password: str = self.profile["client"]["password"]
        self.report_delay: float = self.profile["reports"]["delay_seconds"] if report_delay is None else report_delay
        self._random = random.Random(seed)  # noqa: S311 - repeatable ids, nothing secret
        self._lock = threading.Lock()
        self._bubbles: list[Bubble] = []
        self._reporter = Reporter(self.profile["reports"]["repeat_seconds"])

    def start(self) -> "ElksSimulator":
        """Serve from now on."""
        self._reporter = Reporter(self.profile["reports"]["repeat_seconds"])
        super().start()
        return self

    def stop(self) -> None:
        """End serving and give up reports under way."""
        self._reporter.stop()
        super().stop()

    def bubbles(self) -> list[Bubble]:
        """Every message on every phone, oldest first."""
        with self._lock:
            return list(self._bubbles)

    def phone(self, number: str) -> list[Bubble]:
        """The messages on one phone, oldest first."""
        return [bubble for bubble in self.bubbles() if bubble.message.to == number]

    def reports(self) -> list[Report]:
        """Delivery reports that were taken or given up; waits for nothing."""
        return self._reporter.done()

    def wait_for_reports(self, seconds: float = 5.0) -> None:
        """Wait until every report under way has been taken or given up."""
        self._reporter.wait(seconds)

    def behaviour(self, number: str) -> str:
        """What the table of magic recipients says about a number."""
        return next((row.behaviour for row in magic("sms") if row.address == number), "ordinary")

    def take(self, form: dict[str, list[str]], body: bytes) -> dict[str, object]:
        """Take a message and set its reports on their way.

        Raises:
            ElksRefusal: a field is wrong, the number is refused or there is no credit.
        """
        message = read_message(form, self.profile)
        behaviour = self.behaviour(message.to)
        if behaviour == "refused":
            raise ElksRefusal(self.profile["errors"]["refused_number"], "This number cannot receive messages")
        if behaviour == "no credit":
            raise ElksRefusal(self.profile["errors"]["no_credit"], "Not enough credits")
        now = self.clock()
        with self._lock:
            reference = f"s{self._random.getrandbits(128):032x}"
            if not message.dry_run:
                self._bubbles.append(Bubble(reference, now, message))
                self._log.add(Arrival(message.to, reference, body, now))
        if message.report_to and not message.dry_run and (steps := self._report_steps(behaviour)):
            self._reporter.post_later(message.report_to, reference, steps, now)
        return {
            "id": reference,
            "status": "created",
            "direction": "outgoing",
            "from": message.sender,
            "to": message.to,
            "message": message.text,
            "created": now.astimezone(dt.UTC).strftime(STAMP),
            "cost": message.parts * self.profile["message"]["cost_per_part"],
            "parts": message.parts,
        }

    def _report_steps(self, behaviour: str) -> list[tuple[float, str]]:
        wait = self.report_delay
        match behaviour:
            case "no report":
                return []
            case "report failed":
                return [(wait, "failed")]
            case "report twice":
                return [(wait, "delivered"), (0, "delivered")]
            case "sent then delivered":
                return [(wait, "sent"), (wait, "delivered")]
            case "out of order":
                return [(wait, "delivered"), (0, "sent")]
            case "late report":
                return [(self.profile["reports"]["late_report_seconds"], "delivered")]
            case _:
                return [(wait, "delivered")]

    def call_name(self, method: str, path: str) -> str:
        """sms; pages have none."""
        return "sms" if re.fullmatch("/a1/sms", path, re.IGNORECASE) else ""

    def magic_fault(self, call: Call) -> Fault | None:
        """Faults of the numbers that end in 685 to 694, once per message."""
        to = parse_qs(call.body.decode("utf-8", "replace")).get("to", [""])[0]
        fault = FIRST_TIME.get(self.behaviour(to))
        return fault if fault is not None and self.faults.first_meeting(to, "sms") else None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """Plain text, as all errors there."""
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        match fault:
            case Fault.TOO_MANY_REQUESTS:
                seconds: int = self.profile["errors"]["retry_after_seconds"]  # 0: it does not say
                wait = {"Retry-After": str(seconds)} if seconds else {}
                return Answer("429 TOO MANY REQUESTS", b"Too many requests", {**plain, **wait})
            case Fault.EXPIRED_CREDENTIALS:
                return Answer("401 UNAUTHORIZED", b"API access denied", {**plain, "WWW-Authenticate": "Basic"})
            case _:
                return Answer("500 INTERNAL SERVER ERROR", b"Something went wrong", plain)

    def build(self) -> Flask:
        """The routes of the API and the phones' pages."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)

        @app.errorhandler(ElksRefusal)
        def refused(error: ElksRefusal) -> Response:
            response = Response(error.text, error.status, mimetype="text/plain")
            if error.status == 401:
                response.headers["WWW-Authenticate"] = "Basic"
            return response

        @app.post("/a1/sms")
        def sms() -> Response:
            given = request.authorization
            if given is None or given.type != "basic" or (given.username, given.password) != self._credentials:
                raise ElksRefusal(401, "API access denied")
            if request.mimetype != "application/x-www-form-urlencoded":
                raise ElksRefusal(self.profile["errors"]["wrong_media_type"], "The body must be a form")
            body = request.get_data()
            try:
                form = parse_qs(body.decode("utf-8"), keep_blank_values=True, strict_parsing=True, errors="strict")
            except ValueError as error:
                raise ElksRefusal(self.profile["errors"]["invalid_field"], "The form cannot be read") from error
            return Response(json.dumps(self.take(form, body)), 200, mimetype="application/json")

        add_pages(app, self)
        _ = (refused, sms)  # registered above
        return app

    @property
    def _credentials(self) -> tuple[str, str]:
        return self.username, self.password
