"""Parity in bulk: what the templates are handed, compared with the document before anything is set or sent.

Every artifact is filled from one facts view. This check reads the view's words back, some 60 strings, with the reader
that `parity` uses, and compares them with the model. It sees every fault of the view: formatting, rounding, a wrong
field. It does not see what a template leaves out or a finished artifact loses; `parity` does.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from vaxel_engine.identifiers.ocr import is_ocr
from vaxel_engine.model import Document, Language
from vaxel_engine.parity.asking import is_drawn
from vaxel_engine.parity.canonical import Fact, canonical_facts, qr_expected
from vaxel_engine.parity.readback import uqr
from vaxel_engine.parity.spelling import compact, dates, money, normal
from vaxel_engine.rendering.facts import Facts
from vaxel_engine.rendering.facts_payment import PaymentFacts, ToPay
from vaxel_engine.rendering.formatting import Day

_ROLES = {"net": "net", "vat": "vat", "rounding": "rounding", "total": "total", "paid": "paid", "to_pay": "amount_due"}
"""Steps of the sum, and the fact each one is."""
_ACCOUNTS = ("bankgiro", "plusgiro", "iban", "account")
"""In the order they are shown."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A string that a template would show and that is not what the document says; `name` is its place in the view."""

    name: str
    said: str
    expected: str


def check(document: Document, facts: Facts) -> tuple[Mismatch, ...]:
    """Every mismatch between `document` and the `facts` that its templates are handed; empty when all is well."""
    return tuple(_mismatches(document, facts))


def _mismatches(document: Document, facts: Facts) -> Iterator[Mismatch]:
    known: dict[str, list[Fact]] = {}
    for fact in canonical_facts(document):
        known.setdefault(fact.slot, []).append(fact)
    one = {slot: found[0].value for slot, found in known.items()}
    language = document.recipient.language
    if document.invoice is None:
        return
    yield from _equal("number", compact(facts.number or ""), one["number"])
    yield from _equal("currency", facts.currency or "", one["currency"])
    values = {compact(detail.value) for detail in facts.details}
    for slot in ("number", "customer_number"):
        if slot in one and one[slot] not in values:
            yield Mismatch("details", ", ".join(sorted(values)), one[slot])
    if facts.to_pay is not None:
        yield from _to_pay(facts.to_pay, one, language)
    if facts.payment is not None and is_drawn(document):
        yield Mismatch("payment", facts.payment.reference or facts.payment.payee, "nothing, since the amount is drawn")
    elif facts.payment is not None:
        ways = [f"{fact.slot} {fact.value}" for slot in _ACCOUNTS for fact in known.get(slot, [])]
        yield from _payment(facts.payment, one, ways, document, language)
    yield from _sums(facts, known, language)


def _to_pay(pay: ToPay, one: dict[str, str], language: Language) -> Iterator[Mismatch]:
    if pay.amount is not None and pay.figure is not None:
        yield from _amount("to_pay.amount", pay.amount, one["amount_due"], language)
        yield from _amount("to_pay.figure", pay.figure, one["amount_due"], language)
        yield from _amount("to_pay.sentence", pay.sentence, one["amount_due"], language)
    elif one["amount_due"] != "0.00":
        yield Mismatch("to_pay.amount", "nothing", one["amount_due"])
    yield from _day("to_pay.date", pay.date, one.get("due_date"))
    due = one.get("due_date", "no date")
    if pay.date is not None and due not in dates(normal(pay.sentence)):
        yield Mismatch("to_pay.sentence", pay.sentence, due)


def _payment(
    payment: PaymentFacts, one: dict[str, str], ways: list[str], document: Document, language: Language
) -> Iterator[Mismatch]:
    yield from _amount("payment.amount", payment.amount, one["amount_due"], language)
    split = f"{compact(payment.whole)}.{payment.hundredths}"
    yield from _equal("payment.whole and hundredths", split, one["amount_due"])
    yield from _day("payment.date", payment.date, one.get("due_date"))
    yield from _equal("payment.payee", payment.payee, one.get("payee", ""))
    for name, said in (("reference", payment.reference), ("reference_plain", payment.reference_plain)):
        yield from _equal(f"payment.{name}", compact(said or ""), one.get("reference", ""))
    ocr = bool(one.get("reference")) and is_ocr(one["reference"])
    if ocr and not is_ocr(payment.reference or ""):
        yield Mismatch("payment.reference", payment.reference or "", "an OCR reference that passes its check digit")
    for form in ("account", "account_plain"):
        shown = [f"{method.kind} {compact(str(getattr(method, form)))}" for method in payment.methods]
        yield from _equal(f"payment.methods.{form}", ", ".join(shown), ", ".join(ways))
    if qr_expected(document):
        stated = uqr(payment.qr or "")
        kind = payment.methods[0].kind
        for slot in ("amount_due", "currency", "due_date", "reference", "payee", kind):
            if slot in one:
                yield from _equal(f"payment.qr {slot}", stated.get(slot, ""), one[slot])


def _sums(facts: Facts, known: dict[str, list[Fact]], language: Language) -> Iterator[Mismatch]:
    said: dict[str, list[str]] = {}
    for row in facts.totals:
        if row.role in _ROLES:
            amounts = [amount.value for amount in money(normal(row.amount), language)]
            said.setdefault(_ROLES[row.role], []).append(amounts[0] if len(amounts) == 1 else row.amount)
    for slot in _ROLES.values():
        expected = [fact.value for fact in known.get(slot, [])]
        found = [value.removeprefix("-") if slot == "amount_due" else value for value in said.get(slot, [])]
        if found != expected:
            yield Mismatch(f"totals {slot}", ", ".join(found), ", ".join(expected))
    for row, fact in zip((row for row in facts.totals if row.role == "vat"), known.get("vat", []), strict=False):
        bases = [amount.value for amount in money(normal(row.label), language)]
        if fact.base not in bases:
            yield Mismatch("totals vat label", row.label, fact.base or "")
    for part, fact in zip(facts.vat, known.get("vat", []), strict=False):
        yield from _amount("vat.amount", part.amount, fact.value, language)
        yield from _amount("vat.base", part.base, fact.base or "", language)


def _amount(name: str, said: str, expected: str, language: Language) -> Iterator[Mismatch]:
    if [amount.value for amount in money(normal(said), language)] != [expected]:
        yield Mismatch(name, said, expected)


def _day(name: str, said: Day | None, expected: str | None) -> Iterator[Mismatch]:
    if said is None:
        yield from _equal(name, "no date", expected or "no date")
        return
    for form in ("in_words", "short", "numeric", "iso"):
        spelled = str(getattr(said, form))
        if list(dates(normal(spelled))) != [expected]:
            yield Mismatch(f"{name}.{form}", spelled, expected or "no date")


def _equal(name: str, said: str, expected: str) -> Iterator[Mismatch]:
    if said != expected:
        yield Mismatch(name, said, expected)
