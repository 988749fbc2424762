"""The preview server's life: a port on this machine, the watcher of files, and an orderly end."""

import errno
import secrets
import socket
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import watchfiles
from werkzeug.serving import WSGIRequestHandler, make_server

from vaxel_engine.errors import Misconfigured
from vaxel_engine.press import Limits
from vaxel_preview.findings import Tell
from vaxel_preview.ghosts import Ghosts
from vaxel_preview.lens import Lens
from vaxel_preview.materials import LIMITS, Materials
from vaxel_preview.matrix import Matrix
from vaxel_preview.review_settings import ReviewDesk
from vaxel_preview.sending import Courier, Tests
from vaxel_preview.server import create_app
from vaxel_preview.workshop import Workshop

if TYPE_CHECKING:
    from vaxel_preview.reviewing import Review

HOST = "127.0.0.1"
DEFAULT_PORT = 8400
_NEXT_PORTS = 50


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is; `moved` when the default port was taken by somebody else."""

    port: int
    token: str = field(repr=False)
    moved: bool = False

    @property
    def url(self) -> str:
        """The address, which answers those who were let in."""
        return f"http://{HOST}:{self.port}/"

    @property
    def entry(self) -> str:
        """The address to open first: it carries the token of this start."""
        return f"{self.url}?token={self.token}"


class _Quiet(WSGIRequestHandler):
    """Says nothing for each request, and does not tell which software answers."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the terminal for what matters."""

    def version_string(self) -> str:
        """The Server header."""
        return "vaxel"


@contextmanager
def preview(
    roots: Sequence[Path],
    samples: Sequence[Path],
    brand: str | None = None,
    port: int | None = None,
    *,
    token: str | None = None,
    limits: Limits = LIMITS,
    desk: ReviewDesk | None = None,
    courier: Courier | None = None,
    tell: Tell | None = None,
) -> Generator[Address]:
    """Serve the page while the block runs. `port` None means the default or the next free one; 0 any free one.
    Nobody is answered but who knows `token`, a new one for each start where none is given.

    `desk` says where approvals and versions lie; without one nothing is approved or published here. `courier` hands
    tests over; without one nothing is sent.

    Raises Misconfigured when the port that was asked for is taken, or there is no brand or no sample.
    """
    materials = Materials(roots, samples, brand, limits)
    listening = _listen(port)
    number = listening.getsockname()[1]
    moved = port is None and number != DEFAULT_PORT
    address = Address(number, token or secrets.token_urlsafe(32), moved=moved)
    workshop, lens = Workshop(materials), Lens()
    matrix = Matrix(materials, lens)
    ghosts = Ghosts(materials, desk.store if desk is not None else None)
    review = None if desk is None else _review(desk, materials, ghosts)
    workshop.start()
    server = make_server(
        HOST,
        address.port,
        create_app(
            workshop, address.token, lens, matrix, ghosts, review, None if courier is None else Tests(courier), tell
        ),
        threaded=True,
        request_handler=_Quiet,
        fd=listening.fileno(),
    )
    ended = threading.Event()
    threads = (
        threading.Thread(target=_watch, args=(workshop, ended), name="watcher", daemon=True),
        threading.Thread(target=server.serve_forever, name="server", daemon=True),
    )
    for thread in threads:
        thread.start()
    try:
        yield address
    finally:
        ended.set()
        workshop.stop()
        server.shutdown()
        matrix.close()
        lens.close()
        ghosts.rest()
        if review is not None:
            review.close()
        for thread in threads:
            thread.join(timeout=5)
        server.server_close()
        listening.close()


def _review(desk: ReviewDesk, materials: Materials, ghosts: Ghosts) -> "Review | None":
    try:
        from vaxel_preview.reviewing import Review
    except ModuleNotFoundError as error:
        raise Misconfigured("approving takes the comparator; pip install 'vaxel[regression]' brings it") from error
    return Review(desk, materials.roots, lambda brand: ghosts.of(brand).pack)


def _listen(port: int | None) -> socket.socket:
    wanted = range(DEFAULT_PORT, DEFAULT_PORT + _NEXT_PORTS) if port is None else (port,)
    for number in wanted:
        try:
            return socket.create_server((HOST, number))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    if port is None:
        raise Misconfigured(f"ports {wanted[0]} to {wanted[-1]} are all taken; name a free one with --port")
    raise Misconfigured(f"port {port} is taken or not allowed; name another one with --port, or leave it out")


def _watch(workshop: Workshop, ended: threading.Event) -> None:
    """Tell the workshop of changes within some 15 ms; the figures are measured, the defaults take 70."""
    folders = {
        *workshop.materials.roots,
        *(place if place.is_dir() else place.parent for place in workshop.materials.places),
    }
    for changes in watchfiles.watch(*folders, step=4, debounce=60, stop_event=ended, raise_interrupt=False):
        workshop.changed({Path(path) for _, path in changes})
