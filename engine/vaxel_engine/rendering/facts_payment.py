"""Facts about paying: the state of the matter, how much by when, and what a payer types, in the bank form's order."""

import datetime as dt
import json
from dataclasses import dataclass
from decimal import Decimal

from vaxel_engine.identifiers.accounts import group_iban
from vaxel_engine.identifiers.giro import group_bankgiro, group_plusgiro
from vaxel_engine.identifiers.ocr import group_ocr, is_ocr
from vaxel_engine.model import CreditTransfer, Document, DocumentKind, Invoice, Language
from vaxel_engine.packs import Words
from vaxel_engine.rendering.formatting import Day, day, figure, money, whole_and_hundredths

_LONG_AMOUNT = 17
"""Characters; a longer amount is set smaller, so that it stays on one line of its column."""


@dataclass(frozen=True, slots=True)
class ToPay:
    """The one thing a glance must tell.

    state       "pay", "direct_debit", "nothing", "credit" or "reminder"
    label       what the amount is: "Att betala"
    amount      with currency, "1 284,00 kr"; None when nothing is to be paid
    figure      the same without currency
    date_label  "Betala senast"; None without a date
    date        Day or None: pay by, or drawn on
    sentence    all of it as one sentence, for preheaders, SMS and those who listen
    is_long     whether the amount needs a smaller size to stay on one line
    """

    state: str
    label: str
    amount: str | None
    figure: str | None
    date_label: str | None
    date: Day | None
    sentence: str
    is_long: bool


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """One account to pay to.

    kind            "bankgiro", "plusgiro", "iban" or "account"
    label           "Till bankgiro"
    account         grouped for reading
    account_plain   as it is typed
    bic             of a foreign account; None where it is not said
    """

    kind: str
    label: str
    account: str
    account_plain: str
    bic: str | None


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """Everything a payer types.

    methods            accounts, the one to prefer first: bankgiro, plusgiro, IBAN, other
    payee              who is paid
    reference_label    "OCR-nummer", or the label of a free message
    reference          grouped for reading; None when the seller asks for none
    reference_plain    as it is typed
    amount             with currency
    whole_label, whole, hundredths_label, hundredths   the amount split as the bank's form splits it
    date               Day or None
    qr                 the text of the UsingQR code; None where it cannot stand for this payment
    """

    methods: tuple[PaymentMethod, ...]
    payee: str
    reference_label: str
    reference: str | None
    reference_plain: str | None
    amount: str
    whole_label: str
    whole: str
    hundredths_label: str
    hundredths: str
    date: Day | None
    qr: str | None


def to_pay(document: Document, words: Words, language: Language) -> ToPay | None:
    """What the reader has to do about money; None for a message."""
    invoice = document.invoice
    if invoice is None:
        return None
    due = invoice.totals.due
    if due == 0:
        return _undated("nothing", None, invoice.currency, words, language)
    if document.kind is DocumentKind.CREDIT_NOTE or due < 0:
        return _undated("credit", abs(due), invoice.currency, words, language)
    state, date = ("reminder" if document.kind is DocumentKind.REMINDER else "pay"), invoice.due_date
    if document.payment is not None:
        state, date = "direct_debit", document.payment.draw_date
    shown = money(due, invoice.currency, language)
    return ToPay(
        state=state,
        label=words[f"to_pay.{state}.label"],
        amount=shown,
        figure=figure(due, language),
        date_label=words[f"to_pay.{state}.date_label"] if date is not None else None,
        date=day(date, language) if date is not None else None,
        sentence=_sentence(document, state, shown, date, words, language),
        is_long=len(shown) > _LONG_AMOUNT,
    )


def payment_facts(document: Document, pay: ToPay | None, words: Words, language: Language) -> PaymentFacts | None:
    """How to pay; None where the reader has nothing to pay or the invoice names no account."""
    invoice = document.invoice
    if invoice is None or pay is None or pay.state not in ("pay", "reminder") or pay.amount is None:
        return None
    methods = _methods(invoice, words)
    if not methods:
        return None
    reference = next((means.remittance_information for means in invoice.payment if means.remittance_information), None)
    ocr = group_ocr(reference) if reference and is_ocr(reference) else None
    whole, hundredths = whole_and_hundredths(invoice.totals.due, language)
    own = invoice.currency == "SEK"
    return PaymentFacts(
        methods=methods,
        payee=invoice.payee.name if invoice.payee is not None else invoice.seller.name,
        reference_label=words["payment.ocr" if ocr else "payment.reference"],
        reference=ocr or reference,
        reference_plain=reference,
        amount=pay.amount,
        whole_label=words["payment.whole"] if own else words.fill("payment.whole_other", currency=invoice.currency),
        whole=whole,
        hundredths_label=words["payment.hundredths" if own else "payment.hundredths_other"],
        hundredths=hundredths,
        date=pay.date,
        qr=usingqr(invoice, methods[0], reference),
    )


def usingqr(invoice: Invoice, method: PaymentMethod, reference: str | None) -> str | None:
    """The text of a Swedish invoice QR code, UsingQR version 1; None where one of its mandatory parts is missing."""
    registration = invoice.seller.legal_registration_identifier
    types = {"bankgiro": "BG", "plusgiro": "PG", "iban": "IBAN"}
    if registration is None or invoice.due_date is None or method.kind not in types or invoice.totals.due <= 0:
        return None
    account = method.account_plain if method.kind == "iban" else method.account.replace(" ", "")
    parts: dict[str, str | int] = {
        "uqr": 1,
        "tp": 1,
        "nme": invoice.payee.name if invoice.payee is not None else invoice.seller.name,
        "cid": registration.value,
        "iref": reference or invoice.number,
        "idt": f"{invoice.issue_date:%Y%m%d}",
        "ddt": f"{invoice.due_date:%Y%m%d}",
        "due": _DUE,
        "pt": types[method.kind],
        "acc": account,
    }
    if invoice.currency != "SEK":
        parts["cur"] = invoice.currency
    text = json.dumps(parts, separators=(",", ":"))  # in ASCII: in which code other letters are, each reader guesses
    # The amount is a JSON number; it is put in as written, since a binary float could not hold every amount.
    return text.replace(json.dumps(_DUE), _json_number(invoice.totals.due))


_DUE = "\u0001due"


def _json_number(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


def _undated(state: str, amount: Decimal | None, currency: str, words: Words, language: Language) -> ToPay:
    shown = money(amount, currency, language) if amount is not None else None
    sentence = words.fill(f"to_pay.{state}.sentence", amount=shown) if shown else words[f"to_pay.{state}.sentence"]
    return ToPay(
        state=state,
        label=words[f"to_pay.{state}.label"],
        amount=shown,
        figure=figure(amount, language) if amount is not None else None,
        date_label=None,
        date=None,
        sentence=sentence,
        is_long=len(shown or "") > _LONG_AMOUNT,
    )


def _sentence(
    document: Document, state: str, amount: str, date: dt.date | None, words: Words, language: Language
) -> str:
    values = {"amount": amount}
    name = f"to_pay.{state}.sentence"
    if date is not None:
        values["date"] = day(date, language).in_words
    elif state in ("pay", "reminder"):
        name += "_undated"
    if state == "direct_debit" and document.payment is not None and document.payment.account_hint is not None:
        name, values["account"] = f"{name}_with_account", document.payment.account_hint
    if state == "reminder" and document.reminder is not None and document.invoice is not None:
        earlier = document.invoice.preceding_invoices
        values["original"] = earlier[0].number if earlier else document.invoice.number
        values["original_date"] = day(document.reminder.original_due_date, language).in_words
    return words.fill(name, **values)


def _methods(invoice: Invoice, words: Words) -> tuple[PaymentMethod, ...]:
    """Every account once, in the order a Swedish payer prefers them."""
    found = [_method(transfer, words) for means in invoice.payment for transfer in means.credit_transfers]
    order = ("bankgiro", "plusgiro", "iban", "account")
    return tuple(sorted(dict.fromkeys(found), key=lambda method: order.index(method.kind)))


def _method(transfer: CreditTransfer, words: Words) -> PaymentMethod:
    number = transfer.account_identifier
    compact = number.replace(" ", "")
    match transfer.service_provider_identifier:
        case "SE:BANKGIRO":
            kind, shown, bic = "bankgiro", group_bankgiro(number), None
        case "SE:PLUSGIRO":
            kind, shown, bic = "plusgiro", group_plusgiro(number), None
        case bic if compact[:2].isalpha() and compact[2:4].isdigit():
            kind, shown = "iban", group_iban(number)
        case bic:
            kind, shown = "account", number
    return PaymentMethod(kind, words[f"payment.{kind}"], shown, compact, bic)
