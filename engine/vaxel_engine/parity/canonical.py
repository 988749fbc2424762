"""What a document says, taken from the model alone: the facts that must be the same wherever it is shown."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel

from vaxel_engine.identifiers.ocr import is_ocr
from vaxel_engine.model import CreditTransfer, Document, DocumentKind, Invoice
from vaxel_engine.parity.spelling import compact

_ON_PAPER = 3
"""Accounts that the payment part of the sheet has room for."""
_ORDER = ("bankgiro", "plusgiro", "iban", "account")
"""The order a Swedish payer prefers them in."""


class Sort(StrEnum):
    """How a fact is compared: as an amount, a date, a number in groups, a currency, or as words."""

    MONEY = "money"
    DATE = "date"
    NUMBER = "number"
    CURRENCY = "currency"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that every artifact must agree on.

    topic   the row of `policy.csv` that says where it is shown
    name    for people: "amount due", "VAT 25 %"
    sort    how it is compared
    value   an amount as "-1284.00", a date as "20261220", a number in letters and digits alone, or words
    rate    of a VAT row, per cent, "25"; None where none applies and for all other facts
    base    of a VAT row: what the tax is on
    slot    where the words of a pack lead to it, see `places.csv`
    ocr     whether it is an OCR reference, which has to pass its check digit wherever it is read
    """

    topic: str
    name: str
    sort: Sort
    value: str
    slot: str
    rate: str | None = None
    base: str | None = None
    ocr: bool = False

    @property
    def said(self) -> str:
        """The whole of it, as an artifact says it that has names for its values."""
        return self.value if self.slot != "vat" else f"{self.rate or 0} % of {self.base} = {self.value}"

    @property
    def shown(self) -> str:
        """The value for people: a date as 2026-12-20."""
        return f"{self.value[:4]}-{self.value[4:6]}-{self.value[6:]}" if self.sort is Sort.DATE else self.value


@dataclass(frozen=True, slots=True)
class Account:
    """An account to pay to: "bankgiro", "plusgiro", "iban" or "account", and its number without spaces."""

    kind: str
    number: str


def state_of(document: Document) -> str:
    """What the reader has to do: pay, reminder, direct_debit, nothing or credit; "message" without an invoice."""
    invoice = document.invoice
    if invoice is None:
        return "message"
    if invoice.totals.due == 0:
        return "nothing"
    if document.kind is DocumentKind.CREDIT_NOTE or invoice.totals.due < 0:
        return "credit"
    if document.payment is not None:
        return "direct_debit"
    return "reminder" if document.kind is DocumentKind.REMINDER else "pay"


def canonical_facts(document: Document) -> tuple[Fact, ...]:
    """The facts of `document`, in the order a reader asks for them; what it does not say is not among them."""
    return tuple(_facts(document))


def accounts(invoice: Invoice) -> tuple[Account, ...]:
    """Every account once, the one to prefer first."""
    found = dict.fromkeys(_account(transfer) for means in invoice.payment for transfer in means.credit_transfers)
    return tuple(sorted(found, key=lambda account: _ORDER.index(account.kind)))


def reference_of(invoice: Invoice) -> str | None:
    """What the payer writes (BT-83); None where the seller asks for nothing."""
    return next((means.remittance_information for means in invoice.payment if means.remittance_information), None)


def qr_expected(document: Document) -> bool:
    """Whether a UsingQR code can stand for the payment: all that its version 1 demands is known."""
    invoice = document.invoice
    if invoice is None or state_of(document) not in ("pay", "reminder"):
        return False
    ways = accounts(invoice)
    registered = invoice.seller.legal_registration_identifier is not None
    return bool(ways) and ways[0].kind != "account" and registered and invoice.due_date is not None


def explained_values(document: Document) -> Iterator[Decimal | dt.date | str]:
    """Every amount, date and text of the document: a figure that is none of them has no business in an artifact."""
    yield from _values(document)
    invoice, balance = document.invoice, document.balance
    if invoice is not None:
        totals = invoice.totals
        yield totals.with_vat + (totals.rounding or 0)
    if balance is not None:
        levels = [event.balance for event in balance.events]
        yield from (one - other for at, one in enumerate(levels) for other in levels[:at])


def _facts(document: Document) -> Iterator[Fact]:
    if document.message is not None:
        yield Fact("subject", "subject", Sort.WORDS, document.message.subject, "subject")
    if document.pdf is not None:
        yield Fact("finished_title", "title", Sort.WORDS, document.pdf.title, "subject")
    if document.invoice is not None:
        yield from _to_pay(document, document.invoice)
        if state_of(document) in ("pay", "reminder"):
            yield from _payment(document.invoice)
        yield from _sums(document.invoice)
        yield Fact("number", "document number", Sort.NUMBER, compact(document.invoice.number), "number")
    customer = document.recipient.customer_number
    if customer is not None and compact(customer):
        topic = "customer_number" if document.pdf is None else "finished_customer_number"
        yield Fact(topic, "customer number", Sort.NUMBER, compact(customer), "customer_number")


def _to_pay(document: Document, invoice: Invoice) -> Iterator[Fact]:
    state = state_of(document)
    topic = "zero_due" if state == "nothing" else "amount_due"
    yield Fact(topic, "amount due", Sort.MONEY, _money(abs(invoice.totals.due)), "amount_due")
    yield Fact(topic, "currency", Sort.CURRENCY, invoice.currency, "currency")
    if state in ("pay", "reminder", "direct_debit"):
        date = document.payment.draw_date if document.payment is not None else invoice.due_date
        if date is not None:
            topic = "draw_date" if document.payment is not None else "due_date"
            yield Fact(topic, "due date", Sort.DATE, f"{date:%Y%m%d}", "due_date")


def _payment(invoice: Invoice) -> Iterator[Fact]:
    ways = accounts(invoice)
    if not ways:
        return
    reference = reference_of(invoice)
    if reference is not None and compact(reference):
        yield Fact("reference", "reference", Sort.NUMBER, compact(reference), "reference", ocr=is_ocr(reference))
    for at, way in enumerate(ways):
        topic = "account" if at == 0 else "further_account" if at < _ON_PAPER else "last_account"
        yield Fact(topic, f"payee account, {way.kind}", Sort.NUMBER, compact(way.number), way.kind)
    payee = invoice.payee.name if invoice.payee is not None else invoice.seller.name
    yield Fact("payee", "payee name", Sort.WORDS, payee, "payee")


def _sums(invoice: Invoice) -> Iterator[Fact]:
    totals = invoice.totals
    yield Fact("net", "total without VAT", Sort.MONEY, _money(totals.without_vat), "net")
    for row in invoice.vat_breakdown:
        rate = row.category.rate or None
        shown = f"{rate.normalize():f}" if rate is not None else None
        name = f"VAT {shown} %" if shown is not None else f"no VAT, {row.category.code}"
        yield Fact("vat", name, Sort.MONEY, _money(row.tax_amount), "vat", rate=shown, base=_money(row.taxable_amount))
    if totals.vat is not None:
        yield Fact("vat_total", "VAT in all", Sort.MONEY, _money(totals.vat), "vat_total")
    if totals.rounding:
        yield Fact("rounding", "rounding", Sort.MONEY, _money(totals.rounding), "rounding")
    total = totals.with_vat + (totals.rounding or 0)
    yield Fact("total", "total with VAT", Sort.MONEY, _money(total), "total")
    if totals.paid:
        yield Fact("paid", "already paid", Sort.MONEY, _money(-totals.paid), "paid")


def _account(transfer: CreditTransfer) -> Account:
    number = transfer.account_identifier.replace(" ", "")
    match transfer.service_provider_identifier:
        case "SE:BANKGIRO":
            return Account("bankgiro", number)
        case "SE:PLUSGIRO":
            return Account("plusgiro", number)
        case _ if number[:2].isalpha() and number[2:4].isdigit():
            return Account("iban", number)
        case _:
            return Account("account", number)


def _money(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount else "0.00"


def _values(value: object) -> Iterator[Decimal | dt.date | str]:
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _values(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _values(item)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, (Decimal, dt.date, str)):
        yield value
