"""The simulated cloud drive: a folder that is mounted here, and what each customer sees of it in the browser."""

import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask, Response, abort, render_template

from vaxel_simulators.arrivals import Clock, system_clock
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.listening import HttpServer
from vaxel_simulators.pdf import NotAPdf, reader
from vaxel_simulators.serving import LOOPBACK
from vaxel_simulators.showing import SHOWN, by_recipient, file_answer, picture, prepare


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a customer's folder."""

    customer: str
    name: str
    path: Path
    at: dt.datetime
    size: int

    @property
    def pages(self) -> int:
        """How many pages it has; 0 for what is no PDF."""
        try:
            return len(reader.inspect(self.path.read_bytes()).pages)
        except NotAPdf:
            return 0


class CloudDriveSimulator:
    """A drive on this machine; use as a context manager. Assumed as a whole: no provider's interface.

    `folder` is the drive; without it a temporary one is used. Files that are still being written end in `.part` and
    are not shown.
    """

    title = "The cloud drive simulator"

    def __init__(self, folder: Path | None = None, *, page_port: int = 0, clock: Clock = system_clock) -> None:
        self._given, self._page_port, self._clock = folder, page_port, clock
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._pages: HttpServer | None = None
        self.hub_url = ""
        self._folder = folder

    def start(self) -> Self:
        """Mount the drive and show it.

        Raises:
            SimulatorError: the port or the folder cannot be used.
        """
        if self._given is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="vaxel-drive-")
            self._folder = Path(self._temporary.name)
        else:
            try:
                self._given.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise SimulatorError(f"{self.title} could not make {self._given} ({error.strerror}).") from error
        self._pages = HttpServer(self._build(), host=LOOPBACK, port=self._page_port, who=self.title)
        return self

    def stop(self) -> None:
        """Stop showing it; harmless when not started."""
        if self._pages is not None:
            self._pages.stop()
            self._pages = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def folder(self) -> Path:
        """The drive; a channel writes into it."""
        if self._folder is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return self._folder

    @property
    def page_url(self) -> str:
        """The address of the page that shows what customers see."""
        if self._pages is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return f"{self._pages.url}/drive/"

    def kept(self) -> list[Kept]:
        """Every whole file, by customer and name."""
        found: list[Kept] = []
        for path in sorted(self.folder.glob("*/*.pdf")):
            about = path.stat()
            at = dt.datetime.fromtimestamp(about.st_mtime, tz=self._clock().tzinfo)
            found.append(Kept(path.parent.name, path.name, path, at, about.st_size))
        return found

    def _build(self) -> Flask:
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        prepare(app, self)

        def found(customer: str, name: str) -> Kept:
            return next((one for one in self.kept() if (one.customer, one.name) == (customer, name)), None) or abort(
                404
            )

        @app.get("/drive/")
        def folders() -> str:
            groups = by_recipient(self.kept(), lambda one: one.customer)
            return render_template("cloud_drive.html", groups=groups[:SHOWN], hidden=len(groups[SHOWN:]))

        @app.get("/drive/<customer>/<name>")
        def file(customer: str, name: str) -> Response:
            return file_answer(found(customer, name).path.read_bytes(), "application/pdf")

        @app.get("/drive/<customer>/<name>/0.png")
        def first_page(customer: str, name: str) -> Response:
            one = found(customer, name)
            return picture(reader.picture(one.path.read_bytes(), 0, 0.8)) if one.pages else abort(404)

        _ = (folders, file, first_page)  # registered above
        return app
