"""Documents with one thing at its extreme each: every text longest and shortest, few and many rows, optional parts.

Which texts there are is not listed anywhere: a text of the model that, once changed, changes the page is one. Longest
is what intake allows, and for prose what fills several lines. Optional parts go in pairs: of any two of them there is a
document with both, one with either and one with neither.
"""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from itertools import chain, combinations
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from vaxel_engine.compiled.probes import probe
from vaxel_engine.errors import Unrenderable
from vaxel_engine.model import Document, DocumentKind, Invoice
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of

ROWS = (1, 2, 3, 5, 12, 60, 200)
PROSE, LETTER = 700, 9_000
"""Characters that fill several lines of a paragraph, and several pages of a letter."""
_PROSE = frozenset({"text", "description", "note", "reason", "exemption_reason", "payment_terms"})
_SAMPLE = "Åäö 12"
"""What an optional text says where the probe says nothing."""
_SHORTEST = ("i", "1", "ij", "Å1")
_WORDS = (
    *("avtal", "Öresund", "mätarställning", "överföring", "enligt", "Søndre", "perioden", "kl. 14", "Ængsvej", "år"),
    *("av", "Þingvellir", "elnätsabonnemang", "kr/kWh", "i", "fjärrvärmecentralen", "och", "WAVE", "Łódź", "å"),
)
_V = TypeVar("_V", bound=BaseModel)
_Place = tuple[str | int, ...]
Part = Callable[[Document, random.Random], Document]


def extremes(pack: Pack, seed: int) -> Iterator[Document]:
    """The documents, with other words for another `seed`; those that intake or the pack would refuse are left out."""
    dice = random.Random(seed)  # noqa: S311  # reproducible, not secret
    made = chain(_texts(pack, dice), _rows(pack, dice), _parts(pack, dice))
    for number, document in enumerate(made, start=1):
        named = document.model_copy(update={"reference": f"EXTREME-{seed}-{number:03d}"})
        if _pages(named, pack) is not None:
            yield named


def _texts(pack: Pack, dice: random.Random) -> Iterator[Document]:
    """Each text that reaches the page, alone at its longest and at its shortest, and all of them at once."""
    for begun in _grounds(pack, dice):
        document = _filled_up(begun, pack)
        before = _pages(document, pack)
        texts = [place for place in _places(document) if _reaches(document, place, before, pack)]
        said = _said(dice, LETTER // 5)
        for choose in (_longest, _shortest):
            together = document
            for place in texts:
                changed = choose(document, place, said)
                if changed is not None:
                    yield changed
                together = choose(together, place, said) or together
            yield together


def _grounds(pack: Pack, dice: random.Random) -> Iterator[Document]:
    """What the texts are changed in: a bill with every part, a reminder, and a letter."""
    number = dice.randrange(10**6)
    bill = probe(number, kind=DocumentKind.INVOICE, lines=2, usage=False, balance=False, sender=pack.brand)
    for name, part in PARTS.items():
        if name not in ("usage", "balance", "paid", "rounding"):
            bill = part(bill, dice)
    yield bill
    yield probe(number + 1, kind=DocumentKind.MESSAGE, sender=pack.brand)


def _rows(pack: Pack, dice: random.Random) -> Iterator[Document]:
    for rows in ROWS:
        number = dice.randrange(10**6)
        yield probe(number, kind=DocumentKind.INVOICE, lines=rows, usage=False, balance=False, sender=pack.brand)


def _parts(pack: Pack, dice: random.Random) -> Iterator[Document]:
    levels: dict[str, tuple[Any, ...]] = dict.fromkeys(PARTS, (False, True))
    levels["kind"] = tuple(
        kind for kind in DocumentKind if kind not in (DocumentKind.MESSAGE, DocumentKind.FINISHED_PDF)
    )
    levels["language"] = tuple(pack.languages)
    for chosen in pairwise(levels, dice):
        document = probe(
            dice.randrange(10**6),
            kind=chosen["kind"],
            language=chosen["language"],
            lines=dice.choice((1, 2, 4, 9)),
            usage=False,
            balance=False,
            sender=pack.brand,
        )
        document = _bare(document)
        for name, part in PARTS.items():
            if chosen[name]:
                document = part(document, dice)
        yield document


def pairwise(levels: Mapping[str, tuple[Any, ...]], dice: random.Random) -> Iterator[dict[str, Any]]:
    """Few rows in which any two values of any two factors come together; greedy, the best of some random rows each."""
    left = {
        ((one, first), (other, second))
        for one, other in combinations(levels, 2)
        for first in levels[one]
        for second in levels[other]
    }
    while left:
        begun = dict(sorted(left, key=str)[dice.randrange(len(left))])
        rows = [{name: begun.get(name, dice.choice(values)) for name, values in levels.items()} for _ in range(40)]
        covered = [left.intersection(combinations(row.items(), 2)) for row in rows]
        best = max(range(len(rows)), key=lambda at: len(covered[at]))
        left -= covered[best]
        yield rows[best]


def _changed(value: _V, **update: Any) -> _V:
    return value.model_copy(update=update)


def _on_invoice(**make: Callable[[Invoice, random.Random], Any]) -> Part:
    def part(document: Document, dice: random.Random) -> Document:
        invoice = document.invoice
        if invoice is None:
            return document
        told = invoice.model_dump()
        told |= {name: one(invoice, dice) for name, one in make.items()}
        return _changed(document, invoice=Invoice.model_validate(told))

    return part


def _line(invoice: Invoice, **update: Any) -> list[dict[str, Any]]:
    """The lines, the first of them with more in it."""
    first, *others = (line.model_dump() for line in invoice.lines)
    return [{**first, **update}, *others]


def _with(source: str) -> Part:
    """The part of a probe that has it."""

    def part(document: Document, dice: random.Random) -> Document:
        other = probe(dice.randrange(10**6), kind=DocumentKind.INVOICE, lines=1, usage=True, balance=True)
        return _changed(document, **{source: getattr(other, source)})

    return part


def _said(dice: random.Random, words: int) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(words)).capitalize()


_ADDRESS = {"line_1": "Ringvägen 4", "post_code": "11867", "city": "Stockholm", "country_code": "SE"}
_OFF = {"is_charge": False, "amount": Decimal("12.50"), "vat": {"code": "S", "rate": Decimal(25)}}

PARTS: Mapping[str, Part] = {
    "usage": _with("usage"),
    "balance": _with("balance"),
    "notes": _on_invoice(notes=lambda _, dice: [{"text": _said(dice, dice.choice((4, 30)))} for _ in range(2)]),
    "terms": _on_invoice(payment_terms=lambda _, dice: _said(dice, 14)),
    "references": _on_invoice(
        references=lambda _, dice: {
            name: f"{name[:3].upper()}-{dice.randrange(10**6)}"
            for name in ("buyer", "project", "contract", "purchase_order", "sales_order", "buyer_accounting")
        }
    ),
    "period": _on_invoice(period=lambda _, __: {"start": dt.date(2026, 10, 1), "end": dt.date(2026, 12, 31)}),
    "discounts": _on_invoice(
        allowances_and_charges=lambda _, dice: [
            {**_OFF, "reason": _said(dice, 3)},
            {**_OFF, "is_charge": True, "reason": _said(dice, 9)},
        ]
    ),
    "line discounts": _on_invoice(
        lines=lambda invoice, dice: _line(
            invoice, allowances_and_charges=[{"is_charge": False, "amount": Decimal("2.00"), "reason": _said(dice, 4)}]
        )
    ),
    "line words": _on_invoice(
        lines=lambda invoice, dice: _line(
            invoice, note=_said(dice, 12), item={**invoice.lines[0].item.model_dump(), "description": _said(dice, 9)}
        )
    ),
    "exempt": _on_invoice(
        vat_breakdown=lambda invoice, dice: [
            *(one.model_dump() for one in invoice.vat_breakdown),
            {
                "taxable_amount": Decimal("40.00"),
                "tax_amount": Decimal(0),
                "category": {"code": "E", "rate": Decimal(0)},
                "exemption_reason": _said(dice, 11),
            },
        ]
    ),
    "accounts": _on_invoice(
        payment=lambda invoice, _: [
            {
                **invoice.payment[0].model_dump(),
                "credit_transfers": [
                    {"account_identifier": "5050109", "service_provider_identifier": "SE:BANKGIRO"},
                    {"account_identifier": "4123451", "service_provider_identifier": "SE:PLUSGIRO"},
                    {"account_identifier": "SE4550000000058398257466", "service_provider_identifier": "ESSESESS"},
                ],
            }
        ]
    ),
    "paid": _on_invoice(totals=lambda invoice, _: {**invoice.totals.model_dump(), "paid": Decimal("10.00")}),
    "rounding": _on_invoice(totals=lambda invoice, _: {**invoice.totals.model_dump(), "rounding": Decimal("0.37")}),
    "payee": _on_invoice(payee=lambda _, dice: {"name": _said(dice, 3), "identifier": {"value": "5567891234"}}),
    "delivery": _on_invoice(
        delivery=lambda _, dice: {
            "party_name": _said(dice, 2),
            "actual_date": dt.date(2026, 11, 3),
            "location_identifier": {"value": "735999100012345678"},
            "address": _ADDRESS,
        }
    ),
    "enclosed": _on_invoice(
        supporting_documents=lambda _, dice: [{"identifier": f"B-{dice.randrange(999)}", "description": _said(dice, 5)}]
    ),
    "customer": lambda document, dice: _changed(
        document, recipient=_changed(document.recipient, customer_number=f"{dice.randrange(10**8)}")
    ),
}
"""What a document may have and may lack, and how it gets it."""


def _bare(document: Document) -> Document:
    """The document without what PARTS may give it."""
    invoice = cast("Invoice", document.invoice)
    totals = _changed(invoice.totals, paid=None, rounding=None)
    payment = tuple(_changed(one, credit_transfers=one.credit_transfers[:1]) for one in invoice.payment)
    return _changed(
        document,
        usage=(),
        balance=None,
        recipient=_changed(document.recipient, customer_number=None),
        invoice=_changed(invoice, period=None, totals=totals, payment=payment),
    )


def _filled_up(document: Document, pack: Pack) -> Document:
    """The document with every optional text that intake takes and that reaches the page."""
    before = _pages(document, pack)
    for place in list(_empty_places(document)):
        tried = _put(document, place, _SAMPLE)
        if tried is not None and (after := _pages(tried, pack)) not in (None, before):
            document, before = tried, after
    return document


def _places(value: BaseModel, way: _Place = ()) -> Iterator[_Place]:
    """Where the texts of a value are: of several of a kind in the first and in the last."""
    for name in type(value).model_fields:
        held = getattr(value, name)
        if isinstance(held, str) and not isinstance(held, Enum):
            yield (*way, name)
        elif isinstance(held, BaseModel):
            yield from _places(held, (*way, name))
        elif isinstance(held, tuple) and held:
            several = _several(held)
            for at in sorted({0, len(several) - 1}):
                if isinstance(several[at], BaseModel):
                    yield from _places(several[at], (*way, name, at))


def _empty_places(value: BaseModel, way: _Place = ()) -> Iterator[_Place]:
    """Where a value, or the first of several, has nothing and may have a text."""
    for name, field in type(value).model_fields.items():
        held = getattr(value, name)
        if held is None and "str" in str(field.annotation):
            yield (*way, name)
        elif isinstance(held, BaseModel):
            yield from _empty_places(held, (*way, name))
        elif isinstance(held, tuple) and held:
            several = _several(held)
            if isinstance(several[0], BaseModel):
                yield from _empty_places(several[0], (*way, name, 0))


def _several(held: Any) -> tuple[Any, ...]:
    return tuple(held)


def _put(document: Document, place: _Place, text: str) -> Document | None:
    """The document with another text at a place; None where intake would not take it."""
    told = document.model_dump()
    inner: Any = told
    for step in place[:-1]:
        if isinstance(inner[step], tuple):
            inner[step] = list(inner[step])
        inner = inner[step]
    inner[place[-1]] = text
    try:
        return Document.model_validate(told)
    except ValidationError:
        return None


def _reaches(document: Document, place: _Place, before: str | None, pack: Pack) -> bool:
    if place in (("sender",), ("reference",)):
        return False
    for text in ("Öx 9", "77 01", "9"):
        changed = _put(document, place, text)
        if changed is not None:
            return _pages(changed, pack) not in (None, before)
    return False


def _longest(document: Document, place: _Place, said: str) -> Document | None:
    """The text as long as intake allows, or as several lines, or pages of a letter, need."""
    if place[-1] == "body":
        return _put(document, place, "\n\n".join(said[at : at + 900].strip() for at in range(0, LETTER, 900)))
    lengths = (PROSE, 300) if place[-1] in _PROSE else (300, 120, 60, 30, 12)
    return next((put for many in lengths if (put := _put(document, place, said[:many].strip())) is not None), None)


def _shortest(document: Document, place: _Place, _: str) -> Document | None:
    return next((put for text in _SHORTEST if (put := _put(document, place, text)) is not None), None)


def _pages(document: Document, pack: Pack) -> str | None:
    """The HTML of the pages; None for a document that the pack cannot show."""
    try:
        return source_of(Rendering.of(document, pack))[0]
    except Unrenderable:
        return None
