"""The e-invoice inside the mailbox PDF: Factur-X 1.0, profile EN 16931, as an associated file of PDF/A-3."""

from functools import cache
from io import BytesIO

import pikepdf

from vaxel_engine.errors import NotCarried
from vaxel_engine.model import Document
from vaxel_engine.writing import EN_16931, claims, write_cii

NAME = "factur-x.xml"
_SCHEMA = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = {
    "DocumentFileName": (NAME, "The name of the attached XML"),
    "DocumentType": ("INVOICE", "What the attached XML is"),
    "Version": ("1.0", "The version of the schema that the attached XML follows"),
    "ConformanceLevel": ("EN 16931", "The profile of the attached XML"),
}
"""What Factur-X wants said in XMP, with the descriptions that PDF/A wants of properties it does not know itself."""
_END = b"</rdf:RDF>"


def embedded(document: Document) -> bytes | None:
    """The document's invoice as CII of the profile EN 16931; None where it is no claim, or CII has no place for a term.

    The pages are then the whole document, as they are for a letter: half an invoice would be worse than none.
    """
    if document.invoice is None or not claims(document):
        return None
    # A document may say that it follows Peppol; what is embedded holds by the rules of the profile that XMP names.
    invoice = document.invoice.model_copy(update={"specification": EN_16931})
    try:
        return write_cii(document.model_copy(update={"invoice": invoice})).body
    except NotCarried:
        return None


def with_invoice(pages: bytes, xml: bytes, document: Document) -> bytes:
    """The PDF/A-3 `pages` with the invoice in it, an alternative to what they show (ISO 19005-3, 6.8; Factur-X 1.0, 6).

    The file is dated by the invoice's day of issue, since no clock is read. Raises ValueError for pages without XMP.
    """
    if document.invoice is None:
        raise ValueError("there is no invoice to embed")
    day = f"D:{document.invoice.issue_date:%Y%m%d}000000Z"
    with pikepdf.open(BytesIO(pages)) as pdf:
        attached = pikepdf.AttachedFileSpec(
            pdf,
            xml,
            description=f"Invoice {document.invoice.number}",
            filename=NAME,
            mime_type="text/xml",
            creation_date=day,
            mod_date=day,
        )
        attached.relationship = pikepdf.Name.Alternative
        pdf.attachments[NAME] = attached
        pdf.Root.AF = pikepdf.Array([pdf.attachments[NAME].obj])
        metadata = pdf.Root.Metadata
        xmp = metadata.read_bytes()
        metadata.write(stated(xmp))
        finished = BytesIO()
        pdf.save(finished, deterministic_id=True, fix_metadata_version=False)
    return finished.getvalue()


def stated(xmp: bytes) -> bytes:
    """XMP that also says what is attached; raises ValueError for metadata that are no XMP."""
    if _END not in xmp:
        raise ValueError("the pages have no XMP to say it in")
    return xmp.replace(_END, _xmp() + _END, 1)


@cache
def _xmp() -> bytes:
    stated = "".join(f"<fx:{name}>{value}</fx:{name}>" for name, (value, _) in _PROPERTIES.items())
    described = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{words}</pdfaProperty:description></rdf:li>"
        for name, (_, words) in _PROPERTIES.items()
    )
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{_SCHEMA}">{stated}</rdf:Description>'
        '<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" '
        'xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" '
        'xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
        '<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">'
        "<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>"
        f"<pdfaSchema:namespaceURI>{_SCHEMA}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property>"
        "</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    ).encode()
