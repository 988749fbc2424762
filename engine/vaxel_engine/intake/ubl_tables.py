"""Which element of UBL 2.1 is which field of the model, after the Peppol BIS Billing 3 syntax binding of May 2025.

An element that no table names is left, and told as not carried.
"""

from vaxel_engine.intake.ubl_line import ALLOWANCE_OR_CHARGE, LINE, PERIOD, VAT_CATEGORY, identifier_below
from vaxel_engine.intake.ubl_rules import (
    a,
    amount,
    b,
    each,
    group,
    leaf,
    note,
    nothing,
    once,
    put,
    schemed,
    schemed_each,
    text_of,
    through,
)
from vaxel_engine.intake.xml import Element, Fields, Rule, Table, Walk, add, rejected

CREDITOR = "creditor"
"""Where the payee's creditor identifier waits among the invoice's fields until its mandate is known."""


def _specification(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-24; OIOUBL 2 has the same root element and other codes, so it is no EN 16931."""
    words = text_of(element, walk)
    if words is not None and words.startswith("OIOUBL"):
        raise rejected(
            element,
            walk,
            term="BT-24",
            found="OIOUBL 2, whose codes are not those of EN 16931",
            remedy="export it as Peppol BIS Billing 3",
        )
    put(fields, "specification", words, element, walk)


def _tax_registration(other_schemes: str | None) -> Rule:
    """BT-31 or BT-48 where the scheme is VAT; any other scheme is BT-32, which only a seller has."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        scheme = (element.findtext(f"{a('TaxScheme')}/{b('ID')}") or "").strip()
        key = "vat_identifier" if scheme == "VAT" else other_schemes
        if key is None:
            walk.left.append(element)
            return
        for child in element:
            if child.tag == b("CompanyID"):
                put(fields, key, text_of(child, walk), element, walk)
            elif child.tag != a("TaxScheme"):
                walk.left.append(child)

    return take


def _tax_total(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-110 with the breakdown, or BT-111: the sum in the accounting currency, without one (PEPPOL R053, R054)."""
    totals: Fields = fields.setdefault("totals", {})
    for child in element:
        if child.tag == b("TaxAmount"):
            words = text_of(child, walk, "currencyID")
            accounting = child.get("currencyID") != walk.currency and element.find(a("TaxSubtotal")) is None
            put(totals, "vat_in_accounting_currency" if accounting else "vat", words, child, walk)
        elif child.tag == a("TaxSubtotal"):
            row: Fields = {}
            add(fields, "vat_breakdown", row)
            walk.children(child, _TAX_SUBTOTAL, row)
        else:
            walk.left.append(child)


def _breakdown_category(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-118 and BT-119 in a group of their own, BT-120 and BT-121 beside it."""
    category: Fields = {}
    fields["category"] = category
    walk.children(element, _VAT_CATEGORY_WITH_REASON, category)
    for key in ("exemption_reason", "exemption_reason_code"):
        if key in category:
            fields[key] = category.pop(key)


def _additional_document(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-18 where the type code is 130, BT-11 where it is 50, as credit notes have it; else a document of BG-24."""
    kind = (element.findtext(b("DocumentTypeCode")) or "").strip()
    if kind == "130":
        walk.children(element, _INVOICED_OBJECT, fields.setdefault("references", {}))
    elif kind == "50":
        walk.children(element, _PROJECT, fields.setdefault("references", {}))
    else:
        _supporting_document(element, fields, walk)


def _embedded(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-125, its media type and its name."""
    words = text_of(element, walk, "mimeCode", "filename")
    entry = {"content": words, "mime_code": element.get("mimeCode"), "filename": element.get("filename")}
    put(fields, "attached", {key: value for key, value in entry.items() if value}, element, walk)


def _means_code(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-81 and, as an attribute, BT-82."""
    put(fields, "means_code", text_of(element, walk, "name"), element, walk)
    put(fields, "means_text", element.get("name") or None, element, walk)


def _due_date_of_means(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-9 of a credit note, which UBL keeps in its payment means."""
    inner: Fields = {}
    add(fields, "payment", inner)
    walk.children(element, _CREDIT_NOTE_PAYMENT_MEANS, inner)
    due = inner.pop("due_date", None)
    if due is not None and fields.setdefault("due_date", due) != due:
        walk.left.extend(element.iterchildren(b("PaymentDueDate")))


_COUNTRY: Table = {b("IdentificationCode"): leaf("country_code")}
_ADDRESS: Table = {
    b("StreetName"): leaf("line_1"),
    b("AdditionalStreetName"): leaf("line_2"),
    a("AddressLine"): through({b("Line"): leaf("line_3")}),
    b("CityName"): leaf("city"),
    b("PostalZone"): leaf("post_code"),
    b("CountrySubentity"): leaf("country_subdivision"),
    a("Country"): through(_COUNTRY),
}
_VAT_CATEGORY_WITH_REASON: Table = {
    **VAT_CATEGORY,
    b("TaxExemptionReason"): leaf("exemption_reason"),
    b("TaxExemptionReasonCode"): leaf("exemption_reason_code"),
}
_TAX_SUBTOTAL: Table = {
    b("TaxableAmount"): amount("taxable_amount"),
    b("TaxAmount"): amount("tax_amount"),
    a("TaxCategory"): _breakdown_category,
}
_INVOICED_OBJECT: Table = {b("ID"): schemed("invoiced_object"), b("DocumentTypeCode"): nothing}
_PROJECT: Table = {b("ID"): leaf("project"), b("DocumentTypeCode"): nothing}
_supporting_document = each(
    "supporting_documents",
    {
        b("ID"): leaf("identifier"),
        b("DocumentDescription"): leaf("description"),
        a("Attachment"): through(
            {
                b("EmbeddedDocumentBinaryObject"): _embedded,
                a("ExternalReference"): through({b("URI"): leaf("location")}),
            }
        ),
    },
)
_LEGAL_ENTITY: Table = {b("RegistrationName"): leaf("name"), b("CompanyID"): schemed("legal_registration_identifier")}
_BUYER_PARTY: Table = {
    b("EndpointID"): schemed("electronic_address"),
    a("PartyIdentification"): through({b("ID"): schemed_each("identifiers")}),
    a("PartyName"): through({b("Name"): leaf("trading_name")}),
    a("PostalAddress"): once("postal_address", _ADDRESS),
    a("PartyTaxScheme"): _tax_registration(None),
    a("PartyLegalEntity"): through(_LEGAL_ENTITY),
    a("Contact"): once(
        "contact",
        {b("Name"): leaf("point"), b("Telephone"): leaf("telephone"), b("ElectronicMail"): leaf("email")},
    ),
}
_SELLER_PARTY: Table = {
    **_BUYER_PARTY,
    a("PartyTaxScheme"): _tax_registration("tax_registration_identifier"),
    a("PartyLegalEntity"): through({**_LEGAL_ENTITY, b("CompanyLegalForm"): leaf("additional_legal_information")}),
}
_PAYEE: Table = {
    a("PartyName"): through({b("Name"): leaf("name")}),
    a("PartyIdentification"): through({b("ID"): schemed_each("identifiers")}),
    a("PartyLegalEntity"): through({b("CompanyID"): schemed("legal_registration_identifier")}),
}


def _payee(element: Element, fields: Fields, walk: Walk) -> None:
    """BG-10; of its identifiers one is BT-60, one may be the creditor's at the bank (BT-90), with the scheme SEPA."""
    inner: Fields = {}
    walk.children(element, _PAYEE, inner)
    for identifier in inner.pop("identifiers", ()):
        key = CREDITOR if identifier.get("scheme") == "SEPA" else "identifier"
        put(fields if key == CREDITOR else inner, key, identifier, element, walk)
    put(fields, "payee", inner, element, walk)


_TAX_REPRESENTATIVE: Table = {
    a("PartyName"): through({b("Name"): leaf("name")}),
    a("PostalAddress"): once("postal_address", _ADDRESS),
    a("PartyTaxScheme"): _tax_registration(None),
}
_DELIVERY: Table = {
    b("ActualDeliveryDate"): leaf("actual_date"),
    a("DeliveryLocation"): through({b("ID"): schemed("location_identifier"), a("Address"): once("address", _ADDRESS)}),
    a("DeliveryParty"): through({a("PartyName"): through({b("Name"): leaf("party_name")})}),
}
_CREDIT_TRANSFER: Table = {
    b("ID"): leaf("account_identifier"),
    b("Name"): leaf("account_name"),
    a("FinancialInstitutionBranch"): identifier_below("service_provider_identifier"),
}
_PAYMENT_MEANS: Table = {
    b("PaymentMeansCode"): _means_code,
    b("PaymentID"): leaf("remittance_information"),
    a("PayeeFinancialAccount"): each("credit_transfers", _CREDIT_TRANSFER),
    a("CardAccount"): once(
        "card", {b("PrimaryAccountNumberID"): leaf("account_number"), b("HolderName"): leaf("holder_name")}
    ),
    a("PaymentMandate"): once(
        "direct_debit",
        {b("ID"): leaf("mandate_reference"), a("PayerFinancialAccount"): identifier_below("debited_account")},
    ),
}
_CREDIT_NOTE_PAYMENT_MEANS: Table = {**_PAYMENT_MEANS, b("PaymentDueDate"): leaf("due_date")}
_TOTALS: Table = {
    b("LineExtensionAmount"): amount("line_net"),
    b("AllowanceTotalAmount"): amount("allowances"),
    b("ChargeTotalAmount"): amount("charges"),
    b("TaxExclusiveAmount"): amount("without_vat"),
    b("TaxInclusiveAmount"): amount("with_vat"),
    b("PrepaidAmount"): amount("paid"),
    b("PayableRoundingAmount"): amount("rounding"),
    b("PayableAmount"): amount("due"),
}
_PRECEDING: Table = {
    a("InvoiceDocumentReference"): through({b("ID"): leaf("number"), b("IssueDate"): leaf("issue_date")})
}


def _references(key: str, name: str = "ID") -> Rule:
    return group("references", {b(name): leaf(key)})


def _period(element: Element, fields: Fields, walk: Walk) -> None:
    """BG-14, and BT-8, which UBL keeps in the same element."""
    inner: Fields = {}
    walk.children(element, {**PERIOD, b("DescriptionCode"): leaf("code")}, inner)
    if "code" in inner:
        put(fields, "tax_point_date_code", inner.pop("code"), element, walk)
    if inner:
        put(fields, "period", inner, element, walk)


def _direct_reference(key: str) -> Rule:
    take = leaf(key)

    def into_references(element: Element, fields: Fields, walk: Walk) -> None:
        take(element, fields.setdefault("references", {}), walk)

    return into_references


_DOCUMENT: Table = {
    b("UBLVersionID"): nothing,
    b("CustomizationID"): _specification,
    b("ProfileID"): leaf("business_process"),
    b("ID"): leaf("number"),
    b("IssueDate"): leaf("issue_date"),
    b("Note"): note,
    b("TaxPointDate"): leaf("tax_point_date"),
    b("DocumentCurrencyCode"): leaf("currency"),
    b("TaxCurrencyCode"): leaf("vat_accounting_currency"),
    b("AccountingCost"): _direct_reference("buyer_accounting"),
    b("BuyerReference"): _direct_reference("buyer"),
    a("InvoicePeriod"): _period,
    a("OrderReference"): group("references", {b("ID"): leaf("purchase_order"), b("SalesOrderID"): leaf("sales_order")}),
    a("BillingReference"): each("preceding_invoices", _PRECEDING),
    a("DespatchDocumentReference"): _references("despatch_advice"),
    a("ReceiptDocumentReference"): _references("receiving_advice"),
    a("OriginatorDocumentReference"): _references("tender_or_lot"),
    a("ContractDocumentReference"): _references("contract"),
    a("ProjectReference"): _references("project"),
    a("AdditionalDocumentReference"): _additional_document,
    a("AccountingSupplierParty"): through({a("Party"): group("seller", _SELLER_PARTY)}),
    a("AccountingCustomerParty"): through({a("Party"): group("buyer", _BUYER_PARTY)}),
    a("PayeeParty"): _payee,
    a("TaxRepresentativeParty"): once("tax_representative", _TAX_REPRESENTATIVE),
    a("Delivery"): once("delivery", _DELIVERY),
    a("PaymentTerms"): through({b("Note"): leaf("payment_terms")}),
    a("AllowanceCharge"): each(
        "allowances_and_charges", {**ALLOWANCE_OR_CHARGE, a("TaxCategory"): once("vat", VAT_CATEGORY)}
    ),
    a("TaxTotal"): _tax_total,
    a("LegalMonetaryTotal"): group("totals", _TOTALS),
}
INVOICE: Table = {
    **_DOCUMENT,
    b("InvoiceTypeCode"): leaf("type_code"),
    b("DueDate"): leaf("due_date"),
    a("PaymentMeans"): each("payment", _PAYMENT_MEANS),
    a("InvoiceLine"): each("lines", LINE),
}
"""The children of a UBL Invoice."""
CREDIT_NOTE: Table = {
    **_DOCUMENT,
    b("CreditNoteTypeCode"): leaf("type_code"),
    a("PaymentMeans"): _due_date_of_means,
    a("CreditNoteLine"): each("lines", LINE),
}
"""The children of a UBL CreditNote."""
