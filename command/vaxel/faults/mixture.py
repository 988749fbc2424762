"""The documents of a campaign: texts and text e-mails, every twentieth with a PDF, each to an address of its own."""

import email.message
import email.policy
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import vaxel
from vaxel.samples import samples
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.model import Document

CHANNELS: Final = ("email", "sms", "keyed", "asked")
"""Two real adapters, whose providers neither recognise a repeat nor can be asked, and the two doors that do."""
WITH_PDF: Final = 20
"""Every so many documents carry a PDF."""
_LETTER = "letter.pdf"


def reference(number: int) -> str:
    """The sender's reference of a document."""
    return f"F-{number:06d}"


def mobile(number: int) -> str:
    """The telephone number of a recipient, which no other recipient has."""
    return f"+4670{number:07d}"


def mailbox(number: int) -> str:
    """The e-mail address of a recipient, which no other recipient has."""
    return f"r{number:06d}@example.se"


def number_in(address: str) -> int:
    """Whose telephone number or e-mail address it is."""
    return int(address.removeprefix("+4670").partition("@")[0].removeprefix("r"))


def documents(number: int) -> Iterator[Document]:
    """As many documents, a quarter for each channel; those with a PDF are e-mails."""
    for n in range(number):
        channel = CHANNELS[n % len(CHANNELS)]
        recipient = {"email": {"email": mailbox(n)}, "sms": {"mobile": mobile(n)}}.get(channel, {})
        yield Document.model_validate(
            {
                "kind": "message",
                "reference": reference(n),
                "sender": "campaign",
                "recipient": {"name": channel, **recipient},
                "message": {
                    "subject": "Med bilaga" if n % WITH_PDF == 0 else "Hej",
                    "body": f"Hej, detta är brev {n}.",
                },
            }
        )


def print_letter(folder: Path) -> None:
    """Render the PDF that the campaign's letters carry, once, as production does."""
    invoice = next(document for file in samples() for document in read(Path(file)) if document.invoice is not None)
    pdf = vaxel.render(invoice, ArtifactKind.MAILBOX_PDF, brand="nordljus")
    (folder / _LETTER).write_bytes(pdf.body)


@cache
def _letter(folder: Path) -> bytes:
    return (folder / _LETTER).read_bytes()


def artifacts(folder: Path, document: Document, kinds: Collection[ArtifactKind]) -> Mapping[ArtifactKind, Artifact]:
    """The message as a text, as the page behind its link, and as an e-mail with the letter where it carries one."""
    return {kind: Artifact(kind, _body(folder, document, kind)) for kind in kinds}


def _body(folder: Path, document: Document, kind: ArtifactKind) -> bytes:
    assert document.message is not None  # noqa: S101 - the campaign makes messages only
    text = document.message.body
    match kind:
        case ArtifactKind.EMAIL:
            message = email.message.EmailMessage(policy=email.policy.SMTP)
            message["From"] = "Kampanj <faktura@campaign.example>"
            message["To"] = document.recipient.email
            message["Subject"] = document.message.subject
            message.set_content(text, cte="quoted-printable")
            if document.message.subject != "Hej":
                letter = _letter(folder)
                message.add_attachment(letter, maintype="application", subtype="pdf", filename="brev.pdf")
            return message.as_bytes()
        case ArtifactKind.WEB:
            return f"<!doctype html><title>Brev</title><p>{text}".encode()
        case _:
            return text.encode()
