"""An HTTP/1.1 server on loopback that keeps its callers' connections, as providers do."""

import contextlib
import errno
import io
import socket
import threading
from collections.abc import Callable, Generator, Iterable
from typing import TYPE_CHECKING, Any, cast

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from vaxel_simulators.errors import SimulatorError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

POLL_SECONDS = 0.02  # how soon the server notices that it should stop
IDLE_SECONDS = 60.0  # how long a connection without a request is kept


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


class _KeepingHandler(WSGIRequestHandler):
    """Answers one request after another on a connection, without a log: request lines could carry names.

    Werkzeug's own closes after every answer, and before that it reads what the application left of the request: on a
    kept connection it would take the next request for the rest of this one and wait for more. Here the application
    gets the body whole, nothing is left to be read, and head and body leave in one piece.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS

    @property
    def _keeping(self) -> "_KeepingServer":
        return cast("_KeepingServer", self.server)

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own signature
        """Say nothing."""

    def handle_one_request(self) -> None:
        """Wait for a request and answer it; a server that stops ends the wait, and so does a caller that is silent."""
        self.close_connection = True
        with contextlib.suppress(ConnectionError, TimeoutError, ValueError):
            with self._keeping.idle(self.connection):
                self.raw_requestline = self.rfile.readline(65_537)
            if self.raw_requestline and self.parse_request():
                self.run_wsgi()
                self.close_connection = self.close_connection or self._keeping.stopping

    def run_wsgi(self) -> None:
        """Hand one request to the application, and what it answers to the caller."""
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.environ = environ = self.make_environ()
        body = self._whole_body(environ)
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
        try:
            self._answer(self._keeping.app, environ)
        except BaseException:
            self.close_connection = True  # the answer stopped half-way: there is no saying where the next would begin
            raise

    def _whole_body(self, environ: "WSGIEnvironment") -> bytes:
        source = environ["wsgi.input"]
        if environ.pop("wsgi.input_terminated", False):
            return cast("bytes", source.read())
        return cast("bytes", source.read(int(environ.get("CONTENT_LENGTH") or 0)))

    def _answer(self, app: "WSGIApplication", environ: "WSGIEnvironment") -> None:
        stated: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], _exc: Any = None, /
        ) -> Callable[[bytes], object]:
            stated.append((status, headers))
            return lambda _written: None

        pieces = app(environ, start_response)
        try:
            begun = False
            for piece in pieces:
                head = b"" if begun else self._head(*stated[-1])
                begun = True
                self.wfile.write(head + (b"" if self.command == "HEAD" else piece))
            if not begun:
                self.wfile.write(self._head(*stated[-1]))
        finally:
            if (close := getattr(pieces, "close", None)) is not None:
                close()

    def _head(self, status: str, headers: Iterable[tuple[str, str]]) -> bytes:
        lines = [f"{name}: {value}" for name, value in headers]
        names = {name.lower() for name, _ in headers}
        if "date" not in names:  # an application states its own where that is signed
            lines.append(f"Date: {self.date_time_string()}")
        if "content-length" not in names and status[:3] not in ("204", "304"):
            self.close_connection = True  # the end of the connection is the end of the answer
        if self.close_connection:
            lines.append("Connection: close")
        return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


class _KeepingServer(ThreadedWSGIServer):
    """A server that knows which of its connections wait for a request, and ends those when it stops."""

    def __init__(self, host: str, app: "WSGIApplication", listener: socket.socket) -> None:
        super().__init__(host, listener.getsockname()[1], app, _KeepingHandler, fd=listener.fileno())
        self.stopping = False
        self._idle: set[socket.socket] = set()
        self._guard = threading.Lock()

    @contextlib.contextmanager
    def idle(self, connection: socket.socket) -> Generator[None]:
        """While it lasts, the connection only waits."""
        with self._guard:
            self._idle.add(connection)
            if self.stopping:
                _end(connection)
        try:
            yield
        finally:
            with self._guard:
                self._idle.discard(connection)

    def end_idle(self) -> None:
        """End the connections that wait, now and from now on."""
        with self._guard:
            self.stopping = True
            for connection in self._idle:
                _end(connection)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # its caller may have ended it first
        connection.shutdown(socket.SHUT_RDWR)


class HttpServer:
    """A WSGI application served in threads of this process."""

    def __init__(self, app: "WSGIApplication", *, host: str, port: int, who: str) -> None:
        with bind(host, port, who) as listener:
            self._server = _KeepingServer(host, app, listener)
        self.url = f"http://{host}:{self._server.port}"
        self.port = self._server.port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": POLL_SECONDS}, name=who, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End serving: no new connection, none that waits; an answer under way is finished by its daemon thread."""
        self._server.shutdown()
        self._thread.join()
        self._server.end_idle()
