"""A sender's own system: a server that judges each message with the Standard Webhooks library."""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from standardwebhooks import Webhook


class Receiver:
    """Keeps what it got, and answers as it is told."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.got: list[tuple[Mapping[str, str], bytes]] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.before: Callable[[], None] = lambda: None
        self.dripping = False
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                owner.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                owner.before()
                if owner.dripping:
                    self._drip()
                    return
                self.send_response(owner.status)
                for name, value in owner.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def _drip(self) -> None:
                try:
                    for piece in b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1_000:
                        self.wfile.write(bytes([piece]))
                        time.sleep(0.02)
                except OSError:
                    return

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.scheme = "http"
        if tls is not None:
            self.scheme = "https"
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def url(self) -> str:
        return f"{self.scheme}://localhost:{self.port}/hooks?of=billing"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]

    def heard(self) -> threading.Event:
        """Set with the next message."""
        event = threading.Event()
        self.before = event.set
        return event

    def judged(self, secret: str) -> list[dict[str, Any]]:
        """Every message, as the library reads it.

        Raises:
            WebhookVerificationError: a signature is not of this secret, or its moment is not now.
        """
        judge = Webhook(secret)
        return [judge.verify(body, dict(headers)) for headers, body in self.got]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
