"""A gate before an HTTP server that can fail on purpose, the base of the HTTP simulators."""

import contextlib
import io
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from flask import Flask

from vaxel_simulators.arrivals import Arrival, ArrivalLog, Clock, system_clock
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.faults import TAKEN_BEFORE_FAULT, Fault, FaultScript
from vaxel_simulators.listening import HttpServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as plain values."""

    status: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """One request as the fault gate sees it."""

    name: str
    """What the simulator calls this kind of request, e.g. "content"; empty for pages, which never fail."""
    body: bytes = field(repr=False)


class FaultGate:
    """Stands before an application: most calls pass, the armed ones and the magic recipients' meet their fault."""

    def __init__(self, app: "WSGIApplication", simulator: "HttpSimulator") -> None:
        self._app = app
        self._simulator = simulator

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        name = self._simulator.call_name(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if not name:
            return self._app(environ, start_response)
        body: bytes = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        call = Call(name, body)
        fault = self._simulator.faults.next(name) or self._simulator.magic_fault(call)
        if fault is None:
            return self._app(environ, start_response)
        if fault in TAKEN_BEFORE_FAULT:
            return self._fail_after(fault, call, environ, start_response)
        if fault is Fault.SILENCE_BEFORE_ACCEPT:
            _hang_up(environ)
        if fault is Fault.HTML_ANSWER:
            gateway = {"Content-Type": "text/html; charset=utf-8"}
            return _answer(Answer("502 Bad Gateway", _GATEWAY_PAGE, gateway), start_response)
        return _answer(self._simulator.fault_answer(fault, call), start_response)

    def _fail_after(
        self, fault: Fault, call: Call, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        answer = self._run(environ)
        match fault:
            case Fault.SILENCE_AFTER_ACCEPT:
                _hang_up(environ)
            case Fault.RESET_MID_ANSWER:
                return _half(answer, environ, start_response)
            case Fault.SLOW:
                self._simulator.stopping.wait(self._simulator.slow_seconds)
            case Fault.MALFORMED_JSON:
                answer = Answer(answer.status, answer.body[: len(answer.body) // 2] + b"{", answer.headers)
            case _:
                answer = self._simulator.fault_answer(fault, call)
        return _answer(answer, start_response)

    def _run(self, environ: "WSGIEnvironment") -> Answer:
        caught: list[tuple[str, list[tuple[str, str]]]] = []

        def catch(status: str, headers: list[tuple[str, str]], _exc: Any = None, /) -> Callable[[bytes], object]:
            caught.append((status, headers))
            return lambda _written: None

        body = b"".join(self._app(environ, catch))
        status, headers = caught[-1]
        return Answer(status, body, dict(headers))


_GATEWAY_PAGE = b"<!doctype html><html><head><title>502</title></head><body><h1>Bad gateway</h1></body></html>"


def _answer(answer: Answer, start_response: "StartResponse") -> list[bytes]:
    headers = {**answer.headers, "Content-Length": str(len(answer.body))}
    start_response(answer.status, list(headers.items()))
    return [answer.body]


def _half(answer: Answer, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterator[bytes]:
    start_response(answer.status, list({**answer.headers, "Content-Length": str(len(answer.body) + 2)}.items()))
    yield answer.body[: len(answer.body) // 2] or b" "
    _hang_up(environ)


def _hang_up(environ: "WSGIEnvironment") -> NoReturn:
    connection: socket.socket = environ["werkzeug.socket"]
    with contextlib.suppress(OSError):  # the caller may have hung up first, which is the same silence
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("the simulator fell silent, as it was told to")


class HttpSimulator:
    """What the simulators with an HTTP interface share: serving, faults, a movable clock and what arrived.

    Use as a context manager; `url` is the API's address and `page_url` shows what recipients see.
    """

    title = "A simulated provider"
    page_path = "/"
    default_call = ""
    """The call that `script` means when it is not told which."""

    def __init__(self, *, host: str = LOOPBACK, port: int = 0, clock: Clock = system_clock, seed: int = 1) -> None:
        self.host = host
        self.requested_port = port
        self.clock = clock
        self.seed = seed
        self.hub_url = ""
        self.slow_seconds = 2.0
        """How long `Fault.SLOW` lets the caller wait."""
        self.faults = FaultScript()
        self.stopping = threading.Event()
        self._log = ArrivalLog()
        self._server: HttpServer | None = None

    def build(self) -> Flask:
        """The Flask application of this provider."""
        raise NotImplementedError

    def call_name(self, method: str, path: str) -> str:
        """Name the kind of request; empty for pages, which never fail."""
        raise NotImplementedError

    def fault_answer(self, fault: Fault, call: Call) -> Answer:
        """Word this fault as the provider would: 429, 5xx or refused credentials."""
        raise NotImplementedError

    def magic_fault(self, call: Call) -> Fault | None:
        """Say which fault this call's recipient stands for, if any."""
        raise NotImplementedError

    def start(self) -> Self:
        """Serve from now on.

        Raises:
            SimulatorError: the port cannot be used.
        """
        self._server = HttpServer(
            FaultGate(self.build(), self), host=self.host, port=self.requested_port, who=self.title
        )
        self.stopping.clear()
        return self

    def stop(self) -> None:
        """End serving and free the port; harmless when not started."""
        self.stopping.set()
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The API's address, without a slash at the end."""
        return self._running.url

    @property
    def port(self) -> int:
        """The port on which it listens."""
        return self._running.port

    @property
    def page_url(self) -> str:
        """The address of the page that shows what recipients see."""
        return self.url + self.page_path

    @property
    def _running(self) -> HttpServer:
        if self._server is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return self._server

    def script(self, fault: Fault, times: int = 1, *, call: str | None = None) -> None:
        """Let the next `times` calls meet `fault`; without `call` the hand-over itself is meant."""
        self.faults.arm(fault, times, call or self.default_call)

    def arrivals(self) -> list[Arrival]:
        """Everything that was taken, repeats included, oldest first, with the exact bytes."""
        return self._log.all()
