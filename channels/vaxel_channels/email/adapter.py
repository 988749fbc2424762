"""One SMTP transaction over a kept connection; each failure becomes one of the contract's errors."""

import itertools
import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import assert_never

from vaxel_channels.contract import Capabilities, Consignment, Limit, Order, Reach, Receipt, Repeat, Report, Suppression
from vaxel_channels.email import wire
from vaxel_channels.email.bounces import Kind, says_no_such_mailbox, verp
from vaxel_channels.email.imap_drop import ImapDrop
from vaxel_channels.email.mail_drop import MailDrop
from vaxel_channels.email.pacing import Pace
from vaxel_channels.email.settings import EmailSettings
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger.states import Status


class NoSuchMailbox(Refused):
    """The server knows that the mailbox does not exist (RFC 3463 §3.2): nothing may go there again."""


class Email:
    """The channel to a mail server; safe to use from several threads, each with a connection of its own."""

    def __init__(self, settings: EmailSettings, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._idle: list[smtplib.SMTP] = []
        self._tls = _tls(settings, settings.security)
        self._pace = Pace(settings.domain_per_minute, settings.paces, clock)
        self._suppression: Suppression | None = None
        self._drop = _drop_of(settings)

    @property
    def capabilities(self) -> Capabilities:
        """What e-mail carries; a mail server neither recognises a repeat nor can be asked."""
        return Capabilities(
            name="email",
            title="E-mail",
            kinds=frozenset(DocumentKind),
            artifacts=(ArtifactKind.EMAIL,),
            repeat=Repeat.NEITHER,
            delivered_means="250 to DATA and no bounce within the channel's window",
            receipts="returned mail, read from a Maildir or over IMAP",
            limits=(Limit("bytes of a line", wire.LONGEST_LINE, "RFC 5322 §2.1.1"),),
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """An address that is not on the suppression list is all that can be known beforehand; no server is asked."""
        held = frozenset[str]()
        asked = [recipient.email for recipient in recipients if recipient.email is not None]
        if self._suppression is not None and asked:
            held = frozenset(itertools.compress(asked, self._suppression.holds(asked)))
        return [_reach(recipient, held) for recipient in recipients]

    def use_suppression(self, suppression: Suppression) -> None:
        """Keep away from the addresses of this list, and put those on it that fail for good."""
        self._suppression = suppression

    def prepare(self, order: Order) -> Consignment:
        """Freeze the message with its date, its id and its envelope.

        Raises:
            Refused: no address, or a message that no mail server may be given.
        """
        about = f"document {order.document.reference}"
        address = order.document.recipient.email
        if address is None:
            raise Refused(
                f"E-mail cannot take {about}: it states no e-mail address; add one or choose another channel."
            )
        settings = self._settings
        body = order.artifacts[ArtifactKind.EMAIL].body
        payload = wire.frozen(body, key=order.key, at=order.at, domain=settings.domain, about=about)
        if settings.signer is not None:
            payload = settings.signer.signed(payload, at=order.at)
        return Consignment(
            key=order.key,
            channel="email",
            address=wire.envelope_recipient(address, about=about),
            payload=payload,
            details={"envelope_sender": verp(order.key, settings.bounce_mailbox, settings.domain)},
        )

    def send(self, consignment: Consignment) -> Receipt:
        """Hand the message over; a repeat would be a second message, so an unknown outcome is never tried again."""
        about = f"consignment {consignment.key[:12]}"
        seconds = self._pace.wait(consignment.address.rpartition("@")[2].lower(), consignment.key)
        if seconds > 0:
            raise Unreachable(
                f"The pace for the receiving domain lets {about} go in {seconds:.0f} s; it goes by itself.",
                retry_after=seconds,
            )
        smtp = self._connection(about=about)
        try:
            code, reply = self._transaction(smtp, consignment, about=about)
        except NoSuchMailbox as error:
            self._keep(smtp)
            self._suppress(consignment.key, f"{Kind.HARD}: refused at the door")
            raise Refused(str(error)) from None
        except (Refused, Unreachable):
            self._keep(smtp)
            raise
        except BaseException:
            smtp.close()
            raise
        self._keep(smtp)
        return Receipt(status=Status.HANDED_OVER, reference=wire.in_their_words(code, reply), raw=reply)

    def collect(self) -> Iterator[Report]:
        """Give what came back by mail: bounces, and the rare word of a server that it delivered."""
        for returned, report in self._drop.returned() if self._drop is not None else ():
            if returned.kind in (Kind.HARD, Kind.COMPLAINT) and returned.key is not None:
                self._suppress(returned.key, f"{returned.kind} {returned.status}".strip())
            if report is not None:
                yield report

    def stored(self) -> None:
        """Put aside what the last `collect` gave."""
        if self._drop is not None:
            self._drop.put_aside()

    def _suppress(self, key: str, why: str) -> None:
        """Put the address that this hand-over went to on the list; never one that a bounce names."""
        if self._suppression is not None:
            recipient = self._suppression.recipient_of(key)
            if recipient is not None and recipient.email is not None:
                self._suppression.add(recipient.email, why=why)

    def close(self) -> None:
        """Say good-bye on every connection."""
        if isinstance(self._drop, ImapDrop):
            self._drop.close()
        with self._lock:
            idle, self._idle = self._idle, []
        for smtp in idle:
            try:
                smtp.quit()
            except (smtplib.SMTPException, OSError):
                smtp.close()

    def _transaction(self, smtp: smtplib.SMTP, consignment: Consignment, *, about: str) -> tuple[int, bytes]:
        hide = consignment.address
        options = _mail_options(smtp, consignment, about=about)
        try:
            for step, command in (
                (wire.Step.MAIL, " ".join([f"MAIL FROM:<{consignment.details['envelope_sender']}>", *options])),
                (wire.Step.RECIPIENT, f"RCPT TO:<{consignment.address}>"),
                (wire.Step.DATA, "DATA"),
            ):
                code, reply = smtp.docmd(command)
                _settle(step, code, reply, about=about, hide=hide)
            smtp.send(wire.dot_stuffed(consignment.payload))
        except (smtplib.SMTPException, OSError) as error:
            # The final dot goes last: whatever breaks before it, the server took nothing (RFC 5321 §4.1.1.4).
            smtp.close()
            raise Unreachable(
                f"The mail server went away before {about} was complete ({type(error).__name__}): nothing was taken, "
                "try again."
            ) from None  # smtplib's errors carry addresses
        try:
            code, reply = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise OutcomeUnknown(
                f"The mail server fell silent after {about} was complete ({type(error).__name__}): it may have "
                "arrived, so a person must decide before it is handed over again."
            ) from error
        _settle(wire.Step.END, code, reply, about=about, hide=hide)
        return code, reply

    def _connection(self, *, about: str) -> smtplib.SMTP:
        with self._lock:
            smtp = self._idle.pop() if self._idle else None
        if smtp is not None:
            try:
                if smtp.rset()[0] == 250:
                    return smtp
            except (smtplib.SMTPException, OSError):
                smtp.close()  # the server closes idle connections as it likes: a new one is as good
        return self._new_connection(about=about)

    def _new_connection(self, *, about: str) -> smtplib.SMTP:
        place = f"{self._settings.host}:{self._settings.port}"
        smtp: smtplib.SMTP | None = None
        try:
            smtp = self._greeted()
            if self._settings.password is not None:
                smtp.login(self._settings.username, self._settings.password)
        except smtplib.SMTPAuthenticationError as error:
            if smtp is not None:
                smtp.close()
            words = wire.in_their_words(error.smtp_code, _bytes(error.smtp_error))
            # Not `Refused`: nothing was taken, and an expired password must not turn a million invoices into paper.
            raise Unreachable(
                f"The mail server {place} did not let us in with {about} ({words}); mend `username` or `password`."
            ) from None
        except smtplib.SMTPNotSupportedError:
            if smtp is not None:
                smtp.close()
            raise Unreachable(
                f"The mail server {place} does not offer what `security` or `username` asks for, so {about} was not "
                "handed over; nothing is sent in the clear."
            ) from None
        except ssl.SSLCertVerificationError as error:
            raise Unreachable(
                f"The mail server {place} could not be reached for {about} (its certificate is not to be trusted: "
                f"{error.verify_message.rstrip('.')}): nothing was handed over, try again."
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            if smtp is not None:
                smtp.close()
            raise Unreachable(
                f"The mail server {place} could not be reached for {about} ({type(error).__name__}): nothing was "
                "handed over, try again."
            ) from error
        return smtp

    def _greeted(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host,
                settings.port,
                local_hostname=settings.domain,
                timeout=settings.timeout_seconds,
                context=self._tls,
            )
        else:
            smtp = smtplib.SMTP(
                settings.host, settings.port, local_hostname=settings.domain, timeout=settings.timeout_seconds
            )
        try:
            if settings.security == "starttls":
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            smtp.command_encoding = "utf-8"  # an address beyond ASCII comes so far with SMTPUTF8 alone
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _keep(self, smtp: smtplib.SMTP) -> None:
        if smtp.sock is None:
            return
        with self._lock:
            self._idle.append(smtp)


def _drop_of(settings: EmailSettings) -> MailDrop | ImapDrop | None:
    """Where returned mail comes in."""
    if settings.imap_host:
        return ImapDrop(settings, _tls(settings, settings.imap_security))
    if settings.bounce_folder is not None:
        return MailDrop(settings.bounce_folder, mailbox=settings.bounce_mailbox, domain=settings.domain)
    return None


def _tls(settings: EmailSettings, security: str) -> ssl.SSLContext | None:
    """A context that checks the certificate and the host's name, made once: reading the system's roots takes 20 ms."""
    if security == "none":
        return None
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise Misconfigured(
            f"[channel.email] `ca_file` names {settings.ca_file}, which holds no certificates in PEM that can be read "
            f"({type(error).__name__}); name one that does."
        ) from error


def _mail_options(smtp: smtplib.SMTP, consignment: Consignment, *, about: str) -> list[str]:
    options: list[str] = []
    if smtp.has_extn("size"):
        options.append(f"SIZE={len(consignment.payload)}")  # RFC 1870: a message too large is refused before it travels
    if not consignment.payload.isascii():
        if not smtp.has_extn("8bitmime"):
            raise Refused(f"The mail server takes no 8-bit text and {about} holds some; choose another channel.")
        options.append("BODY=8BITMIME")
    if not consignment.address.isascii():
        if not smtp.has_extn("smtputf8"):
            raise Refused(
                f"The mail server takes ASCII addresses only and {about} goes to another; choose another channel."
            )
        options.append("SMTPUTF8")
    return options


def _settle(step: wire.Step, code: int, reply: bytes, *, about: str, hide: str) -> None:
    """Go on, or end the hand-over with the error that the reply stands for."""
    words = wire.in_their_words(code, reply, hide=hide)
    verdict = wire.verdict(step, code)
    match verdict:
        case wire.Verdict.GO_ON | wire.Verdict.TAKEN:
            return
        case wire.Verdict.REFUSED if step is wire.Step.RECIPIENT and says_no_such_mailbox(reply):
            raise NoSuchMailbox(f"The mail server refused {about} at {step}: {words}.")
        case wire.Verdict.REFUSED:
            raise Refused(f"The mail server refused {about} at {step}: {words}.")
        case wire.Verdict.COME_AGAIN:
            raise Unreachable(f"The mail server did not take {about} now, at {step}: {words}; try again.")
        case wire.Verdict.NOT_LET_IN:
            raise Unreachable(
                f"The mail server did not let us in with {about} at {step}: {words}; mend `username` or `password`."
            )
        case wire.Verdict.UNKNOWN if step is wire.Step.END:
            raise OutcomeUnknown(f"The mail server answered {about} in no known way: {words}; it may have arrived.")
        case wire.Verdict.UNKNOWN:
            raise Unreachable(
                f"The mail server answered {step} for {about} in no known way: {words}; nothing was taken."
            )
        case _:
            assert_never(verdict)


def _reach(recipient: Recipient, held: Collection[str]) -> Reach:
    if recipient.email is None:
        return Reach.NO_ADDRESS
    return Reach.SUPPRESSED if recipient.email in held else Reach.HIT


def _bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode("utf-8", "replace")
