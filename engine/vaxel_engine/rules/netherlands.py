"""The Dutch rules within Peppol BIS Billing 3: addresses, registration, payment means, order lines."""

from vaxel_engine.rules.national import COUNTRY
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.rule import Context, Verdict, on, rule

_MEANS = frozenset({"30", "48", "49", "57", "58", "59"})
_SCHEMES = frozenset({"0106", "0190"})  # chamber of commerce, government


def _seller(bill: Bill) -> bool:
    return bill.root.words("AccountingSupplierParty", "Party", *COUNTRY).upper() == "NL"


def _buyer(bill: Bill) -> bool:
    return bill.root.words("AccountingCustomerParty", "Party", *COUNTRY).upper() == "NL"


def _representative(bill: Bill) -> bool:
    return bill.root.words("TaxRepresentativeParty", *COUNTRY).upper() == "NL"


def _from(node: Node, bill: Bill) -> bool:
    return _seller(bill)


def _within(node: Node, bill: Bill) -> bool:
    return _seller(bill) and _buyer(bill)


def _address(address: Node, bill: Bill) -> Verdict:
    return address.has("StreetName") and address.has("CityName") and address.has("PostalZone")


def _registered(number: Node, bill: Bill) -> Verdict:
    return (number.attribute("schemeID") or "") in _SCHEMES and bool(number.value)


def _corrected(code: Node, bill: Bill) -> Verdict:
    return bill.root.has("BillingReference", "InvoiceDocumentReference", "ID")


def _says_how_to_pay(totals: Node, bill: Bill) -> Verdict:
    due = totals.amount("PayableAmount")
    settled = due is not None and (due >= 0 if bill.credit else due <= 0)
    return settled or "PaymentMeans" in bill.named


def _ordered(line: Node, bill: Bill) -> Verdict:
    return bill.root.has("OrderReference", "ID")


_ADDRESS = "street, city and post code"
_NUMBER = "a number of the chamber of commerce (0106) or of the government (0190)"
CONTEXTS: tuple[Context, ...] = (
    on(
        "CreditNoteTypeCode",
        rule("NL-R-001", "BT-25", "the invoice that a credit note corrects", _corrected),
        when=_from,
    ),
    on(
        "PostalAddress",
        rule("NL-R-002", "BG-5", _ADDRESS, _address),
        under=("Party", "AccountingSupplierParty"),
        when=_from,
    ),
    on(
        "CompanyID",
        rule("NL-R-003", "BT-30", _NUMBER, _registered),
        under=("PartyLegalEntity", "Party", "AccountingSupplierParty"),
        when=_from,
    ),
    on(
        "PostalAddress",
        rule("NL-R-004", "BG-8", _ADDRESS, _address),
        under=("Party", "AccountingCustomerParty"),
        when=_within,
    ),
    on(
        "CompanyID",
        rule("NL-R-005", "BT-47", _NUMBER, _registered),
        under=("PartyLegalEntity", "Party", "AccountingCustomerParty"),
        when=_within,
    ),
    on(
        "PostalAddress",
        rule("NL-R-006", "BG-12", _ADDRESS, _address),
        under=("TaxRepresentativeParty",),
        when=lambda node, bill: _seller(bill) and _representative(bill),
    ),
    on(
        "LegalMonetaryTotal",
        rule("NL-R-007", "BG-16", "payment means, since there is something to pay", _says_how_to_pay),
        when=_from,
    ),
    on(
        "PaymentMeans",
        rule(
            "NL-R-008",
            "BT-81",
            "payment means 30, 48, 49, 57, 58 or 59",
            lambda node, bill: node.words("PaymentMeansCode") in _MEANS,
        ),
        when=_within,
    ),
    on(
        "LineID",
        rule("NL-R-009", "BT-13", "the order that the order line is from", _ordered),
        under=("OrderLineReference",),
        when=_from,
    ),
)
