"""What attackers are after: a secret file, and a server that counts who calls it."""

import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from vaxel_engine.packs import Pack
from vaxel_engine.press import Limits, Press

PackMaker = Callable[[Mapping[str, str]], Pack]
SECRET = "KANARIEFAGEL-7731"


@dataclass(frozen=True, slots=True)
class Canary:
    """A file that nobody may read, an address that nobody may ask, and who asked."""

    file: Path
    address: str
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture(scope="session")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Generator[Canary]:
    """The canaries; the server answers every path with something that would be used."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
            """Quiet."""

    file = tmp_path_factory.mktemp("canary") / "secret.txt"
    file.write_text(SECRET)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Canary(file, f"http://127.0.0.1:{server.server_port}", asked)
    server.shutdown()


@pytest.fixture(scope="session")
def press() -> Press:
    """Bombs are met after two seconds; what documents share is not counted to them."""
    return Press(Limits(seconds=20, processor=2.0, ready=6.0, memory=256))
