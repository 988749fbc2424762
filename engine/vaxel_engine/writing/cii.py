"""An invoice or a credit note as UN/CEFACT CII D16B, after EN 16931-3-3: the XML of Factur-X and ZUGFeRD 2."""

from vaxel_engine.model import Document, Invoice, InvoiceNote, References, SupportingDocument
from vaxel_engine.writing.cii_line import day, line
from vaxel_engine.writing.cii_party import buyer, delivery, seller, tax_representative
from vaxel_engine.writing.cii_settlement import settlement
from vaxel_engine.writing.markup import group, leaf, root
from vaxel_engine.writing.target import Target, Written, invoice_of, type_code_of

EN_16931 = "urn:cen.eu:en16931:2017"
"""BT-24 of an invoice that does not say which rules it follows: the profile EN 16931 of Factur-X."""
_TITLE = "CII"
_LINES = "\0"
"""Where the lines go, which are most of it and put in at last; no text of the model has this character."""
_NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
_TENDER, _INVOICED_OBJECT, _SUPPORTING = "50", "130", "916"  # UNCL 1001, as the documents are told apart
_PROJECT_NAME = "Project reference"  # the schema demands a name, which EN 16931 does not have


def write_cii(document: Document, *, lossy: bool = False) -> Written:
    """The document's invoice as CII, UTF-8, without its envelope.

    Everything is written as stated, nothing computed. Raises NotCarried with every term that CII has no place for; with
    `lossy` they are left out and listed. An invoice without a specification (BT-24) is of the profile EN 16931.
    """
    invoice = invoice_of(document, _TITLE)
    target = Target(_TITLE)
    lines = [line(one, target) for one in invoice.lines]
    body = root(
        "rsm:CrossIndustryInvoice",
        _NAMES,
        group(
            "rsm:ExchangedDocumentContext",
            group("ram:BusinessProcessSpecifiedDocumentContextParameter", leaf("ram:ID", invoice.business_process)),
            group("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", invoice.specification or EN_16931)),
        ),
        group(
            "rsm:ExchangedDocument",
            leaf("ram:ID", invoice.number),
            leaf("ram:TypeCode", type_code_of(document, invoice)),
            day("ram:IssueDateTime", invoice.issue_date),
            *(_note(note) for note in invoice.notes),
        ),
        group(
            "rsm:SupplyChainTradeTransaction",
            _LINES,
            group("ram:ApplicableHeaderTradeAgreement", *_agreement(invoice)),
            _delivery(invoice),
            settlement(invoice, target),
        ),
    )
    before, _, after = body.partition(_LINES)
    return target.finish(document, before, *lines, after, lossy=lossy)


def _note(note: InvoiceNote) -> str:
    return group("ram:IncludedNote", leaf("ram:Content", note.text), leaf("ram:SubjectCode", note.subject_code))


def _agreement(invoice: Invoice) -> tuple[str, ...]:
    references = invoice.references
    return (
        leaf("ram:BuyerReference", references.buyer),
        seller(invoice.seller),
        buyer(invoice.buyer),
        tax_representative(invoice.tax_representative),
        _issuer_assigned("ram:SellerOrderReferencedDocument", references.sales_order),
        _issuer_assigned("ram:BuyerOrderReferencedDocument", references.purchase_order),
        _issuer_assigned("ram:ContractReferencedDocument", references.contract),
        _additional(references),
        *(_supporting(one) for one in invoice.supporting_documents),
        group("ram:SpecifiedProcuringProject", leaf("ram:ID", references.project), leaf("ram:Name", _PROJECT_NAME))
        if references.project
        else "",
    )


def _issuer_assigned(tag: str, value: str | None) -> str:
    return group(tag, leaf("ram:IssuerAssignedID", value))


def _additional(references: References) -> str:
    """BT-17 and BT-18."""
    invoiced = references.invoiced_object
    return "".join(
        (
            group(
                "ram:AdditionalReferencedDocument",
                leaf("ram:IssuerAssignedID", references.tender_or_lot),
                leaf("ram:TypeCode", _TENDER),
            )
            if references.tender_or_lot
            else "",
            group(
                "ram:AdditionalReferencedDocument",
                leaf("ram:IssuerAssignedID", invoiced.value),
                leaf("ram:TypeCode", _INVOICED_OBJECT),
                leaf("ram:ReferenceTypeCode", invoiced.scheme),
            )
            if invoiced
            else "",
        )
    )


def _supporting(document: SupportingDocument) -> str:
    """BG-24."""
    attached = document.attached
    return group(
        "ram:AdditionalReferencedDocument",
        leaf("ram:IssuerAssignedID", document.identifier),
        leaf("ram:URIID", document.location),
        leaf("ram:TypeCode", _SUPPORTING),
        leaf("ram:Name", document.description),
        leaf("ram:AttachmentBinaryObject", attached.content, mimeCode=attached.mime_code, filename=attached.filename)
        if attached
        else "",
    )


def _delivery(invoice: Invoice) -> str:
    """The delivery, which the schema wants even where nothing is said of it."""
    stated = delivery(invoice.delivery) + "".join(
        (
            _issuer_assigned("ram:DespatchAdviceReferencedDocument", invoice.references.despatch_advice),
            _issuer_assigned("ram:ReceivingAdviceReferencedDocument", invoice.references.receiving_advice),
        )
    )
    return group("ram:ApplicableHeaderTradeDelivery", stated) or "<ram:ApplicableHeaderTradeDelivery/>\n"
