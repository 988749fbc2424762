"""Peppol BIS Billing 3: code lists, types of document, dates, and exemptions that go with one category only."""

import datetime as dt
import re
from collections.abc import Callable

from vaxel_engine.codes import accepted, members
from vaxel_engine.rules.en_codes import AMOUNTS
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.peppol import knows_profile, within_germany
from vaxel_engine.rules.predicates import attribute_listed, listed
from vaxel_engine.rules.rule import Context, Test, Verdict, on, rule, syntax

# 81 is a credit note type to Peppol, though EN 16931 takes it for an invoice as well (P0100, P0101)
_INVOICES = accepted("invoice_types", "peppol", "invoice") - {"81"}
_CREDIT_NOTES = accepted("invoice_types", "peppol", "credit note")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EXEMPTION_CATEGORIES = (
    ("P0104", "VATEX-EU-G", "G"),
    ("P0105", "VATEX-EU-O", "O"),
    ("P0106", "VATEX-EU-IC", "K"),
    ("P0107", "VATEX-EU-AE", "AE"),
    ("P0108", "VATEX-EU-D", "E"),
    ("P0109", "VATEX-EU-F", "E"),
    ("P0110", "VATEX-EU-I", "E"),
    ("P0111", "VATEX-EU-J", "E"),
)
_CL = "PEPPOL-EN16931-CL"


def _calendar_day(day: Node, bill: Bill) -> Verdict:
    if not _DAY.fullmatch(day.text):
        return False
    try:
        dt.date.fromisoformat(day.text)
    except ValueError:
        return False
    return True


def _invoice_type(code: Node, bill: Bill) -> Verdict:
    return not knows_profile(bill) or code.value in _INVOICES


def _credit_note_type(code: Node, bill: Bill) -> Verdict:
    return not knows_profile(bill) or code.value in _CREDIT_NOTES


def _german_type(code: Node, bill: Bill) -> Verdict:
    return code.value not in ("326", "384") or within_germany(bill)


def _of_category(category: str) -> Test:
    def test(node: Node, bill: Bill) -> Verdict:
        return node.words("ID") == category

    return test


def _exempted_by(exemption: str) -> Callable[[Node, Bill], bool]:
    def when(node: Node, bill: Bill) -> bool:
        return any(code.text.upper() == exemption for code in node.children.get("TaxExemptionReasonCode", ()))

    return when


CONTEXTS: tuple[Context, ...] = (
    on(
        "EmbeddedDocumentBinaryObject",
        rule(
            f"{_CL}001",
            "BT-125-1",
            "a media type that attachments may have",
            attribute_listed("mimeCode", members("mime_types")),
        ),
    ),
    on(
        "AllowanceChargeReasonCode",
        rule(f"{_CL}002", "BT-98, BT-140", "a code of UNCL 5189", listed(members("allowance_reasons"))),
        under=("AllowanceCharge",),
        when=lambda node, bill: node.parent is not None and node.parent.words("ChargeIndicator") == "false",
    ),
    on(
        "AllowanceChargeReasonCode",
        rule(f"{_CL}003", "BT-105, BT-145", "a code of UNCL 7161", listed(members("charge_reasons"))),
        under=("AllowanceCharge",),
        when=lambda node, bill: node.parent is not None and node.parent.words("ChargeIndicator") == "true",
    ),
    on(
        "DescriptionCode",
        rule(f"{_CL}006", "BT-8", "3, 35 or 432 of UNCL 2005", listed(members("tax_point_codes"))),
        under=("InvoicePeriod",),
    ),
    *(
        on(
            name,
            syntax(
                f"{_CL}007",
                "BT-5",
                "a currency of ISO 4217",
                attribute_listed("currencyID", accepted("currencies", "peppol"), required=True),
            ),
        )
        for name in AMOUNTS
    ),
    on(
        "EndpointID",
        rule(
            f"{_CL}008",
            "BT-34-1, BT-49-1",
            "a code of EAS",
            attribute_listed("schemeID", accepted("electronic_addresses", "peppol")),
        ),
    ),
    on(
        "InvoiceTypeCode",
        rule("PEPPOL-EN16931-P0100", "BT-3", "an invoice type that Peppol takes", _invoice_type),
        rule("PEPPOL-EN16931-P0112", "BT-3", "type 326 or 384 within Germany only", _german_type),
    ),
    on(
        "CreditNoteTypeCode",
        rule("PEPPOL-EN16931-P0101", "BT-3", "a credit note type that Peppol takes", _credit_note_type),
    ),
    *(
        on(name, rule("PEPPOL-EN16931-F001", "BT-2, BT-7, BT-9, BT-72 to BT-74", "a day as YYYY-MM-DD", _calendar_day))
        for name in ("IssueDate", "DueDate", "TaxPointDate", "StartDate", "EndDate", "ActualDeliveryDate")
    ),
    *(
        on(
            "TaxCategory",
            rule(
                f"PEPPOL-EN16931-{number}",
                "BT-118",
                f"category {category}, the exemption being {exemption}",
                _of_category(category),
            ),
            when=_exempted_by(exemption),
        )
        for number, exemption, category in _EXEMPTION_CATEGORIES
    ),
)
