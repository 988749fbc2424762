"""The mailbox that returned mail is delivered to, over IMAP (RFC 9051, RFC 3501): what was taken is marked as seen."""

import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator, Sequence
from typing import cast

from vaxel_channels.contract import Report
from vaxel_channels.email import bounces
from vaxel_channels.email.bounces import Returned
from vaxel_channels.email.mail_drop import for_a_person, report_of
from vaxel_channels.email.settings import EmailSettings
from vaxel_engine.errors import Unreachable

MOST_AT_ONCE = 500
"""Messages of one look; the rest come at the next."""

_LOG = logging.getLogger(__name__)
_UID = re.compile(rb"UID ([0-9]+)")


class ImapDrop:
    """Returned mail in an IMAP mailbox: unseen is what nobody has read, seen what was taken into the ledger.

    What no rule understands stays unseen, once told in the log, for a person to read.
    """

    def __init__(self, settings: EmailSettings, tls: ssl.SSLContext | None) -> None:
        self._settings, self._tls = settings, tls
        self._told: set[str] = set()
        self._line: imaplib.IMAP4 | None = None
        self._read: list[str] = []

    def returned(self) -> Iterator[tuple[Returned, Report | None]]:
        """Give every unseen message, the oldest first, with its report where it changes anything.

        Raises:
            Unreachable: the mailbox cannot be looked into; it is tried again at the next look.
        """
        self.close()
        self._read = []
        try:
            self._line = self._open()
            for uid in self._unseen(self._line):
                body = self._body(self._line, uid)
                one = bounces.read(body, mailbox=self._settings.bounce_mailbox, domain=self._settings.domain)
                if (against := for_a_person(one)) is not None:
                    self._tell(uid, against)
                    continue
                self._read.append(uid)
                yield one, report_of(one, body)
        except (OSError, imaplib.IMAP4.error) as error:
            self.close()
            raise Unreachable(
                f"The mailbox of returned mail at {self._settings.imap_host} cannot be looked into ({_why(error)}); "
                "check `imap_host`, `imap_username`, `imap_password` and `imap_folder`."
            ) from error

    def put_aside(self) -> None:
        """Mark what the last `returned` gave as seen; call it once that is durable."""
        line, self._line = self._line, None
        if line is None:
            return
        try:
            if self._read:
                _done(line.uid("STORE", ",".join(self._read), "+FLAGS", r"(\Seen)"))
        except (OSError, imaplib.IMAP4.error) as error:  # it comes again, and counts once all the same
            _LOG.warning("returned mail could not be marked as seen (%s)", type(error).__name__)
        finally:
            self._read = []
            _leave(line)

    def close(self) -> None:
        """Leave the mailbox."""
        line, self._line = self._line, None
        if line is not None:
            _leave(line)

    def _open(self) -> imaplib.IMAP4:
        chosen = self._settings
        if chosen.imap_security == "tls":
            line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                chosen.imap_host, chosen.imap_port, ssl_context=self._tls, timeout=chosen.timeout_seconds
            )
        else:
            line = imaplib.IMAP4(chosen.imap_host, chosen.imap_port, timeout=chosen.timeout_seconds)
        try:
            if chosen.imap_security == "starttls":
                line.starttls(ssl_context=self._tls)
            _done(line.login(chosen.imap_username, chosen.imap_password or ""))
            _done(line.select(f'"{chosen.imap_folder}"'))
        except BaseException:
            _leave(line)
            raise
        return line

    def _unseen(self, line: imaplib.IMAP4) -> list[str]:
        (found, *_) = _done(line.uid("SEARCH", "UNSEEN")) or [b""]
        uids = [uid.decode("ascii") for uid in sorted((found or b"").split(), key=int)]
        return [uid for uid in uids if uid not in self._told][:MOST_AT_ONCE]  # what a person should read stays theirs

    def _body(self, line: imaplib.IMAP4, uid: str) -> bytes:
        # PEEK: looking is not yet taking. No more than is read of a message travels (RFC 3501 §6.4.5).
        for part in _done(line.uid("FETCH", uid, f"(UID BODY.PEEK[]<0.{bounces.LARGEST}>)")):
            if isinstance(part, tuple):
                head, body = cast("tuple[bytes, bytes]", part)
                named = _UID.search(head)
                if named is not None and named[1].decode() == uid:
                    return body
        return b""

    def _tell(self, uid: str, what: str) -> None:
        if uid not in self._told:
            self._told.add(uid)
            _LOG.warning("returned mail %s in %s %s", uid, self._settings.imap_folder, what)


def _done(answer: tuple[str, Sequence[object]]) -> list[bytes]:
    status, told = answer
    if status != "OK":
        raise imaplib.IMAP4.error("the server said no")
    return cast("list[bytes]", told)


def _leave(line: imaplib.IMAP4) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error):
        line.logout()


def _why(error: BaseException) -> str:
    return "the server said no" if isinstance(error, imaplib.IMAP4.error) else type(error).__name__
