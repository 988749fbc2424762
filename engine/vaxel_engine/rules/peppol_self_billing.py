"""Peppol BIS Self-Billing 3: the rules of billing but for who may say what; national rules are not among them."""

from dataclasses import replace

from vaxel_engine.codes import accepted
from vaxel_engine.rules import peppol, peppol_codes, peppol_identifiers
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.rule import Context, Miss, Verdict, rule

SPECIFICATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0"
_ALONE = frozenset(
    {
        "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0",
        "urn:peppol:france:billing:regulated",
        "urn:peppol:france:billing:non-regulated",
    }
)
_WITH_RESPONSE = "urn:peppol:bis:billing_with_response"
_INVOICES = accepted("invoice_types", "self_billing", "invoice")
_CREDIT_NOTES = accepted("invoice_types", "self_billing", "credit note")
_OMITTED = frozenset({"PEPPOL-EN16931-P0112"})


def _specification(document: Node, bill: Bill) -> Verdict:
    words = document.words("CustomizationID")
    return (words.startswith(SPECIFICATION) and "::" not in words) or Miss(f"“{words[:80]}”")


def _profile(document: Node, bill: Bill) -> Verdict:
    words = document.words("ProfileID")
    return words in _ALONE or words == _WITH_RESPONSE or Miss(f"“{words[:60]}”")


def _is_alone(bill: Bill) -> bool:
    return bill.root.words("ProfileID") in _ALONE


def _invoice_type(code: Node, bill: Bill) -> Verdict:
    return not _is_alone(bill) or code.value in _INVOICES


def _credit_note_type(code: Node, bill: Bill) -> Verdict:
    return not _is_alone(bill) or code.value in _CREDIT_NOTES


_REPLACED = {
    one.id: one
    for one in (
        rule("PEPPOL-EN16931-R004", "BT-24", "the specification identifier of Peppol Self-Billing 3.0", _specification),
        rule("PEPPOL-EN16931-R007", "BT-23", "a business process of Peppol self-billing", _profile),
        rule("PEPPOL-EN16931-P0100", "BT-3", "389 or 527, types of a self-billed invoice", _invoice_type),
        rule("PEPPOL-EN16931-P0101", "BT-3", "261, the type of a self-billed credit note", _credit_note_type),
    )
}


def _of_self_billing(context: Context) -> Context:
    rules = tuple(_REPLACED.get(one.id, one) for one in context.rules if one.id not in _OMITTED)
    return replace(context, rules=rules)


CONTEXTS: tuple[Context, ...] = tuple(
    _of_self_billing(context) for module in (peppol, peppol_codes, peppol_identifiers) for context in module.CONTEXTS
)
