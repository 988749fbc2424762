"""The facts view: everything a template may show, as plain words for one language; templates choose place and look."""

import functools
from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import cast

from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.charts import Chart
from vaxel_engine.rendering.facts_charts import ChartFacts, chart_facts
from vaxel_engine.rendering.facts_invoice import (
    LineFacts,
    TotalRow,
    VatRow,
    has_long_figures,
    line_facts,
    total_rows,
    vat_rows,
)
from vaxel_engine.rendering.facts_message import LetterFacts, Notice, letter_facts, notices
from vaxel_engine.rendering.facts_parties import (
    Detail,
    RecipientFacts,
    SellerFacts,
    details,
    recipient_facts,
    seller_facts,
)
from vaxel_engine.rendering.facts_payment import PaymentFacts, ToPay, payment_facts, to_pay
from vaxel_engine.rendering.facts_series import BalanceFacts, UsageFacts, balance_facts, usage_facts
from vaxel_engine.rendering.formatting import Day, day


@dataclass(frozen=True, slots=True)
class Facts:
    """One document for its reader. Amounts are formatted, dates are words, nothing is left to compute.

    kind          "invoice", "credit_note", "reminder", "direct_debit_notice", "message" or "finished_pdf"
    language      "sv" or "en"
    title         what the document is called: "Faktura"; a message's subject, a finished PDF's title
    number        the invoice's number; None for a message and a finished PDF
    reference     the sender's own reference of the consignment
    currency      "SEK"; None for a message and a finished PDF
    issue_date    Day or None
    due_date      Day or None: the last day to pay, or the day it is drawn
    to_pay        ToPay; None for a message and a finished PDF
    payment       PaymentFacts where the reader has something to pay, else None
    recipient     RecipientFacts
    seller        SellerFacts
    details       what the matter is called, as (label, value) pairs in reading order
    lines         LineFacts of what was sold
    vat           VatRow per category and rate
    long_figures  whether the lines or totals hold figures that need wider columns
    totals        TotalRow from net to what is left to pay, a sum that reads from top to bottom
    notices       message blocks of the pack and notes of the invoice, as HTML and as text
    letter        a message's body, else None
    usage         UsageFacts per series: every step in figures
    balance       BalanceFacts or None
    charts        ChartFacts per chart, usage before balance: its finding in a sentence, its table twin
    finding       what the first chart shows, in one sentence; None without a chart
    link          https address of the document
    """

    kind: str
    language: str
    title: str
    number: str | None
    reference: str
    currency: str | None
    issue_date: Day | None
    due_date: Day | None
    to_pay: ToPay | None
    payment: PaymentFacts | None
    recipient: RecipientFacts
    seller: SellerFacts
    details: tuple[Detail, ...]
    lines: tuple[LineFacts, ...]
    vat: tuple[VatRow, ...]
    long_figures: bool
    totals: tuple[TotalRow, ...]
    notices: tuple[Notice, ...]
    letter: LetterFacts | None
    usage: tuple[UsageFacts, ...]
    balance: BalanceFacts | None
    charts: tuple[ChartFacts, ...]
    finding: str | None
    link: str


def build_facts(document: Document, pack: Pack, *, link: str, charts: tuple[Chart, ...] = ()) -> Facts:
    """The facts of `document` in its recipient's language; raises TemplateError when the pack lacks a word for them."""
    language = document.recipient.language
    words = pack.words(language)
    invoice = document.invoice
    pay = to_pay(document, words, language)
    title = words[f"title.{document.kind}"]
    if document.kind is DocumentKind.MESSAGE and document.message is not None:
        title = document.message.subject
    if document.pdf is not None:
        title = document.pdf.title
    lines = line_facts(invoice, words, language) if invoice is not None else ()
    totals = total_rows(document, words, language)
    due = None
    if invoice is not None:
        due = document.payment.draw_date if document.payment is not None else invoice.due_date
    return Facts(
        kind=str(document.kind),
        language=language,
        title=title,
        number=invoice.number if invoice is not None else None,
        reference=document.reference,
        currency=invoice.currency if invoice is not None else None,
        issue_date=day(invoice.issue_date, language) if invoice is not None else None,
        due_date=day(due, language) if due is not None else None,
        to_pay=pay,
        payment=payment_facts(document, pay, words, language),
        recipient=recipient_facts(document, pack.profile),
        seller=seller_facts(document, pack, words),
        details=details(document, words, language),
        lines=lines,
        vat=vat_rows(invoice, language) if invoice is not None else (),
        long_figures=has_long_figures(lines, totals),
        totals=totals,
        notices=notices(document, pack, state=pay.state if pay is not None else None),
        letter=letter_facts(document),
        usage=usage_facts(document, words, language),
        balance=balance_facts(document, language),
        charts=chart_facts(charts, words),
        finding=charts[0].finding if charts else None,
        link=link,
    )


def plain(value: object) -> object:
    """Dataclasses as dicts and tuples as lists, all the way down: what a sandboxed template is given."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, tuple):
        return [plain(item) for item in cast("tuple[object, ...]", value)]
    known = _fields_of(cast("Hashable", type(value)))
    if known is None:
        return value
    names, read, deep = known
    said = dict(zip(names, read(value), strict=True))
    for name in deep:
        said[name] = plain(said[name])
    return said


@functools.cache
def _fields_of(
    kind: Hashable,
) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]], tuple[str, ...]] | None:
    """Of a dataclass its fields, what reads them all, and which may be more than text; None of anything else."""
    if not isinstance(kind, type) or not is_dataclass(kind):
        return None
    names = tuple(field.name for field in fields(kind))
    deep = tuple(field.name for field in fields(kind) if field.type not in (str, str | None))
    if len(names) > 1:
        return names, attrgetter(*names), deep
    return names, lambda value: tuple(getattr(value, name) for name in names), deep
