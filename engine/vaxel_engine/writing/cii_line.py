"""The lines in CII, and what they share with the rest of it (BG-20, BG-21, BG-25 to BG-32)."""

import datetime as dt
import functools

from vaxel_engine.model import AllowanceOrCharge, InvoiceLine, Item, Period, Price, VatCategory
from vaxel_engine.writing.markup import group, leaf, schemed, words_of
from vaxel_engine.writing.target import Target

_DAY = "102"  # UN/CEFACT 2379: CCYYMMDD
_OBJECT = "130"  # UNCL 1001: invoiced object


@functools.lru_cache(maxsize=4_096)  # the lines of a bill have the same few
def day(tag: str, stated: dt.date | None, string: str = "udt:DateTimeString") -> str:
    """A day in the format CCYYMMDD."""
    return group(tag, leaf(string, f"{stated:%Y%m%d}", format=_DAY)) if stated else ""


def period(stated: Period | None) -> str:
    """BG-14, BG-26."""
    if stated is None:
        return ""
    return group(
        "ram:BillingSpecifiedPeriod", day("ram:StartDateTime", stated.start), day("ram:EndDateTime", stated.end)
    )


def vat_category(tag: str, category: VatCategory | None) -> str:
    """A category of VAT and its rate."""
    if category is None:
        return ""
    return _vat_category(tag, category.code, None if category.rate is None else words_of(category.rate))


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
    return group(
        "ram:IncludedSupplyChainTradeLineItem",
        group(
            "ram:AssociatedDocumentLineDocument",
            leaf("ram:LineID", stated.identifier),
            group("ram:IncludedNote", leaf("ram:Content", stated.note)),
        ),
        _product(stated.item),
        group(
            "ram:SpecifiedLineTradeAgreement",
            group("ram:BuyerOrderReferencedDocument", leaf("ram:LineID", stated.order_line_reference)),
            *_prices(stated.identifier, stated.price, target),
        ),
        group("ram:SpecifiedLineTradeDelivery", leaf("ram:BilledQuantity", stated.quantity, unitCode=stated.unit)),
        _settlement(stated),
    )


def _product(item: Item) -> str:
    return group(
        "ram:SpecifiedTradeProduct",
        schemed("ram:GlobalID", item.standard_identifier),
        leaf("ram:SellerAssignedID", item.sellers_identifier),
        leaf("ram:BuyerAssignedID", item.buyers_identifier),
        leaf("ram:Name", item.name),
        leaf("ram:Description", item.description),
        *(
            group(
                "ram:ApplicableProductCharacteristic", leaf("ram:Description", one.name), leaf("ram:Value", one.value)
            )
            for one in item.attributes
        ),
        *(
            group(
                "ram:DesignatedProductClassification",
                leaf("ram:ClassCode", one.code, listID=one.scheme, listVersionID=one.scheme_version),
            )
            for one in item.classifications
        ),
        group("ram:OriginTradeCountry", leaf("ram:ID", item.country_of_origin)),
    )


def _prices(identifier: str, price: Price, target: Target) -> tuple[str, str]:
    """BG-29; the gross price is for the same quantity as the net price."""
    if price.base_quantity is None and price.base_quantity_unit is not None:
        target.no_place("BT-150", f"line {identifier} has a unit and no quantity that the price is for")
    basis = leaf("ram:BasisQuantity", price.base_quantity, unitCode=price.base_quantity_unit)
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
    return gross, group("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", price.net), basis)


def _settlement(stated: InvoiceLine) -> str:
    invoiced = stated.object_identifier
    return group(
        "ram:SpecifiedLineTradeSettlement",
        vat_category("ram:ApplicableTradeTax", stated.vat),
        period(stated.period),
        *(allowance_or_charge(one) for one in stated.allowances_and_charges),
        group("ram:SpecifiedTradeSettlementLineMonetarySummation", leaf("ram:LineTotalAmount", stated.net_amount)),
        group(
            "ram:AdditionalReferencedDocument",
            leaf("ram:IssuerAssignedID", invoiced.value),
            leaf("ram:TypeCode", _OBJECT),
            leaf("ram:ReferenceTypeCode", invoiced.scheme),
        )
        if invoiced
        else "",
        group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", stated.accounting_reference)),
    )
