"""The e-mail is a real MIME message that any reader opens, safe against forged headers, the same bytes every time."""

import base64
import email
import email.policy
import hashlib
import io
import re
import subprocess
import sys
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html
from PIL import Image

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import TemplateError, Unrenderable
from vaxel_engine.intake import read
from vaxel_engine.model import Document, DocumentKind, InvoiceLine, Message, Recipient
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering, render
from vaxel_engine.rendering.email import LARGEST_HTML, attachment_name, html_of
from vaxel_engine.rendering.mail_safety import sanitised
from vaxel_engine.rendering.mime import folded, header_text, in_lines

DocumentBuilder = Callable[..., Document]
Mail = Callable[..., EmailMessage]
LINK = "https://nordljus.example/d/8J3kQm2nV5tRz7yXw1bLcA"
_untyped: Any = lxml_html
document_of: Callable[[str], Any] = _untyped.fromstring


@pytest.fixture
def mail(nordljus: Pack) -> Mail:
    """Renders a document and opens it with Python's own parser."""

    def opened(document: Document, pack: Pack = nordljus) -> EmailMessage:
        body = render(document, ArtifactKind.EMAIL, pack=pack, link=LINK).body
        return email.message_from_bytes(body, policy=email.policy.default)

    return opened


def html(message: EmailMessage) -> str:
    return text(message, "html")


def text(message: EmailMessage, subtype: str = "plain") -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return cast("str", part.get_content())


def test_a_parser_finds_text_html_picture_and_pdf(build: DocumentBuilder, mail: Mail, nordljus: Pack) -> None:
    document = build(usage=True)
    message = mail(document)
    assert message.get_content_type() == "multipart/mixed"
    assert not message.defects
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "Faktura 1002334455.pdf"
    assert attached.get_content() == render(document, ArtifactKind.MAILBOX_PDF, pack=nordljus).body


def test_the_picture_is_the_one_the_html_names(build: DocumentBuilder, mail: Mail) -> None:
    message = mail(build(usage=True))
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    shown = document_of(html(message)).xpath("//img")
    assert [image.get("src") for image in shown] == ["cid:" + picture["Content-ID"].strip("<>")]
    assert shown[0].get("alt") == "Diagram: december 2025 612 kWh; november 2026 489 kWh."
    assert Image.open(io.BytesIO(cast("bytes", picture.get_content()))).width == 1068


def test_headers_say_who_to_whom_and_what_but_not_when(build: DocumentBuilder, mail: Mail) -> None:
    message = mail(build(due="1145.00"))
    assert message["From"] == "Nordljus <kundservice@nordljus.example>"
    assert message["To"].addresses[0].addr_spec == "karin.oberg@example.se"
    assert message["To"].addresses[0].display_name == "Karin Öberg"
    assert message["Subject"] == "Faktura från Nordljus: 1 145,00 kr, betala senast 20 december 2026"
    assert message["Content-Language"] == "sv"
    assert message["Date"] is None
    assert message["Message-ID"] is None


@pytest.mark.parametrize(
    ("kind", "due", "subject"),
    [
        (DocumentKind.CREDIT_NOTE, "50.00", "Credit note from Nordljus: you get SEK 50.00 back"),
        (DocumentKind.REMINDER, "99.00", "Reminder from Nordljus: SEK 99.00, pay by 20 December 2026"),
        (
            DocumentKind.DIRECT_DEBIT_NOTICE,
            "99.00",
            "Direct debit notice from Nordljus: SEK 99.00 drawn on 28 December 2026",
        ),
        (DocumentKind.INVOICE, "0.00", "Invoice from Nordljus: nothing to pay"),
    ],
)
def test_each_kind_has_its_own_subject(
    build: DocumentBuilder, mail: Mail, kind: DocumentKind, due: str, subject: str
) -> None:
    assert mail(build(kind=kind, due=due, language="en"))["Subject"] == subject


def test_amount_date_link_and_account_stand_in_both_forms(build: DocumentBuilder, mail: Mail) -> None:
    message = mail(build(due="1145.00"))
    for words in (text(message), document_of(html(message)).text_content()):
        plain = words.replace("\u00a0", " ")
        assert all(said in plain for said in ("1 145,00 kr", "20 december 2026", "505-0109"))
    assert LINK in text(message).splitlines()
    assert [link.get("href") for link in document_of(html(message)).xpath("//a")] == [LINK], "one button"


def test_the_preheader_carries_amount_and_date(build: DocumentBuilder, mail: Mail) -> None:
    body = document_of(html(mail(build(due="1145.00")))).find("body")
    assert body is not None
    first = next(words for words in (" ".join(piece.split()) for piece in body.itertext()) if words)
    assert first == "Betala 1 145,00 kr senast den 20 december 2026."


def test_the_sections_come_in_the_order_of_the_brand(
    build: DocumentBuilder, mail: Mail, make_pack: Callable[..., Pack]
) -> None:
    turned = make_pack({"brand.toml": 'extends = "base"\n[kinds.invoice]\nsections = ["totals", "lines"]\n'})
    message = mail(build(), turned)
    for words in (text(message), html(message)):
        assert words.index("Summa utan moms") < words.index("Månadsavgift")
        assert "Till bankgiro" not in words


def test_a_long_invoice_stays_under_the_limit_of_gmail(
    build: DocumentBuilder, mail: Mail, many_lines: Callable[[int], tuple[InvoiceLine, ...]]
) -> None:
    message = mail(build(lines=many_lines(400)))
    assert len(html(message).encode()) <= LARGEST_HTML
    assert "rader till" in html(message)


def test_words_of_the_sender_are_never_markup(build: DocumentBuilder, mail: Mail) -> None:
    document = build(name="<script>alert(1)</script> & {{ 7*7 }}")
    assert "<script" not in html(mail(document))
    message = build(kind=DocumentKind.MESSAGE, message=Message(subject="Hej", body="<img src=x onerror=y> **fet**"))
    shown = html(mail(message))
    assert "<img src" not in shown
    assert "<strong>fet</strong>" in shown


@pytest.mark.parametrize(
    "value",
    [
        "a\r\nBcc: x@example.com",
        "a\nb",
        "a\x00b",
        "a\x85b",
        "a\u2028b",
        "a\u2029b",
        "=?UTF-8?Q?=0A?=Bcc: x@example.com",
    ],
)
def test_a_header_cannot_be_forged(value: str) -> None:
    with pytest.raises(Unrenderable) as refused:
        header_text("subject", value)
    assert "example.com" not in str(refused.value)


LETTERS = st.sampled_from("abcXYZ 0123,.?_-()åäöøÅÖæßłŁńžğ€–’中😀")


@given(st.text(LETTERS, min_size=1, max_size=150), st.sampled_from(["Subject", "To", "A-header-of-quite-a-length"]))
def test_words_are_encoded_as_the_email_package_does_it(words: str, name: str) -> None:
    words = header_text("subject", words)
    charset = "us-ascii" if words.isascii() else "utf-8"
    assert folded(name, words) == Header(words, charset, maxlinelen=76, header_name=name).encode(linesep="\r\n")


@pytest.mark.parametrize("size", [0, 1, 56, 57, 58, 114, 5_000])
def test_base64_stands_in_lines_of_76(size: int) -> None:
    body = bytes(range(256)) * 20
    assert in_lines(body[:size]) == base64.encodebytes(body[:size]).replace(b"\n", b"\r\n")


def test_a_forged_subject_stops_the_whole_e_mail(build: DocumentBuilder, mail: Mail) -> None:
    forged = Message(subject="=?UTF-8?Q?=0A?=Bcc: x@example.com", body="Hej.")
    with pytest.raises(Unrenderable, match="subject"):
        mail(build(kind=DocumentKind.MESSAGE, message=forged))


@pytest.mark.parametrize("name", ["Öberg, Karin", 'Karin "Kajsa" O\'Neil; AB', "Å" * 20, "Nilsson " * 30, "Bo"])
def test_every_name_comes_back_as_it_was_and_no_line_begins_empty(
    build: DocumentBuilder, nordljus: Pack, name: str
) -> None:
    recipient = build().recipient.model_copy(update={"name": name.strip()})
    body = render(build().model_copy(update={"recipient": recipient}), ArtifactKind.EMAIL, pack=nordljus).body
    parsed = email.message_from_bytes(body, policy=email.policy.default)
    (address,) = parsed["To"].addresses
    assert (address.display_name, address.addr_spec) == (name.strip(), "karin.oberg@example.se")
    assert not re.search(rb"^[A-Za-z-]+: *\r\n", body.partition(b"\r\n\r\n")[0], re.MULTILINE)


def test_an_address_outside_ascii_is_refused_without_naming_it(build: DocumentBuilder, mail: Mail) -> None:
    document = build()
    recipient = document.recipient.model_copy(update={"email": "åsa@example.se"})
    with pytest.raises(Unrenderable) as refused:
        mail(document.model_copy(update={"recipient": recipient}))
    assert "sa@example" not in str(refused.value)


def test_without_an_address_there_is_a_message_to_look_at_but_no_to(build: DocumentBuilder, mail: Mail) -> None:
    nobody = Recipient(name="Karin Öberg", language="sv")
    assert mail(build().model_copy(update={"recipient": nobody}))["To"] is None


def test_lines_end_with_crlf_and_are_never_too_long(build: DocumentBuilder, nordljus: Pack) -> None:
    body = render(build(usage=True, name="Ö" * 300), ArtifactKind.EMAIL, pack=nordljus).body
    assert body.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", body)
    assert max(map(len, body.split(b"\r\n"))) <= 998


def test_the_attachment_is_named_after_the_document_never_after_a_person(
    build: DocumentBuilder, nordljus: Pack
) -> None:
    message = build(kind=DocumentKind.MESSAGE, message=Message(subject="Till Karin Öberg 19800101-2387", body="Hej."))
    assert attachment_name(Rendering.of(message, nordljus)) == "Meddelande.pdf"
    document = build()
    assert document.invoice is not None
    tricky = document.model_copy(update={"invoice": document.invoice.model_copy(update={"number": "../å/7"})})
    assert attachment_name(Rendering.of(tricky, nordljus)) == "Faktura 7.pdf"


def test_a_mistake_in_a_mjml_file_is_shown_by_file_and_line(
    build: DocumentBuilder, mail: Mail, make_pack: Callable[..., Pack]
) -> None:
    broken = "<mj-section>\n<mj-column>\n<mj-text>{{ helpp.heading }}</mj-text>\n</mj-column>\n</mj-section>\n"
    with pytest.raises(TemplateError) as shown:
        mail(build(), make_pack({"sections/help.email.mjml": broken}))
    assert shown.value.file.endswith("tried/sections/help.email.mjml")
    assert shown.value.line == 3


@pytest.mark.parametrize(
    "style",
    [
        "background: url(https://t.example/x.png)",
        "background: URL( &#39;https://t.example/x.png&#39; )",
        "background: image-set(&quot;https://t.example/x.png&quot; 1x)",
    ],
)
def test_no_style_of_a_mail_tells_a_server_who_opened_it(
    style: str, build: DocumentBuilder, mail: Mail, make_pack: Callable[..., Pack]
) -> None:
    section = f'<mj-section>\n<mj-column><mj-text>\n<p style="{style}">x</p></mj-text></mj-column></mj-section>'
    with pytest.raises(TemplateError, match="carries what it shows") as caught:
        mail(build(), make_pack({"sections/help.email.mjml": section}))
    assert caught.value.file.endswith("tried/sections/help.email.mjml")
    assert caught.value.line == 3


def test_deep_nesting_is_refused_before_it_ends_the_process(
    build: DocumentBuilder, mail: Mail, make_pack: Callable[..., Pack]
) -> None:
    with pytest.raises(TemplateError, match="nests"):
        mail(build(), make_pack({"sections/help.email.mjml": "<mj-wrapper>" * 500 + "</mj-wrapper>" * 500}))


_ELSEWHERE = """
import sys, hashlib
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import load
from vaxel_engine.rendering import render
document = Document.model_validate_json(sys.stdin.read())
print(hashlib.sha256(render(document, ArtifactKind.EMAIL, pack=load("nordljus")).body).hexdigest())
"""


def test_another_process_writes_the_same_bytes(build: DocumentBuilder, nordljus: Pack) -> None:
    document = build(usage=True)
    here = hashlib.sha256(render(document, ArtifactKind.EMAIL, pack=nordljus).body).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", _ELSEWHERE],
        input=document.model_dump_json().encode(),
        capture_output=True,
        check=True,
        env={"PYTHONHASHSEED": "1", "PYTHONPATH": ":".join(sys.path), "TZ": "Pacific/Auckland", "PATH": ""},
    )
    assert there.stdout.decode().strip() == here


def test_every_sample_stays_below_what_gmail_shows_of_a_mail(nordljus: Pack) -> None:
    samples = Path(__file__).parents[3] / "samples"
    documents = [
        document for name in ("november.json", "reminders-and-letters.jsonl") for document in read(samples / name)
    ]
    sizes = {one.reference: len(sanitised(html_of(Rendering.of(one, nordljus))).encode()) for one in documents}
    assert max(len(one.invoice.lines) for one in documents if one.invoice is not None) >= 60
    assert {reference: size for reference, size in sizes.items() if size > LARGEST_HTML} == {}
