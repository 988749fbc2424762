"""The e-invoice: by itself as UBL, and inside the mailbox PDF as Factur-X."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from lxml import etree

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.intake import read
from vaxel_engine.model import Document, DocumentKind, Message, PrecedingInvoice
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering, kinds_of, render

Build = Callable[..., Document]
FX = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"


def reread(body: bytes, folder: Path) -> Document:
    path = folder / "made"
    path.write_bytes(body)
    (document,) = read(path)
    return document


def test_the_e_invoice_says_what_the_document_says(build: Build, nordljus: Pack, tmp_path: Path) -> None:
    document = build()

    again = reread(render(document, ArtifactKind.EINVOICE_XML, pack=nordljus).body, tmp_path)

    assert again.invoice is not None
    assert document.invoice is not None
    assert (again.invoice.totals, again.invoice.lines) == (document.invoice.totals, document.invoice.lines)


@pytest.mark.parametrize("kind", [DocumentKind.MESSAGE, DocumentKind.REMINDER])
def test_what_claims_nothing_is_no_e_invoice(build: Build, nordljus: Pack, kind: DocumentKind) -> None:
    message = Message(subject="Hej", body="Hej.") if kind is DocumentKind.MESSAGE else None
    document = build(kind=kind, message=message)

    assert ArtifactKind.EINVOICE_XML not in kinds_of(document)
    with pytest.raises(Unrenderable, match=r"not written as UBL"):
        render(document, ArtifactKind.EINVOICE_XML, pack=nordljus)


def test_the_mailbox_pdf_carries_the_invoice(build: Build, nordljus: Pack, tmp_path: Path) -> None:
    document = build()

    again = reread(render(document, ArtifactKind.MAILBOX_PDF, pack=nordljus).body, tmp_path)

    assert again.invoice is not None
    assert document.invoice is not None
    assert again.invoice.lines == document.invoice.lines
    assert again.invoice.specification == "urn:cen.eu:en16931:2017"


def test_what_is_embedded_is_an_associated_file_and_xmp_names_it(build: Build, nordljus: Pack) -> None:
    body = render(build(), ArtifactKind.MAILBOX_PDF, pack=nordljus).body

    with pikepdf.open(BytesIO(body)) as pdf:
        (associated,) = pdf.Root.AF.as_list()
        assert associated.AFRelationship == pikepdf.Name.Alternative
        assert str(associated.UF) == "factur-x.xml"
        stored = associated.EF.F
        assert stored.Subtype == pikepdf.Name("/text/xml")
        assert str(stored.Params.ModDate) == "D:20261120000000Z"
        xmp = etree.fromstring(pdf.Root.Metadata.read_bytes())
    stated = {name: xmp.findtext(f".//{FX}{name}") for name in ("DocumentType", "DocumentFileName", "ConformanceLevel")}
    assert stated == {
        "DocumentType": "INVOICE",
        "DocumentFileName": "factur-x.xml",
        "ConformanceLevel": "EN 16931",
    }
    described = xmp.findall(".//{http://www.aiim.org/pdfa/ns/property#}name")
    assert [found.text for found in described] == ["DocumentFileName", "DocumentType", "Version", "ConformanceLevel"]
    assert len(xmp.findall(".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF")) == 1


def test_the_same_document_gives_the_same_bytes(build: Build, nordljus: Pack) -> None:
    for kind in (ArtifactKind.MAILBOX_PDF, ArtifactKind.EINVOICE_XML):
        assert render(build(), kind, pack=nordljus).body == render(build(), kind, pack=nordljus).body


def test_the_mail_attaches_the_mailboxs_very_bytes_and_the_printer_gets_no_xml(build: Build, nordljus: Pack) -> None:
    rendering = Rendering.of(build(), nordljus)
    mailbox = rendering.artifact(ArtifactKind.MAILBOX_PDF).body

    with pikepdf.open(BytesIO(rendering.artifact(ArtifactKind.PRINT_PDF).body)) as printed:
        assert list(printed.attachments) == []
    with pikepdf.open(BytesIO(mailbox)) as read_by_people:
        assert list(read_by_people.attachments) == ["factur-x.xml"]


def test_an_invoice_that_cii_cannot_say_is_a_letter_without_one(build: Build, nordljus: Pack) -> None:
    document = build()
    assert document.invoice is not None
    several = tuple(PrecedingInvoice(number=str(at), issue_date=dt.date(2026, 10, at)) for at in (1, 2))
    invoice = document.invoice.model_copy(update={"preceding_invoices": several})

    body = render(document.model_copy(update={"invoice": invoice}), ArtifactKind.MAILBOX_PDF, pack=nordljus).body

    with pikepdf.open(BytesIO(body)) as pdf:
        assert list(pdf.attachments) == []
