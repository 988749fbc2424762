"""What each field of the model is called elsewhere: its business term in EN 16931 and its paths in UBL and CII."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from vaxel_engine.intake.candidate import Location

_POSITION = re.compile(r"\[#\]")
_CII_ROOT = "rsm:CrossIndustryInvoice"
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
    cii: str | None
    example: str | None


@cache
def _table() -> dict[str, Term]:
    text = (files("vaxel_engine.intake") / "terms.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {
        row["path"]: Term(row["term"] or None, row["ubl"] or None, row["cii"] or None, row["example"] or None)
        for row in rows
    }


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
    path = _filled(location, lambda term: term.ubl)
    if root == "CreditNote":
        for invoice_name, credit_note_name in _CREDIT_NOTE_NAMES:
            path = path.replace(invoice_name, credit_note_name)
    return f"/{root}/{path}" if path else f"/{root}"


def cii_path(location: Location) -> str:
    """The XPath of a field of the model in a CII invoice, positions filled in, customary prefixes."""
    path = _filled(location, lambda term: term.cii)
    return f"/{_CII_ROOT}/{path}" if path else f"/{_CII_ROOT}"


def _filled(location: Location, column: Callable[[Term], str | None]) -> str:
    """The path below the root of the field, or of the nearest group around it that has one; empty for the root."""
    steps = location
    while steps:
        found = term_at(steps)
        path = column(found) if found is not None else None
        if path is not None:
            return _with_positions(path, [step + 1 for step in steps if isinstance(step, int)])
        steps = steps[:-1]
    return ""


def _with_positions(path: str, positions: list[int]) -> str:
    return _POSITION.sub(lambda _: f"[{positions.pop(0)}]" if positions else "", path)
