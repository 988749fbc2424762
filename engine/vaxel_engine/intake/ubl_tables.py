"""Which element of UBL 2.1 is which field of the model, after the Peppol BIS Billing 3 syntax binding of May 2025.

An element that no table names is left, and told as not carried.
"""

from vaxel_engine.intake.ubl_rules import (
    amount,
    each,
    group,
    leaf,
    measured,
    note,
    nothing,
    once,
    put,
    schemed,
    schemed_each,
    text_of,
    through,
    truth,
    vat_scheme,
)
from vaxel_engine.intake.xml import CAC, CBC, Element, Fields, Rule, Table, Walk, rejected


def a(name: str) -> str:
    """The tag of an aggregate."""
    return f"{{{CAC}}}{name}"


def b(name: str) -> str:
    """The tag of a basic component."""
    return f"{{{CBC}}}{name}"


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
            fields.setdefault("vat_breakdown", []).append(row)
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


def _supporting_document(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-18 where the type code is 130, "invoiced object"; supporting documents (BG-24) have no place yet."""
    if (element.findtext(b("DocumentTypeCode")) or "").strip() == "130":
        walk.children(element, _INVOICED_OBJECT, fields.setdefault("references", {}))
    else:
        walk.left.append(element)


def _line_object(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-128; UBL has the type code 130 beside it."""
    walk.children(element, _OBJECT_IDENTIFIER, fields)


def _means_code(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-81 and, as an attribute, BT-82."""
    put(fields, "means_code", text_of(element, walk, "name"), element, walk)
    put(fields, "means_text", element.get("name") or None, element, walk)


def _due_date_of_means(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-9 of a credit note, which UBL keeps in its payment means."""
    inner: Fields = {}
    fields.setdefault("payment", []).append(inner)
    walk.children(element, _CREDIT_NOTE_PAYMENT_MEANS, inner)
    if "due_date" in inner:
        fields.setdefault("due_date", inner.pop("due_date"))


def _price_allowance(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-147 and BT-148; a charge on a price is not allowed (PEPPOL-EN16931-R044) and not carried."""
    if (element.findtext(b("ChargeIndicator")) or "").strip() in ("true", "1"):
        walk.left.append(element)
    else:
        walk.children(element, _PRICE_ALLOWANCE, fields)


def _classification(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-158 with the list it is from, which UBL keeps in attributes."""
    words = text_of(element, walk, "listID", "listVersionID")
    entry = {"code": words, "scheme": element.get("listID"), "scheme_version": element.get("listVersionID")}
    if words is not None:
        fields.setdefault("classifications", []).append({key: value for key, value in entry.items() if value})


def _identifier_below(key: str) -> Rule:
    return through({b("ID"): leaf(key)})


_PERIOD: Table = {b("StartDate"): leaf("start"), b("EndDate"): leaf("end")}
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
_VAT_CATEGORY: Table = {b("ID"): leaf("code"), b("Percent"): leaf("rate"), a("TaxScheme"): vat_scheme}
_VAT_CATEGORY_WITH_REASON: Table = {
    **_VAT_CATEGORY,
    b("TaxExemptionReason"): leaf("exemption_reason"),
    b("TaxExemptionReasonCode"): leaf("exemption_reason_code"),
}
_TAX_SUBTOTAL: Table = {
    b("TaxableAmount"): amount("taxable_amount"),
    b("TaxAmount"): amount("tax_amount"),
    a("TaxCategory"): _breakdown_category,
}
_ALLOWANCE_OR_CHARGE: Table = {
    b("ChargeIndicator"): truth("is_charge"),
    b("AllowanceChargeReasonCode"): leaf("reason_code"),
    b("AllowanceChargeReason"): leaf("reason"),
    b("MultiplierFactorNumeric"): leaf("percentage"),
    b("Amount"): amount("amount"),
    b("BaseAmount"): amount("base_amount"),
}
_INVOICED_OBJECT: Table = {b("ID"): schemed("invoiced_object"), b("DocumentTypeCode"): nothing}
_OBJECT_IDENTIFIER: Table = {b("ID"): schemed("object_identifier"), b("DocumentTypeCode"): nothing}

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
    a("PartyIdentification"): through({b("ID"): schemed("identifier")}),
    a("PartyLegalEntity"): through({b("CompanyID"): schemed("legal_registration_identifier")}),
}
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
    a("FinancialInstitutionBranch"): _identifier_below("service_provider_identifier"),
}
_PAYMENT_MEANS: Table = {
    b("PaymentMeansCode"): _means_code,
    b("PaymentID"): leaf("remittance_information"),
    a("PayeeFinancialAccount"): each("credit_transfers", _CREDIT_TRANSFER),
    a("PaymentMandate"): once(
        "direct_debit",
        {b("ID"): leaf("mandate_reference"), a("PayerFinancialAccount"): _identifier_below("debited_account")},
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
_PRICE_ALLOWANCE: Table = {
    b("ChargeIndicator"): nothing,
    b("Amount"): amount("discount"),
    b("BaseAmount"): amount("gross"),
}
_PRICE: Table = {
    b("PriceAmount"): amount("net"),
    b("BaseQuantity"): measured("base_quantity", "base_quantity_unit"),
    a("AllowanceCharge"): _price_allowance,
}
_ITEM: Table = {
    b("Name"): leaf("name"),
    b("Description"): leaf("description"),
    a("SellersItemIdentification"): _identifier_below("sellers_identifier"),
    a("BuyersItemIdentification"): _identifier_below("buyers_identifier"),
    a("StandardItemIdentification"): through({b("ID"): schemed("standard_identifier")}),
    a("CommodityClassification"): through({b("ItemClassificationCode"): _classification}),
    a("OriginCountry"): through({b("IdentificationCode"): leaf("country_of_origin")}),
    a("AdditionalItemProperty"): each("attributes", {b("Name"): leaf("name"), b("Value"): leaf("value")}),
}


def _item(element: Element, fields: Fields, walk: Walk) -> None:
    """BG-31, and out of it the line's VAT (BG-30)."""
    item: Fields = fields.setdefault("item", {})
    for child in element:
        if child.tag == a("ClassifiedTaxCategory"):
            _line_vat(child, fields, walk)
        else:
            rule = _ITEM.get(child.tag)
            if rule is None:
                walk.left.append(child)
            else:
                rule(child, item, walk)


_line_vat = once("vat", _VAT_CATEGORY)
_LINE: Table = {
    b("ID"): leaf("identifier"),
    b("Note"): leaf("note"),
    b("InvoicedQuantity"): measured("quantity", "unit"),
    b("CreditedQuantity"): measured("quantity", "unit"),
    b("LineExtensionAmount"): amount("net_amount"),
    b("AccountingCost"): leaf("accounting_reference"),
    a("InvoicePeriod"): once("period", _PERIOD),
    a("OrderLineReference"): through({b("LineID"): leaf("order_line_reference")}),
    a("DocumentReference"): _line_object,
    a("AllowanceCharge"): each("allowances_and_charges", _ALLOWANCE_OR_CHARGE),
    a("Item"): _item,
    a("Price"): once("price", _PRICE),
}
_PRECEDING: Table = {
    a("InvoiceDocumentReference"): through({b("ID"): leaf("number"), b("IssueDate"): leaf("issue_date")})
}


def _references(key: str, name: str = "ID") -> Rule:
    return group("references", {b(name): leaf(key)})


def _period(element: Element, fields: Fields, walk: Walk) -> None:
    """BG-14, and BT-8, which UBL keeps in the same element."""
    inner: Fields = {}
    walk.children(element, {**_PERIOD, b("DescriptionCode"): leaf("code")}, inner)
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
    a("AdditionalDocumentReference"): _supporting_document,
    a("AccountingSupplierParty"): through({a("Party"): group("seller", _SELLER_PARTY)}),
    a("AccountingCustomerParty"): through({a("Party"): group("buyer", _BUYER_PARTY)}),
    a("PayeeParty"): once("payee", _PAYEE),
    a("TaxRepresentativeParty"): once("tax_representative", _TAX_REPRESENTATIVE),
    a("Delivery"): once("delivery", _DELIVERY),
    a("PaymentTerms"): through({b("Note"): leaf("payment_terms")}),
    a("AllowanceCharge"): each(
        "allowances_and_charges", {**_ALLOWANCE_OR_CHARGE, a("TaxCategory"): once("vat", _VAT_CATEGORY)}
    ),
    a("TaxTotal"): _tax_total,
    a("LegalMonetaryTotal"): group("totals", _TOTALS),
}
INVOICE: Table = {
    **_DOCUMENT,
    b("InvoiceTypeCode"): leaf("type_code"),
    b("DueDate"): leaf("due_date"),
    a("PaymentMeans"): each("payment", _PAYMENT_MEANS),
    a("InvoiceLine"): each("lines", _LINE),
}
"""The children of a UBL Invoice."""
CREDIT_NOTE: Table = {
    **_DOCUMENT,
    b("CreditNoteTypeCode"): leaf("type_code"),
    a("PaymentMeans"): _due_date_of_means,
    a("CreditNoteLine"): each("lines", _LINE),
}
"""The children of a UBL CreditNote."""
