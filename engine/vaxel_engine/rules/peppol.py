"""Peppol BIS Billing 3: what the network demands beyond EN 16931."""

from decimal import Decimal

from vaxel_engine.rules.en_codes import AMOUNTS
from vaxel_engine.rules.en_totals import added
from vaxel_engine.rules.node import Bill, Node, rounded
from vaxel_engine.rules.predicates import has
from vaxel_engine.rules.rule import Context, Miss, Verdict, on, rule, syntax

_SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILES = frozenset(
    {
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "urn:peppol:france:billing:regulated",
        "urn:peppol:france:billing:non-regulated",
        "urn:peppol:bis:billing_with_response",
    }
)
_SLACK = Decimal("0.02")
_ZERO = Decimal(0)
_ONE = Decimal(1)
_DIRECT_DEBITS = ("49", "59")  # UNCL 4461


def _country(bill: Bill, role: str) -> str:
    return bill.root.words(role, "Party", "PostalAddress", "Country", "IdentificationCode").upper()


def within_germany(bill: Bill) -> bool:
    """Whether seller and buyer are both in Germany."""
    return _country(bill, "AccountingSupplierParty") == _country(bill, "AccountingCustomerParty") == "DE"


def knows_profile(bill: Bill) -> bool:
    """Whether the business process is one of Peppol billing."""
    return bill.root.words("ProfileID") in _PROFILES


def _profile(document: Node, bill: Bill) -> Verdict:
    return knows_profile(bill) or Miss(f"“{document.words('ProfileID')[:60]}”")


def _one_note(document: Node, bill: Bill) -> Verdict:
    return len(document.children.get("Note", ())) <= 1 or within_germany(bill)


def _specification(document: Node, bill: Bill) -> Verdict:
    words = document.words("CustomizationID")
    return (words.startswith(_SPECIFICATION) and "::" not in words) or Miss(f"“{words[:80]}”")


def _one_breakdown(document: Node, bill: Bill) -> Verdict:
    count = sum(total.has("TaxSubtotal") for total in document.children.get("TaxTotal", ()))
    return count == 1 or Miss(f"{count} of them")


def _accounting_total(document: Node, bill: Bill) -> Verdict:
    count = sum(not total.has("TaxSubtotal") for total in document.children.get("TaxTotal", ()))
    return count == int(document.has("TaxCurrencyCode")) or Miss(f"{count} of them")


def _same_sign(document: Node, bill: Bill) -> Verdict:
    if not document.has("TaxCurrencyCode"):
        return True
    taxes = document.all("TaxTotal", "TaxAmount")
    in_accounting = [one.number for one in taxes if one.attribute("currencyID") == document.words("TaxCurrencyCode")]
    in_document = [one.number for one in taxes if one.attribute("currencyID") == document.words("DocumentCurrencyCode")]

    def any_of(numbers: list[Decimal | None], sign: int) -> bool:
        return any(number is not None and number * sign >= 0 for number in numbers)

    return (any_of(in_accounting, -1) and any_of(in_document, -1)) or (
        any_of(in_accounting, 1) and any_of(in_document, 1)
    )


def _other_currency(currency: Node, bill: Bill) -> Verdict:
    return currency.value != bill.root.words("DocumentCurrencyCode")


def _one_original(document: Node, bill: Bill) -> Verdict:
    references = document.children.get("AdditionalDocumentReference", ())
    return sum(one.words("DocumentTypeCode") == "50" for one in references) <= 1


def _is_percentage_without_base(entry: Node, bill: Bill) -> bool:
    return entry.has("MultiplierFactorNumeric") and not entry.has("BaseAmount")


def _is_base_without_percentage(entry: Node, bill: Bill) -> bool:
    return entry.has("BaseAmount") and not entry.has("MultiplierFactorNumeric")


def _is_neither(entry: Node, bill: Bill) -> bool:
    return entry.has("BaseAmount") == entry.has("MultiplierFactorNumeric")


def _never(node: Node, bill: Bill) -> Verdict:
    return False


def near(stated: Decimal, computed: Decimal) -> Verdict:
    """Within the slack that Peppol leaves for rounding."""
    if abs(stated - computed) <= _SLACK:
        return True
    return Miss(f"{stated:f}", f"{rounded(computed):f}, give or take {_SLACK}")


def _percentage(entry: Node, bill: Bill) -> Verdict:
    base, percentage = entry.amount("BaseAmount"), entry.amount("MultiplierFactorNumeric")
    if base is None or percentage is None:
        return not entry.has("BaseAmount")
    return near(entry.amount("Amount") or _ZERO, base * percentage / 100)


def _indicator(entry: Node, bill: Bill) -> Verdict:
    return entry.words("ChargeIndicator") in ("true", "false")


def _is_direct_debit(means: Node, bill: Bill) -> bool:
    return means.words("PaymentMeansCode") in _DIRECT_DEBITS


def _document_currency(amount: Node, bill: Bill) -> Verdict:
    currency = bill.root.first("DocumentCurrencyCode")
    stated = amount.attribute("currencyID")
    return (currency is not None and stated == currency.text) or Miss(f"“{(stated or 'nothing')[:10]}”")


def _is_in_document_currency(amount: Node, bill: Bill) -> bool:
    """Of the VAT totals only the one with a breakdown is in the document's currency."""
    if amount.name != "TaxAmount":
        return True
    parent = amount.parent
    return parent is not None and (
        parent.name == "TaxSubtotal" or (parent.name == "TaxTotal" and parent.has("TaxSubtotal"))
    )


def _not_before_the_document(start: Node, bill: Bill) -> Verdict:
    first = bill.root.words("InvoicePeriod", "StartDate")
    return not first or start.value >= first


def _not_after_the_document(end: Node, bill: Bill) -> Verdict:
    last = bill.root.words("InvoicePeriod", "EndDate")
    return not last or end.value <= last


def _line_net(line: Node, bill: Bill) -> Verdict:
    quantity = line.amount("Quantity")
    price = line.amount("Price", "PriceAmount") or _ZERO
    base = line.amount("Price", "BaseQuantity") or _ONE
    charges = allowances = _ZERO
    for entry in line.children.get("AllowanceCharge", ()):
        match entry.words("ChargeIndicator"):
            case "true":
                charges += added(entry.all("Amount"))
            case "false":
                allowances += added(entry.all("Amount"))
            case _:
                pass
    computed = (_ONE if quantity is None else quantity) * (price / base) + rounded(charges) - rounded(allowances)
    return near(line.amount("LineExtensionAmount") or _ZERO, computed)


def _base_quantity(line: Node, bill: Bill) -> Verdict:
    if not line.has("Price", "BaseQuantity"):
        return True
    quantity = line.amount("Price", "BaseQuantity")
    return quantity is not None and quantity > 0


def _object(line: Node, bill: Bill) -> Verdict:
    references = line.children.get("DocumentReference")
    return not references or any(one.words("DocumentTypeCode") == "130" for one in references)


def _net_price(entry: Node, bill: Bill) -> Verdict:
    gross, discount = entry.amount("BaseAmount"), entry.amount("Amount")
    net = entry.parent.amount("PriceAmount") if entry.parent is not None else None
    if not entry.has("BaseAmount"):
        return True
    if gross is None or discount is None or net is None:
        return Miss("too few amounts to compare")
    return net == gross - discount or Miss(f"{net:f}", f"{gross - discount:f}")


def _same_unit(base: Node, bill: Bill) -> Verdict:
    line = base.parent.parent if base.parent is not None else None
    quantities = line.children.get("Quantity") if line is not None else None
    return not quantities or any(one.attribute("unitCode") == base.attribute("unitCode") for one in quantities)


_R = "PEPPOL-EN16931-R"
_UNITED = ("Document", "BilledLine")


CONTEXTS: tuple[Context, ...] = (
    on(
        "Document",
        syntax(f"{_R}001", "BT-23", "a business process", has("ProfileID")),
        rule(f"{_R}007", "BT-23", "a business process of Peppol billing", _profile),
        rule(f"{_R}002", "BG-1", "at most one note, except within Germany", _one_note),
        rule(
            f"{_R}003",
            "BT-10, BT-13",
            "a buyer reference or a purchase order reference",
            lambda node, bill: node.has("BuyerReference") or node.has("OrderReference", "ID"),
        ),
        rule(f"{_R}004", "BT-24", "the specification identifier of Peppol BIS Billing 3.0", _specification),
        rule(f"{_R}053", "BG-23", "exactly one VAT total with a breakdown", _one_breakdown),
        rule(
            f"{_R}054",
            "BT-111",
            "one VAT total without breakdown where a currency of accounting is stated, else none",
            _accounting_total,
        ),
        rule(f"{_R}055", "BT-111", "VAT totals of the same sign in both currencies", _same_sign),
    ),
    on(
        "Document",
        rule(f"{_R}080", "BT-11", "at most one project reference (type code 50)", _one_original),
        when=lambda node, bill: bill.credit,
    ),
    on(
        "TaxCurrencyCode",
        rule(f"{_R}005", "BT-6", "a currency of accounting other than the document's (BT-5)", _other_currency),
    ),
    on(
        "Party",
        rule(f"{_R}010", "BT-49", "the buyer's electronic address", has("EndpointID")),
        under=("AccountingCustomerParty",),
    ),
    on(
        "Party",
        rule(f"{_R}020", "BT-34", "the seller's electronic address", has("EndpointID")),
        under=("AccountingSupplierParty",),
    ),
    *(
        context
        for parent in _UNITED
        for context in (
            on(
                "AllowanceCharge",
                rule(f"{_R}041", "BT-93, BT-100, BT-137, BT-142", "the base amount of the percentage", _never),
                under=(parent,),
                when=_is_percentage_without_base,
            ),
            on(
                "AllowanceCharge",
                rule(f"{_R}042", "BT-94, BT-101, BT-138, BT-143", "the percentage of the base amount", _never),
                under=(parent,),
                when=_is_base_without_percentage,
            ),
            on(
                "AllowanceCharge",
                rule(f"{_R}040", "BT-92, BT-99, BT-136, BT-141", "base amount x percentage", _percentage),
                syntax(f"{_R}043", "BG-20, BG-21, BG-27, BG-28", "the indicator true or false", _indicator),
                under=(parent,),
                when=_is_neither,
            ),
        )
    ),
    on(
        "PaymentMeans",
        rule(f"{_R}061", "BT-89", "a mandate reference, since it is direct debit", has("PaymentMandate", "ID")),
        when=_is_direct_debit,
    ),
    *(
        on(
            name,
            syntax(f"{_R}051", "BT-5", "the document's currency", _document_currency),
            when=_is_in_document_currency,
        )
        for name in AMOUNTS
    ),
    on(
        "StartDate",
        rule(f"{_R}110", "BT-134", "a start that is not before the document's (BT-73)", _not_before_the_document),
        under=("InvoicePeriod", "BilledLine"),
    ),
    on(
        "EndDate",
        rule(f"{_R}111", "BT-135", "an end that is not after the document's (BT-74)", _not_after_the_document),
        under=("InvoicePeriod", "BilledLine"),
    ),
    on(
        "BilledLine",
        rule(f"{_R}120", "BT-131", "quantity x net price / base quantity + charges - allowances", _line_net),
        rule(f"{_R}121", "BT-149", "a base quantity above 0", _base_quantity),
        syntax(
            f"{_R}100",
            "BT-128",
            "at most one invoiced object",
            lambda node, bill: len(node.all("DocumentReference")) <= 1,
        ),
        syntax(f"{_R}101", "BT-128", "the type code 130, an invoiced object", _object),
    ),
    on(
        "AllowanceCharge",
        syntax(
            f"{_R}044",
            "BT-147",
            "an allowance, since a price has no charges",
            lambda node, bill: node.words("ChargeIndicator") == "false",
        ),
        rule(f"{_R}046", "BT-146", "gross price (BT-148) - discount (BT-147)", _net_price),
        under=("Price",),
    ),
    on(
        "BaseQuantity",
        rule(f"{_R}130", "BT-150", "the unit of the quantity (BT-130)", _same_unit),
        under=("Price",),
        when=lambda node, bill: node.attribute("unitCode") is not None,
    ),
)
