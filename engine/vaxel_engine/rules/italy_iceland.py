"""The Italian and the Icelandic rules within Peppol BIS Billing 3."""

import datetime as dt
import re

from vaxel_engine.rules.national import COUNTRY, supplier_country
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import has
from vaxel_engine.rules.rule import Context, Test, Verdict, on, rule

_TAX_NUMBER = re.compile(r"[A-Z0-9]{11,16}")
_LAST_DAY = "EINDAGI"  # the Icelandic last day of payment, carried as a supporting document
_KENNITALA = "0196"


def _italian(node: Node, bill: Bill) -> bool:
    return supplier_country(bill) == "IT"


def _other_italian_tax(scheme: Node, bill: Bill) -> bool:
    return scheme.words("TaxScheme", "ID") not in ("", "VAT") and _italian(scheme, bill)


def _icelandic_seller(node: Node, bill: Bill) -> bool:
    return bill.root.words("AccountingSupplierParty", "Party", *COUNTRY) == "IS"


def _within_iceland(node: Node, bill: Bill) -> bool:
    return _icelandic_seller(node, bill) and bill.root.words("AccountingCustomerParty", "Party", *COUNTRY) == "IS"


def _kennitala(*path: str) -> Test:
    def test(node: Node, bill: Bill) -> Verdict:
        return any(one.attribute("schemeID") == _KENNITALA for one in node.all(*path, "PartyLegalEntity", "CompanyID"))

    return test


def _street_and_zone(*path: str) -> Test:
    def test(node: Node, bill: Bill) -> Verdict:
        return node.has(*path, "PostalAddress", "StreetName") and node.has(*path, "PostalAddress", "PostalZone")

    return test


def _account(code: str) -> Test:
    def test(document: Node, bill: Bill) -> Verdict:
        means = [one for one in document.children.get("PaymentMeans", ()) if one.words("PaymentMeansCode") == code]
        accounts = [account for one in means for account in one.all("PayeeFinancialAccount", "ID")]
        return not means or (bool(accounts) and len(accounts[0].value) == 12)

    return test


def _last_days(document: Node) -> list[str]:
    references = document.children.get("AdditionalDocumentReference", ())
    return [one.words("ID") for one in references if one.words("DocumentDescription") == _LAST_DAY]


def _last_day(document: Node, bill: Bill) -> Verdict:
    days = _last_days(document)
    try:
        return not days or dt.date.fromisoformat(days[0]).isoformat() == days[0]
    except ValueError:
        return False


def _due_day(document: Node, bill: Bill) -> Verdict:
    return not _last_days(document) or document.has("DueDate")


def _due_before_last(document: Node, bill: Bill) -> Verdict:
    days = _last_days(document)
    return not days or (document.has("DueDate") and document.words("DueDate") <= days[0])


def _type(document: Node, bill: Bill) -> Verdict:
    return bool({document.words("InvoiceTypeCode"), document.words("CreditNoteTypeCode")} & {"380", "381"})


CONTEXTS: tuple[Context, ...] = (
    on(
        "PartyTaxScheme",
        rule(
            "IT-R-001",
            "BT-32",
            "a tax registration of 11 to 16 capitals and digits",
            lambda node, bill: _TAX_NUMBER.fullmatch(node.words("CompanyID")) is not None,
        ),
        under=("Party", "AccountingSupplierParty"),
        when=_other_italian_tax,
    ),
    on(
        "Party",
        rule("IT-R-002", "BT-35", "the seller's street", has("PostalAddress", "StreetName")),
        rule("IT-R-003", "BT-37", "the seller's city", has("PostalAddress", "CityName")),
        rule("IT-R-004", "BT-38", "the seller's post code", has("PostalAddress", "PostalZone")),
        under=("AccountingSupplierParty",),
        when=_italian,
    ),
    on(
        "Document",
        rule("IS-R-001", "BT-3", "type 380 or 381", _type, "warning"),
        rule(
            "IS-R-002", "BT-30", "the seller's kennitala, scheme 0196", _kennitala("AccountingSupplierParty", "Party")
        ),
        rule(
            "IS-R-003",
            "BG-5",
            "the seller's street and post code",
            _street_and_zone("AccountingSupplierParty", "Party"),
        ),
        rule("IS-R-006", "BT-84", "an account of 12 digits for payment means 9", _account("9")),
        rule("IS-R-007", "BT-84", "an account of 12 digits for payment means 42", _account("42")),
        rule("IS-R-008", "BT-122", "the last day of payment as YYYY-MM-DD", _last_day),
        rule("IS-R-009", "BT-9", "a due date beside the last day of payment", _due_day),
        rule("IS-R-010", "BT-9", "a due date not after the last day of payment", _due_before_last),
        when=_icelandic_seller,
    ),
    on(
        "AccountingCustomerParty",
        rule("IS-R-004", "BT-47", "the buyer's kennitala, scheme 0196", _kennitala("Party")),
        rule("IS-R-005", "BG-8", "the buyer's street and post code", _street_and_zone("Party")),
        when=_within_iceland,
    ),
)
