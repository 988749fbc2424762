"""An HTTP server on loopback with a gate in front that can fail on purpose, the base of the HTTP simulators."""

import contextlib
import errno
import io
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from vaxel_simulators.arrivals import Arrival, ArrivalLog, Clock, system_clock
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.faults import TAKEN_BEFORE_FAULT, Fault, FaultScript

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LOOPBACK = "127.0.0.1"
POLL_SECONDS = 0.02  # how soon the server notices that it should stop


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


def bind(host: str, port: int, who: str) -> socket.socket:
    """Open a listening socket.

    Raises:
        SimulatorError: the port is taken or not allowed; the sentence says so.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        why = "is already in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise SimulatorError(
            f"{who} could not start: port {port} on {host} {why}; choose another port, or 0 for any free one."
        ) from error
    return listener


class _QuietHandler(WSGIRequestHandler):
    """Answers without writing a log: request lines could carry what nobody should read."""

    _dated = False

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own signature
        """Say nothing."""

    def send_response(self, code: int, message: str | None = None) -> None:
        """Begin an answer; its `Date` is the application's where that states one, e.g. because it is signed."""
        self._dated = False
        self.send_response_only(code, message)

    def send_header(self, keyword: str, value: str) -> None:
        """Write one header."""
        self._dated = self._dated or keyword.lower() == "date"
        super().send_header(keyword, value)

    def end_headers(self) -> None:
        """Write what every answer has, and end the headers."""
        if not self._dated:
            self.send_header("Date", self.date_time_string())
        super().end_headers()


class HttpServer:
    """A WSGI application served in threads of this process."""

    def __init__(self, app: "WSGIApplication", *, host: str, port: int, who: str) -> None:
        with bind(host, port, who) as listener:
            self._server: BaseWSGIServer = make_server(
                host, listener.getsockname()[1], app, threaded=True, request_handler=_QuietHandler, fd=listener.fileno()
            )
        self.url = f"http://{host}:{self._server.port}"
        self.port = self._server.port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, name=who, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End serving; connections that wait for a request are left to their daemon threads."""
        self._server.shutdown()
        self._thread.join()


class FaultGate:
    """Stands before an application: most calls pass, the armed ones and the magic recipients' meet their fault."""

    def __init__(self, app: "WSGIApplication", simulator: "HttpSimulator") -> None:
        self._app = app
        self._simulator = simulator

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        name = self._simulator.call_name(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if not name:
            return self._app(environ, start_response)
        body = _read_body(environ)
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


def _read_body(environ: "WSGIEnvironment") -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    source = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        whole: bytes = source.read()
        environ["CONTENT_LENGTH"] = str(len(whole))
        return whole
    read: bytes = source.read(int(length)) if length.isdigit() else b""
    return read


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
