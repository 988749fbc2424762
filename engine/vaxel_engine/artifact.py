"""What rendering makes: bytes of one kind, with what a channel and a ledger need to know about them."""

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class ArtifactKind(StrEnum):
    """Every form a document can take; the value is the name on the command line and in reports."""

    PRINT_PDF = "print_pdf"
    MAILBOX_PDF = "mailbox_pdf"
    EMAIL = "email"
    WEB = "web"
    SMS = "sms"
    CARD = "card"
    MAILBOX_HTML = "mailbox_html"
    BANK = "bank"
    EINVOICE_XML = "einvoice_xml"


MEDIA_TYPES = {
    ArtifactKind.PRINT_PDF: "application/pdf",
    ArtifactKind.MAILBOX_PDF: "application/pdf",
    ArtifactKind.EMAIL: "message/rfc822",
    ArtifactKind.WEB: "text/html; charset=utf-8",
    ArtifactKind.SMS: "text/plain; charset=utf-8",
    ArtifactKind.CARD: "application/json",
    ArtifactKind.MAILBOX_HTML: "text/html; charset=utf-8",
    ArtifactKind.BANK: "text/html; charset=utf-8",
    ArtifactKind.EINVOICE_XML: "application/xml",
}

SUFFIXES = {
    ArtifactKind.PRINT_PDF: ".print.pdf",
    ArtifactKind.MAILBOX_PDF: ".mailbox.pdf",
    ArtifactKind.EMAIL: ".email.eml",
    ArtifactKind.WEB: ".web.html",
    ArtifactKind.SMS: ".sms.txt",
    ArtifactKind.CARD: ".card.json",
    ArtifactKind.MAILBOX_HTML: ".mailbox.html",
    ArtifactKind.BANK: ".bank.html",
    ArtifactKind.EINVOICE_XML: ".einvoice.xml",
}


@dataclass(frozen=True, slots=True)
class Artifact:
    """One rendered form of one document; the same input gives the same `body`, byte for byte."""

    kind: ArtifactKind
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The media type of `body`."""
        return MEDIA_TYPES[self.kind]

    @property
    def suffix(self) -> str:
        """How a file that holds `body` ends."""
        return SUFFIXES[self.kind]

    @property
    def sha256(self) -> str:
        """The SHA-256 of `body`, 64 hexadecimal digits."""
        return hashlib.sha256(self.body).hexdigest()
