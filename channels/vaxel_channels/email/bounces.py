"""What comes back to the envelope sender, read: bounces, delays, complaints, and the automatic replies that are none.

A report counts only for the hand-over that its own envelope address names (VERP), never by a subject or a recipient in
its text, which anybody may write. Pure.
"""

import base64
import binascii
import datetime as dt
import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import cast

LARGEST = 2_000_000
"""Bytes of a returned message that are read: the machine's part stands before the returned original."""

_KEY_BYTES = 32
_ADDRESSED_TO = ("delivered-to", "x-original-to", "envelope-to", "to")
_STATUS = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_HARD = re.compile(r"5\.(1\.[0-46]|1\.10|2\.1)")
"""The address, or a closed mailbox (RFC 3463 §3.2, §3.3); 5.1.5 is a good address, 5.1.7 and 5.1.8 are the sender's."""
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-from")
_UNWANTED = ("abuse", "fraud", "opt-out")  # RFC 5965 §7.3, RFC 6650; "not-spam" is the opposite
_PRECEDENCES = ("auto_reply", "auto-reply", "junk", "bulk", "list")


class Kind(StrEnum):
    """What a returned message is."""

    HARD = "hard bounce"
    """The address does not exist (any more): nothing may go there again."""
    SOFT = "bounce"
    """Not delivered for another reason: full, policy, given up after many tries."""
    DELAYED = "delay"
    """Still being tried: not a failure."""
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    """The recipient called it unwanted (RFC 5965)."""
    AUTOMATIC = "automatic reply"
    OTHER = "something else"
    """Perhaps a person's answer, or a bounce in free words: for a person to read."""


@dataclass(frozen=True, slots=True)
class Returned:
    """One returned message: which hand-over it is about (None where it names none) and what it says."""

    kind: Kind
    key: str | None
    status: str = ""
    """The status code of RFC 3463, e.g. "5.1.1"."""
    at: dt.datetime | None = None


def says_no_such_mailbox(reply: bytes) -> bool:
    """Whether a server's refusal says for good that the address does not exist or is closed."""
    status = _STATUS.match(reply.decode("ascii", "replace"))
    return status is not None and _HARD.fullmatch(status[0]) is not None


def verp(key: str, mailbox: str, domain: str) -> str:
    """The envelope sender of one hand-over: a bounce to it names the whole key, whatever else it says.

    52 letters and digits of base32, because servers may change the case of an address.
    """
    return f"{mailbox}+{base64.b32encode(bytes.fromhex(key)).decode('ascii').rstrip('=').lower()}@{domain}"


def read(body: bytes, *, mailbox: str, domain: str) -> Returned:
    """Say what a returned message is; whatever cannot be understood is `OTHER`."""
    message = email.message_from_bytes(body[:LARGEST])
    key = _key(message, mailbox, domain)
    kind, status = _judged(message)
    return Returned(kind, key, status, _moment(message))


def _judged(message: Message) -> tuple[Kind, str]:
    report = str(message.get_param("report-type", "") or "").lower()
    if message.get_content_type() == "multipart/report" and report == "delivery-status":
        return _delivery_status(message)
    if message.get_content_type() == "multipart/report" and report == "feedback-report":
        complaint = any(str(one.get("feedback-type", "")).strip().lower() in _UNWANTED for one in _feedback(message))
        return (Kind.COMPLAINT if complaint else Kind.AUTOMATIC), ""
    if message.get_content_type() == "multipart/report":  # e.g. a receipt for reading, RFC 8098
        return Kind.AUTOMATIC, ""
    declared = str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower()  # RFC 3834 §5
    precedence = str(message.get("precedence", "")).strip().lower()
    if declared != "no" or precedence in _PRECEDENCES or any(name in message for name in _AUTOMATIC):
        return Kind.AUTOMATIC, ""
    return Kind.OTHER, ""


def _delivery_status(message: Message) -> tuple[Kind, str]:
    """The worst that RFC 3464's fields say; one of our messages has one recipient."""
    found: list[tuple[Kind, str]] = []
    for fields in _per_recipient(message):
        action = str(fields.get("action", "")).partition("(")[0].strip().lower()
        match = _STATUS.search(str(fields.get("status", "")))
        status = match[0] if match else ""
        if action == "failed":
            found.append((Kind.HARD if _HARD.fullmatch(status) else Kind.SOFT, status))
        elif action == "delayed":
            found.append((Kind.DELAYED, status))
        elif action == "delivered":
            found.append((Kind.DELIVERED, status))
    order = (Kind.HARD, Kind.SOFT, Kind.DELAYED, Kind.DELIVERED)
    return min(found, key=lambda one: order.index(one[0]), default=(Kind.OTHER, ""))


def _per_recipient(message: Message) -> Iterator[Message]:
    groups = _inside(message, "message/delivery-status", "message/global-delivery-status")
    return (group for group in groups if "action" in group)


def _feedback(message: Message) -> Iterator[Message]:
    """The machine's part of a complaint (RFC 5965 §3)."""
    return _inside(message, "message/feedback-report")


def _inside(message: Message, *types: str) -> Iterator[Message]:
    """The groups of fields in parts of these types."""
    for part in message.walk():
        groups: object = part.get_payload()
        if part.get_content_type() in types and isinstance(groups, list):
            yield from (group for group in cast("list[object]", groups) if isinstance(group, Message))


def _key(message: Message, mailbox: str, domain: str) -> str | None:
    """The key that the address names to which the message came."""
    ours = re.compile(
        rf"(?<![\w.+-]){re.escape(mailbox)}\+([a-z2-7]{{52}})@{re.escape(domain)}(?![\w.-])", re.IGNORECASE
    )
    told = [(one, "original-mail-from") for one in _feedback(message)]  # a complaint goes to an address of its own
    for holder, name in [(message, name) for name in _ADDRESSED_TO] + told:
        for value in holder.get_all(name, []):
            if found := ours.search(str(value)):
                try:
                    raw = base64.b32decode(f"{found[1].upper()}====")
                except binascii.Error:
                    continue
                return raw.hex() if len(raw) == _KEY_BYTES else None
    return None


def _moment(message: Message) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(str(message.get("date", "")))
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo is not None else None
