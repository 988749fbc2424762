"""SMTP's words and ours: a rendered message is frozen with date, id and envelope; a reply becomes a verdict; pure."""

import base64
import binascii
import datetime as dt
import quopri
import re
from collections.abc import Mapping
from email.utils import format_datetime
from enum import StrEnum

from vaxel_channels.wording import quoted
from vaxel_engine.errors import Refused

LONGEST_LINE = 998
"""Octets of a line without its end (RFC 5322 §2.1.1)."""

_ONCE = ("from", "to", "subject", "mime-version", "content-type")
_OURS = ("date", "message-id")
_NEVER = ("bcc", "return-path", "resent-to", "resent-bcc")
_HEADER = re.compile(rb"([!-9;-~]+):")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]|=\\?")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([^?\s]*)\?([^?]*)\?=")


class Step(StrEnum):
    """Which command of a transaction a reply belongs to."""

    MAIL = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"
    END = "the end of DATA"


class Verdict(StrEnum):
    """What a reply means to us."""

    GO_ON = "go on"
    TAKEN = "taken"
    COME_AGAIN = "come again"
    NOT_LET_IN = "not let in"
    """Our name or password: nothing was taken, and every message would meet the same."""
    REFUSED = "refused"
    UNKNOWN = "unknown"


REPLIES: Mapping[int, Verdict] = {
    2: Verdict.GO_ON,
    3: Verdict.GO_ON,
    4: Verdict.COME_AGAIN,
    5: Verdict.REFUSED,
    530: Verdict.NOT_LET_IN,
    534: Verdict.NOT_LET_IN,
    535: Verdict.NOT_LET_IN,
    538: Verdict.NOT_LET_IN,
}
"""SMTP reply codes: the code itself (RFC 4954 §6), else its first digit (RFC 5321 §4.2.1)."""


def verdict(step: Step, code: int) -> Verdict:
    """What the reply to one command means; only 2xx to the end of DATA takes the message over."""
    found = REPLIES.get(code, REPLIES.get(code // 100, Verdict.UNKNOWN))
    if found is not Verdict.GO_ON:
        return found
    if step is Step.END:
        return Verdict.TAKEN if code // 100 == 2 else Verdict.UNKNOWN
    return Verdict.GO_ON if code // 100 == (3 if step is Step.DATA else 2) else Verdict.UNKNOWN


def in_their_words(code: int, reply: bytes, *, hide: str = "") -> str:
    """The mail server's own words, without anything that names a person."""
    return f"{code} {quoted(reply.decode('utf-8', 'replace'), hide=(hide,))}"


def frozen(message: bytes, *, key: str, at: dt.datetime, domain: str, about: str) -> bytes:
    """Put Date and Message-ID before a rendered message and end every line with CRLF.

    Raises:
        Refused: the message lacks a header it must have, has one it must not have, or breaks a rule of RFC 5322.
    """
    lines = message.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if max(map(len, lines)) > LONGEST_LINE or b"\0" in message:
        raise Refused(f"The e-mail of {about} has a line over {LONGEST_LINE} bytes or a NUL byte; render it anew.")
    _checked_headers(lines, about=about)
    ours = {"Date": format_datetime(at), "Message-ID": message_id(key, domain)}
    added = [f"{name}: {guarded(value, about=about)}".encode("ascii") for name, value in ours.items()]
    return b"\r\n".join(added + lines).rstrip(b"\r\n") + b"\r\n"


def message_id(key: str, domain: str) -> str:
    """The same for every retry, so that a recipient's server and a person can tell a repeat from a second message."""
    return f"<{key}@{domain}>"


def envelope_recipient(address: str, *, about: str) -> str:
    """The address for the envelope: the domain in ASCII, the part before the @ as it is.

    Raises:
        Refused: the domain cannot be written in ASCII, or the address could end an SMTP command.
    """
    local, _, domain = address.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        raise Refused(
            f"The e-mail address of {about} has a domain that no mail server can look up; correct it."
        ) from None
    if not local or not ascii_domain or _UNSAFE.search(local) or set("<> ") & set(local):
        raise Refused(f"The e-mail address of {about} cannot stand in an SMTP command; correct it.")
    return f"{local}@{ascii_domain}"


def guarded(value: str, *, about: str) -> str:
    """Return a header value as it is.

    Raises:
        Refused: it holds a control character, U+0085, U+2028, U+2029 or an encoded word, any of which may turn into a
            header of its own on the way (CVE-2024-6923).
    """
    if _UNSAFE.search(value) or not value.isascii():
        raise Refused(
            f"A header of the e-mail of {about} would hold a control character or an encoded word; correct it."
        )
    return value


def dot_stuffed(message: bytes) -> bytes:
    """The message as DATA carries it, with its end (RFC 5321 §4.5.2)."""
    stuffed = message.replace(b"\n.", b"\n..")
    return (b"." if message.startswith(b".") else b"") + stuffed + b".\r\n"


def _checked_headers(lines: list[bytes], *, about: str) -> None:
    seen: list[str] = []
    head = lines[: lines.index(b"") if b"" in lines else len(lines)]
    for line in head:
        header = _HEADER.match(line)
        if header is None and not (seen and line[:1] in (b" ", b"\t")):
            raise Refused(f"The e-mail of {about} has something among its headers that is none; render it anew.")
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line):
            raise Refused(f"The e-mail of {about} has a control character in a header; correct the document.")
        if header is not None:
            seen.append(header[1].decode("ascii").lower())
    _checked_words(b"".join(head).decode("latin-1"), about=about)
    for name in _ONCE:
        if seen.count(name) != 1:
            raise Refused(
                f"The e-mail of {about} has {seen.count(name)} headers {name} and must have 1; render it anew."
            )
    for name in (*_OURS, *_NEVER):
        if name in seen:
            raise Refused(
                f"The e-mail of {about} has a header {name}, which is set on handing over; render it without."
            )


def _checked_words(head: str, *, about: str) -> None:
    """Refuse an encoded word that hides a line end or another control character (CVE-2024-6923).

    A relay or a mail program that decodes and folds anew would make a header of what follows it; interpreters before
    3.11.10 do.
    """
    for charset, encoding, text in _ENCODED_WORD.findall(head):
        try:
            match encoding.lower():
                case "q":
                    raw = quopri.decodestring(text.encode("latin-1"), header=True)
                case "b":
                    raw = base64.b64decode(text, validate=True)
                case _:
                    raw = b"\n"  # an encoding that nobody knows may be read as anything
            hidden = _CONTROL.search(raw.decode(charset.partition("*")[0])) is not None
        except (LookupError, UnicodeError, binascii.Error):
            hidden = True
        if hidden:
            raise Refused(
                f"A header of the e-mail of {about} hides a line end or another control character in an encoded word; "
                "correct the document."
            )
