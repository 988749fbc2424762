"""The LINK Mobility simulator: its message call and delivery reports as documented, and the phones that receive."""

import datetime as dt
import json
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Flask, Response, render_template, request

from vaxel_simulators.arrivals import Arrival, Clock, system_clock
from vaxel_simulators.elks.reports import Report, Reporter
from vaxel_simulators.elks.simulator import FIRST_TIME
from vaxel_simulators.faults import Fault
from vaxel_simulators.link_mobility.rules import LinkRefusal, Message, read_message
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.showing import SHOWN, by_recipient, prepare
from vaxel_simulators.tables import magic, profile_of

QUEUED, DELIVERED, NOT_DELIVERED, SENT = 1005, 1001, 1006, 1000
TAKEN = (200,)  # documented: 200 exactly


@dataclass(frozen=True, slots=True)
class Text:
    """One message on a phone."""

    reference: str
    at: dt.datetime
    message: Message = field(repr=False)


class LinkMobilitySimulator(HttpSimulator):
    """LINK Mobility on loopback. There is no idempotency key: every call that is taken is one more message.

    `gates` leads from the names of delivery report gates to where their reports are posted.
    """

    title = "The LINK Mobility simulator"
    page_path = "/phones/"
    default_call = "sms"

    def __init__(
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        clock: Clock = system_clock,
        seed: int = 1,
        gates: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self.profile: dict[str, Any] = profile_of("link_mobility")
        client: dict[str, str] = self.profile["client"]
        self.username, self.password = client["username"], client["password"]
        self.platform_id, self.platform_partner_id = client["platform_id"], client["platform_partner_id"]
        self.gates = dict(gates or {})
        self._random = random.Random(seed)  # noqa: S311 - repeatable ids, nothing secret
        self._lock = threading.Lock()
        self._texts: list[Text] = []
        self._sent: dict[str, Message] = {}
        self._reporter = self._new_reporter()

    def start(self) -> "LinkMobilitySimulator":
        """Serve from now on."""
        self._reporter = self._new_reporter()
        super().start()
        return self

    def stop(self) -> None:
        """End serving and give up reports under way."""
        self._reporter.stop()
        super().stop()

    def texts(self) -> list[Text]:
        """Every message on every phone, oldest first."""
        with self._lock:
            return list(self._texts)

    def phone(self, number: str) -> list[Text]:
        """The messages on one phone, oldest first."""
        return [text for text in self.texts() if text.message.to == number]

    def reports(self) -> list[Report]:
        """Delivery reports that were taken or given up; waits for nothing."""
        return self._reporter.done()

    def wait_for_reports(self, seconds: float = 5.0) -> None:
        """Wait until every report under way has been taken or given up."""
        self._reporter.wait(seconds)

    def behaviour(self, number: str) -> str:
        """What the table of magic recipients says about a number; both gateways reach the same phones."""
        return next((row.behaviour for row in magic("sms") if row.address == number), "ordinary")

    def take(self, body: bytes) -> dict[str, object] | None:
        """Take a message and set its reports on their way; None where the caller wants no answer.

        Raises:
            LinkRefusal: something is wrong, the number is refused or access is denied.
        """
        message = read_message(body, self.profile, self.gates)
        behaviour = self.behaviour(message.to)
        if behaviour == "refused":
            raise LinkRefusal(400, self.profile["errors"]["refused_number_code"], "Unknown subscriber")
        if behaviour == "no credit":
            raise LinkRefusal(403, 106101, "Access denied")
        now = self.clock()
        with self._lock:
            reference = f"{self._random.getrandbits(96):024x}"
            self._texts.append(Text(reference, now, message))
            self._log.add(Arrival(message.to, reference, body, now))
        # One report for each part, `id` with $n from 0 (documented); a single part has the bare id.
        names = [reference] if message.parts == 1 else [f"{reference}${part}" for part in range(message.parts)]
        for name in names:
            with self._lock:
                self._sent[name] = message
            for gate in message.gates:
                self._reporter.post_later(self.gates[gate], name, self._report_steps(behaviour), now)
        return {"messageId": reference, "resultCode": QUEUED, "description": "Queued"} if message.answered else None

    def _new_reporter(self) -> Reporter:
        return Reporter(
            self.profile["reports"]["repeat_seconds"], fields=self._report_fields, as_json=True, taken=TAKEN
        )

    def _report_fields(self, name: str, code: str, at: dt.datetime) -> dict[str, object]:
        with self._lock:
            message = self._sent[name]
        moment = at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {
            "refId": message.reference,
            "id": name,
            "operator": "no.simulated",
            "sentTimestamp": moment,
            "timestamp": moment,
            "resultCode": int(code),
            "operatorResultCode": "0",
            "segments": message.parts,
            "gateCustomParameters": {},
            "customParameters": {},
        }

    def _report_steps(self, behaviour: str) -> list[tuple[float, str]]:
        wait: float = self.profile["reports"]["delay_seconds"]
        good, bad, on_its_way = str(DELIVERED), str(NOT_DELIVERED), str(SENT)
        match behaviour:
            case "no report":
                return []
            case "report failed":
                return [(wait, bad)]
            case "report twice":
                return [(wait, good), (0, good)]
            case "sent then delivered":
                return [(wait, on_its_way), (wait, good)]
            case "out of order":
                return [(wait, good), (0, on_its_way)]
            case "late report":
                return [(self.profile["reports"]["late_report_seconds"], good)]
            case _:
                return [(wait, good)]

    def call_name(self, method: str, path: str) -> str:
        """sms; pages have none."""
        return "sms" if path == "/sms/send" else ""

    def magic_fault(self, call: Call) -> Fault | None:
        """Faults of the numbers that end in 685 to 694, once per message."""
        try:
            value: object = json.loads(call.body)
        except ValueError:
            return None
        to = str(cast("dict[str, object]", value).get("destination", "")) if isinstance(value, dict) else ""
        fault = FIRST_TIME.get(self.behaviour(to))
        return fault if fault is not None and self.faults.first_meeting(to, "sms") else None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """JSON, as all errors there."""
        kind = {"Content-Type": "application/json"}
        match fault:
            case Fault.TOO_MANY_REQUESTS:
                seconds: int = self.profile["errors"]["retry_after_seconds"]  # 0: it does not say
                wait = {"Retry-After": str(seconds)} if seconds else {}
                return Answer("429 TOO MANY REQUESTS", b"{}", {**kind, **wait})
            case Fault.EXPIRED_CREDENTIALS:
                body = LinkRefusal(401, 106100, "Bad authentication").body()
                return Answer("401 UNAUTHORIZED", body, {**kind, "WWW-Authenticate": "Basic"})
            case _:
                return Answer("500 INTERNAL SERVER ERROR", LinkRefusal(500, 106000, "Unknown error").body(), kind)

    def build(self) -> Flask:
        """The route of the API and the phones' page."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        prepare(app, self)

        @app.errorhandler(LinkRefusal)
        def refused(error: LinkRefusal) -> Response:
            return Response(error.body(), error.status, mimetype="application/json")

        @app.post("/sms/send")
        def sms() -> Response:
            given = request.authorization
            if given is None or (given.username, given.password) != (self.username, self.password):
                raise LinkRefusal(401, 106100, "Bad authentication")
            if request.mimetype != "application/json":
                return Response(b"{}", self.profile["errors"]["wrong_media_type"], mimetype="application/json")
            told = self.take(request.get_data())
            return (
                Response(status=204) if told is None else Response(json.dumps(told), 200, mimetype="application/json")
            )

        @app.get("/phones/")
        def phones_page() -> str:
            phones = by_recipient(self.texts(), lambda text: text.message.to)
            return render_template("phones.html", phones=phones[:SHOWN], hidden=len(phones[SHOWN:]))

        _ = (refused, sms, phones_page)  # registered above
        return app
