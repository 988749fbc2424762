"""The Danish rules within Peppol BIS Billing 3: CVR numbers, payment means and cards, UNSPSC."""

import re

from vaxel_engine.rules.national import COUNTRY, is_number
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import filled
from vaxel_engine.rules.rule import Context, Verdict, on, rule


def _danish_seller(bill: Bill) -> bool:
    return bill.root.words("AccountingSupplierParty", "Party", *COUNTRY) == "DK"


def _danish_buyer(bill: Bill) -> bool:
    return bill.root.words("AccountingCustomerParty", "Party", *COUNTRY) == "DK"


def _within_denmark(node: Node, bill: Bill) -> bool:
    return _danish_seller(bill) and _danish_buyer(bill)


def _invoice_within_denmark(node: Node, bill: Bill) -> bool:
    return not bill.credit and _within_denmark(node, bill)


def _registered_as_cvr(document: Node, bill: Bill) -> Verdict:
    number = document.first("AccountingSupplierParty", "Party", "PartyLegalEntity", "CompanyID")
    return number is None or (number.attribute("schemeID") or "").strip() == "0184"


def _not_negative(document: Node, bill: Bill) -> Verdict:
    due = document.amount("LegalMonetaryTotal", "PayableAmount")
    return not (bill.credit and _danish_buyer(bill)) or due is None or due >= 0


def _schemed(party: Node, bill: Bill) -> Verdict:
    identifier = party.first("ID")
    return identifier is None or bool((identifier.attribute("schemeID") or "").strip())


_DANISH_MEANS = frozenset({"1", "10", "31", "42", "48", "49", "50", "58", "59", "93", "97"})


def _transfer(means: Node, bill: Bill) -> Verdict:
    if means.words("PaymentMeansCode") not in ("31", "42"):
        return True
    return bool(
        means.words("PayeeFinancialAccount", "ID")
        and means.words("PayeeFinancialAccount", "FinancialInstitutionBranch", "ID")
    )


def _debit(means: Node, bill: Bill) -> Verdict:
    if means.words("PaymentMeansCode") != "49":
        return True
    return bool(means.words("PaymentMandate", "ID") and means.words("PaymentMandate", "PayerFinancialAccount", "ID"))


def _giro(means: Node, bill: Bill) -> Verdict:
    if means.words("PaymentMeansCode") != "50":
        return True
    kind = means.words("PaymentID")[:3]
    return (
        kind in ("01#", "04#", "15#")
        and re.fullmatch("[0-9]{7,8}", means.words("PayeeFinancialAccount", "ID")) is not None
    )


def _giro_length(means: Node, bill: Bill) -> Verdict:
    if means.words("PaymentMeansCode") != "50" or means.words("PaymentID")[:3] not in ("04#", "15#"):
        return True
    return len(means.words("PaymentID")) == 19


def _fik(means: Node, bill: Bill) -> Verdict:
    if means.words("PaymentMeansCode") != "93":
        return True
    return (
        means.words("PaymentID")[:3] in ("71#", "73#", "75#") and len(means.words("PayeeFinancialAccount", "ID")) == 8
    )


def _fik_length(means: Node, bill: Bill) -> Verdict:
    if means.words("PaymentMeansCode") != "93" or means.words("PaymentID")[:3] not in ("71#", "75#"):
        return True
    return len(means.words("PaymentID")) in (18, 19)


def _buyer_registered_as_cvr(party: Node, bill: Bill) -> Verdict:
    number = party.first("PartyLegalEntity", "CompanyID")
    return number is None or (number.attribute("schemeID") or "").strip() == "0184"


_UNSPSC = frozenset({"19.05.01", "19.0501", "26.08.01", "26.0801"})


def _unspsc(line: Node, bill: Bill) -> Verdict:
    codes = line.all("Item", "CommodityClassification", "ItemClassificationCode")
    if all(code.attribute("listID") != "TST" for code in codes):
        return True
    return any(code.attribute("listVersionID") in _UNSPSC for code in codes)


def _special_reason(entry: Node, bill: Bill) -> Verdict:
    if entry.words("AllowanceChargeReasonCode") != "ZZZ":
        return True
    reason = entry.words("AllowanceChargeReason")
    inside = "#" in reason and not reason.startswith("#") and not reason.endswith("#")
    return inside or (len(reason) == 4 and is_number(reason) and 0 <= float(reason) <= 9999)


CONTEXTS: tuple[Context, ...] = (
    on(
        "Document",
        rule(
            "DK-R-002",
            "BT-30",
            "the seller's CVR number",
            filled("AccountingSupplierParty", "Party", "PartyLegalEntity", "CompanyID"),
        ),
        rule("DK-R-014", "BT-30-1", "the scheme 0184 of the seller's CVR number", _registered_as_cvr),
        rule("DK-R-016", "BT-115", "a credit note whose amount due is not negative", _not_negative),
        when=lambda node, bill: _danish_seller(bill),
    ),
    *(
        on(
            "PartyIdentification",
            rule("DK-R-013", "BT-29-1, BT-46-1", "the scheme of the party identifier", _schemed),
            under=("Party", role, "Document"),
            when=_within_denmark,
        )
        for role in ("AccountingSupplierParty", "AccountingCustomerParty")
    ),
    on(
        "PaymentMeans",
        rule(
            "DK-R-005",
            "BT-81",
            "a payment means that Denmark uses",
            lambda node, bill: node.words("PaymentMeansCode") in _DANISH_MEANS,
        ),
        rule("DK-R-006", "BT-84, BT-86", "account and registration number for a bank transfer", _transfer),
        rule("DK-R-007", "BT-89, BT-91", "mandate and debited account for direct debit", _debit),
        rule("DK-R-008", "BT-83, BT-84", "card type 01, 04 or 15 and a giro account of 7 or 8 digits", _giro),
        rule("DK-R-009", "BT-83", "card type, # and 16 digits", _giro_length),
        rule("DK-R-010", "BT-83, BT-84", "card type 71, 73 or 75 and a creditor number of 8 digits", _fik),
        rule("DK-R-011", "BT-83", "card type, # and 15 or 16 digits", _fik_length),
        under=("Document",),
        when=_invoice_within_denmark,
    ),
    on(
        "Party",
        rule("DK-R-017", "BT-47-1", "the scheme 0184 of the buyer's CVR number", _buyer_registered_as_cvr),
        under=("AccountingCustomerParty", "Document"),
        when=_within_denmark,
    ),
    on(
        "BilledLine",
        rule("DK-R-003", "BT-158-2", "UNSPSC version 19.0501 or 26.0801", _unspsc),
        under=("Document",),
        when=_within_denmark,
    ),
    on(
        "AllowanceCharge",
        rule("DK-R-004", "BT-97, BT-104", "a four-figure tax code with reason code ZZZ", _special_reason),
        when=_within_denmark,
    ),
)
