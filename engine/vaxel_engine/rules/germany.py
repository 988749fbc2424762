"""The German rules within Peppol BIS Billing 3, for invoices from Germany to Germany."""

import re

from stdnum import iban

from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.peppol import within_germany
from vaxel_engine.rules.predicates import filled, has
from vaxel_engine.rules.rule import Context, Rule, Test, Verdict, on, rule

_TAXED = frozenset({"S", "Z", "E", "AE", "K", "G", "L", "M"})
_TYPES = frozenset({"326", "380", "384", "389", "381", "875", "876", "877"})
_DISCOUNT = re.compile(r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#")
_EMAIL = re.compile(r"[^@\s]+@([^@.\s]+\.)+[^@.\s]+")
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]+:")


def _germany(node: Node, bill: Bill) -> bool:
    return within_germany(bill)


def _tax_number(document: Node, bill: Bill) -> Verdict:
    categories = (*bill.named.get("ClassifiedTaxCategory", ()), *bill.named.get("TaxCategory", ()))
    if not any(
        one.words("ID") in _TAXED for one in categories if one.parent is not None and one.parent.name != "TaxSubtotal"
    ):
        return True
    numbers = document.all("AccountingSupplierParty", "Party", "PartyTaxScheme", "CompanyID")
    return document.has("TaxRepresentativeParty") or any(number.value for number in numbers)


def _discount(document: Node, bill: Bill) -> Verdict:
    notes = document.all("PaymentTerms", "Note")
    if not notes:
        return True
    lines = re.split(r"\r?\n", notes[0].text)
    marked = [line.strip() for line in lines if line.strip().startswith("#")]
    if not all(_DISCOUNT.fullmatch(line) for line in marked):
        return False
    last = re.split(r"#.+#", notes[0].text)[-1]
    return not marked or re.match(r"\s*\n", last) is not None


def _names_differ(document: Node, bill: Bill) -> Verdict:
    names = [
        one.attribute("filename")
        for reference in document.children.get("AdditionalDocumentReference", ())
        for one in reference.all("Attachment", "EmbeddedDocumentBinaryObject")
    ]
    named = [name for name in names if name is not None]
    return len(named) == len(set(named))


def _creditor(document: Node, bill: Bill) -> Verdict:
    if not document.has("PaymentMeans", "PaymentMandate"):
        return True
    identifiers = (
        *document.all("AccountingSupplierParty", "Party", "PartyIdentification", "ID"),
        *document.all("PayeeParty", "PartyIdentification", "ID"),
    )
    return any(one.attribute("schemeID") == "SEPA" for one in identifiers)


def _debited(document: Node, bill: Bill) -> Verdict:
    return not document.has("PaymentMeans", "PaymentMandate") or document.has(
        "PaymentMeans", "PaymentMandate", "PayerFinancialAccount", "ID"
    )


def _type(document: Node, bill: Bill) -> Verdict:
    return document.words("CreditNoteTypeCode" if bill.credit else "InvoiceTypeCode") in _TYPES


def _corrects(document: Node, bill: Bill) -> Verdict:
    code = document.words("CreditNoteTypeCode" if bill.credit else "InvoiceTypeCode")
    return code != "384" or document.has("BillingReference", "InvoiceDocumentReference")


def _iban(code: str, *path: str) -> Test:
    def test(means: Node, bill: Bill) -> Verdict:
        return means.words("PaymentMeansCode") != code or bool(iban.is_valid(means.words(*path)))

    return test


def _only(kept: str) -> Test:
    """Of the three groups that say how it is paid, no other than the one kept."""
    others = [name for name in ("PayeeFinancialAccount", "CardAccount", "PaymentMandate") if name != kept]

    def test(means: Node, bill: Bill) -> Verdict:
        return not any(means.has(name) for name in others)

    return test


def _means(codes: tuple[str, ...], number: str, kept: str, *further: Rule) -> Context:
    def when(means: Node, bill: Bill) -> bool:
        return means.words("PaymentMeansCode") in codes and within_germany(bill)

    return on(
        "PaymentMeans",
        rule(f"DE-R-{number}-1", "BG-16", "the account, card or mandate that the payment means needs", has(kept)),
        rule(
            f"DE-R-{number}-2", "BG-16", "no other account, card or mandate than the payment means needs", _only(kept)
        ),
        *further,
        under=("Document",),
        when=when,
    )


_SELLER = ("Party", "AccountingSupplierParty")
CONTEXTS: tuple[Context, ...] = (
    on(
        "Document",
        rule("DE-R-001", "BG-16", "payment means", has("PaymentMeans")),
        rule("DE-R-015", "BT-10", "a buyer reference", filled("BuyerReference")),
        rule("DE-R-016", "BT-31, BT-32", "a tax number of the seller or its representative", _tax_number),
        rule("DE-R-017", "BT-3", "an invoice type that Germany uses", _type, "warning"),
        rule("DE-R-018", "BT-20", "a cash discount as #SKONTO#TAGE=…#PROZENT=…#", _discount),
        rule("DE-R-022", "BT-125-2", "a different file name for each attachment", _names_differ),
        rule("DE-R-026", "BG-3", "the invoice that is corrected (type 384)", _corrects, "warning"),
        rule("DE-R-030", "BT-90", "a creditor identifier for direct debit", _creditor),
        rule("DE-R-031", "BT-91", "the account to debit", _debited),
        when=_germany,
    ),
    on(
        "ExternalReference",
        rule(
            "DE-R-T02",
            "BT-124",
            "an address with its scheme",
            lambda node, bill: _URL.match(node.words("URI")) is not None,
            "warning",
        ),
        when=_germany,
    ),
    on(
        "AccountingSupplierParty",
        rule("DE-R-002", "BG-6", "the seller's contact", has("Party", "Contact")),
        when=_germany,
    ),
    on(
        "PostalAddress",
        rule("DE-R-003", "BT-37", "the seller's city", filled("CityName")),
        rule("DE-R-004", "BT-38", "the seller's post code", filled("PostalZone")),
        under=_SELLER,
        when=_germany,
    ),
    on(
        "Contact",
        rule("DE-R-005", "BT-41", "a name of the seller's contact", filled("Name")),
        rule("DE-R-006", "BT-42", "a telephone number of the seller's contact", filled("Telephone")),
        rule("DE-R-007", "BT-43", "an e-mail address of the seller's contact", filled("ElectronicMail")),
        rule(
            "DE-R-027",
            "BT-42",
            "a telephone number of at least three digits",
            lambda node, bill: sum(one.isdigit() for one in node.words("Telephone")) >= 3,
            "warning",
        ),
        rule(
            "DE-R-028",
            "BT-43",
            "an e-mail address with one @",
            lambda node, bill: _EMAIL.fullmatch(node.words("ElectronicMail")) is not None,
            "warning",
        ),
        under=_SELLER,
        when=_germany,
    ),
    on(
        "PostalAddress",
        rule("DE-R-008", "BT-52", "the buyer's city", filled("CityName")),
        rule("DE-R-009", "BT-53", "the buyer's post code", filled("PostalZone")),
        under=("Party", "AccountingCustomerParty"),
        when=_germany,
    ),
    on(
        "Address",
        rule("DE-R-010", "BT-77", "the city of delivery", filled("CityName")),
        rule("DE-R-011", "BT-78", "the post code of delivery", filled("PostalZone")),
        under=("DeliveryLocation", "Delivery"),
        when=_germany,
    ),
    _means(
        ("30", "58"),
        "023",
        "PayeeFinancialAccount",
        rule("DE-R-019", "BT-84", "an IBAN", _iban("58", "PayeeFinancialAccount", "ID"), "warning"),
    ),
    _means(("48", "54", "55"), "024", "CardAccount"),
    _means(
        ("59",),
        "025",
        "PaymentMandate",
        rule("DE-R-020", "BT-91", "an IBAN", _iban("59", "PaymentMandate", "PayerFinancialAccount", "ID"), "warning"),
    ),
    on(
        "TaxSubtotal",
        rule("DE-R-014", "BT-119", "a VAT rate", filled("TaxCategory", "Percent")),
        under=("TaxTotal", "Document"),
        when=_germany,
    ),
)
