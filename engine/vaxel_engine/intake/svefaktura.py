"""Svefaktura 1.0, the SFTI Basic Invoice: a Swedish UBL 1.0 becomes one candidate, every stated value as it came."""

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from vaxel_engine.codes import CURRENCIES
from vaxel_engine.errors import Rejected
from vaxel_engine.intake.candidate import Candidate, Location, Place, Records
from vaxel_engine.intake.envelope import recipient_of, sender_of
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.svefaktura_settling import settle
from vaxel_engine.intake.svefaktura_tables import DOCUMENT, INVOICE, words_at
from vaxel_engine.intake.terms import names_of
from vaxel_engine.intake.xml import Element, Fields, Walk, line_of, parse

_ROOT = f"{{{DOCUMENT}}}Invoice"
_CREDIT_NOTE = "381"  # UNCL 1001; Svefaktura has one element for both
_SPECIFICATION = "SFTI Basic Invoice 1.0"
_AS_UBL_2 = {
    "amountCurrencyID": "currencyID",
    "quantityUnitCode": "unitCode",
    "identificationSchemeID": "schemeID",
}
"""Attributes by the names they got in UBL 2, so that the rules of UBL can be used."""
_HOW_WRITTEN = ("codeList", "quantityUnitCodeList", "amountCurrencyCodeList", "identificationScheme", "language")


def recognises(source: Source) -> bool:
    """Whether the root element is an SFTI Basic Invoice."""
    return source.root == _ROOT


def records(source: Source) -> Records:
    """Parse the file, raising Unreadable for broken or hostile XML, and return its one record."""
    return _one(parse(source.whole("Svefaktura"), source.name), source.name)


def _one(root: Element, file: str) -> Iterator[Candidate | Rejected]:
    try:
        yield read_tree(root, file)
    except Rejected as rejection:
        yield rejection


def read_tree(root: Element, file: str, record: int = 1) -> Candidate:
    """Turn a parsed Svefaktura into the model's names; raises Rejected where it cannot be understood."""
    _rename_attributes(root)
    stated = words_at(root, "InvoiceCurrencyCode") or _currency_of_amounts(root)
    walk = Walk(file=file, record=record, currency=stated if stated in CURRENCIES else None)
    invoice: Fields = {}
    walk.children(root, INVOICE, invoice)
    settle(invoice, walk)
    if stated:
        invoice.setdefault("currency", stated)
    invoice["specification"] = _SPECIFICATION
    fields: Fields = {
        "kind": "credit_note" if invoice.get("type_code") == _CREDIT_NOTE else "invoice",
        "recipient": recipient_of(invoice.get("buyer", {})),
        "invoice": invoice,
    }
    if "number" in invoice:
        fields["reference"] = invoice["number"]

    def locate(location: Location) -> Place:
        return _place(root, location)

    sender = sender_of(invoice.get("seller", {}))
    return Candidate(record=record, fields=fields, locate=locate, sender=sender, not_carried=walk.not_carried())


def _currency_of_amounts(root: Element) -> str:
    """The currency of the total, where the document does not state one: the element is optional."""
    total = root.find("{*}LegalTotal/{*}TaxInclusiveTotalAmount")
    return total.get("currencyID", "") if total is not None else ""


def _rename_attributes(root: Element) -> None:
    for element in root.iter():
        for name in [str(name) for name in element.attrib]:
            if name in _AS_UBL_2:
                element.set(_AS_UBL_2[name], element.attrib.pop(name, ""))
            elif name.startswith(_HOW_WRITTEN):
                del element.attrib[name]


@cache
def _paths() -> dict[str, str]:
    text = (files("vaxel_engine.intake") / "svefaktura_paths.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["path"]: row["svefaktura"] for row in rows}


def _place(root: Element, location: Location) -> Place:
    """Where a field stands: its path by local names, and the line of the deepest element on it."""
    steps = location
    while steps and ".".join(names_of(steps)) not in _paths():
        steps = steps[:-1]
    path = _paths().get(".".join(names_of(steps)), "")
    for position in [step + 1 for step in steps if isinstance(step, int)]:
        path = path.replace("[#]", f"[{position}]", 1)
    path = path.replace("[#]", "")
    found: Element = root
    for step in path.split("/") if path else ():
        deeper = found.find(f"{{*}}{step}") if not step.startswith("@") else None
        if deeper is None:
            break
        found = deeper
    return Place(f"/Invoice/{path}" if path else "/Invoice", line_of(found))
