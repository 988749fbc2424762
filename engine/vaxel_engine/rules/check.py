"""Judging one record: the tree is walked once, place by place, and every rule of a place is tested there."""

from collections.abc import Iterator
from decimal import Context as Arithmetic
from decimal import localcontext
from itertools import islice

from vaxel_engine import totals
from vaxel_engine.intake.candidate import Candidate, Location
from vaxel_engine.intake.faults import shape
from vaxel_engine.model import Invoice
from vaxel_engine.rules.finding import Finding, Findings
from vaxel_engine.rules.layout import laid_out
from vaxel_engine.rules.node import Bill, Node, tree_of
from vaxel_engine.rules.registry import (
    BOTH_TABLE,
    EMPTY_ELEMENT,
    EN_16931,
    EN_TABLE,
    PEPPOL,
    SELF_BILLING,
    SELF_BILLING_TABLE,
    Table,
    under,
)
from vaxel_engine.rules.rule import Miss, Rule, syntax

PLACES_TOLD = 100
"""In how many places of one kind of a document a broken rule is told; whoever mends these mends what made them."""

_EXACT = Arithmetic(prec=60)  # amounts of 20 digits times rates of 30, with room for the sum of many
_NO_EMPTY_ELEMENT = syntax(EMPTY_ELEMENT, None, "a text, or no element", lambda node, bill: False)
_DECLARED = {
    "poacc:billing:3.0": (PEPPOL, BOTH_TABLE),
    "poacc:selfbilling:3.0": (SELF_BILLING, SELF_BILLING_TABLE),
}
_BILLING = _DECLARED["poacc:billing:3.0"]
_FIGURES = ("Amount", "Quantity", "Percent", "Code", "Date", "Indicator", "Numeric")


def check(candidate: Candidate, *, invoice: Invoice | None = None, peppol: bool | None = None) -> Findings:
    """Judge one record by the official rules; a record without an invoice, a message for instance, has no findings.

    `invoice` is what the model made of the record, where it did: its sums are recomputed, and a difference that the
    official rules let pass is a warning VX-….
    Peppol's rules are added where the invoice declares Peppol BIS Billing 3 or Self-Billing 3 as its specification
    (BT-24); `peppol` says so or not, whatever it declares, and means billing unless self-billing is declared.
    """
    bill = tree_of(candidate.tree) if candidate.tree is not None else laid_out(candidate)
    if bill is None:
        return Findings((), ())
    joined = _joined(bill, peppol=peppol)
    with localcontext(_EXACT):
        misses = _misses(bill, joined[1] if joined else EN_TABLE)
    if joined:
        misses += [(_NO_EMPTY_ELEMENT, node, Miss("an empty element")) for node in islice(bill.empty, PLACES_TOLD)]
    if len(misses) > 1:
        order = bill.order()
        misses.sort(key=lambda miss: order[id(miss[1])])
    findings = tuple(_finding(rule, node, miss, candidate) for rule, node, miss in misses)
    bill.release()
    if invoice is not None:
        findings += tuple(_of_sums(invoice, candidate))
    return Findings(findings, (EN_16931, joined[0]) if joined else (EN_16931,))


def _joined(bill: Bill, *, peppol: bool | None) -> tuple[str, Table] | None:
    """The set of Peppol's that comes on top, and all that then applies."""
    if peppol is False:
        return None
    declared = bill.root.words("CustomizationID")
    found = next((one for sign, one in _DECLARED.items() if sign in declared), None)
    return found or (_BILLING if peppol else None)


def _misses(bill: Bill, table: Table) -> list[tuple[Rule, Node, Miss]]:
    misses: list[tuple[Rule, Node, Miss]] = []
    broken: dict[str, int] = {}
    syntax = bill.notation == "ubl"
    for (name, parent), nodes in bill.placed.items():
        for context in table.at(name, parent):
            rules = context.rules
            deep = context.under[1:] and context.under
            when = context.when
            for node in nodes:
                if (deep and not under(node, deep)) or (when is not None and not when(node, bill)):
                    continue
                for rule in rules:
                    verdict = rule.test(node, bill)
                    if verdict is not True and (syntax or not rule.binds_to_ubl):
                        misses.append((rule, node, verdict if isinstance(verdict, Miss) else Miss(_shown(node))))
                        broken[rule.id] = broken.get(rule.id, 0) + 1
                        if broken[rule.id] == PLACES_TOLD:  # a thousand lines without a price are one mistake
                            rules = tuple(one for one in rules if one is not rule)
    return misses


def _shown(node: Node) -> str:
    """What stands in a leaf, as it may be shown; nothing can be shown of what is missing below a group."""
    if node.children:
        return "none"
    return shape(node.value, show=node.name.endswith(_FIGURES))


def _finding(rule: Rule, node: Node, miss: Miss, candidate: Candidate) -> Finding:
    expected = miss.expected or rule.demand
    return Finding(
        id=rule.id,
        severity=rule.severity,
        term=rule.term,
        path=path_of(node, candidate),
        found=miss.found,
        expected=expected,
        message=f"expected {rule.demand}{f' = {miss.expected}' if miss.expected else ''}; found {miss.found}",
    )


def _of_sums(invoice: Invoice, candidate: Candidate) -> Iterator[Finding]:
    for sum_ in totals.check(invoice):
        yield Finding(
            id=sum_.id,
            severity=sum_.severity,
            term=sum_.term,
            path=candidate.locate(_location(sum_.path)).path,
            found="nothing" if sum_.stated is None else f"{sum_.stated:f}",
            expected="" if sum_.computed is None else f"{sum_.computed:f}",
            message=sum_.message,
        )


def _location(pointer: str) -> Location:
    return tuple(int(step) if step.isdigit() else step for step in pointer.split("/")[1:])


def path_of(node: Node, candidate: Candidate) -> str:
    """Where the node stands in the input."""
    return candidate.locate(node.source).path if isinstance(node.source, tuple) else node.path
