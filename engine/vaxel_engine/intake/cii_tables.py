"""Which element of UN/CEFACT CII D16B is which field of the model, after the syntax binding of EN 16931-3-3.

An element that no table names is left, and told as not carried.
"""

from vaxel_engine.intake.cii_line import ALLOWANCE_OR_CHARGE, LINE, OBJECT, PERIOD, VAT_CATEGORY, accounting_reference
from vaxel_engine.intake.cii_rules import (
    day,
    day_of,
    numbers,
    numbers_each,
    r,
    same_for_all,
    tax_point_code,
    tax_registration,
    vat_only,
)
from vaxel_engine.intake.ubl_rules import amount, each, group, leaf, nothing, once, put, schemed, text_of, through
from vaxel_engine.intake.xml import RSM, Element, Fields, Rule, Table, Walk, add

REMITTANCE, CREDITOR, MANDATE = "remittance", "creditor", "mandate"
"""Where BT-83, BT-90 and BT-89 wait among the invoice's fields: CII has them beside the payment means, not in them."""


def _issuer_assigned(key: str) -> Rule:
    """The number of a document that is referred to."""
    return group("references", {r("IssuerAssignedID"): leaf(key)})


def _buyer_reference(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-10."""
    leaf("buyer")(element, fields.setdefault("references", {}), walk)


def _additional_document(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-17 where the type code is 50, BT-18 where it is 130; else a supporting document (BG-24)."""
    kind = (element.findtext(r("TypeCode")) or "").strip()
    references: Fields = fields.setdefault("references", {})
    if kind == "50":
        walk.children(element, {r("IssuerAssignedID"): leaf("tender_or_lot"), r("TypeCode"): nothing}, references)
    elif kind == "130":
        found: Fields = {}
        walk.children(element, OBJECT, found)
        del found["type"]
        put(references, "invoiced_object", found or None, element, walk)
    else:
        _supporting_document(element, fields, walk)


def _attached(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-125, its media type and its name."""
    words = text_of(element, walk, "mimeCode", "filename")
    entry = {"content": words, "mime_code": element.get("mimeCode"), "filename": element.get("filename")}
    put(fields, "attached", {key: value for key, value in entry.items() if value}, element, walk)


def _tax(element: Element, fields: Fields, walk: Walk) -> None:
    """A row of the breakdown (BG-23), and BT-7 and BT-8, which CII repeats in each."""
    row: Fields = {}
    add(fields, "vat_breakdown", row)
    for child in element:
        if child.tag == r("TaxPointDate"):
            same_for_all(fields, "tax_point_date", day_of(child, walk), child, walk)
        elif child.tag == r("DueDateTypeCode"):
            tax_point_code(child, fields, walk)
        elif child.tag in _CATEGORY:
            _CATEGORY[child.tag](child, row.setdefault("category", {}), walk)
        elif child.tag in _BREAKDOWN:
            _BREAKDOWN[child.tag](child, row, walk)
        else:
            walk.left.append(child)


def _tax_total(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-110 in the document's currency, BT-111 in the accounting currency."""
    accounting = element.get("currencyID", walk.currency) != walk.currency
    words = text_of(element, walk, "currencyID")
    put(fields, "vat_in_accounting_currency" if accounting else "vat", words, element, walk)


def _institution(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-86, of the account before it."""
    transfers: list[Fields] = fields.setdefault("credit_transfers", [{}])
    walk.children(element, {r("BICID"): leaf("service_provider_identifier")}, transfers[-1])


_BREAKDOWN: Table = {
    r("CalculatedAmount"): amount("tax_amount"),
    r("TypeCode"): vat_only,
    r("ExemptionReason"): leaf("exemption_reason"),
    r("BasisAmount"): amount("taxable_amount"),
    r("ExemptionReasonCode"): leaf("exemption_reason_code"),
}
_CATEGORY: Table = {r("CategoryCode"): leaf("code"), r("RateApplicablePercent"): leaf("rate")}
_supporting_document = each(
    "supporting_documents",
    {
        r("IssuerAssignedID"): leaf("identifier"),
        r("URIID"): leaf("location"),
        r("TypeCode"): nothing,
        r("Name"): leaf("description"),
        r("AttachmentBinaryObject"): _attached,
    },
)
_ADDRESS: Table = {
    r("PostcodeCode"): leaf("post_code"),
    r("LineOne"): leaf("line_1"),
    r("LineTwo"): leaf("line_2"),
    r("LineThree"): leaf("line_3"),
    r("CityName"): leaf("city"),
    r("CountryID"): leaf("country_code"),
    r("CountrySubDivisionName"): leaf("country_subdivision"),
}
_CONTACT: Table = {
    r("PersonName"): leaf("point"),
    r("DepartmentName"): leaf("point"),
    r("TelephoneUniversalCommunication"): through({r("CompleteNumber"): leaf("telephone")}),
    r("EmailURIUniversalCommunication"): through({r("URIID"): leaf("email")}),
}
_BUYER: Table = {
    **numbers_each("identifiers"),
    r("Name"): leaf("name"),
    r("SpecifiedLegalOrganization"): through(
        {r("ID"): schemed("legal_registration_identifier"), r("TradingBusinessName"): leaf("trading_name")}
    ),
    r("DefinedTradeContact"): once("contact", _CONTACT),
    r("PostalTradeAddress"): once("postal_address", _ADDRESS),
    r("URIUniversalCommunication"): through({r("URIID"): schemed("electronic_address")}),
    r("SpecifiedTaxRegistration"): tax_registration({"VA": "vat_identifier"}),
}
_SELLER: Table = {
    **_BUYER,
    r("Description"): leaf("additional_legal_information"),
    r("SpecifiedTaxRegistration"): tax_registration({"VA": "vat_identifier", "FC": "tax_registration_identifier"}),
}
_REPRESENTATIVE: Table = {
    r("Name"): leaf("name"),
    r("PostalTradeAddress"): once("postal_address", _ADDRESS),
    r("SpecifiedTaxRegistration"): tax_registration({"VA": "vat_identifier"}),
}
_PAYEE: Table = {
    **numbers("identifier"),
    r("Name"): leaf("name"),
    r("SpecifiedLegalOrganization"): through({r("ID"): schemed("legal_registration_identifier")}),
}
_SHIP_TO: Table = {
    **numbers("location_identifier"),
    r("Name"): leaf("party_name"),
    r("PostalTradeAddress"): once("address", _ADDRESS),
}
_AGREEMENT: Table = {
    r("BuyerReference"): _buyer_reference,
    r("SellerTradeParty"): group("seller", _SELLER),
    r("BuyerTradeParty"): group("buyer", _BUYER),
    r("SellerTaxRepresentativeTradeParty"): once("tax_representative", _REPRESENTATIVE),
    r("SellerOrderReferencedDocument"): _issuer_assigned("sales_order"),
    r("BuyerOrderReferencedDocument"): _issuer_assigned("purchase_order"),
    r("ContractReferencedDocument"): _issuer_assigned("contract"),
    r("AdditionalReferencedDocument"): _additional_document,
    # A project has a name beside its number, which D16B demands and EN 16931 does not have
    r("SpecifiedProcuringProject"): group("references", {r("ID"): leaf("project"), r("Name"): nothing}),
}
_DELIVERY: Table = {
    r("ShipToTradeParty"): group("delivery", _SHIP_TO),
    r("ActualDeliverySupplyChainEvent"): group("delivery", {r("OccurrenceDateTime"): day("actual_date")}),
    r("DespatchAdviceReferencedDocument"): _issuer_assigned("despatch_advice"),
    r("ReceivingAdviceReferencedDocument"): _issuer_assigned("receiving_advice"),
}
_ACCOUNT: Table = {
    r("IBANID"): leaf("account_identifier"),
    r("AccountName"): leaf("account_name"),
    r("ProprietaryID"): leaf("account_identifier"),
}
_PAYMENT_MEANS: Table = {
    r("TypeCode"): leaf("means_code"),
    r("Information"): leaf("means_text"),
    r("ApplicableTradeSettlementFinancialCard"): once(
        "card", {r("ID"): leaf("account_number"), r("CardholderName"): leaf("holder_name")}
    ),
    r("PayerPartyDebtorFinancialAccount"): once("direct_debit", {r("IBANID"): leaf("debited_account")}),
    r("PayeePartyCreditorFinancialAccount"): each("credit_transfers", _ACCOUNT),
    r("PayeeSpecifiedCreditorFinancialInstitution"): _institution,
}
_TERMS: Table = {
    r("Description"): leaf("payment_terms"),
    r("DueDateDateTime"): day("due_date"),
    r("DirectDebitMandateID"): leaf(MANDATE),
}
_TOTALS: Table = {
    r("LineTotalAmount"): amount("line_net"),
    r("ChargeTotalAmount"): amount("charges"),
    r("AllowanceTotalAmount"): amount("allowances"),
    r("TaxBasisTotalAmount"): amount("without_vat"),
    r("TaxTotalAmount"): _tax_total,
    r("RoundingAmount"): amount("rounding"),
    r("GrandTotalAmount"): amount("with_vat"),
    r("TotalPrepaidAmount"): amount("paid"),
    r("DuePayableAmount"): amount("due"),
}
_SETTLEMENT: Table = {
    r("CreditorReferenceID"): leaf(CREDITOR),
    r("PaymentReference"): leaf(REMITTANCE),
    r("TaxCurrencyCode"): leaf("vat_accounting_currency"),
    r("InvoiceCurrencyCode"): leaf("currency"),
    r("PayeeTradeParty"): once("payee", _PAYEE),
    r("SpecifiedTradeSettlementPaymentMeans"): each("payment", _PAYMENT_MEANS),
    r("ApplicableTradeTax"): _tax,
    r("BillingSpecifiedPeriod"): once("period", PERIOD),
    r("SpecifiedTradeAllowanceCharge"): each(
        "allowances_and_charges", {**ALLOWANCE_OR_CHARGE, r("CategoryTradeTax"): once("vat", VAT_CATEGORY)}
    ),
    r("SpecifiedTradePaymentTerms"): through(_TERMS),
    r("SpecifiedTradeSettlementHeaderMonetarySummation"): group("totals", _TOTALS),
    r("InvoiceReferencedDocument"): each(
        "preceding_invoices",
        {r("IssuerAssignedID"): leaf("number"), r("FormattedIssueDateTime"): day("issue_date")},
    ),
    r("ReceivableSpecifiedTradeAccountingAccount"): group("references", accounting_reference("buyer_accounting")),
}
DOCUMENT: Table = {
    f"{{{RSM}}}ExchangedDocumentContext": through(
        {
            r("BusinessProcessSpecifiedDocumentContextParameter"): through({r("ID"): leaf("business_process")}),
            r("GuidelineSpecifiedDocumentContextParameter"): through({r("ID"): leaf("specification")}),
        }
    ),
    f"{{{RSM}}}ExchangedDocument": through(
        {
            r("ID"): leaf("number"),
            r("TypeCode"): leaf("type_code"),
            r("IssueDateTime"): day("issue_date"),
            r("IncludedNote"): each("notes", {r("Content"): leaf("text"), r("SubjectCode"): leaf("subject_code")}),
        }
    ),
    f"{{{RSM}}}SupplyChainTradeTransaction": through(
        {
            r("IncludedSupplyChainTradeLineItem"): each("lines", LINE),
            r("ApplicableHeaderTradeAgreement"): through(_AGREEMENT),
            r("ApplicableHeaderTradeDelivery"): through(_DELIVERY),
            r("ApplicableHeaderTradeSettlement"): through(_SETTLEMENT),
        }
    ),
}
"""The children of a CrossIndustryInvoice."""
