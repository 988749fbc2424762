"""A whole street: all simulators at once and a page that leads to each recipient's view."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import Flask, render_template

from vaxel_simulators.arrivals import Clock, system_clock
from vaxel_simulators.bankid import BankIdSimulator
from vaxel_simulators.chat import ChatSimulator
from vaxel_simulators.cloud_drive import CloudDriveSimulator
from vaxel_simulators.digipost import DigipostSimulator
from vaxel_simulators.elks import ElksSimulator
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.kivra import KivraSimulator
from vaxel_simulators.listening import HttpServer
from vaxel_simulators.mail import MailSimulator
from vaxel_simulators.my_pages import MyPagesSimulator
from vaxel_simulators.print_house import PrintHouseSimulator
from vaxel_simulators.serving import LOOPBACK
from vaxel_simulators.showing import prepare

PORTS = (
    "kivra",
    "digipost",
    "my_pages",
    "bankid",
    "elks",
    "mail",
    "mail_page",
    "print_house_page",
    "hub",
    "chat",
    "drive_page",
)
"""The names under which ports may be given; 0 or absent means any free one."""


class Street:
    """All simulators on loopback; use as a context manager.

    `folder` keeps the print house's drop folder (`folder/print-house`) and the cloud drive (`folder/cloud-drive`);
    without it temporary ones are used.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        ports: Mapping[str, int] | None = None,
        clock: Clock = system_clock,
        seed: int = 1,
        duplicate_control: bool = True,
    ) -> None:
        chosen = dict.fromkeys(PORTS, 0) | dict(ports or {})
        if unknown := set(chosen) - set(PORTS):
            raise SimulatorError(
                f"There is no port called {min(unknown)} in the street; name one of {', '.join(PORTS)}."
            )
        self.kivra = KivraSimulator(port=chosen["kivra"], clock=clock, seed=seed, duplicate_control=duplicate_control)
        self.digipost = DigipostSimulator(port=chosen["digipost"], clock=clock, seed=seed)
        self.my_pages = MyPagesSimulator(port=chosen["my_pages"], clock=clock, seed=seed)
        self.bankid = BankIdSimulator(port=chosen["bankid"], clock=clock, seed=seed)
        self.elks = ElksSimulator(port=chosen["elks"], clock=clock, seed=seed)
        self.mail = MailSimulator(port=chosen["mail"], page_port=chosen["mail_page"], clock=clock, seed=seed)
        self.print_house = PrintHouseSimulator(
            folder / "print-house" if folder else None, page_port=chosen["print_house_page"], clock=clock
        )
        self.chat = ChatSimulator(port=chosen["chat"], clock=clock, seed=seed)
        self.cloud_drive = CloudDriveSimulator(
            folder / "cloud-drive" if folder else None, page_port=chosen["drive_page"], clock=clock
        )
        self._all = (
            self.kivra,
            self.digipost,
            self.my_pages,
            self.bankid,
            self.elks,
            self.mail,
            self.print_house,
            self.chat,
            self.cloud_drive,
        )
        self._hub_port = chosen["hub"]
        self._hub: HttpServer | None = None
        self._running = contextlib.ExitStack()

    def start(self) -> Self:
        """Start all; if one cannot start none stays up.

        Raises:
            SimulatorError: a port or the folder cannot be used.
        """
        with contextlib.ExitStack() as starting:
            for simulator in self._all:
                starting.enter_context(simulator)
            self._hub = HttpServer(self._build_hub(), host=LOOPBACK, port=self._hub_port, who="The street's page")
            starting.callback(self._hub.stop)
            for simulator in self._all:
                simulator.hub_url = self.page_url
            self._running = starting.pop_all()
        return self

    def stop(self) -> None:
        """Stop all; harmless when not started."""
        self._running.close()
        self._hub = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def page_url(self) -> str:
        """The address of the page that leads to every recipient's view."""
        if self._hub is None:
            raise SimulatorError("The street is not running; start it with `with`.")
        return f"{self._hub.url}/"

    def _build_hub(self) -> Flask:
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        prepare(app)

        @app.get("/")
        def hub() -> str:
            return render_template("hub.html", street=self)

        _ = hub  # registered above
        return app
