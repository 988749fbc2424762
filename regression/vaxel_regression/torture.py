"""Hard documents: what a real register holds one day, made of an invoice that is easy, so that only one thing is hard.

Every one of them is valid by the official rules as far as its amounts go, or is refused by a sentence; what the oracles
say of its artifacts is what a reader would.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, Unrenderable
from vaxel_engine.model import (
    Document,
    DocumentKind,
    Invoice,
    InvoiceLine,
    Item,
    PostalAddress,
    Price,
    VatBreakdown,
    VatCategory,
)
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_regression.matrix import Sample
from vaxel_regression.pages import page_sizes

FILE = "torture"
MOST_LINES = 900
_LONGEST_NAME = "Bostadsrättsföreningensamfällighetsadministrationsgemenskapen"
"""61 letters without a space."""
_RIGHT_TO_LEFT = "שרה כהן־לוי"
_CJK = "株式会社北極光電力販売"
_EMOJI = "Åsa 🌲⚡ Lund 👩‍👩‍👧"
_COMBINING = "Ḁ̃͋n̈́͊n̂ä̀ Ö̂͋d̈m̀ä́n"
_MARKUP = '<b>Nils</b> & "Söner" </td><script>alert(1)</script>'
_LONG_WORD = "Fjärrvärmecentralsunderhållsavtalsförlängningsavgiftsjustering" * 2

Hard = Callable[[Document, Pack], Document]


def torture(easy: Document, pack: Pack, *, full: bool = True) -> Iterator[Sample]:
    """The hard documents by name; without `full` those whose rendering takes no longer than an everyday one's.

    `easy` is an invoice to begin with. Raises Misconfigured when it is none.
    """
    if easy.invoice is None or easy.kind is not DocumentKind.INVOICE:
        raise Misconfigured("torture data is made of an invoice; add one to the samples")
    for name, make in HARD.items():
        if full or name not in _LONG:
            yield Sample(f"{FILE}-{name}", FILE, make(easy, pack))


def _long_name(easy: Document, _: Pack) -> Document:
    return _named(easy, _LONGEST_NAME)


def _named(easy: Document, name: str) -> Document:
    """The same invoice to somebody else."""
    invoice = _invoice(easy)
    return easy.model_copy(
        update={
            "recipient": easy.recipient.model_copy(update={"name": name}),
            "invoice": invoice.model_copy(update={"buyer": invoice.buyer.model_copy(update={"name": name})}),
        }
    )


def _script(name: str) -> Hard:
    """A name and a line in letters that not every font has."""

    def make(easy: Document, _: Pack) -> Document:
        line = _line(1, "120.5", "0.89")
        named = line.model_copy(update={"item": line.item.model_copy(update={"name": name})})
        return _with_lines(_named(easy, name), (named, *_invoice(easy).lines[1:]))

    return make


def _long_words(easy: Document, _: Pack) -> Document:
    first = _line(1, "1", "12.50")
    item = Item(name=_LONG_WORD, description=" ".join(["Enligt överenskommelse i avtal och bilagor"] * 8))
    return _with_lines(easy, (first.model_copy(update={"item": item}), _line(2, "2", "3.00")))


def _lines(count: int) -> Hard:
    return lambda easy, _: _with_lines(easy, _many(count))


def _one_page(easy: Document, pack: Pack) -> Document:
    """As many lines as the first page of this pack just holds: one more begins another."""
    least, most = 1, 60
    while most - least > 1:
        count = (least + most) // 2
        try:
            with Press().sitting(_with_lines(easy, _many(count)), pack) as sitting:
                pdf = sitting.artifact(ArtifactKind.MAILBOX_PDF)
        except Unrenderable:
            most = count
            continue
        least, most = (count, most) if len(page_sizes(pdf.body)) == 1 else (least, count)
    return _with_lines(easy, _many(least))


def _negative(easy: Document, _: Pack) -> Document:
    return _with_lines(easy, (_line(1, "-120.5", "8.90"), _line(2, "1", "39.20")))


def _zero(easy: Document, _: Pack) -> Document:
    return _with_lines(easy, (_line(1, "1", "100.00"), _line(2, "-1", "100.00")))


def _nine_digits(easy: Document, _: Pack) -> Document:
    return _with_lines(easy, (_line(1, "1234567.5", "98.7654"), _line(2, "999999.999", "111.11")))


def _four_rates(easy: Document, _: Pack) -> Document:
    rates = (("S", "25"), ("S", "12"), ("S", "6"), ("Z", "0"))
    lines = tuple(
        _line(number, "10", f"{number}9.90").model_copy(update={"vat": VatCategory(code=code, rate=Decimal(rate))})
        for number, (code, rate) in enumerate(rates, start=1)
    )
    return _with_lines(easy, lines)


def _bare(easy: Document, _: Pack) -> Document:
    """Nothing that may be left out."""
    invoice, recipient = _invoice(easy), easy.recipient
    least = Invoice(
        number=invoice.number,
        issue_date=invoice.issue_date,
        type_code=invoice.type_code,
        currency=invoice.currency,
        due_date=invoice.due_date,
        seller=invoice.seller.model_copy(update={"contact": None, "electronic_address": None}),
        buyer=invoice.buyer,
        payment=invoice.payment,
        totals=invoice.totals,
        vat_breakdown=invoice.vat_breakdown,
        lines=invoice.lines,
    )
    reached = recipient.model_copy(update={"email": None, "mobile": None, "national_id": None, "customer_number": None})
    return Document(kind=easy.kind, reference=easy.reference, sender=easy.sender, recipient=reached, invoice=least)


def _abroad(easy: Document, _: Pack) -> Document:
    address = PostalAddress(
        line_1="Hauptverwaltung, Abteilung Energieeinkauf und Nachhaltigkeit",
        line_2="Friedrich-Ebert-Straße 112–118, Hinterhaus, 3. Obergeschoss",
        line_3="Postfach 10 04 60",
        post_code="D-40225",
        city="Düsseldorf-Oberkassel",
        country_subdivision="Nordrhein-Westfalen",
        country_code="DE",
    )
    return _at(easy, address)


def _island(easy: Document, _: Pack) -> Document:
    """A country that writes its post code last, and a name with an apostrophe."""
    address = PostalAddress(
        line_1="Flat 4B, O'Connor & Sons' House", city="St. John's Wood, London", post_code="NW8 9AY", country_code="GB"
    )
    return _at(easy, address)


def _at(easy: Document, address: PostalAddress) -> Document:
    invoice = _invoice(easy)
    return easy.model_copy(
        update={
            "recipient": easy.recipient.model_copy(update={"postal_address": address}),
            "invoice": invoice.model_copy(
                update={"buyer": invoice.buyer.model_copy(update={"postal_address": address})}
            ),
        }
    )


def _with_lines(easy: Document, lines: tuple[InvoiceLine, ...]) -> Document:
    """The same invoice of other lines, with sums that add up (BR-CO-10 to BR-CO-17); nothing of its usage is kept."""
    net: dict[tuple[str, Decimal], Decimal] = {}
    for line in lines:
        key = (line.vat.code, line.vat.rate or Decimal(0))
        net[key] = net.get(key, Decimal(0)) + line.net_amount
    breakdown = tuple(
        VatBreakdown(
            taxable_amount=amount,
            tax_amount=(amount * rate / 100).quantize(Decimal("0.01")),
            category=VatCategory(code=code, rate=rate),
        )
        for (code, rate), amount in net.items()
    )
    without, vat = sum(net.values(), Decimal(0)), sum((row.tax_amount for row in breakdown), Decimal(0))
    invoice = _invoice(easy)
    totals = invoice.totals.model_copy(
        update={
            "line_net": without,
            "allowances": None,
            "charges": None,
            "without_vat": without,
            "vat": vat,
            "with_vat": without + vat,
            "paid": None,
            "rounding": None,
            "due": without + vat,
        }
    )
    made = invoice.model_copy(update={"lines": lines, "totals": totals, "vat_breakdown": breakdown, "notes": ()})
    return easy.model_copy(update={"invoice": made, "usage": (), "balance": None})


def _many(count: int) -> tuple[InvoiceLine, ...]:
    return tuple(_line(number, "120.5", "0.8900") for number in range(1, count + 1))


def _line(number: int, quantity: str, price: str) -> InvoiceLine:
    return InvoiceLine(
        identifier=str(number),
        quantity=Decimal(quantity),
        unit="KWH",
        net_amount=(Decimal(quantity) * Decimal(price)).quantize(Decimal("0.01")),
        price=Price(net=Decimal(price)),
        vat=VatCategory(code="S", rate=Decimal(25)),
        item=Item(name=f"El, mätare {number:03d}"),
    )


def _invoice(easy: Document) -> Invoice:
    assert easy.invoice is not None  # noqa: S101  # asked for by `torture`
    return easy.invoice


HARD: dict[str, Hard] = {
    "long-name": _long_name,
    "long-words": _long_words,
    "one-line": _lines(1),
    "one-page-full": _one_page,
    "ninety-lines": _lines(90),
    "nine-hundred-lines": _lines(MOST_LINES),
    "negative-total": _negative,
    "nothing-to-pay": _zero,
    "nine-digits": _nine_digits,
    "four-vat-rates": _four_rates,
    "right-to-left": _script(_RIGHT_TO_LEFT),
    "cjk": _script(_CJK),
    "emoji": _script(_EMOJI),
    "combining-marks": _script(_COMBINING),
    "looks-like-html": _script(_MARKUP),
    "bare": _bare,
    "abroad": _abroad,
    "post-code-last": _island,
}
"""What is hard, by the name under which it is reported. No lines at all is refused at intake (BG-25)."""

_LONG = frozenset({"nine-hundred-lines"})
