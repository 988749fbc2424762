"""The other side of the campaign: three doors in a process of its own, which fail on purpose and forget nothing.

`asked` can be asked and takes a repeat for a new consignment; `keyed` recognises its keys; `neither` does neither. It
judges by its own ledger alone, and knows nothing of the worker's.
"""

import contextlib
import json
import multiprocessing.connection
import random
import socket
import struct
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DOORS = ("asked", "keyed", "neither")
_NOTHING_TAKEN = 429
_FAULTS = ("silence after accept", "silence before", "reset after accept", "429", "500 before", "500 after accept")


@dataclass(slots=True)
class _Known:
    """What the provider remembers of one document."""

    taken: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Key and SHA-256 of the bytes of everything that was taken, repeats that it recognised left out."""
    open_call: bool = False
    """A call came of which the other side cannot be sure that nothing was taken, and nobody asked since."""
    blind: int = 0


@dataclass(slots=True)
class Books:
    """The provider's ledger."""

    seed: int
    share_of_faults: float
    pace: float = 0.0
    """Seconds that each hand-over takes."""
    known: dict[tuple[str, str], _Known] = field(default_factory=lambda: defaultdict(_Known))
    references: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    reports: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    faults: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Repeatable faults, as far as the order of calls is."""
        self.chance = random.Random(self.seed)  # noqa: S311 - a die, no secret

    def fault(self) -> str | None:
        """The fault that the next call meets; None for most."""
        with self.lock:
            if self.chance.random() >= self.share_of_faults:
                return None
            self.faults += 1
            return self.chance.choice(_FAULTS)

    def called(self, door: str, reference: str, *, certain: bool) -> None:
        """A hand-over came; `certain` when the answer says plainly that nothing was taken."""
        with self.lock:
            one = self.known[door, reference]
            if one.open_call and door != "keyed":
                one.blind += 1
            one.open_call = one.open_call or not certain

    def take(self, door: str, reference: str, key: str, body: bytes) -> None:
        """Take a consignment, and set its reports on their way: the weaker may come later, some come twice."""
        digest = sha256(body).hexdigest()
        with self.lock:
            one = self.known[door, reference]
            if door != "keyed" or (key, digest) not in one.taken:
                one.taken.append((key, digest))
            self.references[door, key] = reference
            told = [{"id": f"{key}-{word}", "door": door, "key": key, "status": word} for word in _WORDS]
            if self.chance.random() < self.share_of_faults:
                told += told
            self.chance.shuffle(told)
            self.reports += told

    def asked(self, door: str, key: str, reference: str) -> bool:
        """Whether a consignment with this key is here."""
        with self.lock:
            self.known[door, reference].open_call = False
            return (door, key) in self.references

    def verdict(self) -> dict[str, Any]:
        """Documents that were taken, and what was done to them that must not be."""
        with self.lock:
            return {
                "taken": [reference for (_, reference), one in self.known.items() if one.taken],
                "duplicates": sum(max(0, len(one.taken) - 1) for one in self.known.values()),
                "resent_blind": sum(one.blind for one in self.known.values()),
                "faults": self.faults,
            }


_WORDS = ("accepted", "delivered")


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    books: Books

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        books, (door, what) = self.books, self.path.strip("/").split("/")
        if what == "stored":
            with books.lock:
                del books.reports[: int(body)]
            self._answer(200, b"{}")
            return
        key, reference = self.headers["Idempotency-Key"], self.headers["Reference"]
        time.sleep(books.pace)
        fault = books.fault()
        books.called(door, reference, certain=fault == "429")
        if fault is None or fault.endswith("after accept"):
            books.take(door, reference, key, body)
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
            with self.books.lock:
                page = self.books.reports[:500]
            self._answer(200, json.dumps(page).encode())
            return
        there = self.books.asked(door, what, self.headers["Reference"])
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


class _Doors(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a caller that was killed in the middle of its call is what the campaign is about."""


def serve(orders: "multiprocessing.connection.Connection[Any, Any]", seed: int, share_of_faults: float) -> None:
    """Open the doors on a free loopback port and follow orders: a number is the new pace, "verdict" asks, None ends."""
    books = Books(seed, share_of_faults)
    desk = type("Desk", (_Desk,), {"books": books})
    server = _Doors(("127.0.0.1", 0), desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    orders.send(server.server_port)
    while (order := orders.recv()) is not None:
        if order == "verdict":
            orders.send(books.verdict())
        elif order == "calm":
            books.share_of_faults = books.pace = 0.0
        else:
            books.pace = float(order)
    server.shutdown()
