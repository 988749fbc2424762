"""Which element of Svefaktura 1.0 (SFTI Basic Invoice) is which field of the model.

It is a UBL 1.0 of its own: other namespaces, other names, sums that include the rounding. Elements are matched by their
local names in any of its three namespaces. An element that no table names is left, and told as not carried.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from vaxel_engine.codes import UNITS
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
)
from vaxel_engine.intake.xml import Element, Fields, Rule, Table, Walk, add

DOCUMENT = "urn:sfti:documents:BasicInvoice:1:0"
AGGREGATES = "urn:sfti:CommonAggregateComponents:1:0"
BASICS = "urn:oasis:names:tc:ubl:CommonBasicComponents:1:0"

_F_TAX = re.compile(r"\bF-?\s?skatt", re.IGNORECASE)
_NO_F_TAX = re.compile(r"\b(ej|inte|inget|saknar|saknas|utan|A-skatt)\b", re.IGNORECASE)
_APPROVED = "Godkänd för F-skatt"  # SE-R-005 asks for exactly these words
_MUTUALLY_DEFINED = "ZZ"  # UN/ECE Recommendation 20: a unit agreed between the parties
_CREDIT_TRANSFER = "30"  # UNCL 4461; Svefaktura has only 1, "not defined"


@cache
def codes(name: str) -> Mapping[str, str]:
    """One list of svefaktura_codes.csv: "unit", "bank" or "scheme"."""
    text = (files("vaxel_engine.intake") / "svefaktura_codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["code"]: row["means"] for row in rows if row["list"] == name}


def children_of(element: Element, *names: str) -> list[Element]:
    """The elements at a path of local names."""
    return element.findall("/".join(f"{{*}}{name}" for name in names))


def words_at(element: Element, *names: str) -> str:
    """The trimmed text at a path of local names; "" where there is none."""
    found = children_of(element, *names)
    return (found[0].text or "").strip() if found else ""


def _table(rules: Mapping[str, Rule]) -> Table:
    return {f"{{{space}}}{name}": rule for space in (DOCUMENT, AGGREGATES, BASICS) for name, rule in rules.items()}


def _day(key: str) -> Rule:
    """A day, which Svefaktura may write with a time."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        stated = text_of(element, walk)
        put(fields, key, stated.partition("T")[0] if stated else None, element, walk)

    return take


def _unit_of_measure(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-129 and BT-130: a unit in words that no code is known for is carried beside the item (BG-32)."""
    measured("quantity", "unit")(element, fields, walk)
    stated = str(fields.get("unit", "")).strip()
    if not stated:
        fields["unit"] = "C62"  # Recommendation 20: one
    elif stated not in UNITS:
        known = codes("unit").get(stated.lower())
        fields["unit"] = known or _MUTUALLY_DEFINED
        if known is None:
            fields.setdefault("item", {})["attributes"] = [{"name": "Enhet", "value": stated}]


def _tax_registration(seller: bool) -> Rule:
    """BT-31 and BT-48 where the scheme is VAT; scheme SWT is the organisation number, the F-tax and the seat."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        if words_at(element, "TaxScheme", "ID") == "VAT":
            walk.children(element, _VAT_REGISTRATION, fields)
        elif words_at(element, "TaxScheme", "ID") == "SWT":
            walk.children(element, _SELLER_REGISTRATION if seller else _LEGAL_REGISTRATION, fields)
        else:
            walk.left.append(element)

    return take


def _organisation_number(element: Element, fields: Fields, walk: Walk) -> None:
    number = text_of(element, walk, "schemeID")
    if number is not None:
        put(fields, "legal_registration_identifier", {"value": number, "scheme": "0007"}, element, walk)


def _f_tax(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-32, in the words that the Swedish rules ask for."""
    stated = text_of(element, walk) or ""
    if _F_TAX.search(stated) and not _NO_F_TAX.search(stated):
        put(fields, "tax_registration_identifier", _APPROVED, element, walk)
    else:
        walk.left.append(element)


def _seat(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-33: a company's seat, which Swedish law wants on its invoices (aktiebolagslagen 28 kap. 5 §)."""
    city = words_at(element, "CityName")
    if city:
        put(fields, "additional_legal_information", f"Säte: {city}", element, walk)


def _account(element: Element, fields: Fields, walk: Walk) -> None:
    """BG-17 out of an account and the BIC of its bank; a giro is named by the BIC of the giro."""
    transfer: Fields = {}
    walk.children(element, _ACCOUNT, transfer)
    reference = transfer.pop("reference", None)
    put(fields, "remittance_information", reference, element, walk)
    bank = transfer.get("service_provider_identifier")
    if bank is not None:
        transfer["service_provider_identifier"] = codes("bank").get(bank, bank)
    if transfer:
        add(fields, "credit_transfers", transfer)
        if fields.get("means_code") == "1":
            fields["means_code"] = _CREDIT_TRANSFER


def _terms(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-20: the terms and the interest on late payment, which has no term of its own."""
    inner: Fields = {}
    walk.children(element, _PAYMENT_TERMS, inner)
    interest = inner.get("interest")
    parts = [inner.get("note"), f"Dröjsmålsränta {interest} %" if interest else None]
    put(fields, "payment_terms", "\n".join(part for part in parts if part) or None, element, walk)


def _reason(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-97, BT-104: Svefaktura puts the words into an attribute of the code."""
    code = text_of(element, walk, "name")
    put(fields, "reason", element.get("name") or None, element, walk)
    if code not in (None, "ZZZ"):
        put(fields, "reason_code", code, element, walk)


def _vat(key: str) -> Rule:
    """One VAT category; a tax of another scheme is told as left."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        if key in fields or words_at(element, "TaxScheme", "ID") not in ("VAT", ""):
            walk.left.append(element)
            return
        inner: Fields = {}
        fields[key] = inner
        walk.children(element, _CATEGORY, inner)

    return take


def _breakdown_category(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-118 and BT-119, with BT-120 beside them."""
    category: Fields = {}
    fields["category"] = category
    walk.children(element, {**_CATEGORY, **_table({"ExemptionReason": leaf("reason")})}, category)
    if "reason" in category:
        fields["exemption_reason"] = category.pop("reason")


def _additional_document(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-12 and BT-16 by the codes that SFTI documents; other documents have no place."""
    keys = {"CT": "contract", "DQ": "despatch_advice"}
    for child in element:
        key = keys.get(child.get("schemeID", ""))
        if key is None:
            walk.left.append(child)
        else:
            put(fields.setdefault("references", {}), key, text_of(child, walk, "schemeID"), child, walk)


def _address_line(element: Element, fields: Fields, walk: Walk) -> None:
    stated = text_of(element, walk)
    if stated is not None:
        add(fields, "lines", (stated, element))


def _total_tax(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-110, which the model keeps among the totals."""
    amount("vat")(element, fields.setdefault("totals", {}), walk)


def _line_item(element: Element, fields: Fields, walk: Walk) -> None:
    """BG-31, and out of it the line's VAT (BG-30) and price (BG-29)."""
    item: Fields = fields.setdefault("item", {})
    for child in element:
        rule = _PRICE_AND_VAT.get(child.tag)
        if rule is not None:
            rule(child, fields, walk)
        elif child.tag in _ITEM:
            _ITEM[child.tag](child, item, walk)
        else:
            walk.left.append(child)


_COUNTRY = _table({"IdentificationCode": leaf("country_code")})
_ADDRESS = _table(
    {
        "Postbox": leaf("postbox"),
        "StreetName": leaf("street"),
        "Department": leaf("department"),
        "CityName": leaf("city"),
        "PostalZone": leaf("post_code"),
        "AddressLine": through(_table({"Line": _address_line})),
        "Country": through(_COUNTRY),
    }
)
_VAT_REGISTRATION = _table(
    {"CompanyID": leaf("vat_identifier"), "RegistrationName": leaf("registered_name"), "TaxScheme": nothing}
)
_LEGAL_REGISTRATION = _table(
    {"CompanyID": _organisation_number, "RegistrationName": leaf("registered_name"), "TaxScheme": nothing}
)
_SELLER_REGISTRATION: Table = {
    **_LEGAL_REGISTRATION,
    **_table({"ExemptionReason": _f_tax, "RegistrationAddress": _seat}),
}
_CONTACT = _table({"Name": leaf("point"), "Telephone": leaf("telephone"), "ElectronicMail": leaf("email")})


def _party(seller: bool) -> Table:
    return _table(
        {
            "PartyIdentification": through(_table({"ID": schemed_each("identifiers")})),
            "PartyName": through(_table({"Name": leaf("name")})),
            "Address": once("postal_address", _ADDRESS),
            "PartyTaxScheme": _tax_registration(seller),
            "Contact": once("contact", _CONTACT),
        }
    )


_ACCOUNT = _table(
    {
        "ID": leaf("account_identifier"),
        "FinancialInstitutionBranch": through(
            _table({"FinancialInstitution": through(_table({"ID": leaf("service_provider_identifier")}))})
        ),
        "PaymentInstructionID": leaf("reference"),
    }
)
_PAYMENT_TERMS = _table({"Note": leaf("note"), "PenaltySurchargePercent": leaf("interest")})
_PAYMENT_MEANS = _table(
    {
        "PaymentMeansTypeCode": leaf("means_code"),
        "DuePaymentDate": _day("due_date"),
        "PayeeFinancialAccount": _account,
        "PayeePartyName": through(_table({"Name": leaf("payee")})),
    }
)
_CATEGORY = _table({"ID": leaf("code"), "Percent": leaf("rate"), "TaxScheme": nothing})
_SUBTOTAL = _table(
    {
        "TaxableAmount": amount("taxable_amount"),
        "TaxAmount": amount("tax_amount"),
        "TaxCategory": _breakdown_category,
    }
)
_ALLOWANCE = _table(
    {
        "ChargeIndicator": truth("is_charge"),
        "ReasonCode": _reason,
        "MultiplierFactorNumeric": leaf("factor"),
        "Amount": amount("amount"),
        "AllowanceChargeBaseAmount": amount("base_amount"),
        "TaxCategory": _vat("vat"),
    }
)
_PRICE = _table({"PriceAmount": amount("net"), "BaseQuantity": measured("base_quantity", "base_quantity_unit")})
_PRICE_AND_VAT = _table({"BasePrice": once("price", _PRICE), "TaxCategory": _vat("vat")})
_ITEM = _table(
    {
        "Description": leaf("name"),
        "SellersItemIdentification": through(_table({"ID": leaf("sellers_identifier")})),
        "BuyersItemIdentification": through(_table({"ID": leaf("buyers_identifier")})),
        "StandardItemIdentification": through(_table({"ID": schemed("standard_identifier")})),
    }
)
_LINE = _table(
    {
        "ID": leaf("identifier"),
        "InvoicedQuantity": _unit_of_measure,
        "LineExtensionAmount": amount("net_amount"),
        "Note": leaf("note"),
        "OrderLineReference": through(
            _table(
                {
                    "BuyersLineID": leaf("order_line_reference"),
                    "OrderReference": through(_table({"BuyersID": leaf("order")})),
                }
            )
        ),
        "AllowanceCharge": each("allowances_and_charges", _ALLOWANCE),
        "Item": _line_item,
    }
)
_TOTALS = _table(
    {
        "LineExtensionTotalAmount": amount("line_net"),
        "TaxExclusiveTotalAmount": amount("without_vat"),
        "TaxInclusiveTotalAmount": amount("due"),
        "RoundOffAmount": amount("rounding"),
    }
)
_DELIVERY = _table(
    {
        "ActualDeliveryDateTime": _day("actual_date"),
        "DeliveryAddress": once("address", {**_ADDRESS, **_table({"ID": leaf("location")})}),
    }
)
INVOICE: Table = _table(
    {
        "ID": leaf("number"),
        "IssueDate": leaf("issue_date"),
        "InvoiceTypeCode": leaf("type_code"),
        "Note": note,
        "TaxPointDate": leaf("tax_point_date"),
        "InvoiceCurrencyCode": leaf("currency"),
        "TaxCurrencyCode": leaf("vat_accounting_currency"),
        "LineItemCountNumeric": nothing,
        "AdditionalDocumentReference": _additional_document,
        "BuyerParty": through(_table({"Party": group("buyer", _party(seller=False))})),
        "SellerParty": through(
            _table({"Party": group("seller", _party(seller=True)), "AccountsContact": once("accounts", _CONTACT)})
        ),
        "Delivery": once("delivery", _DELIVERY),
        "PaymentMeans": each("payment", _PAYMENT_MEANS),
        "PaymentTerms": _terms,
        "AllowanceCharge": each("allowances_and_charges", _ALLOWANCE),
        "TaxTotal": through(
            _table(
                {
                    "TotalTaxAmount": _total_tax,
                    "TaxSubTotal": each("vat_breakdown", _SUBTOTAL),
                }
            )
        ),
        "LegalTotal": group("totals", _TOTALS),
        "InvoiceLine": each("lines", _LINE),
        "RequisitionistDocumentReference": group("references", _table({"ID": leaf("buyer")})),
        "InitialInvoiceDocumentReference": each("preceding_invoices", _table({"ID": leaf("number")})),
        "InvoicingPeriod": once("period", _table({"StartDateTime": _day("start"), "EndDateTime": _day("end")})),
    }
)
"""The children of a Svefaktura."""
