"""What each field of the model is called elsewhere: its business term in EN 16931 and its path in UBL."""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vaxel_engine.intake.candidate import Location

_POSITION = re.compile(r"\[#\]")
_PARENTS_OF_SCHEMED = {"value", "scheme"}
_CREDIT_NOTE_NAMES = (
    ("cac:InvoiceLine", "cac:CreditNoteLine"),
    ("cbc:InvoicedQuantity", "cbc:CreditedQuantity"),
    ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode"),
    ("cbc:DueDate", "cac:PaymentMeans/cbc:PaymentDueDate"),
)


@dataclass(frozen=True, slots=True)
class Term:
    """One row of terms.csv; empty columns are None."""

    term: str | None
    ubl: str | None
    example: str | None


@cache
def _table() -> dict[str, Term]:
    text = (files("vaxel_engine.intake") / "terms.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["path"]: Term(row["term"] or None, row["ubl"] or None, row["example"] or None) for row in rows}


def names_of(location: Location) -> tuple[str, ...]:
    """The location without positions in lists."""
    return tuple(step for step in location if isinstance(step, str))


def term_at(location: Location) -> Term | None:
    """The row of the field, or of the identifier it is a part of; None for what is no part of EN 16931."""
    names = names_of(location)
    found = _table().get(".".join(names))
    if found is None and names and names[-1] in _PARENTS_OF_SCHEMED:
        found = _table().get(".".join(names[:-1]))
    return found


def ubl_path(location: Location, root: str) -> str:
    """The XPath of a field of the model in a UBL `Invoice` or `CreditNote`, positions filled in, customary prefixes."""
    steps = location
    found = term_at(steps)
    while steps and (found is None or found.ubl is None):
        steps = steps[:-1]
        found = term_at(steps)
    if found is None or found.ubl is None:
        return f"/{root}"
    positions = [step + 1 for step in steps if isinstance(step, int)]
    path = _POSITION.sub(lambda _: f"[{positions.pop(0)}]" if positions else "", found.ubl)
    if root == "CreditNote":
        for invoice_name, credit_note_name in _CREDIT_NOTE_NAMES:
            path = path.replace(invoice_name, credit_note_name)
    return f"/{root}/{path}"
