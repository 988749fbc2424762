"""A PDF that was finished elsewhere goes out byte for byte; what cannot be a PDF carries its title and the link."""

import base64
import email
import email.policy
import json
import re
from io import BytesIO

import pikepdf
import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, FinishedPdf, Language, Recipient
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering

LINK = "https://n.example/d/1"


@pytest.fixture(scope="module")
def pages() -> bytes:
    """Two empty sheets."""
    written = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def rendering(pages: bytes, pack: Pack, language: Language = "sv") -> Rendering:
    document = Document(
        kind=DocumentKind.FINISHED_PDF,
        reference="A-1",
        sender="nordljus",
        recipient=Recipient(name="Elin Forsberg", email="elin.forsberg@example.se", language=language),
        pdf=FinishedPdf(title="Årsbesked 2026 <&>", content=pages),
    )
    return Rendering.of(document, pack, LINK)


@pytest.mark.parametrize("kind", [ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF])
def test_the_pages_are_given_on_byte_for_byte(nordljus: Pack, pages: bytes, kind: ArtifactKind) -> None:
    assert rendering(pages, nordljus).artifact(kind).body == pages


@pytest.mark.parametrize(("language", "cover"), [("sv", "Du har fått ett dokument"), ("en", "We have sent you")])
def test_the_email_attaches_the_very_pages_under_a_cover_text(
    nordljus: Pack, pages: bytes, language: Language, cover: str
) -> None:
    made = rendering(pages, nordljus, language).artifact(ArtifactKind.EMAIL).body
    message = email.message_from_bytes(made, policy=email.policy.default)
    attached = list(message.iter_attachments())
    assert [part.get_content() for part in attached] == [pages]
    body = message.get_body(("plain",))
    assert body is not None
    assert cover in body.get_content()
    assert LINK in body.get_content()
    assert message["Subject"] == "Årsbesked 2026 <&>"


def test_the_page_carries_the_pages_in_itself(nordljus: Pack, pages: bytes) -> None:
    page = rendering(pages, nordljus).artifact(ArtifactKind.WEB).body.decode()
    carried = re.findall(r'href="data:application/pdf;base64,([^"]+)"', page)
    assert [base64.b64decode(one) for one in carried] == [pages]
    assert "document:finished.pdf" not in page
    assert "Årsbesked 2026 &lt;&amp;&gt;" in page


def test_sms_and_card_say_title_and_link(nordljus: Pack, pages: bytes) -> None:
    made = rendering(pages, nordljus)
    sms = made.artifact(ArtifactKind.SMS).body.decode()
    card = json.loads(made.artifact(ArtifactKind.CARD).body)
    assert sms.endswith(LINK)
    assert "rsbesked 2026" in sms
    assert (card["title"], card["kind"], card["link"], card["amount"]) == (
        "Årsbesked 2026 <&>",
        "finished_pdf",
        LINK,
        None,
    )
