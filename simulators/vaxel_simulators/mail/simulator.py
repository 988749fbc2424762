"""The mail simulator: a strict SMTP server on loopback, the mailboxes behind it and the bounces that come back."""

import asyncio
import datetime as dt
import mailbox
import random
import socket
import threading
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from flask import Flask

from vaxel_simulators.arrivals import Arrival, ArrivalLog, Clock, system_clock
from vaxel_simulators.errors import SimulatorError
from vaxel_simulators.faults import Fault, FaultScript
from vaxel_simulators.listening import HttpServer, bind
from vaxel_simulators.mail.certificate import self_signed
from vaxel_simulators.mail.dkim_check import Verdict, verify
from vaxel_simulators.mail.dsn import automatic_reply, status_notification
from vaxel_simulators.mail.imap import ImapServer
from vaxel_simulators.mail.pages import add_pages
from vaxel_simulators.mail.rules import parse, refuse
from vaxel_simulators.mail.session import Talk
from vaxel_simulators.serving import LOOPBACK
from vaxel_simulators.tables import magic, profile_of

FIRST_TIME = {
    "silence after accept": Fault.SILENCE_AFTER_ACCEPT,
    "silence before accept": Fault.SILENCE_BEFORE_ACCEPT,
}
AT_RECIPIENT = {"unknown user": "unknown_user", "mailbox full": "mailbox_full", "always later": "always_later"}


@dataclass(frozen=True, slots=True)
class Mail:
    """One message that was taken."""

    sender: str = field(repr=False)
    """The envelope sender, to whom bounces go."""
    recipients: tuple[str, ...] = field(repr=False)
    body: bytes = field(repr=False)
    at: dt.datetime
    dkim: Verdict = Verdict.NONE
    """Whether the domain that it names vouches for it."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """Something that came back: a delivery status notification or an automatic reply."""

    to: str = field(repr=False)
    """The envelope sender of the message it is about."""
    body: bytes = field(repr=False)
    at: dt.datetime


class _BoundController(Controller):
    """aiosmtpd's controller on a socket that listens already, so that port 0 works and a busy port is a sentence."""

    def __init__(self, handler: Talk, listener: socket.socket, **options: Any) -> None:
        port: int = listener.getsockname()[1]
        super().__init__(handler, hostname=LOOPBACK, port=port, **options)  # pyright: ignore[reportUnknownMemberType] - aiosmtpd leaves **kwargs untyped
        self._listener = listener

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener)


class MailSimulator:
    """A mail server on loopback; use as a context manager. `port` speaks SMTP, `page_url` shows the mailboxes.

    `starttls` offers TLS with a certificate made at start (`certificate` is its PEM), `auth` demands sign-in,
    `bounce_folder` keeps what comes back as a Maildir as well. `dkim_keys` is what its DNS would say: TXT records by
    name, such as `2026a._domainkey.nordljus.example`; with `require_dkim` it refuses what no such key vouches for.
    """

    title = "The mail simulator"

    def __init__(
        self,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        page_port: int = 0,
        clock: Clock = system_clock,
        seed: int = 1,
        size_limit: int | None = None,
        eight_bit: bool = True,
        utf8: bool = True,
        starttls: bool = False,
        auth: bool = False,
        bounce_folder: Path | None = None,
        dkim_keys: Mapping[str, str] | None = None,
        require_dkim: bool = False,
        imap: bool = False,
    ) -> None:
        self.profile: dict[str, Any] = profile_of("mail")
        self.replies: dict[str, str] = self.profile["replies"]
        self.username: str = self.profile["client"]["username"]
        self.password: str = self.profile["client"]["password"]
        self.host = host
        self.requested_port, self.requested_page_port = port, page_port
        self.clock = clock
        self.size_limit: int = size_limit or self.profile["server"]["size_limit"]
        self.eight_bit, self.utf8, self.starttls, self.auth = eight_bit, utf8, starttls, auth
        self.certificate = ""
        self.hub_url = ""
        self.slow_seconds = 2.0
        self.faults = FaultScript()
        self._random = random.Random(seed)  # noqa: S311 - repeatable ids, nothing secret
        self._bounce_folder = bounce_folder
        self.dkim_keys: dict[str, str] = dict(dkim_keys or {})
        self.require_dkim = require_dkim
        self._wants_imap = imap
        self._imap: ImapServer | None = None
        self._lock = threading.Lock()
        self._log = ArrivalLog()
        self._mails: list[Mail] = []
        self._bounces: list[Bounce] = []
        self._controller: _BoundController | None = None
        self._pages: HttpServer | None = None

    def start(self) -> Self:
        """Serve from now on.

        Raises:
            SimulatorError: a port cannot be used.
        """
        context = None
        if self.starttls:
            context, self.certificate = self_signed(dt.datetime.now(dt.UTC))
        if self._bounce_folder is not None:
            mailbox.Maildir(self._bounce_folder)
        talk = Talk(self)
        listener = bind(self.host, self.requested_port, self.title)
        try:
            self._pages = HttpServer(
                self._build_pages(), host=self.host, port=self.requested_page_port, who=f"{self.title}'s page"
            )
        except SimulatorError:
            listener.close()
            raise
        self._controller = _BoundController(
            talk,
            listener,
            server_hostname=self.profile["server"]["name"],
            data_size_limit=self.size_limit,
            enable_SMTPUTF8=self.utf8,
            tls_context=context,
            require_starttls=False,
            auth_require_tls=self.starttls or not self.auth,
            auth_exclude_mechanism=[] if self.auth else ["LOGIN", "PLAIN"],
            authenticator=talk.authenticate,
        )
        self._controller.start()
        if self._wants_imap:
            self._imap = ImapServer(
                lambda: [bounce.body for bounce in self.bounces()],
                host=self.host,
                port=0,
                username=self.username,
                password=self.password,
            )
            self._imap.start()
        return self

    @property
    def imap(self) -> ImapServer:
        """The mailbox of what came back, where it was asked for."""
        if self._imap is None:
            raise SimulatorError(f"{self.title} serves no IMAP; make it with `imap=True` and start it.")
        return self._imap

    def stop(self) -> None:
        """End serving and free the ports; harmless when not started."""
        if self._imap is not None:
            self._imap.stop()
            self._imap = None
        if self._controller is not None:
            self._controller.stop()
            self._controller = None
        if self._pages is not None:
            self._pages.stop()
            self._pages = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def port(self) -> int:
        """The SMTP port."""
        if self._controller is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return self._controller.port

    @property
    def url(self) -> str:
        """The SMTP address."""
        return f"smtp://{self.host}:{self.port}"

    @property
    def page_url(self) -> str:
        """The address of the page that shows the mailboxes."""
        if self._pages is None:
            raise SimulatorError(f"{self.title} is not running; start it with `with`.")
        return f"{self._pages.url}/mail/"

    def script(self, fault: Fault, times: int = 1, *, call: str = "message") -> None:
        """Let the next `times` messages meet `fault`; expired credentials are met at sign-in or MAIL."""
        self.faults.arm(fault, times, "auth" if fault is Fault.EXPIRED_CREDENTIALS else call)

    def arrivals(self) -> list[Arrival]:
        """Every message for every recipient that was taken, oldest first, with the exact bytes."""
        return self._log.all()

    def mails(self) -> list[Mail]:
        """Every message that was taken, oldest first."""
        with self._lock:
            return list(self._mails)

    def mailbox(self, recipient: str) -> list[Mail]:
        """What one recipient has received, oldest first."""
        return [mail for mail in self.mails() if recipient in mail.recipients]

    def bounces(self) -> list[Bounce]:
        """What came back to the envelope senders, oldest first."""
        with self._lock:
            return list(self._bounces)

    def behaviour(self, address: str) -> str:
        """What the table of magic recipients says about an address."""
        local = address.rpartition("@")[0].lower() + "@"
        return next((row.behaviour for row in magic("email") if row.address == local), "ordinary")

    def refuse_recipient(self, address: str) -> str | None:
        """The reply that refuses a recipient, or None."""
        behaviour = self.behaviour(address)
        if behaviour == "greylisted" and self.faults.first_meeting("greylisted", address.lower()):
            return self.replies["greylisted"]
        return self.replies[AT_RECIPIENT[behaviour]] if behaviour in AT_RECIPIENT else None

    def magic_fault(self, recipients: Sequence[str]) -> Fault | None:
        """The fault that one of the recipients stands for, once each."""
        for address in recipients:
            fault = FIRST_TIME.get(self.behaviour(address))
            if fault is not None and self.faults.first_meeting(fault, address.lower()):
                return fault
        return None

    def take(self, *, sender: str, recipients: tuple[str, ...], body: bytes, eight_bit: bool, utf8: bool) -> str:
        """Take a message or refuse it; gives the reply."""
        reply = refuse(
            body,
            replies=self.replies,
            line_limit=self.profile["server"]["line_limit"],
            eight_bit_declared=eight_bit or utf8,
            utf8=utf8,
        )
        if reply is None and any(self.behaviour(address) == "blocked" for address in recipients):
            reply = self.replies["blocked"]
        verdict = Verdict.NONE if reply else verify(body, self.dkim_keys)
        if reply is None and self.require_dkim and verdict is not Verdict.PASS:
            reply = self.replies[f"dkim_{verdict.name.lower()}"]
        if reply is not None:
            return reply
        now = self.clock()
        reference = str(parse(body)["message-id"]).strip()
        with self._lock:
            queue_id = f"{self._random.getrandbits(40):010X}"
            self._mails.append(Mail(sender, recipients, body, now, verdict))
        for address in recipients:
            self._log.add(Arrival(address, reference, body, now))
            self._send_back(sender, address, body, now)
        return f"{self.replies['accepted']} {queue_id}"

    def _send_back(self, sender: str, recipient: str, original: bytes, now: dt.datetime) -> None:
        if not sender:  # RFC 5321 §4.5.5: nothing answers a null sender
            return
        reporter: str = self.profile["server"]["name"]
        match self.behaviour(recipient):
            case "late bounce":
                action, status, diagnostic = "failed", "5.1.1", self.replies["unknown_user"]
            case "late delay":
                action, status, diagnostic = "delayed", "4.4.1", "No answer from the host"
            case "auto reply":
                self.keep_bounce(
                    Bounce(sender, automatic_reply(to=sender, recipient=recipient, original=original, at=now), now)
                )
                return
            case _:
                return
        body = status_notification(
            to=sender,
            recipient=recipient,
            action=action,
            status=status,
            diagnostic=diagnostic,
            original=original,
            reporter=reporter,
            at=now,
        )
        self.keep_bounce(Bounce(sender, body, now))

    def keep_bounce(self, bounce: Bounce) -> None:
        """Let a message come back."""
        with self._lock:
            self._bounces.append(bounce)
            if self._bounce_folder is not None:
                mailbox.Maildir(self._bounce_folder).add(bounce.body)

    def _build_pages(self) -> Flask:
        app = Flask("vaxel_simulators", template_folder="pages", static_folder=None)
        add_pages(app, self)
        return app
