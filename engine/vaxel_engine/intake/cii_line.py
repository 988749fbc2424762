"""The lines of a CII invoice, and the small tables that they share with the rest of it (BG-25 to BG-32)."""

from vaxel_engine.intake.cii_rules import day, indicator, numbers, r, vat_only
from vaxel_engine.intake.ubl_rules import amount, each, leaf, measured, nothing, once, put, text_of, through
from vaxel_engine.intake.xml import Element, Fields, Table, Walk, add

PERIOD: Table = {r("StartDateTime"): day("start"), r("EndDateTime"): day("end")}
VAT_CATEGORY: Table = {
    r("TypeCode"): vat_only,
    r("CategoryCode"): leaf("code"),
    r("RateApplicablePercent"): leaf("rate"),
}
ALLOWANCE_OR_CHARGE: Table = {
    r("ChargeIndicator"): indicator("is_charge"),
    r("CalculationPercent"): leaf("percentage"),
    r("BasisAmount"): amount("base_amount"),
    r("ActualAmount"): amount("amount"),
    r("ReasonCode"): leaf("reason_code"),
    r("Reason"): leaf("reason"),
}


def accounting_reference(key: str) -> Table:
    """Where the buyer books it."""
    return {r("ID"): leaf(key)}


def _gross_price(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-148 and BT-147; a charge on a price is not part of EN 16931."""
    price: Fields = fields.setdefault("price", {})
    walk.children(element, _GROSS_PRICE, price)


def _net_price(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-146; what the gross price says about its quantity yields to what is said here, and is told if it differs."""
    price: Fields = fields.setdefault("price", {})
    gross = {key: price.pop(key) for key in ("base_quantity", "base_quantity_unit") if key in price}
    walk.children(element, _NET_PRICE, price)
    for key, value in gross.items():
        if price.setdefault(key, value) != value:
            walk.left.append(element)


def _price_allowance(element: Element, fields: Fields, walk: Walk) -> None:
    found: Fields = {}
    walk.children(element, {r("ChargeIndicator"): indicator("charge"), r("ActualAmount"): amount("discount")}, found)
    if found.get("charge") is True or "discount" in fields:
        walk.left.append(element)
    elif "discount" in found:
        fields["discount"] = found["discount"]


def _classification(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-158 with the list it is from."""
    words = text_of(element, walk, "listID", "listVersionID")
    entry = {"code": words, "scheme": element.get("listID"), "scheme_version": element.get("listVersionID")}
    if words is not None:
        add(fields, "classifications", {key: value for key, value in entry.items() if value})


def _object(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-128, where the type code is 130; other documents of a line are no part of EN 16931."""
    found: Fields = {}
    walk.children(element, OBJECT, found)
    if found.pop("type", None) == "130" and "value" in found:
        put(fields, "object_identifier", found, element, walk)
    else:
        walk.left.append(element)


OBJECT: Table = {
    r("IssuerAssignedID"): leaf("value"),
    r("TypeCode"): leaf("type"),
    r("ReferenceTypeCode"): leaf("scheme"),
}
"""A document reference that is an identifier with its scheme (BT-18, BT-128)."""
_GROSS_PRICE: Table = {
    r("ChargeAmount"): amount("gross"),
    r("BasisQuantity"): measured("base_quantity", "base_quantity_unit"),
    r("AppliedTradeAllowanceCharge"): _price_allowance,
}
_NET_PRICE: Table = {
    r("ChargeAmount"): amount("net"),
    r("BasisQuantity"): measured("base_quantity", "base_quantity_unit"),
}
_PRODUCT: Table = {
    **numbers("standard_identifier"),
    r("SellerAssignedID"): leaf("sellers_identifier"),
    r("BuyerAssignedID"): leaf("buyers_identifier"),
    r("Name"): leaf("name"),
    r("Description"): leaf("description"),
    r("ApplicableProductCharacteristic"): each(
        "attributes", {r("Description"): leaf("name"), r("Value"): leaf("value"), r("TypeCode"): nothing}
    ),
    r("DesignatedProductClassification"): through({r("ClassCode"): _classification}),
    r("OriginTradeCountry"): through({r("ID"): leaf("country_of_origin")}),
}
_AGREEMENT: Table = {
    r("BuyerOrderReferencedDocument"): through({r("LineID"): leaf("order_line_reference")}),
    r("GrossPriceProductTradePrice"): _gross_price,
    r("NetPriceProductTradePrice"): _net_price,
}
_SETTLEMENT: Table = {
    r("ApplicableTradeTax"): once("vat", VAT_CATEGORY),
    r("BillingSpecifiedPeriod"): once("period", PERIOD),
    r("SpecifiedTradeAllowanceCharge"): each("allowances_and_charges", ALLOWANCE_OR_CHARGE),
    r("SpecifiedTradeSettlementLineMonetarySummation"): through({r("LineTotalAmount"): amount("net_amount")}),
    r("AdditionalReferencedDocument"): _object,
    r("ReceivableSpecifiedTradeAccountingAccount"): through(accounting_reference("accounting_reference")),
}
LINE: Table = {
    r("AssociatedDocumentLineDocument"): through(
        {r("LineID"): leaf("identifier"), r("IncludedNote"): through({r("Content"): leaf("note")})}
    ),
    r("SpecifiedTradeProduct"): once("item", _PRODUCT),
    r("SpecifiedLineTradeAgreement"): through(_AGREEMENT),
    r("SpecifiedLineTradeDelivery"): through({r("BilledQuantity"): measured("quantity", "unit")}),
    r("SpecifiedLineTradeSettlement"): through(_SETTLEMENT),
}
"""The children of a line."""
