"""The lines in UBL, and allowances and charges of document and line (BG-20, BG-21, BG-25 to BG-32)."""

from decimal import Decimal

from vaxel_engine.model import AllowanceOrCharge, InvoiceLine, Item, Period, Price, VatCategory
from vaxel_engine.writing.markup import group, leaf, schemed
from vaxel_engine.writing.target import Target
from vaxel_engine.writing.ubl_money import money, vat_category

_OBJECT = "130"  # UNCL 1001: invoiced object


def line(stated: InvoiceLine, currency: str, credit: bool, target: Target) -> str:
    """BG-25."""
    return group(
        "cac:CreditNoteLine" if credit else "cac:InvoiceLine",
        leaf("cbc:ID", stated.identifier),
        leaf("cbc:Note", stated.note),
        leaf("cbc:CreditedQuantity" if credit else "cbc:InvoicedQuantity", stated.quantity, unitCode=stated.unit),
        money("cbc:LineExtensionAmount", stated.net_amount, currency),
        leaf("cbc:AccountingCost", stated.accounting_reference),
        period(stated.period),
        group("cac:OrderLineReference", leaf("cbc:LineID", stated.order_line_reference)),
        group(
            "cac:DocumentReference",
            schemed("cbc:ID", stated.object_identifier),
            leaf("cbc:DocumentTypeCode", _OBJECT),
        )
        if stated.object_identifier
        else "",
        *(allowance_or_charge(one, currency) for one in stated.allowances_and_charges),
        _item(stated.item, stated.vat),
        _price(stated, currency, target),
    )


def period(stated: Period | None, code: str | None = None) -> str:
    """BG-14 with BT-8 in it, or BG-26."""
    return group(
        "cac:InvoicePeriod",
        leaf("cbc:StartDate", stated.start if stated else None),
        leaf("cbc:EndDate", stated.end if stated else None),
        leaf("cbc:DescriptionCode", code),
    )


def allowance_or_charge(stated: AllowanceOrCharge, currency: str) -> str:
    """BG-20, BG-21, BG-27, BG-28."""
    return group(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", stated.is_charge),
        leaf("cbc:AllowanceChargeReasonCode", stated.reason_code),
        leaf("cbc:AllowanceChargeReason", stated.reason),
        leaf("cbc:MultiplierFactorNumeric", stated.percentage),
        money("cbc:Amount", stated.amount, currency),
        money("cbc:BaseAmount", stated.base_amount, currency),
        vat_category("cac:TaxCategory", stated.vat),
    )


def _item(item: Item, vat: VatCategory) -> str:
    return group(
        "cac:Item",
        leaf("cbc:Description", item.description),
        leaf("cbc:Name", item.name),
        group("cac:BuyersItemIdentification", leaf("cbc:ID", item.buyers_identifier)),
        group("cac:SellersItemIdentification", leaf("cbc:ID", item.sellers_identifier)),
        group("cac:StandardItemIdentification", schemed("cbc:ID", item.standard_identifier)),
        group("cac:OriginCountry", leaf("cbc:IdentificationCode", item.country_of_origin)),
        *(
            group(
                "cac:CommodityClassification",
                leaf("cbc:ItemClassificationCode", one.code, listID=one.scheme, listVersionID=one.scheme_version),
            )
            for one in item.classifications
        ),
        vat_category("cac:ClassifiedTaxCategory", vat),
        *(
            group("cac:AdditionalItemProperty", leaf("cbc:Name", one.name), leaf("cbc:Value", one.value))
            for one in item.attributes
        ),
    )


def _price(stated: InvoiceLine, currency: str, target: Target) -> str:
    price = stated.price
    if price.base_quantity is None and price.base_quantity_unit is not None:
        target.no_place("BT-150", f"line {stated.identifier} has a unit and no quantity that the price is for")
    return group(
        "cac:Price",
        money("cbc:PriceAmount", price.net, currency),
        leaf("cbc:BaseQuantity", price.base_quantity, unitCode=price.base_quantity_unit),
        _price_discount(stated.identifier, price, currency, target),
    )


def _price_discount(identifier: str, price: Price, currency: str, target: Target) -> str:
    """BT-147 and BT-148; a gross price that is the net price says that the discount is 0, which UBL wants written."""
    discount = price.discount
    if discount is None and price.gross is not None:
        if price.gross != price.net:
            target.no_place("BT-148", f"line {identifier} has another gross price and no discount (BT-147) on it")
            return ""
        discount = Decimal(0)
    if discount is None:
        return ""
    return group(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", False),
        money("cbc:Amount", discount, currency),
        money("cbc:BaseAmount", price.gross, currency),
    )
