"""EN 16931: what a line and what an allowance or a charge must say."""

from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import attributed, filled, has, has_any, two_decimals
from vaxel_engine.rules.rule import Context, Verdict, on, rule

_REASON = has_any(("AllowanceChargeReason",), ("AllowanceChargeReasonCode",))


def _vat_category(entry: Node, bill: Bill) -> Verdict:
    return any(category.is_vat and category.has("ID") for category in entry.children.get("TaxCategory", ()))


def _line_vat_category(line: Node, bill: Bill) -> Verdict:
    return any(category.is_vat and category.has("ID") for category in line.all("Item", "ClassifiedTaxCategory"))


def _unit(line: Node, bill: Bill) -> Verdict:
    return any(quantity.attribute("unitCode") is not None for quantity in line.children.get("Quantity", ()))


def _price_is_not_negative(line: Node, bill: Bill) -> Verdict:
    price = line.amount("Price", "PriceAmount")
    return price is not None and price >= 0


def _gross_is_not_negative(line: Node, bill: Bill) -> Verdict:
    grosses = line.all("Price", "AllowanceCharge", "BaseAmount")
    return not grosses or any(gross.number is not None and gross.number >= 0 for gross in grosses)


def is_allowance(entry: Node, bill: Bill) -> bool:
    """Whether the entry is an allowance."""
    return entry.is_charge is False


def is_charge(entry: Node, bill: Bill) -> bool:
    """Whether the entry is a charge."""
    return entry.is_charge is True


CONTEXTS: tuple[Context, ...] = (
    on(
        "BilledLine",
        rule("BR-21", "BT-126", "a line identifier", filled("ID")),
        rule("BR-22", "BT-129", "a quantity", has("Quantity")),
        rule("BR-23", "BT-130", "the unit of the quantity", _unit),
        rule("BR-24", "BT-131", "the line's net amount", has("LineExtensionAmount")),
        rule("BR-25", "BT-153", "the name of the item", filled("Item", "Name")),
        rule("BR-26", "BT-146", "the net price", has("Price", "PriceAmount")),
        rule("BR-27", "BT-146", "a net price that is not negative", _price_is_not_negative),
        rule("BR-28", "BT-148", "a gross price that is not negative", _gross_is_not_negative),
        rule("BR-CO-04", "BT-151", "the VAT category of the line", _line_vat_category),
        rule("BR-DEC-23", "BT-131", "at most two decimals", two_decimals("LineExtensionAmount")),
    ),
    on(
        "ItemClassificationCode",
        rule("BR-65", "BT-158-1", "the list that the classification is from", attributed("listID")),
        under=("CommodityClassification", "Item", "BilledLine"),
    ),
    on(
        "ID",
        rule("BR-64", "BT-157-1", "the scheme of the item's standard identifier", attributed("schemeID")),
        under=("StandardItemIdentification", "Item", "BilledLine"),
    ),
    on(
        "AllowanceCharge",
        rule("BR-31", "BT-92", "the allowance's amount", has("Amount")),
        rule("BR-32", "BT-95", "the allowance's VAT category", _vat_category),
        rule("BR-33", "BT-97, BT-98", "a reason of the allowance or its code", _REASON),
        rule("BR-CO-21", "BT-97, BT-98", "a reason of the allowance, its code, or both", _REASON),
        rule("BR-DEC-01", "BT-92", "at most two decimals", two_decimals("Amount")),
        rule("BR-DEC-02", "BT-93", "at most two decimals", two_decimals("BaseAmount")),
        under=("Document",),
        when=is_allowance,
    ),
    on(
        "AllowanceCharge",
        rule("BR-36", "BT-99", "the charge's amount", has("Amount")),
        rule("BR-37", "BT-102", "the charge's VAT category", _vat_category),
        rule("BR-38", "BT-104, BT-105", "a reason of the charge or its code", _REASON),
        rule("BR-CO-22", "BT-104, BT-105", "a reason of the charge, its code, or both", _REASON),
        rule("BR-DEC-05", "BT-99", "at most two decimals", two_decimals("Amount")),
        rule("BR-DEC-06", "BT-100", "at most two decimals", two_decimals("BaseAmount")),
        under=("Document",),
        when=is_charge,
    ),
    on(
        "AllowanceCharge",
        rule("BR-41", "BT-136", "the allowance's amount", has("Amount")),
        rule("BR-42", "BT-139, BT-140", "a reason of the allowance or its code", _REASON),
        rule("BR-CO-23", "BT-139, BT-140", "a reason of the allowance, its code, or both", _REASON),
        rule("BR-DEC-24", "BT-136", "at most two decimals", two_decimals("Amount")),
        rule("BR-DEC-25", "BT-137", "at most two decimals", two_decimals("BaseAmount")),
        under=("BilledLine",),
        when=is_allowance,
    ),
    on(
        "AllowanceCharge",
        rule("BR-43", "BT-141", "the charge's amount", has("Amount")),
        rule("BR-44", "BT-144, BT-145", "a reason of the charge or its code", _REASON),
        rule("BR-CO-24", "BT-144, BT-145", "a reason of the charge, its code, or both", _REASON),
        rule("BR-DEC-27", "BT-141", "at most two decimals", two_decimals("Amount")),
        rule("BR-DEC-28", "BT-142", "at most two decimals", two_decimals("BaseAmount")),
        under=("BilledLine",),
        when=is_charge,
    ),
)
