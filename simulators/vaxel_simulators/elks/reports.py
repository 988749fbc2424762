"""Delivery reports on their way to the address that the caller named; they never leave this machine."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
TAKEN = range(200, 205)  # documented: 200 to 204, everything else is repeated
WAIT_SECONDS = 1.0
STOP_SECONDS = 0.5  # a receiver that hangs is left to its daemon thread


@dataclass(frozen=True, slots=True)
class Report:
    """One delivery report and what became of it; `answers` holds a status per try, 0 where nobody answered."""

    reference: str
    status: str
    to: str = field(repr=False)
    answers: tuple[int, ...]
    taken: bool
    """Whether the receiver took it in the end."""


def elks_form(reference: str, status: str, delivered: dt.datetime) -> dict[str, object]:
    """The fields of 46elks' report."""
    form: dict[str, object] = {"id": reference, "status": status}
    if status == "delivered":
        form["delivered"] = delivered.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return form


Fields = Callable[[str, str, dt.datetime], dict[str, object]]
"""What a report says, from the message's name, its state and the moment."""


class Reporter:
    """Posts reports from a thread per message; `stop` ends them at once.

    `fields` makes what a report says, `as_json` how it is written, `taken` which answers end the repeating.
    """

    def __init__(
        self,
        repeat_seconds: Sequence[float],
        *,
        fields: Fields = elks_form,
        as_json: bool = False,
        taken: Container[int] = TAKEN,
    ) -> None:
        self._repeat_seconds = tuple(repeat_seconds)
        self._fields, self._as_json, self._taken = fields, as_json, taken
        self._stopping = threading.Event()
        # Loopback only, so there is no certificate to check; reading the system's roots would take 20 ms.
        self._client = httpx.Client(timeout=WAIT_SECONDS, trust_env=False, verify=False)  # noqa: S501
        self._lock = threading.Lock()
        self._done: list[Report] = []
        self._threads: list[threading.Thread] = []

    def post_later(self, url: str, reference: str, steps: Sequence[tuple[float, str]], delivered: dt.datetime) -> None:
        """Post one report per (seconds to wait, status), in order."""
        thread = threading.Thread(target=self._post_all, args=(url, reference, tuple(steps), delivered), daemon=True)
        with self._lock:
            self._threads = [running for running in self._threads if running.is_alive()] + [thread]
        thread.start()

    def done(self) -> list[Report]:
        """Reports that were taken or given up, oldest first."""
        with self._lock:
            return list(self._done)

    def wait(self, seconds: float = 5.0) -> None:
        """Wait until every report under way has been taken or given up."""
        with self._lock:
            threads = list(self._threads)
        deadline = time.monotonic() + seconds
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def stop(self) -> None:
        """Give up what is under way."""
        self._stopping.set()
        self.wait(STOP_SECONDS)

    def _post_all(self, url: str, reference: str, steps: tuple[tuple[float, str], ...], delivered: dt.datetime) -> None:
        for seconds, status in steps:
            if self._stopping.wait(seconds):
                return
            answers = self._post(url, self._fields(reference, status, delivered))
            report = Report(reference, status, url, answers, bool(answers) and answers[-1] in self._taken)
            with self._lock:
                self._done.append(report)

    def _post(self, url: str, form: dict[str, object]) -> tuple[int, ...]:
        if urlsplit(url).hostname not in LOOPBACK_NAMES:
            return ()
        answers: list[int] = []
        for pause in (*self._repeat_seconds, None):
            try:
                answer = self._client.post(url, json=form) if self._as_json else self._client.post(url, data=form)
                answers.append(answer.status_code)
            except httpx.TransportError:
                answers.append(0)
            if answers[-1] in self._taken or pause is None or self._stopping.wait(pause):
                break
        return tuple(answers)
