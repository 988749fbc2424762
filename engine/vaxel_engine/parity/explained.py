"""The figures that a document and a pack account for: what else comes near a fact is that fact gone wrong."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity.canonical import Fact, explained_values
from vaxel_engine.parity.spelling import compact, dates, money, normal


@dataclass(frozen=True, slots=True)
class Explained:
    """Sizes of amounts, dates and numbers that may stand in an artifact, and the rows of VAT."""

    amounts: frozenset[str]
    dates: frozenset[str]
    numbers: str
    vat: frozenset[tuple[str | None, str, str]]

    def has_number(self, number: str) -> bool:
        """Whether the document or the pack has `number` somewhere."""
        return number in self.numbers


def explained(document: Document, facts: tuple[Fact, ...], pack: Pack) -> Explained:
    """What `document` accounts for with all its values, and `pack` with the text of its blocks."""
    language = document.recipient.language
    amounts: set[str] = set()
    days: set[str] = set()
    texts = [f"{block.title or ''}\n{block.body}" for block in pack.blocks]
    texts += [pack.contact.telephone, pack.contact.organisation_number, pack.contact.vat_number or ""]
    for value in explained_values(document):
        match value:
            case Decimal():
                amounts.add(f"{abs(value):.2f}")
            case dt.date():
                days.add(f"{value:%Y%m%d}")
            case str():
                texts.append(value)
    text = normal("\n".join(texts))
    amounts |= {amount.size for amount in money(text, language)}
    days |= set(dates(text))
    numbers = "|".join(compact(line) for line in text.split("\n"))
    vat = frozenset((fact.rate, fact.base or "", fact.value) for fact in facts if fact.slot == "vat")
    return Explained(frozenset(amounts), frozenset(days), numbers, vat)
