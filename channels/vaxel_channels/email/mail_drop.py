"""The folder that returned mail is delivered to: a Maildir, read without losing or doubling what lies in it."""

import hashlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

from vaxel_channels.contract import Report
from vaxel_channels.email import bounces
from vaxel_channels.email.bounces import Kind, Returned
from vaxel_ledger.states import Status

_LOG = logging.getLogger(__name__)

_REASONS = {
    Kind.HARD: "The mail came back: the address does not exist (any more)",
    Kind.SOFT: "The mail came back: it could not be delivered",
    Kind.DELIVERED: "The receiving server says that it put the mail into the mailbox",
}


class MailDrop:
    """Returned mail in a Maildir: `new/` is what nobody has read, `cur/` what was taken into the ledger.

    What no rule understands stays in `new/`, once told in the log, for a person to read.
    """

    def __init__(self, folder: Path, *, mailbox: str, domain: str) -> None:
        self._folder, self._mailbox, self._domain = folder, mailbox, domain
        self._told: set[str] = set()
        self._read: list[Path] = []

    def returned(self) -> Iterator[tuple[Returned, Report | None]]:
        """Give every message not put aside yet, the oldest first, with its report where it changes anything."""
        self._read = []
        for path in self._lying():
            try:
                body = _bytes_of(path)
            except OSError as error:
                self._tell(path.name, f"cannot be read ({type(error).__name__})")
                continue
            one = bounces.read(body, mailbox=self._mailbox, domain=self._domain)
            if (against := for_a_person(one)) is not None:
                self._tell(path.name, against)
                continue
            self._read.append(path)
            yield one, report_of(one, body)

    def put_aside(self) -> None:
        """Move what the last `returned` gave to `cur/`; call it once that is durable."""
        seen = self._folder / "cur"
        for path in self._read:
            try:
                seen.mkdir(mode=0o700, exist_ok=True)
                path.replace(seen / f"{path.name.partition(':')[0]}:2,S")
            except OSError as error:  # it comes again, and counts once all the same
                self._tell(path.name, f"cannot be moved to cur ({type(error).__name__})")
        self._read = []

    def _lying(self) -> list[Path]:
        try:
            return sorted(path for path in (self._folder / "new").iterdir() if not path.name.startswith("."))
        except OSError as error:
            self._tell("", f"cannot be looked into ({type(error).__name__})")
            return []

    def _tell(self, name: str, what: str) -> None:
        if name not in self._told:
            self._told.add(name)
            _LOG.warning("returned mail %s of %s %s", name or "folder", self._folder, what)


def for_a_person(one: Returned) -> str | None:
    """Why a message stays where it is for a person to read; None where it was understood."""
    if one.kind is Kind.OTHER:
        return "is no bounce and no automatic reply; a person should read it"
    if one.key is None and one.kind is not Kind.AUTOMATIC:
        return f"is a {one.kind} that names none of our hand-overs; a person should read it"
    return None


def report_of(one: Returned, body: bytes) -> Report | None:
    """What a message tells the ledger; None where it changes nothing."""
    match one.kind:
        case Kind.HARD | Kind.SOFT:
            status = Status.FAILED
        case Kind.DELIVERED:
            status = Status.DELIVERED
        case _:
            return None
    code = f" ({one.status})" if one.status else ""
    return Report(
        provider="email",
        receipt_id=hashlib.sha256(body).hexdigest(),
        status=status,
        key=one.key,
        at=one.at,
        reason=f"{_REASONS[one.kind]}{code}.",
        raw=body[: bounces.LARGEST],
    )


def _bytes_of(path: Path) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        return file.read(bounces.LARGEST + 1)
