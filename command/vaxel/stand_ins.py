"""The stand-ins of a sandbox: simulators started for channels that ask for one, and where they post their reports."""

import fcntl
import secrets
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from vaxel.settings import LinkSettings, Settings
from vaxel_channels.accounts import Tables
from vaxel_channels.elks.wire import read_report
from vaxel_channels.receiving import Reader, ReportReceiver
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from vaxel_simulators import Street

ASKS = "stand_in"
"""The key by which a channel's table asks for a stand-in."""


class _Quiet(WSGIRequestHandler):
    """Keeps the addresses of reports, which hold a secret, out of any log."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


class StandIns:
    """All simulators that the channels' tables ask for, and a receiver for their reports.

    Use as a context manager; they stop with it.
    """

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        own = {name: sender.channel for name, sender in settings.senders.items() if sender.channel}
        wanted = {
            name for tables in (settings.channels, *own.values()) for name, table in tables.items() if table.get(ASKS)
        }
        self.street: Street | None = None
        self.channels = _without_stand_ins(settings.channels)
        """The tables that all senders share, with what their stand-ins need."""
        self.own = {sender: _without_stand_ins(tables) for sender, tables in own.items()}
        """The same of the senders with accounts of their own."""
        self.link_base = settings.link.base if settings.link else None
        self._running = ExitStack()
        if not wanted:
            return
        if settings.mode == "live":
            raise Misconfigured(
                f"{settings.source}, [channel.{min(wanted)}]: a stand-in has no place where mode is live; "
                "give the provider's keys, or set the mode to sandbox"
            )
        folder = settings.ledger.artifacts.parent / "stand-ins"
        with ExitStack() as starting:
            starting.enter_context(_alone(folder, settings))
            self.street = starting.enter_context(_street(folder))
            token = secrets.token_urlsafe(24)
            receiver = starting.enter_context(_Loopback(_receiver(token, ledger)))
            given = tables_for(self.street, f"{receiver.url}/reports/sms/{token}")
            if strangers := wanted - set(given):
                raise Misconfigured(
                    f"{settings.source}, [channel.{min(strangers)}]: there is no stand-in for it; "
                    f"there are stand-ins for {', '.join(given)}"
                )
            self.channels = _with_stand_ins(settings.channels, given)
            self.own = {sender: _with_stand_ins(tables, given) for sender, tables in own.items()}
            if settings.link is not None and settings.link.stand_in:
                self.link_base = self._portal(settings, settings.link, ledger, self.street, starting)
            self._running = starting.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop them all."""
        self._running.close()

    @staticmethod
    def _portal(settings: Settings, link: LinkSettings, ledger: Ledger, street: "Street", starting: ExitStack) -> str:
        """Show the pages behind links, with the street's BankID; return where."""
        from vaxel.link import pages  # the portal, which is not loaded where no link has a stand-in
        from vaxel.paper_wishes import PaperWishes
        from vaxel_portal import BankId, BankIdSettings

        bankid = BankId(BankIdSettings(base_url=street.bankid.rp_url, app_url=street.bankid.app_url))
        starting.callback(bankid.close)
        host = starting.enter_context(
            _Loopback(pages(ledger, link, bankid, PaperWishes.of(ledger, settings), secure=False))
        )
        return f"{host.url}/"


@contextmanager
def _street(folder: Path) -> Generator["Street"]:
    from vaxel_simulators import SimulatorError, Street  # which nobody loads who asks for no stand-in

    with ExitStack() as starting:
        try:
            street = starting.enter_context(Street(folder))
        except SimulatorError as error:
            raise Misconfigured(f"a stand-in could not be started: {error}") from error
        yield street


@contextmanager
def _alone(folder: Path, settings: Settings) -> Generator[None]:
    """Let one process hold the stand-ins of a ledger: two would each have mailboxes and reports of their own.

    Raises:
        Misconfigured: another one holds them.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Misconfigured(
                f"{settings.source}: another process holds the stand-ins of this ledger (`stand_in = true`); wait "
                "until it ends, or let `vaxel simulators` hold them for several, with the tables that it prints"
            ) from error
        yield


def _receiver(token: str, ledger: Ledger) -> ReportReceiver:
    return ReportReceiver({"sms": Reader(token, read_report)}, lambda report: ledger.receive([report]))


def _without_stand_ins(tables: Tables) -> Tables:
    return {name: {key: value for key, value in table.items() if key != ASKS} for name, table in tables.items()}


def _with_stand_ins(tables: Tables, given: Tables) -> Tables:
    plain = _without_stand_ins(tables)
    return {name: {**(given[name] if table.get(ASKS) else {}), **plain[name]} for name, table in tables.items()}


class _Loopback:
    """A WSGI application served on a free loopback port."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, name="stand-in", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def tables_for(street: "Street", report_url: str) -> dict[str, dict[str, object]]:
    """What stands in each channel's table for its stand-in."""
    return {
        "kivra": {
            "base_url": street.kivra.url,
            "client_id": street.kivra.client_id,
            "client_secret": street.kivra.client_secret,
            "tenant_key": street.kivra.tenant_key,
            "sandbox": False,  # the stand-in recognises repeats, as Kivra's production does
        },
        "digipost": {
            "base_url": street.digipost.url,
            "sender_id": street.digipost.user_id,
            "private_key": street.digipost.private_key,
            "events_every_seconds": 1.0,
        },
        "my_pages": {"base_url": street.my_pages.url, "secret": street.my_pages.secret, "list_every_seconds": 1.0},
        "email": {
            "host": street.mail.host,
            "port": street.mail.port,
            "security": "none",
            "domain": "nordljus.example",
        },
        "sms": {
            "base_url": street.elks.url,
            "username": street.elks.username,
            "password": street.elks.password,
            "sender_name": "Nordljus",
            "report_url": report_url,
        },
        "print": {"folder": str(street.print_house.drop_folder)},
        "chat": {"base_url": street.chat.url, "token": street.chat.token},
        "cloud_folder": {"folder": str(street.cloud_drive.folder)},
    }
