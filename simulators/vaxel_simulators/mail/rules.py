"""What a strict mail server refuses: line ends, line lengths, header fields, undeclared eight-bit content."""

import re
from collections import Counter
from collections.abc import Mapping
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser

EXACTLY_ONE = ("from", "date", "message-id")
AT_MOST_ONE = ("to", "cc", "bcc", "reply-to", "sender", "subject", "mime-version", "content-type", "references")
"""RFC 5322 §3.6: the fields that may not repeat, and RFC 2045 §3 for the MIME ones."""

BARE_LINE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")
MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def parse(body: bytes) -> EmailMessage:
    """Read a message as a mail client would."""
    return BytesParser(policy=policy.SMTP).parsebytes(body)


def refuse(
    body: bytes, *, replies: Mapping[str, str], line_limit: int, eight_bit_declared: bool, utf8: bool
) -> str | None:
    """The reply with which the message is refused, or None when it is in order."""
    if BARE_LINE_END.search(body):
        return replies["bare_line_feed"]
    if any(len(line) > line_limit for line in body.split(b"\r\n")):
        return replies["long_line"]
    head, _, content = body.partition(b"\r\n\r\n")
    if not head.isascii() and not utf8:
        return replies["utf8_undeclared"]
    if not content.isascii() and not eight_bit_declared:
        return replies["eight_bit_undeclared"]
    if fault := header_fault(body):
        return f"{replies['header']} {fault}"
    return None


def header_fault(body: bytes) -> str | None:
    """What is wrong with the header in a few words without its values, or None."""
    message = parse(body)
    names = Counter(name.lower() for name in message)
    for name in EXACTLY_ONE:
        if names[name] != 1:
            return f"{name} must be there exactly once"
    for name in AT_MOST_ONE:
        if names[name] > 1:
            return f"{name} may be there only once"
    if message.defects:
        return f"it cannot be parsed ({type(message.defects[0]).__name__})"
    try:
        if not message["from"].addresses or message["from"].defects:
            return "from holds no address"
        if message["date"].datetime is None:
            return "date is not a date"
    except (MessageError, ValueError, IndexError):
        return "a field cannot be parsed"
    if not MESSAGE_ID.fullmatch(str(message["message-id"]).strip()):
        return "message-id must look like <left@right>"
    return None
