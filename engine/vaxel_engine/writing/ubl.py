"""An invoice or a credit note as UBL 2.1, after the syntax of Peppol BIS Billing 3 (May 2025)."""

from vaxel_engine.model import Document, Invoice, References, SupportingDocument
from vaxel_engine.writing.markup import group, leaf, root, schemed
from vaxel_engine.writing.target import Target, Written, invoice_of, is_credit_note, type_code_of
from vaxel_engine.writing.ubl_line import allowance_or_charge, line, period
from vaxel_engine.writing.ubl_money import breakdown, totals
from vaxel_engine.writing.ubl_party import buyer, delivery, payee, seller, tax_representative
from vaxel_engine.writing.ubl_payment import payment_means

PEPPOL = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
"""BT-24 of an invoice that does not say which rules it follows."""
_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_TITLE = "UBL"
_COMMON = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_INVOICED_OBJECT, _PROJECT = "130", "50"  # UNCL 1001, as BT-18 and, in a credit note, BT-11 are marked
_NO_ORDER = "NA"  # Peppol BIS Billing 3: a sales order needs an order reference beside it, if only this


def write_ubl(document: Document, *, lossy: bool = False) -> Written:
    """The document's invoice as UBL 2.1, UTF-8, without its envelope: an Invoice, or a CreditNote.

    Everything is written as stated, nothing computed. Raises NotCarried with every term that UBL has no place for; with
    `lossy` they are left out and listed. What the invoice does not say of its specification (BT-23, BT-24) is Peppol's.
    """
    invoice = invoice_of(document, _TITLE)
    credit = is_credit_note(document, invoice)
    target = Target(_TITLE)
    name = "CreditNote" if credit else "Invoice"
    names = {"": f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2", **_COMMON}
    head = _credit_note_head if credit else _invoice_head
    body = root(
        name,
        names,
        head(invoice, type_code_of(document, invoice)),
        _references(invoice, credit),
        seller(invoice, target),
        buyer(invoice.buyer),
        payee(invoice, target),
        tax_representative(invoice.tax_representative),
        delivery(invoice.delivery),
        payment_means(invoice, credit, target),
        group("cac:PaymentTerms", leaf("cbc:Note", invoice.payment_terms)),
        *(allowance_or_charge(one, invoice.currency) for one in invoice.allowances_and_charges),
        breakdown(invoice, target),
        totals(invoice.totals, invoice.currency),
        *(line(one, invoice.currency, credit, target) for one in invoice.lines),
    )
    return target.finish(document, body, lossy=lossy)


def _specification(invoice: Invoice) -> str:
    silent = invoice.specification is None
    return leaf("cbc:CustomizationID", PEPPOL if silent else invoice.specification) + leaf(
        "cbc:ProfileID", _BILLING if silent and invoice.business_process is None else invoice.business_process
    )


def _invoice_head(invoice: Invoice, type_code: str) -> str:
    return "".join(
        (
            _specification(invoice),
            leaf("cbc:ID", invoice.number),
            leaf("cbc:IssueDate", invoice.issue_date),
            leaf("cbc:DueDate", invoice.due_date),
            leaf("cbc:InvoiceTypeCode", type_code),
            _notes(invoice),
            leaf("cbc:TaxPointDate", invoice.tax_point_date),
            _currencies_and_buyers_words(invoice),
        )
    )


def _credit_note_head(invoice: Invoice, type_code: str) -> str:
    return "".join(
        (
            _specification(invoice),
            leaf("cbc:ID", invoice.number),
            leaf("cbc:IssueDate", invoice.issue_date),
            leaf("cbc:TaxPointDate", invoice.tax_point_date),
            leaf("cbc:CreditNoteTypeCode", type_code),
            _notes(invoice),
            _currencies_and_buyers_words(invoice),
        )
    )


def _notes(invoice: Invoice) -> str:
    """BT-22, with BT-21 before it as EN 16931-3-2 writes it."""
    return "".join(
        leaf("cbc:Note", f"#{note.subject_code}#{note.text}" if note.subject_code else note.text)
        for note in invoice.notes
    )


def _currencies_and_buyers_words(invoice: Invoice) -> str:
    return "".join(
        (
            leaf("cbc:DocumentCurrencyCode", invoice.currency),
            leaf("cbc:TaxCurrencyCode", invoice.vat_accounting_currency),
            leaf("cbc:AccountingCost", invoice.references.buyer_accounting),
            leaf("cbc:BuyerReference", invoice.references.buyer),
            period(invoice.period, invoice.tax_point_date_code),
        )
    )


def _references(invoice: Invoice, credit: bool) -> str:
    references = invoice.references
    originator = _number("cac:OriginatorDocumentReference", references.tender_or_lot)
    contract = _number("cac:ContractDocumentReference", references.contract)
    documents = "".join(
        (
            _additional(references, credit),
            *(_supporting(one) for one in invoice.supporting_documents),
        )
    )
    order = references.purchase_order or (_NO_ORDER if references.sales_order else None)
    return "".join(
        (
            group("cac:OrderReference", leaf("cbc:ID", order), leaf("cbc:SalesOrderID", references.sales_order)),
            *(
                group(
                    "cac:BillingReference",
                    group(
                        "cac:InvoiceDocumentReference",
                        leaf("cbc:ID", one.number),
                        leaf("cbc:IssueDate", one.issue_date),
                    ),
                )
                for one in invoice.preceding_invoices
            ),
            _number("cac:DespatchDocumentReference", references.despatch_advice),
            _number("cac:ReceiptDocumentReference", references.receiving_advice),
            # The schemas of the two documents have these in different orders
            contract + documents + originator if credit else originator + contract + documents,
            "" if credit else _number("cac:ProjectReference", references.project),
        )
    )


def _number(tag: str, value: str | None) -> str:
    return group(tag, leaf("cbc:ID", value))


def _additional(references: References, credit: bool) -> str:
    """BT-18, and BT-11 of a credit note, whose schema has no project (EN 16931-3-2)."""
    invoiced = references.invoiced_object
    project = references.project if credit else None
    return "".join(
        (
            group(
                "cac:AdditionalDocumentReference",
                schemed("cbc:ID", invoiced),
                leaf("cbc:DocumentTypeCode", _INVOICED_OBJECT),
            )
            if invoiced
            else "",
            group(
                "cac:AdditionalDocumentReference",
                leaf("cbc:ID", project),
                leaf("cbc:DocumentTypeCode", _PROJECT),
            )
            if project
            else "",
        )
    )


def _supporting(document: SupportingDocument) -> str:
    """BG-24."""
    attached = document.attached
    return group(
        "cac:AdditionalDocumentReference",
        leaf("cbc:ID", document.identifier),
        leaf("cbc:DocumentDescription", document.description),
        group(
            "cac:Attachment",
            leaf(
                "cbc:EmbeddedDocumentBinaryObject",
                attached.content,
                mimeCode=attached.mime_code,
                filename=attached.filename,
            )
            if attached
            else "",
            group("cac:ExternalReference", leaf("cbc:URI", document.location)),
        ),
    )
