"""What Svefaktura 1.0 says between its elements: totals with the rounding in them, one rate for all lines, Sweden.

Every derived sum is exact and follows from stated ones: BT-112 = stated total - rounding, BT-109 = BT-112 - VAT.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from vaxel_engine.intake.svefaktura_tables import codes
from vaxel_engine.intake.xml import Element, Fields, Walk

_HUNDRED = Decimal(100)
_ZERO = Decimal(0)
_COUNTRY = "SE"  # Svefaktura is written for Sweden; an address without a country is there
_LINES = ("line_1", "line_2", "line_3")
_NOT_SUBJECT_TO_VAT = "O"  # UNCL 5305; an invoice without any tax total


def settle(invoice: Fields, walk: Walk) -> None:
    """Give the fields of an invoice the form of the model."""
    for party in (invoice.get("seller"), invoice.get("buyer")):
        if party is not None:
            _party(party, walk)
    _contact(invoice)
    _delivery(invoice, walk)
    _payment(invoice)
    _totals(invoice)
    for entry in invoice.get("allowances_and_charges", ()):
        _percentage(entry)
    _lines(invoice)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(value) if isinstance(value, str) and value.isascii() and "_" not in value else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _party(party: Fields, walk: Walk) -> None:
    registered = party.pop("registered_name", None)
    if registered is not None and registered != party.get("name"):
        if "name" in party:
            party["trading_name"] = party["name"]
        party["name"] = registered
    for identifier in party.get("identifiers", ()):
        scheme = codes("scheme").get(identifier.pop("scheme", ""))
        if scheme is not None:
            identifier["scheme"] = scheme
    if "postal_address" in party:
        _address(party["postal_address"], party.get("name"), walk)


def _address(address: Fields, name: str | None, walk: Walk) -> None:
    """Street, box, department and free lines fill the three lines of the model; a repeated name is passed over."""
    written = [address.pop(key, None) for key in ("street", "postbox", "department")]
    lines = [line for line in written if line]
    free: list[tuple[str, Element]] = address.pop("lines", [])
    for line, element in free:
        if line in (name, *lines):
            continue
        if len(lines) < len(_LINES):
            lines.append(line)
        else:
            walk.left.append(element)
    address.update(zip(_LINES, lines, strict=False))
    address.setdefault("country_code", _COUNTRY)


def _contact(invoice: Fields) -> None:
    """BG-6 is the seller's contact, else whom the seller names for its accounts."""
    accounts = invoice.pop("accounts", None)
    if accounts and "seller" in invoice and not invoice["seller"].get("contact"):
        invoice["seller"]["contact"] = accounts


def _delivery(invoice: Fields, walk: Walk) -> None:
    delivery: Fields = invoice.get("delivery", {})
    address: Fields | None = delivery.get("address")
    if address is None:
        return
    location = address.pop("location", None)
    if location is not None:
        delivery["location_identifier"] = {"value": location}
    _address(address, None, walk)


def _payment(invoice: Fields) -> None:
    """BT-9 and BG-10, which Svefaktura repeats with every account."""
    dates = [means.pop("due_date", None) for means in invoice.get("payment", ())]
    stated = [date for date in dates if date]
    if stated:
        invoice["due_date"] = min(stated)
    for means in invoice.get("payment", ()):
        name = means.pop("payee", None)
        if name is not None and name != invoice.get("seller", {}).get("name"):
            invoice.setdefault("payee", {"name": name})


def _totals(invoice: Fields) -> None:
    totals: Fields = invoice.setdefault("totals", {})
    due = _number(totals.get("due"))
    rounding = _number(totals.get("rounding"))
    if due is None or ("rounding" in totals and rounding is None):
        return
    totals["with_vat"] = totals["due"] if rounding is None else format(due - rounding, "f")
    if "without_vat" not in totals:
        vat = _number(totals["vat"]) if "vat" in totals else _ZERO
        if vat is not None:
            totals["without_vat"] = format(due - (rounding or _ZERO) - vat, "f")


def _percentage(entry: Fields) -> None:
    """BT-94 and its kin: Svefaktura states a factor, the amount tells whether of one or of a hundred."""
    stated = entry.pop("factor", None)
    factor, base, amount = _number(stated), _number(entry.get("base_amount")), _number(entry.get("amount"))
    if factor is None or base is None or amount is None:
        return
    of_one = abs(base * factor - amount) < abs(base * factor / _HUNDRED - amount)
    entry["percentage"] = format(factor * _HUNDRED, "f") if of_one else stated


def _lines(invoice: Fields) -> None:
    lines: list[Fields] = invoice.get("lines", [])
    orders = {line.pop("order", None) for line in lines} - {None}
    if len(orders) == 1:
        invoice.setdefault("references", {})["purchase_order"] = orders.pop()
    categories = [row.get("category") for row in invoice.get("vat_breakdown", ())]
    for line in lines:
        if "vat" not in line:
            if len(categories) == 1 and categories[0]:
                line["vat"] = dict(categories[0])
            elif not categories and "vat" not in invoice["totals"]:
                line["vat"] = {"code": _NOT_SUBJECT_TO_VAT}
        for entry in line.get("allowances_and_charges", ()):
            _percentage(entry)
        if "quantity" not in line and "net_amount" in line:
            line.update(quantity="1", unit="C62")
        _price(line)


def _price(line: Fields) -> None:
    """BT-146: a line without a price costs its net amount for its quantity (BT-149), which is exact."""
    net, quantity = _number(line.get("net_amount")), _number(line.get("quantity"))
    if "price" in line or net is None or quantity is None or line.get("allowances_and_charges"):
        return
    line["price"] = {"net": format(net, "f")}
    if quantity > 0 and quantity != 1:
        line["price"]["base_quantity"] = line["quantity"]
