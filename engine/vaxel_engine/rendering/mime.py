"""A MIME message whose bytes depend on its content alone: no clock, no random boundary, no forged header."""

import hashlib
import re
import unicodedata
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address
from email.message import MIMEPart
from email.policy import SMTP
from email.utils import quote

from vaxel_engine.errors import Unrenderable

_LINE = 76
_CRLF = "\r\n"
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+( [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""A display name that needs no quotes (RFC 5322 §3.2.3)."""


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """A picture that the HTML shows; `content_id` is what the HTML names after "cid:"."""

    content_id: str
    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that comes along."""

    name: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything of one e-mail but the moment it is sent; `recipient` None leaves To to whoever addresses it."""

    sender: tuple[str, str] = field(repr=False)
    recipient: tuple[str, str] | None = field(repr=False)
    subject: str = field(repr=False)
    language: str
    text: str = field(repr=False)
    html: str = field(repr=False)
    pictures: Sequence[InlinePicture] = ()
    attachments: Sequence[Attachment] = ()


def message_bytes(letter: Letter) -> bytes:
    """The letter as RFC 5322 and MIME, lines ended by CR LF, seven bits throughout; without Date and Message-ID.

    multipart/mixed [multipart/alternative [text/plain, multipart/related [text/html, image/png]], application/pdf].
    Raises Unrenderable for a header value that could forge another header, and for an address outside ASCII.
    """
    related = _multipart("related", [_text("html", letter.html), *map(_picture, letter.pictures)], 'type="text/html"')
    body = related if letter.pictures else _text("html", letter.html)
    alternative = _multipart("alternative", [_text("plain", letter.text), body])
    whole = _multipart("mixed", [alternative, *map(_attachment, letter.attachments)])
    headers = [
        _mailbox("From", "sender", *letter.sender),
        *([] if letter.recipient is None else [_mailbox("To", "recipient", *letter.recipient)]),
        f"Subject: {_folded('Subject', header_text('subject', letter.subject))}",
        f"Content-Language: {letter.language}",
        "MIME-Version: 1.0",
    ]
    return "".join(f"{header}\r\n" for header in headers).encode("ascii") + whole.as_bytes()


def header_text(what: str, value: str) -> str:
    """`value` as it may stand in a header, typographic spaces made plain.

    Raises Unrenderable where it has control characters, line or paragraph separators, or an encoded word of its own:
    interpreters before 3.11.10 fold "=?UTF-8?Q?=0A?=Bcc:" into a real header (CVE-2024-6923).
    """
    for ch in value:
        if unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp"):
            raise Unrenderable(f"the {what} of the e-mail has the character U+{ord(ch):04X}; take it out")
    if "=?" in value:
        raise Unrenderable(f'the {what} of the e-mail has the characters "=?"; take them out')
    return " ".join(value.replace("\u00a0", " ").replace("\u202f", " ").split())


def _folded(name: str, value: str) -> str:
    """`value` in encoded words where it needs them, over lines of 76 (RFC 2047), the first never left empty."""
    header = Header(value, "us-ascii" if value.isascii() else "utf-8", maxlinelen=_LINE, header_name=name)
    return header.encode(linesep="\r\n")


def _mailbox(header: str, what: str, name: str, address: str) -> str:
    """One header with a name and an address (RFC 5322 §3.4)."""
    if not address.isascii():
        raise Unrenderable(f"the {what}'s e-mail address has letters outside ASCII; not every mail server takes it")
    try:
        spec = Address(addr_spec=header_text(what, address)).addr_spec
    except (ValueError, IndexError) as error:
        raise Unrenderable(f"the {what}'s e-mail address is not one; write it as name@domain") from error
    shown = header_text(what, name)
    shown = f'"{quote(shown)}"' if shown.isascii() and not _ATOMS.fullmatch(shown) else _folded(header, shown)
    last = len(f"{header}: {shown}".rpartition("\n")[2])
    return f"{header}: {shown}{' ' if last + len(spec) + 3 <= _LINE else f'{_CRLF} '}<{spec}>"


def _text(subtype: str, words: str) -> MIMEPart:
    """Quoted-printable by the C routine: the one of the email package takes a hundred times as long."""
    part = MIMEPart(policy=SMTP)
    part["Content-Type"] = f'text/{subtype}; charset="utf-8"'
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(b2a_qp("\n".join(words.splitlines()).encode() + b"\n").decode("ascii"))
    return part


def _picture(picture: InlinePicture) -> MIMEPart:
    part = _binary("image/png", picture.body)
    part["Content-ID"] = f"<{picture.content_id}>"
    part.add_header("Content-Disposition", "inline", filename=picture.name)
    return part


def _attachment(attachment: Attachment) -> MIMEPart:
    part = _binary("application/pdf", attachment.body)
    part.add_header("Content-Disposition", "attachment", filename=header_text("file name", attachment.name))
    return part


def _binary(media_type: str, body: bytes) -> MIMEPart:
    part = MIMEPart(policy=SMTP)
    part["Content-Type"] = media_type
    part["Content-Transfer-Encoding"] = "base64"
    encoded = b2a_base64(body, newline=False).decode("ascii")
    part.set_payload("\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76)) + "\n")
    return part


def _multipart(subtype: str, parts: Sequence[MIMEPart], parameter: str | None = None) -> MIMEPart:
    """Parts with a boundary made of their content; "=_" occurs in neither quoted-printable nor base64."""
    part = MIMEPart(policy=SMTP)
    digest = hashlib.sha256(b"\0".join(inner.as_bytes() for inner in parts)).hexdigest()[:24]
    more = f"; {parameter}" if parameter else ""
    part["Content-Type"] = f'multipart/{subtype}; boundary="=_{subtype}_{digest}"{more}'
    part.set_payload(list(parts))
    return part
