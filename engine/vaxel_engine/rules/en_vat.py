"""EN 16931: the VAT categories, one row of settings for each; the ten rules of a category are the same shape.

Categories by UNCL 5305: S standard, Z zero, E exempt, AE reverse charge, K intra-community supply (IC), G export, O not
subject to VAT, L Canary Islands (AF), M Ceuta and Melilla (AG), B split payment in Italy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vaxel_engine.rules.en_parties import vat_identifier
from vaxel_engine.rules.en_totals import nearly, says
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.rule import Context, Miss, Rule, Test, Verdict, on, rule

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Family:
    prefix: str
    """As the rule ids have it."""
    code: str
    rate: Literal["above zero", "zero or more", "zero", "none"]
    seller: Literal["any tax identifier", "VAT identifier", "no VAT identifier"]
    buyer: Literal["", "VAT identifier", "VAT identifier or registration"] = ""
    reason: bool = True
    """Whether an exemption reason must be given; else it must not."""
    rows: Literal["one", "one or more"] = "one"


_FAMILIES = (
    _Family("S", "S", "above zero", "any tax identifier", reason=False, rows="one or more"),
    _Family("Z", "Z", "zero", "any tax identifier", reason=False),
    _Family("E", "E", "zero", "any tax identifier"),
    _Family("AE", "AE", "zero", "any tax identifier", "VAT identifier or registration"),
    _Family("IC", "K", "zero", "VAT identifier", "VAT identifier"),
    _Family("G", "G", "zero", "VAT identifier"),
    _Family("O", "O", "none", "no VAT identifier"),
    _Family("AF", "L", "zero or more", "any tax identifier", reason=False, rows="one or more"),
    _Family("AG", "M", "zero or more", "any tax identifier", reason=False, rows="one or more"),
)


@dataclass(frozen=True, slots=True)
class _Categories:
    """Where each category code stands in one document, VAT only; `S` counts whatever its scheme."""

    lines: dict[str, list[Node]]
    entries: dict[tuple[str, bool | None], list[Node]]
    rows: dict[str, list[Node]]
    anywhere: frozenset[str]
    bases: dict[str, Decimal]
    bases_by_rate: dict[tuple[str, Decimal], Decimal]


def _categories(bill: Bill) -> _Categories:
    lines: dict[str, list[Node]] = {}
    entries: dict[tuple[str, bool | None], list[Node]] = {}
    rows: dict[str, list[Node]] = {}
    anywhere: set[str] = set()
    for category in bill.named.get("ClassifiedTaxCategory", ()):
        if category.is_vat:
            lines.setdefault(category.words("ID"), []).append(category)
            anywhere.add(category.words("ID"))
    for category in bill.named.get("TaxCategory", ()):
        if not category.is_vat:
            continue
        code, parent = category.words("ID"), category.parent
        anywhere.add(code)
        if parent is not None and parent.name == "AllowanceCharge":
            entries.setdefault((code, parent.is_charge), []).append(category)
        elif parent is not None and parent.name == "TaxSubtotal":
            rows.setdefault(code, []).append(category)
    bases, by_rate = _bases(bill)
    return _Categories(lines, entries, rows, frozenset(anywhere), bases, by_rate)


def _bases(bill: Bill) -> tuple[dict[str, Decimal], dict[tuple[str, Decimal], Decimal]]:
    """What the lines, allowances and charges of each category come to, in all and for each rate."""
    bases: dict[str, Decimal] = {}
    by_rate: dict[tuple[str, Decimal], Decimal] = {}

    def add(categories: list[Node], amount: Decimal | None) -> None:
        if amount is None:
            return
        for code in {category.words("ID") for category in categories}:
            bases[code] = bases.get(code, _ZERO) + amount
        for code, rate in {(category.words("ID"), category.amount("Percent")) for category in categories}:
            if rate is not None:
                by_rate[code, rate] = by_rate.get((code, rate), _ZERO) + amount

    for line in bill.root.children.get("BilledLine", ()):
        add(line.all("Item", "ClassifiedTaxCategory"), line.amount("LineExtensionAmount"))
    for entry in bill.root.children.get("AllowanceCharge", ()):
        amount, charge = entry.amount("Amount"), entry.is_charge
        if amount is not None and charge is not None:
            add(entry.children.get("TaxCategory", []), amount if charge else -amount)
    return bases, by_rate


def categories_of(bill: Bill) -> _Categories:
    """The categories of the document, looked up once."""
    found: _Categories = bill.kept("categories", _categories)
    return found


def _identified(bill: Bill, family: _Family) -> bool:
    """Whether the parties state the identifiers that the category asks for."""
    sellers = bill.root.all("AccountingSupplierParty", "Party")
    buyers = bill.root.all("AccountingCustomerParty", "Party")
    represented = any(vat_identifier(one) for one in bill.root.all("TaxRepresentativeParty"))
    seller_vat = any(vat_identifier(one) for one in sellers)
    buyer_vat = any(vat_identifier(one) for one in buyers)
    match family.seller:
        case "no VAT identifier":
            return not (seller_vat or represented or buyer_vat)
        case "VAT identifier":
            seller = seller_vat or represented
        case "any tax identifier":
            seller = represented or any(one.has("PartyTaxScheme", "CompanyID") for one in sellers)
    match family.buyer:
        case "":
            return seller
        case "VAT identifier":
            return seller and buyer_vat
        case "VAT identifier or registration":
            return seller and (buyer_vat or any(one.has("PartyLegalEntity", "CompanyID") for one in buyers))


def _has_its_row(family: _Family) -> Test:
    code = family.code

    def test(document: Node, bill: Bill) -> Verdict:
        found = categories_of(bill)
        rows = len(found.rows.get(code, ()))
        if family.rows == "one":
            return code not in found.anywhere or rows == 1 or Miss(f"{rows} rows")
        used = code in found.lines or any(entry == code for entry, _ in found.entries)
        if family.code == "S":  # BR-S-01 alone counts categories of any tax
            used = _of_any_tax(bill, "ClassifiedTaxCategory", "S") or _of_any_tax(
                bill, "TaxCategory", "S", under="AllowanceCharge"
            )
            rows = int(_of_any_tax(bill, "TaxCategory", "S", under="TaxSubtotal"))
        return used == bool(rows) or Miss("no row" if used else "a row that nothing belongs to")

    return test


def _of_any_tax(bill: Bill, name: str, code: str, under: str | None = None) -> bool:
    return any(
        one.words("ID") == code and (under is None or (one.parent is not None and one.parent.name == under))
        for one in bill.named.get(name, ())
    )


def _parties_on_lines(family: _Family) -> Test:
    def test(document: Node, bill: Bill) -> Verdict:
        if family.code not in categories_of(bill).lines:  # BR-S-02 alone refuses lines of category S of another tax
            return family.code != "S" or not _of_any_tax(bill, "ClassifiedTaxCategory", "S")
        return _identified(bill, family)

    return test


def _parties_on(family: _Family, charge: bool) -> Test:
    def test(document: Node, bill: Bill) -> Verdict:
        return (family.code, charge) not in categories_of(bill).entries or _identified(bill, family)

    return test


_RATES: dict[str, tuple[str, Callable[[Node], bool]]] = {
    "above zero": ("a rate above 0", lambda one: (rate := one.amount("Percent")) is not None and rate > 0),
    "zero or more": ("a rate of 0 or more", lambda one: (rate := one.amount("Percent")) is not None and rate >= 0),
    "zero": ("a rate of 0", lambda one: one.amount("Percent") == 0),
    "none": ("no rate at all", lambda one: not one.has("Percent")),
}


def _rate(family: _Family, number: str, term: str) -> Rule:
    demand, holds = _RATES[family.rate]

    def test(category: Node, bill: Bill) -> Verdict:
        return True if holds(category) else Miss(category.words("Percent")[:20] or "no rate")

    return rule(f"BR-{family.prefix}-{number}", term, f"{demand}, the category being {family.code}", test)


def _base(family: _Family) -> Test:
    code = family.code

    def exact(category: Node, bill: Bill) -> Verdict:
        stated = category.parent.amount("TaxableAmount") if category.parent is not None else None
        if "BilledLine" not in bill.named:
            return Miss("no lines")
        return says(stated, categories_of(bill).bases.get(code, _ZERO))

    def nearby(category: Node, bill: Bill) -> Verdict:
        rate = category.amount("Percent")
        stated = category.parent.amount("TaxableAmount") if category.parent is not None else None
        if rate is None:
            return True
        expected = categories_of(bill).bases_by_rate.get((code, rate))
        if expected is None and code != "S" and "BilledLine" in bill.named:
            expected = _ZERO
        if stated is None or expected is None:
            return Miss("no line, allowance or charge of this rate")
        return stated - 1 < expected < stated + 1 or Miss(f"{stated:f}", f"{expected:f}, give or take less than 1")

    return nearby if family.rows == "one or more" else exact


def _tax(family: _Family) -> Test:
    def none(category: Node, bill: Bill) -> Verdict:
        return says(category.parent.amount("TaxAmount") if category.parent is not None else None, _ZERO)

    def computed(category: Node, bill: Bill) -> Verdict:
        row, rate = category.parent, category.amount("Percent")
        tax = row.amount("TaxAmount") if row is not None else None
        base = row.amount("TaxableAmount") if row is not None else None
        return False if tax is None or base is None or rate is None else nearly(tax, base, rate)

    return computed if family.rows == "one or more" else none


def _reason(family: _Family) -> Test:
    def test(category: Node, bill: Bill) -> Verdict:
        given = category.has("TaxExemptionReason") or category.has("TaxExemptionReasonCode")
        return given is family.reason

    return test


def _contexts(family: _Family) -> tuple[Context, ...]:
    name, code = f"BR-{family.prefix}", family.code
    parties = f"seller: {family.seller}" + (f", buyer: {family.buyer}" if family.buyer else "")
    reason = "an exemption reason or its code" if family.reason else "no exemption reason"

    def of_code(category: Node, bill: Bill) -> bool:
        return category.words("ID") == code and category.is_vat

    def of_allowance(category: Node, bill: Bill) -> bool:
        return of_code(category, bill) and category.parent is not None and category.parent.is_charge is False

    def of_charge(category: Node, bill: Bill) -> bool:
        return of_code(category, bill) and category.parent is not None and category.parent.is_charge is True

    return (
        on(
            "Document",
            rule(
                f"{name}-01",
                "BG-23",
                f"{family.rows} row of VAT breakdown for category {code} where it is used, else none",
                _has_its_row(family),
            ),
            rule(f"{name}-02", "BT-31", f"for lines of category {code}: {parties}", _parties_on_lines(family)),
            rule(
                f"{name}-03",
                "BT-31",
                f"for allowances of category {code}: {parties}",
                _parties_on(family, charge=False),
            ),
            rule(f"{name}-04", "BT-31", f"for charges of category {code}: {parties}", _parties_on(family, charge=True)),
        ),
        on("ClassifiedTaxCategory", _rate(family, "05", "BT-152"), under=("Item", "BilledLine"), when=of_code),
        on("TaxCategory", _rate(family, "06", "BT-96"), under=("AllowanceCharge",), when=of_allowance),
        on("TaxCategory", _rate(family, "07", "BT-103"), under=("AllowanceCharge",), when=of_charge),
        on(
            "TaxCategory",
            rule(f"{name}-08", "BT-116", f"what is of category {code}, lines - allowances + charges", _base(family)),
            rule(
                f"{name}-09",
                "BT-117",
                "taxable amount x rate" if family.rate in ("above zero", "zero or more") else "no tax",
                _tax(family),
            ),
            rule(f"{name}-10", "BT-120, BT-121", reason, _reason(family)),
            under=("TaxSubtotal", "TaxTotal", "Document"),
            when=of_code,
        ),
    )


def _delivered(document: Node, bill: Bill) -> Verdict:
    if "K" not in categories_of(bill).rows:
        return True
    return len(document.words("Delivery", "ActualDeliveryDate")) > 1 or any(
        period.children for period in document.children.get("InvoicePeriod", ())
    )


def _delivered_to(document: Node, bill: Bill) -> Verdict:
    if "K" not in categories_of(bill).rows:
        return True
    return len(document.words("Delivery", "DeliveryLocation", "Address", "Country", "IdentificationCode")) > 1


def _alone(where: Callable[[_Categories], set[str]]) -> Test:
    def test(document: Node, bill: Bill) -> Verdict:
        found = categories_of(bill)
        return "O" not in found.rows or not where(found) - {"O"}

    return test


def _split_payment_in_italy(document: Node, bill: Bill) -> Verdict:
    if not (_of_any_tax(bill, "TaxCategory", "B") or _of_any_tax(bill, "ClassifiedTaxCategory", "B")):
        return True
    return all(country.text == "IT" for country in bill.named.get("IdentificationCode", ()))


def _split_payment_alone(document: Node, bill: Bill) -> Verdict:
    split = _of_any_tax(bill, "TaxCategory", "B") or _of_any_tax(bill, "ClassifiedTaxCategory", "B")
    standard = _of_any_tax(bill, "TaxCategory", "S") or _of_any_tax(bill, "ClassifiedTaxCategory", "S")
    return not (split and standard)


CONTEXTS: tuple[Context, ...] = (
    *(context for family in _FAMILIES for context in _contexts(family)),
    on(
        "Document",
        rule("BR-IC-11", "BT-72, BG-14", "a day or a period of delivery, the category being K", _delivered),
        rule("BR-IC-12", "BT-80", "the country of delivery, the category being K", _delivered_to),
        rule("BR-O-11", "BG-23", "no other row beside category O", _alone(lambda found: set(found.rows))),
        rule(
            "BR-O-12", "BT-151", "no line of another category beside category O", _alone(lambda found: set(found.lines))
        ),
        rule(
            "BR-O-13",
            "BT-95",
            "no allowance of another category beside category O",
            _alone(lambda found: {code for code, charge in found.entries if charge is False}),
        ),
        rule(
            "BR-O-14",
            "BT-102",
            "no charge of another category beside category O",
            _alone(lambda found: {code for code, charge in found.entries if charge is True}),
        ),
        rule("BR-B-01", "BT-40, BT-55", "Italy alone, the category being B", _split_payment_in_italy),
        rule("BR-B-02", "BT-118", "no category S beside category B", _split_payment_alone),
    ),
)
