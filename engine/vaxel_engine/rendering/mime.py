"""A MIME message whose bytes depend on its content alone: no clock, no random boundary, no forged header."""

import functools
import hashlib
import re
import struct
import unicodedata
from binascii import b2a_base64, b2a_qp
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email import base64mime, quoprimime
from email.charset import Charset
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
_FIGURE = re.compile(r"[0-9a-f]{16}|[0-9]")
"""What differs from message to message in a name or an identifier: the digest of a picture, a number."""


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
    text, html = _text("plain", letter.text), _text("html", letter.html)
    pictures, attachments = list(map(_picture, letter.pictures)), list(map(_attachment, letter.attachments))
    digest = hashlib.sha256(b"\0".join((text, html, *pictures, *attachments))).hexdigest()[:24]
    related = _multipart("related", digest, [[html], *([one] for one in pictures)], 'type="text/html"')
    alternative = _multipart("alternative", digest, [[text], related if pictures else [html]])
    whole = _multipart("mixed", digest, [alternative, *([one] for one in attachments)])
    headers = [
        _mailbox("From", "sender", *letter.sender),
        *([] if letter.recipient is None else [_mailbox("To", "recipient", *letter.recipient)]),
        f"Subject: {folded('Subject', header_text('subject', letter.subject))}",
        f"Content-Language: {letter.language}",
        "MIME-Version: 1.0",
    ]
    return b"".join(("".join(f"{header}\r\n" for header in headers).encode("ascii"), *whole))


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


def folded(name: str, value: str) -> str:
    """`value` in encoded words where it needs them, over lines of 76 (RFC 2047), the first never left empty."""
    header = Header(value, "us-ascii" if value.isascii() else _UTF8, maxlinelen=_LINE, header_name=name)
    return header.encode(linesep="\r\n")


class _Utf8(Charset):
    """UTF-8 whose encoded words are cut in one pass: the email package measures a word anew with every character."""

    def header_encode_lines(self, string: str, maxlengths: Iterator[int]) -> list[str | None]:
        """`string` in encoded words of at most so many characters, all in the coding that is shorter for the whole.

        None stands for a first line on which not even one character has room.
        """
        whole = string.encode()
        coding = base64mime if base64mime.header_length(whole) < quoprimime.header_length(whole) else quoprimime
        lines: list[str | None] = []
        word, long, room = b"", 0, next(maxlengths) - _AROUND
        for character in map(str.encode, string):
            longer = word + character
            long = base64mime.header_length(longer) if coding is base64mime else long + _quoted(character)
            if long > room:
                lines.append(coding.header_encode(word, "utf-8") if word or lines else None)
                longer, long, room = character, coding.header_length(character), next(maxlengths) - _AROUND
            word = longer
        return [*lines, coding.header_encode(word, "utf-8")]


_UTF8, _AROUND = _Utf8("utf-8"), len("=?utf-8?q??=")
_quoted = functools.lru_cache(maxsize=4096)(quoprimime.header_length)


@functools.lru_cache(maxsize=16)  # letters of one sender come from one address
def _mailbox(header: str, what: str, name: str, address: str) -> str:
    """One header with a name and an address (RFC 5322 §3.4)."""
    if not address.isascii():
        raise Unrenderable(f"the {what}'s e-mail address has letters outside ASCII; not every mail server takes it")
    try:
        spec = Address(addr_spec=header_text(what, address)).addr_spec
    except (ValueError, IndexError) as error:
        raise Unrenderable(f"the {what}'s e-mail address is not one; write it as name@domain") from error
    shown = header_text(what, name)
    shown = f'"{quote(shown)}"' if shown.isascii() and not _ATOMS.fullmatch(shown) else folded(header, shown)
    last = len(f"{header}: {shown}".rpartition("\n")[2])
    return f"{header}: {shown}{' ' if last + len(spec) + 3 <= _LINE else f'{_CRLF} '}<{spec}>"


def _text(subtype: str, words: str) -> bytes:
    """Quoted-printable by the C routine: the one of the email package takes a hundred times as long."""
    written = b2a_qp("\n".join(words.splitlines()).encode() + b"\n").replace(b"\n", b"\r\n")
    return _head(f'text/{subtype}; charset="utf-8"', "quoted-printable") + written


def _picture(picture: InlinePicture) -> bytes:
    head = _head_like("image/png", "inline", picture.name, picture.content_id)
    return head + in_lines(picture.body)


def _attachment(attachment: Attachment) -> bytes:
    name = header_text("file name", attachment.name)
    return _head_like("application/pdf", "attachment", name) + in_lines(attachment.body)


def _head_like(media_type: str, disposition: str, name: str, content_id: str = "") -> bytes:
    """The headers of a part in base64: those with other figures in names and identifiers are folded alike."""
    like, like_id = (_FIGURE.sub(lambda found: "0" * len(found[0]), said) for said in (name, content_id))
    head = _head(media_type, "base64", disposition, like, like_id)
    for said, own in ((like, name), (like_id, content_id)):
        if said != own and head.count(said.encode()) != 1:
            return _head(media_type, "base64", disposition, name, content_id)  # another coding, or one in the other
        head = head.replace(said.encode(), own.encode()) if said != own else head
    return head


@functools.lru_cache(maxsize=64)
def _head(media_type: str, encoding: str, disposition: str = "", name: str = "", content_id: str = "") -> bytes:
    """The headers of a part and the empty line below, folded as the email package does it."""
    part = MIMEPart(policy=SMTP)
    part["Content-Type"] = media_type
    part["Content-Transfer-Encoding"] = encoding
    if content_id:
        part["Content-ID"] = f"<{content_id}>"
    if disposition:
        part.add_header("Content-Disposition", disposition, filename=name)
    return part.as_bytes()


def in_lines(body: bytes) -> bytes:
    """Base64 in lines of 76 (RFC 2045 §6.8); of the ways to cut a long text alike, `struct` takes least time."""
    written = b2a_base64(body, newline=False)
    full, rest = divmod(len(written), _LINE)
    lines = struct.unpack(f"{_LINE}s" * full + (f"{rest}s" if rest else ""), written)
    return b"\r\n".join((*lines, b""))


def _multipart(subtype: str, digest: str, parts: Sequence[list[bytes]], parameter: str | None = None) -> list[bytes]:
    """Parts with a boundary made of what the letter holds; "=_" occurs in neither quoted-printable nor base64."""
    boundary = f"=_{subtype}_{digest}"
    values = [f'boundary="{boundary}"', *([parameter] if parameter else [])]
    head = f"Content-Type: multipart/{subtype}"
    for value in values:
        head += f"; {value}" if len(head.rpartition("\n")[2]) + len(value) + 3 <= _LINE + 2 else f";{_CRLF} {value}"
    between = f"--{boundary}\r\n".encode()
    held = [piece for part in parts for piece in (between, *part, b"\r\n")]
    return [f"{head}\r\n\r\n".encode(), *held, f"--{boundary}--\r\n".encode()]
