"""A record of any format laid out as the tree that the rules judge, by the table of terms.

A candidate's fields have the model's names; each name's path in UBL stands in `intake/terms.csv`. So a CSV or JSON
record is judged as the e-invoice that it would become. Specification and type (BT-24, BT-3) are filled in where the
record has none, as the model and the writer of an e-invoice do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from vaxel_engine.intake.candidate import Candidate, Location
from vaxel_engine.intake.terms import names_of, term_at
from vaxel_engine.rules.node import Bill, Node, Planter

_CORE = "urn:cen.eu:en16931:2017"
_STEP = re.compile(r"(?:cac:|cbc:)?(@?\w+)(\[[^\]]*\])?")
_SCHEMES = {"scheme": "schemeID", "scheme_version": "listVersionID"}


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    counted: bool
    condition: str


@lru_cache(maxsize=2048)
def _steps(names: tuple[str, ...]) -> tuple[_Step, ...] | None:
    row = term_at(names)
    if row is None or row.ubl is None:
        return None
    found = [_STEP.match(part) for part in row.ubl.split("/")]
    return tuple(_Step(one[1], one[2] == "[#]", one[2] or "") for one in found if one is not None)


def laid_out(candidate: Candidate) -> Bill | None:
    """The tree of a record's invoice, None where it has none."""
    fields = candidate.fields
    if not isinstance(fields, dict):
        return None
    record = cast("dict[str, Any]", fields)
    invoice = record.get("invoice")
    if not isinstance(invoice, dict):
        return None
    credit = record.get("kind") == "credit_note"
    return _Layout(credit).bill(cast("dict[str, Any]", invoice))


class _Layout:
    """One tree being laid out; groups that several fields share are made once for each position."""

    def __init__(self, credit: bool) -> None:
        self.credit = credit
        self.planter = Planter()
        self.root = self.planter.plant("CreditNote" if credit else "Invoice", None, "", ("invoice",))
        self.made: dict[tuple[object, ...], Node] = {}
        self.currency = ""

    def bill(self, invoice: dict[str, Any]) -> Bill:
        self.currency = str(invoice.get("currency", ""))
        for location, value in _leaves(invoice, ("invoice",)):
            self._lay(location, value)
        if not self.root.has("CustomizationID"):
            self.planter.plant("CustomizationID", self.root, _CORE, ("invoice", "specification"))
        if "type_code" not in invoice:
            self._lay(("invoice", "type_code"), "381" if self.credit else "380")
        self._complete()
        return Bill(root=self.root, credit=self.credit, placed=self.planter.placed, empty=[], notation="terms")

    def _lay(self, location: Location, value: object) -> None:
        if value is None:
            return
        if location == ("invoice", "type_code"):
            self._leaf(self.root, "CreditNoteTypeCode" if self.credit else "InvoiceTypeCode", value, location)
            return
        names = names_of(location)
        steps = _steps(names)
        if steps is None:
            return
        positions = [step for step in location if isinstance(step, int)]
        node = self.root
        for place, step in enumerate(steps):
            if step.name.startswith("@"):
                self._attribute(node, step.name[1:], value)
                return
            last = place == len(steps) - 1
            position = positions.pop(0) if step.counted and positions else 0
            node = self._group(node, step, (position, *self._apart(names, step)), location, leaf=last)
        if location[-1] in _SCHEMES and names[-1] in _SCHEMES:
            self._attribute(node, _SCHEMES[str(location[-1])], value)
        else:
            node.text = format(value, "f") if isinstance(value, Decimal) else str(value)
            node.value = node.text.strip()
            self._dress(node)

    def _apart(self, names: tuple[str, ...], step: _Step) -> tuple[str, ...]:
        """What keeps apart groups that UBL repeats under one name: two tax schemes, two VAT totals."""
        if step.name == "PartyTaxScheme":
            return (names[-1],)
        return (step.condition,) if step.name == "TaxTotal" and "not(" in step.condition else ()

    def _group(self, parent: Node, step: _Step, apart: tuple[object, ...], location: Location, *, leaf: bool) -> Node:
        key = (id(parent), step.name, *apart)
        node = self.made.get(key)
        if node is None:
            node = self.planter.plant(step.name, parent, "", location if leaf else location[:-1])
            self.made[key] = node
            if step.name == "PartyTaxScheme":
                scheme = self.planter.plant("TaxScheme", node, "", location)
                self._leaf(scheme, "ID", "TAX" if "tax_registration_identifier" in location else "VAT", location)
            elif step.name in ("TaxCategory", "ClassifiedTaxCategory"):
                scheme = self.planter.plant("TaxScheme", node, "", location)
                self._leaf(scheme, "ID", "VAT", location)
        elif leaf:
            node.source = location
        elif isinstance(node.source, tuple):
            node.source = _shared(node.source, location)
        return node

    def _leaf(self, parent: Node, name: str, value: object, location: Location) -> None:
        node = self.planter.plant(name, parent, str(value), location)
        self.made[id(parent), name, 0] = node

    def _dress(self, node: Node) -> None:
        """Every amount is in the document's currency, but the VAT total in the currency of accounting."""
        if node.name.endswith("Amount"):
            other = node.name == "TaxAmount" and node.parent is not None and node.parent.name == "TaxTotal"
            apart = (
                other and node.source[-1:] == ("vat_in_accounting_currency",)
                if isinstance(node.source, tuple)
                else False
            )
            currency = self.root.words("TaxCurrencyCode") if apart else self.currency
            self._attribute(node, "currencyID", currency)
        elif node.name == "ChargeIndicator":
            node.text = node.value = node.value.lower()

    def _attribute(self, node: Node, name: str, value: object) -> None:
        if node.attributes is None:
            node.attributes = {}
        node.attributes[name] = str(value)

    def _complete(self) -> None:
        """Give lists their attributes; a price's allowance says that it is one."""
        for price in self.planter.placed.get(("Price", "BilledLine"), ()):
            for entry in price.children.get("AllowanceCharge", ()):
                if not entry.has("ChargeIndicator"):
                    self._leaf(entry, "ChargeIndicator", "false", cast("Location", entry.source))
        for reference in self.planter.placed.get(("DocumentReference", "BilledLine"), ()):
            if not reference.has("DocumentTypeCode"):
                self._leaf(reference, "DocumentTypeCode", "130", cast("Location", reference.source))


def _shared(one: Location, other: Location) -> Location:
    """Where two fields are both below: the group that they make."""
    length = next((place for place, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), len(one))
    return one[:length]


def _leaves(value: object, location: Location) -> Iterator[tuple[Location, object]]:
    match value:
        case dict():
            for name, inner in cast("dict[object, object]", value).items():
                yield from _leaves(inner, (*location, str(name)))
        case list() | tuple():
            for position, inner in enumerate(cast("list[object]", value)):
                yield from _leaves(inner, (*location, position))
        case _:
            yield location, value
