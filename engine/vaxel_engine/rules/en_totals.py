"""EN 16931: the sums of the document and of the VAT breakdown, compared as the official rules compare them.

Equality is to the cent; the tax of a row may be off by less than one whole unit (BR-CO-17). What that lets pass,
`vaxel_engine.totals` reports as a warning.
"""

from collections.abc import Iterable
from decimal import Decimal

from vaxel_engine.rules.node import Bill, Node, rounded, whole
from vaxel_engine.rules.predicates import has, two_decimals
from vaxel_engine.rules.rule import Context, Miss, Test, Verdict, on, rule

_ZERO = Decimal(0)


def added(nodes: Iterable[Node]) -> Decimal:
    """The sum of the nodes that are numbers."""
    return sum((node.number for node in nodes if node.number is not None), _ZERO)


def says(found: Decimal | None, expected: Decimal) -> Verdict:
    """Whether a stated amount is the expected one."""
    if found == expected:
        return True
    return Miss("nothing" if found is None else f"{found:f}", f"{expected:f}")


def _lines(totals: Node, bill: Bill) -> Verdict:
    nets = (net for line in bill.named.get("BilledLine", ()) for net in line.all("LineExtensionAmount"))
    return says(totals.amount("LineExtensionAmount"), rounded(added(nets)))


def _entries(stated: str, charge: bool) -> Test:
    def test(totals: Node, bill: Bill) -> Verdict:
        entries = [one for one in bill.root.children.get("AllowanceCharge", ()) if one.is_charge is charge]
        if not entries and not totals.has(stated):
            return True
        return says(totals.amount(stated), rounded(added(amount for one in entries for amount in one.all("Amount"))))

    return test


def _without_vat(totals: Node, bill: Bill) -> Verdict:
    lines = totals.amount("LineExtensionAmount")
    stated = totals.amount("TaxExclusiveAmount")
    if lines is None or stated is None:
        return Miss("too few amounts to add up")
    charges, allowances = totals.amount("ChargeTotalAmount"), totals.amount("AllowanceTotalAmount")
    if charges is None and allowances is None:
        return says(stated, lines)
    return says(stated, rounded(lines + (charges or _ZERO) - (allowances or _ZERO)))


def _due(totals: Node, bill: Bill) -> Verdict:
    with_vat, due = totals.amount("TaxInclusiveAmount"), totals.amount("PayableAmount")
    if with_vat is None or due is None:
        return Miss("too few amounts to add up")
    paid, rounding = totals.amount("PrepaidAmount"), totals.amount("PayableRoundingAmount")
    before_rounding = rounded(with_vat - paid) if paid is not None else with_vat
    compared = rounded(due - rounding) if rounding is not None else due
    return True if compared == before_rounding else says(due, before_rounding + (rounding or _ZERO))


def _with_vat(document: Node, bill: Bill) -> Verdict:
    for currency in document.all("DocumentCurrencyCode"):
        taxes = [one for one in document.all("TaxTotal", "TaxAmount") if one.attribute("currencyID") == currency.text]
        totals = document.first("LegalMonetaryTotal")
        if len(taxes) != 1:
            return Miss(f"{len(taxes)} VAT totals in the document's currency")
        if totals is None:
            return Miss("no totals")
        stated, without = totals.amount("TaxInclusiveAmount"), totals.amount("TaxExclusiveAmount")
        tax = taxes[0].number
        if stated is None or without is None or tax is None:
            return Miss("too few amounts to add up")
        verdict = says(stated, rounded(without + tax))
        if verdict is not True:
            return verdict
    return True


def _vat(total: Node, bill: Bill) -> Verdict:
    rows = total.children.get("TaxSubtotal")
    if not rows:
        return True
    return says(total.amount("TaxAmount"), rounded(added(tax for row in rows for tax in row.all("TaxAmount"))))


def _category(row: Node, bill: Bill) -> Verdict:
    return any(one.is_vat and one.has("ID") for one in row.children.get("TaxCategory", ()))


def _rate(row: Node, bill: Bill) -> Verdict:
    return any(
        one.is_vat and (one.has("Percent") or one.words("ID") == "O") for one in row.children.get("TaxCategory", ())
    )


def nearly(tax: Decimal, base: Decimal, rate: Decimal) -> Verdict:
    """Whether the tax is less than one whole unit off, whatever the signs."""
    expected = rounded(abs(base) * rate / 100)
    if abs(tax) - 1 < expected < abs(tax) + 1:
        return True
    return Miss(f"{tax:f}", f"{expected:f}, give or take less than 1")


def _tax_of_row(row: Node, bill: Bill) -> Verdict:
    tax = row.amount("TaxAmount")
    if tax is None:
        return False
    rates = [one.first("Percent") for one in row.children.get("TaxCategory", ()) if one.is_vat]
    rate = next((one.number for one in rates if one is not None), None)
    if rate is None or whole(rate) == 0:
        return whole(tax) == 0
    base = row.amount("TaxableAmount")
    return False if base is None else nearly(tax, base, rate)


CONTEXTS: tuple[Context, ...] = (
    on(
        "LegalMonetaryTotal",
        rule("BR-12", "BT-106", "the sum of the lines", has("LineExtensionAmount")),
        rule("BR-13", "BT-109", "the total without VAT", has("TaxExclusiveAmount")),
        rule("BR-14", "BT-112", "the total with VAT", has("TaxInclusiveAmount")),
        rule("BR-15", "BT-115", "the amount due", has("PayableAmount")),
        rule("BR-CO-10", "BT-106", "the sum of the lines' net amounts (BT-131)", _lines),
        rule(
            "BR-CO-11",
            "BT-107",
            "the sum of the document's allowances (BT-92)",
            _entries("AllowanceTotalAmount", False),
        ),
        rule("BR-CO-12", "BT-108", "the sum of the document's charges (BT-99)", _entries("ChargeTotalAmount", True)),
        rule("BR-CO-13", "BT-109", "lines (BT-106) - allowances (BT-107) + charges (BT-108)", _without_vat),
        rule("BR-CO-16", "BT-115", "total with VAT (BT-112) - paid (BT-113) + rounding (BT-114)", _due),
        *(
            rule(f"BR-DEC-{number}", term, "at most two decimals", two_decimals(name))
            for number, term, name in (
                ("09", "BT-106", "LineExtensionAmount"),
                ("10", "BT-107", "AllowanceTotalAmount"),
                ("11", "BT-108", "ChargeTotalAmount"),
                ("12", "BT-109", "TaxExclusiveAmount"),
                ("14", "BT-112", "TaxInclusiveAmount"),
                ("16", "BT-113", "PrepaidAmount"),
                ("17", "BT-114", "PayableRoundingAmount"),
                ("18", "BT-115", "PayableAmount"),
            )
        ),
    ),
    on("Document", rule("BR-CO-15", "BT-112", "total without VAT (BT-109) + VAT (BT-110)", _with_vat)),
    on("TaxTotal", rule("BR-CO-14", "BT-110", "the sum of the tax amounts (BT-117)", _vat), under=("Document",)),
    on(
        "TaxSubtotal",
        rule("BR-45", "BT-116", "the taxable amount", has("TaxableAmount")),
        rule("BR-46", "BT-117", "the tax amount", has("TaxAmount")),
        rule("BR-47", "BT-118", "the VAT category", _category),
        rule("BR-48", "BT-119", "the VAT rate, except where nothing is subject to VAT", _rate),
        rule("BR-CO-17", "BT-117", "taxable amount (BT-116) x rate (BT-119)", _tax_of_row),
        rule("BR-DEC-19", "BT-116", "at most two decimals", two_decimals("TaxableAmount")),
        rule("BR-DEC-20", "BT-117", "at most two decimals", two_decimals("TaxAmount")),
        under=("TaxTotal",),
    ),
)
