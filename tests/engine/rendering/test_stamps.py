"""A stamped pack is for looking at: it says which line wrote what, and makes the same artifacts otherwise."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from vaxel_engine import intake, packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.rendering import kinds_of
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.rendering.stamps import STAMP, stamped, stamped_mjml, unstamped

SAMPLES = Path(__file__).parents[3] / "samples"
PDFS = (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF)


def documents() -> list[Document]:
    """An invoice with charts, a credit, and a letter."""
    november = list(intake.read(SAMPLES / "november.json"))
    letters = list(intake.read(SAMPLES / "reminders-and-letters.jsonl"))
    return [november[0], november[7], letters[0], letters[-1]]


def mail_without_stamps(body: bytes) -> tuple[str, str, list[bytes]]:
    mail = message_from_bytes(body, policy=policy.default)
    html, text = mail.get_body(("html",)), mail.get_body(("plain",))
    assert html is not None
    assert text is not None
    parts = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() != "text"]
    files = [part for part in parts if isinstance(part, bytes)]
    return unstamped(str(html.get_content())), str(text.get_content()), files


@pytest.mark.parametrize("document", documents(), ids=lambda document: document.reference)
def test_a_preview_shows_what_production_makes(document: Document) -> None:
    pack = packs.load("nordljus")
    plain, looked_at = Rendering.of(document, pack), Rendering.of(document, pack.with_stamps())
    for kind in kinds_of(document):
        made, seen = plain.artifact(kind).body, looked_at.artifact(kind).body
        assert STAMP.encode() not in made
        if kind is ArtifactKind.EMAIL:
            assert mail_without_stamps(seen) == mail_without_stamps(made)
        elif kind in PDFS:
            assert seen == made
        else:
            assert unstamped(seen) == made
    assert looked_at.places
    assert plain.places == ()


def test_the_print_pdf_in_one_ink_is_the_same_too() -> None:
    pack, grey = packs.load("nordljus"), Printing(monochrome=True)
    made = Rendering.of(documents()[0], pack, printing=grey).artifact(ArtifactKind.PRINT_PDF)
    seen = Rendering.of(documents()[0], pack.with_stamps(), printing=grey).artifact(ArtifactKind.PRINT_PDF)
    assert seen == made


def test_what_is_published_is_never_stamped() -> None:
    with pytest.raises(ValueError, match="published"):
        replace(packs.load("nordljus"), published=True).with_stamps()


def test_a_stamp_names_the_line_and_leaves_code_alone() -> None:
    source = '<p>{{ "<b>" }}</p>\n{# <i> #}<style>a<b{}</style>\n<td class="{{ x }}">'
    assert stamped(source, "a.html") == (
        f'<p {STAMP}="a.html:1">{{{{ "<b>" }}}}</p>\n{{# <i> #}}<style>a<b{{}}</style>\n'
        f'<td {STAMP}="a.html:3" class="{{{{ x }}}}">'
    )


def test_a_class_that_mails_have_anyway_is_kept() -> None:
    layout = '<mj-attributes><mj-section css-class="paper" /></mj-attributes>'
    written = stamped_mjml('<mj-section padding="0">\n<mj-text css-class="big">', "s.mjml", layout)
    assert written == '<mj-section css-class="src:s.mjml:1 paper" padding="0">\n<mj-text css-class="src:s.mjml:2 big">'


def test_one_amount_leads_from_every_form_to_its_line() -> None:
    rendering = Rendering.of(documents()[0], packs.load("nordljus").with_stamps())
    rendering.artifact(ArtifactKind.PRINT_PDF)
    assert any(stamp.startswith("sections/totals.paper.html:") for *_, stamp in rendering.places)
    for kind, template in (
        (ArtifactKind.WEB, "sections/totals.web.html:"),
        (ArtifactKind.BANK, "sections/totals.web.html:"),
        (ArtifactKind.MAILBOX_HTML, "sections/totals.web.html:"),
    ):
        assert f'{STAMP}="{template}'.encode() in rendering.artifact(kind).body
    mail = message_from_bytes(rendering.artifact(ArtifactKind.EMAIL).body, policy=policy.default).get_body(("html",))
    assert mail is not None
    assert f'{STAMP}="sections/totals.email.mjml:' in str(mail.get_content())
    layout = (packs.packs() / "base/layouts/email.mjml").read_text(encoding="utf-8").splitlines()
    line = next(at for at, text in enumerate(layout, start=1) if "figure amount" in text)
    assert f'{STAMP}="layouts/email.mjml:{line}"' in str(mail.get_content())


def test_what_an_artifact_was_made_with_is_known_with_what_it_shares() -> None:
    rendering = Rendering.of(documents()[0], packs.load("nordljus").with_stamps())
    kinds = (ArtifactKind.PRINT_PDF, ArtifactKind.EMAIL, ArtifactKind.WEB, ArtifactKind.SMS)
    for kind in kinds:
        rendering.artifact(kind)
    paper, mail, page, message = map(rendering.opened, kinds)
    assert "sections/totals.paper.html" in paper
    assert paper | {"sections/totals.email.mjml", "sections/totals.email.txt"} <= mail  # it carries the PDF
    assert "sections/totals.web.html" in page
    assert "sections/totals.paper.html" not in page
    assert {"css/paper.css", "fonts/Inter-Regular.ttf", "words:page.number", "words:total.heading"} <= paper | page
    assert message == {"words:sms.pay"}
