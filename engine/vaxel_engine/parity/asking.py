"""What is drawn is not asked for: words, accounts, references and codes by which a reader would pay once more.

A document with a payment leg says "will be drawn on …". Whoever also reads "to pay", a bankgiro number or a code to
scan pays twice. The e-invoice is not looked at: its business terms are the seller's, as the file states them.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files

from vaxel_engine.model import Document, Language
from vaxel_engine.packs import Pack, Words
from vaxel_engine.parity.canonical import Fact, Sort, accounts, reference_of, state_of
from vaxel_engine.parity.places import sentence_pattern
from vaxel_engine.parity.readback import Part
from vaxel_engine.parity.spelling import compact

NOTHING = Fact("asking", "what asks for payment", Sort.WORDS, "nothing, since it is drawn", "asking")
"""The row of a document that is drawn."""
_SLOT = re.compile(r"\{\w+\}")
_DRAWN = (
    "to_pay.direct_debit.label",
    "to_pay.direct_debit.date_label",
    "to_pay.direct_debit.sentence",
    "to_pay.direct_debit.sentence_with_account",
    "total.drawn",
    "sms.direct_debit",
    "email.subject_direct_debit",
)
_SHORTEST = 5
"""Characters of a number that is looked for: fewer stand somewhere by chance."""


def is_drawn(document: Document) -> bool:
    """Whether the document's amount is drawn, so that nothing of it may ask for payment."""
    return state_of(document) == "direct_debit"


def numbers_to_pay_by(document: Document) -> tuple[str, ...]:
    """The accounts and the reference that a payer would need; not what is the document's or customer's own number."""
    invoice = document.invoice
    if invoice is None:
        return ()
    own = {compact(invoice.number), compact(document.recipient.customer_number or "")}
    reference = reference_of(invoice)
    found = [one.number for one in accounts(invoice)] + ([compact(reference)] if reference is not None else [])
    return tuple(one for one in found if len(one) >= _SHORTEST and one not in own)


def asked(document: Document, part: Part, pack: Pack) -> str | None:
    """What in a part of an artifact asks for the payment of a drawn document; None where nothing does."""
    if part.column == "xml":
        return None
    if part.column in ("qr", "page_qr") and part.stated:
        return "a code to pay by"
    for words in pack.once(_Asking).of(document.recipient.language):
        if found := words.search(part.text):
            return " ".join(found[0].split())
    squeezed = compact(part.text)
    return next((number for number in numbers_to_pay_by(document) if number in squeezed), None)


@dataclass(slots=True)
class _Asking:
    """The words of one pack that ask, each language compiled at its first use."""

    pack: Pack
    made: dict[Language, tuple[re.Pattern[str], ...]] = field(
        default_factory=dict[Language, tuple[re.Pattern[str], ...]]
    )

    def of(self, language: Language) -> tuple[re.Pattern[str], ...]:
        if language not in self.made:
            self.made[language] = tuple(_compiled(self.pack.words(language), language))
        return self.made[language]


def _compiled(words: Words, language: Language) -> Iterator[re.Pattern[str]]:
    text = (files(__package__ or "") / "asks.csv").read_text(encoding="utf-8")
    drawn = [_SLOT.sub("x", words.get(key, "")) for key in _DRAWN]
    for row in csv.DictReader(text.splitlines()):
        word = words.get(row["words"].strip("[]"), "")
        if not _SLOT.sub("", word).strip(" :.,"):
            continue
        alone = " " not in word  # one word says it on a button, and may say anything within a sentence
        form = rf"^\s*{re.escape(word)}\s*$" if alone else sentence_pattern(word, language)
        pattern = re.compile(form, re.MULTILINE)
        if not any(pattern.search(one) for one in drawn):  # what a notice says too asks for nothing
            yield pattern
