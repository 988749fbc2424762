"""The simulated chat: JSON with `channel` and `text` at /hooks, and the rooms that people read."""

import json
import re
from dataclasses import dataclass, field

from flask import Flask, Response, render_template, request

from vaxel_simulators.arrivals import Arrival, Clock, system_clock
from vaxel_simulators.faults import Fault
from vaxel_simulators.serving import LOOPBACK, Answer, Call, HttpSimulator
from vaxel_simulators.showing import by_recipient, prepare


@dataclass(frozen=True, slots=True)
class Said:
    """One message."""

    channel: str = field(repr=False)
    text: str = field(repr=False)
    at: str


class ChatSimulator(HttpSimulator):
    """A chat on loopback; whose number begins with 104 reads it. Assumed as a whole: no provider's interface."""

    title = "The chat simulator"
    page_path = "/chat/"
    default_call = "hook"
    token = "simulated-token"  # noqa: S105 - a stand-in's

    def __init__(self, *, host: str = LOOPBACK, port: int = 0, clock: Clock = system_clock, seed: int = 1) -> None:
        super().__init__(host=host, port=port, clock=clock, seed=seed)
        self._said: list[Said] = []

    def messages(self) -> list[Said]:
        """Every message, oldest first."""
        return list(self._said)

    def call_name(self, method: str, path: str) -> str:
        """hook; pages have none."""
        return "hook" if path == "/hooks" else ""

    def magic_fault(self, call: Call) -> Fault | None:
        """Nobody is magic."""
        return None

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """429 with Retry-After, 401 or 500."""
        status = {Fault.TOO_MANY_REQUESTS: "429 Too Many Requests", Fault.EXPIRED_CREDENTIALS: "401 Unauthorized"}
        headers = {"Retry-After": "2"} if fault is Fault.TOO_MANY_REQUESTS else {}
        return Answer(status.get(fault, "500 Internal Server Error"), b"", headers)

    def build(self) -> Flask:
        """The webhook and the rooms."""
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        prepare(app, self)

        @app.post("/hooks")
        def hook() -> Response:
            if request.headers.get("Authorization") != f"Bearer {self.token}":
                return _told(401, "wrong token")
            value: object = request.get_json(force=True, silent=True)
            if not isinstance(value, dict) or {"channel", "text"} != {*value}:
                return _told(400, "channel and text are needed")
            channel, text = str(value["channel"]), str(value["text"])  # pyright: ignore[reportUnknownArgumentType]
            if not re.fullmatch("@104[0-9]+", channel):
                return _told(404, "no such person")
            now = self.clock()
            self._said.append(Said(channel, text, now.strftime("%H:%M")))
            self._log.add(Arrival(channel, str(len(self._said)), request.get_data(), now))
            return _told(200, "ok")

        @app.get("/chat/")
        def rooms() -> str:
            return render_template("chat.html", rooms=by_recipient(self.messages(), lambda one: one.channel))

        _ = (hook, rooms)  # registered above
        return app


def _told(status: int, words: str) -> Response:
    return Response(json.dumps({"said": words}), status, mimetype="application/json")
