"""The other side of the campaign, a process of its own: 46elks, a mail server, and two doors of further kinds.

The door `asked` can be asked and takes a repeat for a new consignment; `keyed` recognises its keys. All fail on purpose
and forget nothing; the books judge by themselves alone, and know nothing of the worker's ledger.
"""

import contextlib
import json
import multiprocessing.connection
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from vaxel.faults.books import Books
from vaxel.faults.stand_ins import Elks, Mail

_NOTHING_TAKEN = 429
_FAULTS = ("silence after accept", "silence before", "reset after accept", "429", "500 before", "500 after accept")
_WORDS = ("accepted", "delivered")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the provider listens, and how one signs in there."""

    doors: int
    elks: str
    username: str
    password: str = field(repr=False)
    mail: int


@dataclass(slots=True)
class _Doors:
    """What the two doors share: their books, and reports that wait to be fetched."""

    books: Books
    reports: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    told_again: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, door: str, key: str) -> None:
        """Set the reports of a consignment on their way: the weaker may come later, some come twice."""
        told = [{"id": f"{key}-{word}", "door": door, "key": key, "status": word} for word in _WORDS]
        mixed = self.books.mixed_up()
        with self.lock:
            for one in reversed(told) if mixed else told:
                self.reports[one["id"]] = one
            self.told_again += told if mixed else []

    def page(self) -> list[dict[str, str]]:
        """Reports that nobody has put aside, and one that was."""
        with self.lock:
            again = [self.told_again.pop()] if self.told_again else []
            return [*again, *list(self.reports.values())[:500]]

    def put_aside(self, ids: list[str]) -> None:
        """These are stored on the other side."""
        with self.lock:
            for one in ids:
                self.reports.pop(one, None)


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    doors: _Doors

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        books, (door, what) = self.doors.books, self.path.strip("/").split("/")
        if what == "stored":
            self.doors.put_aside(json.loads(body))
            self._answer(200, b"{}")
            return
        key, reference = self.headers["Idempotency-Key"], self.headers["Reference"]
        fault = books.fault(_FAULTS)
        books.called(door, reference, certain=fault == "429")
        time.sleep(books.pace / 2)  # who asks meanwhile is told that nothing is here
        if fault is None or fault.endswith("after accept"):
            books.take(door, reference, key, body)
            self.doors.report(door, key)
        time.sleep(books.pace / 2)
        match fault:
            case None:
                self._answer(200, json.dumps({"reference": key[:16]}).encode())
            case "429":
                self._answer(_NOTHING_TAKEN, b"{}")
            case "500 before" | "500 after accept":
                self._answer(500, b"{}")
            case "reset after accept":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self._hang_up()
            case _:
                self._hang_up()

    def do_GET(self) -> None:
        door, what = self.path.strip("/").split("/")
        if what == "reports":
            self._answer(200, json.dumps(self.doors.page()).encode())
            return
        there = self.doors.books.asked(door, self.headers["Reference"])
        self._answer(200 if there else 404, b"{}")

    def _answer(self, status: int, body: bytes) -> None:
        with contextlib.suppress(OSError):  # who asked may have been killed meanwhile
            self.send_response_only(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    disable_nagle_algorithm = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller that was killed in the middle of its call is what the campaign is about."""


def serve(orders: "multiprocessing.connection.Connection[Any, Any]", seed: int, share_of_faults: float) -> None:
    """Listen on free loopback ports and follow orders: a number is the new pace, "verdict" asks, None ends."""
    books = Books(seed, share_of_faults)
    server = _Server(("127.0.0.1", 0), type("Desk", (_Desk,), {"doors": _Doors(books)}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Elks(books) as elks, Mail(books) as mail:
        orders.send(Address(server.server_port, elks.url, elks.username, elks.password, mail.port))
        while (order := orders.recv()) is not None:
            if order == "verdict":
                orders.send(books.verdict())
            elif order == "calm":
                books.share_of_faults = books.pace = 0.0
            else:
                books.pace = float(order)
    server.shutdown()
