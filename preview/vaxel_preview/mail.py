"""An e-mail as a mail program would show it: opened with Python's own parser, inline pictures put in place."""

import base64
import functools
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from lxml import etree


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that comes with the e-mail."""

    name: str
    media_type: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedMail:
    """What a recipient sees of an e-mail, before and after opening it."""

    sender: str
    subject: str
    preheader: str
    html: str = field(repr=False)
    text: str = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    inline_pictures: int = 0


@functools.lru_cache(maxsize=16)  # seven panes show one e-mail
def open_mail(message: bytes) -> OpenedMail:
    """Open a MIME message; `html` refers to no other part and to no address of its own any more."""
    mail = message_from_bytes(message, policy=policy.default)
    html = _words(mail, "html")
    pictures = {
        str(part["Content-ID"]).strip("<>"): part for part in mail.walk() if isinstance(part["Content-ID"], str)
    }
    text = _words(mail, "plain")
    name, address = parseaddr(str(mail["From"] or ""))
    return OpenedMail(
        sender=name or address or "(no sender)",
        subject=str(mail["Subject"] or "(no subject)"),
        preheader=_preheader(html) or " ".join(text.split())[:140],
        html=_with_pictures(html, pictures),
        text=text,
        attachments=tuple(
            Attachment(part.get_filename() or "(no name)", part.get_content_type(), _bytes(part))
            for part in mail.iter_attachments()
        ),
        inline_pictures=sum(part.get_content_maintype() == "image" for part in pictures.values()),
    )


def _words(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""


def _bytes(part: EmailMessage) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _with_pictures(html: str, pictures: dict[str, EmailMessage]) -> str:
    def in_place(found: re.Match[str]) -> str:
        part = pictures.get(found[1])
        if part is None or part.get_content_maintype() != "image":
            return found[0]
        return f"data:{part.get_content_type()};base64,{base64.b64encode(_bytes(part)).decode('ascii')}"

    return re.sub(r"cid:([^\"'\s)>]+)", in_place, html)


def _preheader(html: str) -> str:
    """The hidden line at the top that mail programs show beside the subject."""
    if not html.strip():
        return ""
    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", no_network=True))
    for element in root.iter("div", "span", "p"):
        if "display:none" in element.get("style", "").replace(" ", ""):
            words = re.sub(r"[\u00ad\u034f\u200b-\u200f\u2060\ufeff]", "", "".join(map(str, element.itertext())))
            if words.strip():
                return " ".join(words.split())
    return ""
