"""The lines in CII, and what they share with the rest of it (BG-20, BG-21, BG-25 to BG-32)."""

import datetime as dt
import functools

from vaxel_engine.model import AllowanceOrCharge, InvoiceLine, Item, Period, Price, VatCategory
from vaxel_engine.writing.markup import group, leaf, schemed, text_of
from vaxel_engine.writing.target import Target

_DAY = "102"  # UN/CEFACT 2379: CCYYMMDD
_OBJECT = "130"  # UNCL 1001: invoiced object


@functools.lru_cache(maxsize=4_096)  # the lines of a bill have the same few
def day(tag: str, stated: dt.date | None, string: str = "udt:DateTimeString") -> str:
    """A day in the format CCYYMMDD."""
    return group(tag, leaf(string, f"{stated:%Y%m%d}", format=_DAY)) if stated else ""


def period(stated: Period | None) -> str:
    """BG-14, BG-26."""
    return "" if stated is None else _period(stated.start, stated.end)


@functools.lru_cache(maxsize=1_024)
def _period(start: dt.date | None, end: dt.date | None) -> str:
    return group("ram:BillingSpecifiedPeriod", day("ram:StartDateTime", start), day("ram:EndDateTime", end))


def vat_category(tag: str, category: VatCategory | None) -> str:
    """A category of VAT and its rate."""
    if category is None:
        return ""
    return _vat_category(tag, category.code, None if category.rate is None else f"{category.rate:f}")


@functools.lru_cache(maxsize=1_024)
def _vat_category(tag: str, code: str, rate: str | None) -> str:
    return group(
        tag,
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:CategoryCode", code),
        leaf("ram:RateApplicablePercent", rate),
    )


def allowance_or_charge(stated: AllowanceOrCharge) -> str:
    """BG-20, BG-21, BG-27, BG-28."""
    return group(
        "ram:SpecifiedTradeAllowanceCharge",
        group("ram:ChargeIndicator", leaf("udt:Indicator", stated.is_charge)),
        leaf("ram:CalculationPercent", stated.percentage),
        leaf("ram:BasisAmount", stated.base_amount),
        leaf("ram:ActualAmount", stated.amount),
        leaf("ram:ReasonCode", stated.reason_code),
        leaf("ram:Reason", stated.reason),
        vat_category("ram:CategoryTradeTax", stated.vat),
    )


def line(stated: InvoiceLine, target: Target) -> str:
    """BG-25."""
    return (
        f"<ram:IncludedSupplyChainTradeLineItem>\n<ram:AssociatedDocumentLineDocument>\n"
        f"<ram:LineID>{text_of(stated.identifier)}</ram:LineID>\n{_note(stated.note)}"
        f"</ram:AssociatedDocumentLineDocument>\n{_product(stated.item)}<ram:SpecifiedLineTradeAgreement>\n"
        f"{_order_line(stated.order_line_reference)}{_prices(stated.identifier, stated.price, target)}"
        f"</ram:SpecifiedLineTradeAgreement>\n<ram:SpecifiedLineTradeDelivery>\n"
        f"{_unit('ram:BilledQuantity', stated.unit)}{stated.quantity:f}</ram:BilledQuantity>\n"
        f"</ram:SpecifiedLineTradeDelivery>\n{_settlement(stated)}</ram:IncludedSupplyChainTradeLineItem>\n"
    )


def _note(stated: str | None) -> str:
    return "" if stated is None else group("ram:IncludedNote", leaf("ram:Content", stated))


def _order_line(stated: str | None) -> str:
    return "" if stated is None else group("ram:BuyerOrderReferencedDocument", leaf("ram:LineID", stated))


@functools.lru_cache(maxsize=256)
def _unit(tag: str, code: str | None) -> str:
    """The beginning of an element with a quantity."""
    return leaf(tag, "\0", unitCode=code).partition("\0")[0]


def _product(item: Item) -> str:
    described = "" if item.description is None else f"<ram:Description>{text_of(item.description)}</ram:Description>\n"
    return (
        f"<ram:SpecifiedTradeProduct>\n{schemed('ram:GlobalID', item.standard_identifier)}"
        f"{leaf('ram:SellerAssignedID', item.sellers_identifier)}{leaf('ram:BuyerAssignedID', item.buyers_identifier)}"
        f"<ram:Name>{text_of(item.name)}</ram:Name>\n{described}{_classified(item)}</ram:SpecifiedTradeProduct>\n"
    )


def _classified(item: Item) -> str:
    """What kind of thing an item is, and where it comes from."""
    if not item.attributes and not item.classifications and item.country_of_origin is None:
        return ""
    attributes = (
        group("ram:ApplicableProductCharacteristic", leaf("ram:Description", one.name), leaf("ram:Value", one.value))
        for one in item.attributes
    )
    classes = (
        group(
            "ram:DesignatedProductClassification",
            leaf("ram:ClassCode", one.code, listID=one.scheme, listVersionID=one.scheme_version),
        )
        for one in item.classifications
    )
    return "".join((*attributes, *classes, group("ram:OriginTradeCountry", leaf("ram:ID", item.country_of_origin))))


def _prices(identifier: str, price: Price, target: Target) -> str:
    """BG-29; the gross price is for the same quantity as the net price."""
    if price.base_quantity is None and price.base_quantity_unit is not None:
        target.no_place("BT-150", f"line {identifier} has a unit and no quantity that the price is for")
    basis = (
        leaf("ram:BasisQuantity", price.base_quantity, unitCode=price.base_quantity_unit)
        if price.base_quantity is not None
        else ""
    )
    if price.discount is not None and price.gross is None:
        target.no_place("BT-147", f"line {identifier} has a discount and no gross price (BT-148) that it is on")
    gross = (
        group(
            "ram:GrossPriceProductTradePrice",
            leaf("ram:ChargeAmount", price.gross),
            basis,
            group(
                "ram:AppliedTradeAllowanceCharge",
                group("ram:ChargeIndicator", leaf("udt:Indicator", False)),
                leaf("ram:ActualAmount", price.discount),
            )
            if price.discount is not None
            else "",
        )
        if price.gross is not None
        else ""
    )
    return (
        f"{gross}<ram:NetPriceProductTradePrice>\n<ram:ChargeAmount>{price.net:f}</ram:ChargeAmount>\n{basis}"
        "</ram:NetPriceProductTradePrice>\n"
    )


def _settlement(stated: InvoiceLine) -> str:
    invoiced, account = stated.object_identifier, stated.accounting_reference
    allowances = "".join(map(allowance_or_charge, stated.allowances_and_charges))
    reference = (
        group(
            "ram:AdditionalReferencedDocument",
            leaf("ram:IssuerAssignedID", invoiced.value),
            leaf("ram:TypeCode", _OBJECT),
            leaf("ram:ReferenceTypeCode", invoiced.scheme),
        )
        if invoiced
        else ""
    )
    booked = (
        group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", account)) if account is not None else ""
    )
    return (
        f"<ram:SpecifiedLineTradeSettlement>\n{vat_category('ram:ApplicableTradeTax', stated.vat)}"
        f"{period(stated.period)}{allowances}<ram:SpecifiedTradeSettlementLineMonetarySummation>\n"
        f"<ram:LineTotalAmount>{stated.net_amount:f}</ram:LineTotalAmount>\n"
        f"</ram:SpecifiedTradeSettlementLineMonetarySummation>\n{reference}{booked}"
        "</ram:SpecifiedLineTradeSettlement>\n"
    )
