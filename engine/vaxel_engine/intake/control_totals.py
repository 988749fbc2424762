"""What a sender says is in a file, and what was read: how many records, and what there is to pay, by currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import cast

from vaxel_engine.errors import Rejected
from vaxel_engine.model import Document, DocumentKind

NAME = "control_totals"
"""The field of a JSON file that carries them, after its documents."""
_KEYS = ("documents", "sums")


@dataclass(frozen=True, slots=True)
class ControlTotals:
    """What a sender says is in a file; what is absent is not compared."""

    documents: int | None = None
    sums: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])
    """What there is to pay (BT-115), by currency; credit notes are subtracted."""
    fault: str | None = None
    """Why what stood there cannot be compared."""

    @classmethod
    def parse(cls, value: object) -> ControlTotals:
        """The totals as a file or a request states them: `{"documents": 3, "sums": {"SEK": "1250.00"}}`.

        Raises:
            ValueError: it is something else; the text says what, as the end of a sentence.
        """
        if not isinstance(value, dict):
            raise ValueError(f'holds {NAME} that are no object; write {{"documents": 3, "sums": {{"SEK": "1250.00"}}}}')
        stated = cast("dict[str, object]", value)
        if strange := next((name for name in stated if name not in _KEYS), None):
            raise ValueError(f"holds {NAME} with the field {strange[:40]!r}; give documents, sums, or both")
        documents, sums = stated.get("documents"), stated.get("sums", {})
        if documents is not None:
            documents = whole_number(documents)
        if not isinstance(sums, dict):
            raise ValueError(f'holds {NAME} whose sums are no object; write {{"SEK": "1250.00"}}')
        by_currency = cast("dict[str, object]", sums)
        return cls(documents, {currency(name): amount(said) for name, said in by_currency.items()})

    def as_json(self) -> dict[str, object]:
        """With plain values."""
        return {"documents": self.documents, "sums": {name: str(said) for name, said in sorted(self.sums.items())}}


def whole_number(value: object) -> int:
    """A number of documents; raises ValueError."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) < 12):
        raise ValueError(f"holds {NAME} with {text[:40]!r} documents; give a whole number")
    return int(text)


def currency(text: str) -> str:
    """A currency's code; raises ValueError."""
    if len(text) != 3 or not (text.isascii() and text.isalpha() and text.isupper()):
        raise ValueError(f"holds {NAME} with the currency {text[:40]!r}; give a code of ISO 4217, e.g. SEK")
    return text


def amount(value: object) -> Decimal:
    """A sum; raises ValueError."""
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        read = Decimal("NaN")
    if isinstance(value, bool) or not read.is_finite():
        raise ValueError(f"holds {NAME} with the sum {str(value)[:40]!r}; give an amount, e.g. 1250.00")
    return read


class Tally:
    """What was read so far."""

    def __init__(self) -> None:
        self.records = 0
        self.rejected = 0
        self.sums: dict[str, Decimal] = defaultdict(Decimal)

    def add(self, record: Document | Rejected) -> None:
        """Count one record of the file."""
        self.records += 1
        if isinstance(record, Rejected):
            self.rejected += 1
        elif record.invoice is not None:
            due = record.invoice.totals.due
            self.sums[record.invoice.currency] += -due if record.kind is DocumentKind.CREDIT_NOTE else due

    def difference(self, stated: ControlTotals) -> str | None:
        """In what the sender's totals differ from what was read, without a full stop; None where they agree."""
        if stated.fault is not None:
            return f"they cannot be read ({stated.fault})"
        told: list[str] = []
        if stated.documents is not None and stated.documents != self.records:
            told.append(f"{_documents(stated.documents)} announced and {self.records:,} came in")
        for name, said in sorted(stated.sums.items()):
            found = self.sums.get(name, Decimal())
            if said != found:
                told.append(f"{said:,} {name} announced and {found:,} came in")
        if stated.sums:
            unsaid = sorted(name for name, found in self.sums.items() if found and name not in stated.sums)
            told += [f"{self.sums[name]:,} {name} came in and none announced" for name in unsaid]
        if told and self.rejected and stated.sums:
            records = "1 rejected record is" if self.rejected == 1 else f"{self.rejected:,} rejected records are"
            told.append(f"{records} in no sum")
        return "; ".join(told) or None


def _documents(number: int) -> str:
    return "1 document" if number == 1 else f"{number:,} documents"
