"""A message as a mail client opens it: subject, bodies, inline pictures by content id, attachments."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import lru_cache
from typing import cast

from vaxel_simulators.mail.rules import parse

REPORT_PARTS = frozenset({"message/delivery-status", "text/rfc822-headers"})
SOURCE_SHOWN = 40_000  # characters; the whole is downloadable


@dataclass(frozen=True, slots=True)
class File:
    """One attachment."""

    name: str
    kind: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A message, opened."""

    subject: str = field(repr=False)
    sender: str = field(repr=False)
    to: str = field(repr=False)
    date: str
    text: str | None = field(repr=False)
    html: str | None = field(repr=False)
    inline: Mapping[str, EmailMessage] = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def source(self) -> str:
        """The beginning of the message as it came."""
        return self.body[:SOURCE_SHOWN].decode("utf-8", "replace")

    @property
    def preview(self) -> str:
        """The first words."""
        return " ".join((self.text or "").split())[:110]

    @property
    def initial(self) -> str:
        """The first letter of the sender, for a round picture."""
        return next((character.upper() for character in self.sender if character.isalnum()), "?")


@lru_cache(maxsize=256)
def open_message(body: bytes) -> Opened:
    """Open a message that the server took."""
    message = parse(body)
    plain = message.get_body(("plain",))
    html = message.get_body(("html",))
    files = tuple(_file(part) for part in message.walk() if _is_file(part))
    inline = {str(part["Content-ID"]).strip().strip("<>"): part for part in message.walk() if part["Content-ID"]}
    return Opened(
        subject=str(message["subject"] or "(no subject)"),
        sender=str(message["from"] or ""),
        to=str(message["to"] or ""),
        date=str(message["date"] or ""),
        text=_text(plain),
        html=_text(html),
        inline=inline,
        files=files,
        body=body,
    )


def _is_file(part: object) -> bool:
    message = cast(EmailMessage, part)
    if message.get_content_maintype() == "multipart":
        return False
    return message.get_content_disposition() == "attachment" or message.get_content_type() in REPORT_PARTS


def _file(part: object) -> File:
    message = cast(EmailMessage, part)
    payload = message.get_payload(decode=True)
    name = message.get_filename() or message.get_content_type().replace("/", "-") + ".txt"
    return File(name, message.get_content_type(), payload if isinstance(payload, bytes) else message.as_bytes())


def _text(part: object) -> str | None:
    if part is None:
        return None
    message = cast(EmailMessage, part)
    payload = message.get_payload(decode=True)
    charset = message.get_content_charset() or "utf-8"
    try:
        return payload.decode(charset, "replace") if isinstance(payload, bytes) else None
    except LookupError:
        return payload.decode("latin-1") if isinstance(payload, bytes) else None
