"""Documents of one biller: its articles, letters and charts are few and its customers are many, as in a nightly run.

Every document has another customer, other rows in other numbers, other amounts and days. A program gathers such
a biller from some hundreds of documents in half a minute; those that are drawn all over (`probe`) are for the campaign.
"""

import random
from decimal import Decimal
from functools import cache

from vaxel_engine.compiled import probe
from vaxel_engine.model import Document, DocumentKind, Item, Message, UsageSeries

_KINDS = {
    DocumentKind.INVOICE: 60,
    DocumentKind.REMINDER: 10,
    DocumentKind.CREDIT_NOTE: 10,
    DocumentKind.DIRECT_DEBIT_NOTICE: 12,
    DocumentKind.MESSAGE: 8,
}
_ROWS = (1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12)
_MANY_ROWS = range(20, 50)
_ARTICLES, _LETTERS, _CHARTS = range(5_000_000, 5_000_008), range(6_000_000, 6_000_008), range(7_000_000, 7_000_004)
"""Seeds of what the biller has."""


def bill(seed: int, brand: str, rows: int | None = None) -> Document:
    """What one customer of `brand` gets: mostly a bill of 1 to 12 rows, one in 20 longer, one in 12 a letter."""
    dice = random.Random(f"customer {seed}")  # noqa: S311  # reproducible, not secret
    kind = dice.choices(list(_KINDS), list(_KINDS.values()))[0]
    many = dice.choice(_MANY_ROWS) if dice.random() < 0.05 else dice.choice(_ROWS)
    drawn = probe(seed, kind=kind, lines=rows or many, sender=brand)
    if drawn.invoice is None:
        return drawn.model_copy(update={"message": dice.choice(_letters())})
    lines = tuple(line.model_copy(update={"item": _sold(dice, coded=brand != "base")}) for line in drawn.invoice.lines)
    usage = tuple(_used(dice, series) for series in dice.choice(_charts())) if drawn.usage else ()
    invoice = drawn.invoice.model_copy(update={"lines": lines})
    return drawn.model_copy(update={"invoice": invoice, "usage": usage})


def _sold(dice: random.Random, *, coded: bool) -> Item:
    """One of the biller's articles; some billers number theirs, which is a column more."""
    at = dice.randrange(len(_ARTICLES))
    return _articles()[at].model_copy(update={"sellers_identifier": f"ART-{at:04d}" if coded else None})


def _used(dice: random.Random, series: UsageSeries) -> UsageSeries:
    """Another household's usage in the same months."""
    points = (
        point.model_copy(update={"quantity": _about(dice, point.quantity), "year_before": _about(dice, before)})
        for point in series.points
        if (before := point.year_before) is not None
    )
    return series.model_copy(update={"points": tuple(points)})


def _about(dice: random.Random, quantity: Decimal) -> Decimal:
    return (quantity * dice.randint(60, 160) / 100).quantize(Decimal("0.01"))


@cache
def _articles() -> tuple[Item, ...]:
    drawn = (probe(seed, kind=DocumentKind.INVOICE, lines=1).invoice for seed in _ARTICLES)
    return tuple(invoice.lines[0].item for invoice in drawn if invoice is not None)


@cache
def _letters() -> tuple[Message, ...]:
    drawn = (probe(seed, kind=DocumentKind.MESSAGE).message for seed in _LETTERS)
    return tuple(message for message in drawn if message is not None)


@cache
def _charts() -> tuple[tuple[UsageSeries, ...], ...]:
    return tuple(probe(seed, kind=DocumentKind.INVOICE, usage=True).usage for seed in _CHARTS)
