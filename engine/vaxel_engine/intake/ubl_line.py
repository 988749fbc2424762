"""The lines of UBL 2.1, and the small tables that they share with the rest of the document (BG-25 to BG-32)."""

from vaxel_engine.intake.ubl_rules import (
    a,
    amount,
    b,
    each,
    leaf,
    measured,
    nothing,
    once,
    schemed,
    text_of,
    through,
    truth,
    vat_scheme,
)
from vaxel_engine.intake.xml import Element, Fields, Rule, Table, Walk, add


def _line_object(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-128; UBL has the type code 130 beside it."""
    walk.children(element, _OBJECT_IDENTIFIER, fields)


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
        add(fields, "classifications", {key: value for key, value in entry.items() if value})


def identifier_below(key: str) -> Rule:
    """An identifier in an element of its own."""
    return through({b("ID"): leaf(key)})


PERIOD: Table = {b("StartDate"): leaf("start"), b("EndDate"): leaf("end")}
VAT_CATEGORY: Table = {b("ID"): leaf("code"), b("Percent"): leaf("rate"), a("TaxScheme"): vat_scheme}
ALLOWANCE_OR_CHARGE: Table = {
    b("ChargeIndicator"): truth("is_charge"),
    b("AllowanceChargeReasonCode"): leaf("reason_code"),
    b("AllowanceChargeReason"): leaf("reason"),
    b("MultiplierFactorNumeric"): leaf("percentage"),
    b("Amount"): amount("amount"),
    b("BaseAmount"): amount("base_amount"),
}
_OBJECT_IDENTIFIER: Table = {b("ID"): schemed("object_identifier"), b("DocumentTypeCode"): nothing}

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
    a("SellersItemIdentification"): identifier_below("sellers_identifier"),
    a("BuyersItemIdentification"): identifier_below("buyers_identifier"),
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


_line_vat = once("vat", VAT_CATEGORY)
LINE: Table = {
    b("ID"): leaf("identifier"),
    b("Note"): leaf("note"),
    b("InvoicedQuantity"): measured("quantity", "unit"),
    b("CreditedQuantity"): measured("quantity", "unit"),
    b("LineExtensionAmount"): amount("net_amount"),
    b("AccountingCost"): leaf("accounting_reference"),
    a("InvoicePeriod"): once("period", PERIOD),
    a("OrderLineReference"): through({b("LineID"): leaf("order_line_reference")}),
    a("DocumentReference"): _line_object,
    a("AllowanceCharge"): each("allowances_and_charges", ALLOWANCE_OR_CHARGE),
    a("Item"): _item,
    a("Price"): once("price", _PRICE),
}
