"""Facts about what was sold and how it adds up."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from vaxel_engine.codes import UNITS
from vaxel_engine.model import Document, DocumentKind, Invoice, InvoiceLine, Language, Period
from vaxel_engine.packs import Words
from vaxel_engine.rendering.formatting import NO_BREAK_SPACE, figure, money, percent, period, price, quantity

_AMOUNT_WIDTH, _QUANTITY_WIDTH = 14, 14
"""Characters that the usual columns hold."""


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line.

    description   in the customer's words
    details       secondary, finished phrases: its period where the invoice's is another, explanation, discounts, meter
    code          the seller's article code; None without one
    quantity      "412", unit "kWh"
    unit_price    "0,8900", every decimal as stated; `price_per` "0,8900/kWh" for where one column holds both
    vat           "25 %"; None where no rate applies
    amount        without VAT, "366,68"
    carried       what the lines add up to so far, as a phrase for the foot of a page that breaks after this line; empty
                  for the last line. `brought` the same for the head of the next page
    """

    description: str
    details: tuple[str, ...]
    code: str | None
    quantity: str
    unit: str
    unit_price: str
    price_per: str
    vat: str | None
    amount: str
    carried: str
    brought: str


@dataclass(frozen=True, slots=True)
class VatRow:
    """Tax of one category and rate, without currency.

    rate        "25 %"; None where none applies
    base        what the tax is on
    amount      the tax
    exemption   why there is none, in the seller's words; None otherwise
    """

    rate: str | None
    base: str
    amount: str
    exemption: str | None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One step of the sum.

    role     "allowance", "charge", "net", "vat", "rounding", "total", "paid" or "to_pay"
    label    what the step is called
    amount   signed; only the last one has its currency
    """

    role: str
    label: str
    amount: str


def line_facts(invoice: Invoice, words: Words, language: Language) -> tuple[LineFacts, ...]:
    """The lines in their order."""
    if not invoice.lines:
        return ()
    shared = shared_object(invoice) is not None
    per = words.phrase("line.per", "price", "unit")
    several = len(invoice.lines) > 1
    carried = words.phrase("line.carried", "amount") if several else str
    brought = words.phrase("line.brought", "amount") if several else str
    said: list[LineFacts] = []
    before: InvoiceLine | None = None
    sums = (*accumulate(line.net_amount for line in invoice.lines[:-1]), None)
    for line, so_far in zip(invoice.lines, sums, strict=True):
        details = _details(line, shared or _repeated(line, before), invoice.period, words, language)
        unit = words.get(f"unit.{line.unit}", UNITS[line.unit])
        shown = price(line.price.net, language)
        subtotal = figure(so_far, language) if so_far is not None else None
        said.append(
            LineFacts(
                line.item.name,
                details,
                line.item.sellers_identifier,
                quantity(line.quantity, language),
                unit,
                shown,
                _per_many(line, shown, unit, words, language) or per(shown, unit),
                percent(line.vat.rate, language) if line.vat.rate is not None else None,
                figure(line.net_amount, language),
                carried(subtotal) if subtotal is not None else "",
                brought(subtotal) if subtotal is not None else "",
            )
        )
        before = line
    return tuple(said)


def _per_many(line: InvoiceLine, shown: str, unit: str, words: Words, language: Language) -> str:
    """What a price is for, where it is for another quantity than one; else nothing."""
    base = line.price.base_quantity
    if base is None or base == 1:
        return ""
    return words.fill("line.per_many", price=shown, count=quantity(base, language), unit=unit)


def vat_rows(invoice: Invoice, language: Language) -> tuple[VatRow, ...]:
    """The VAT breakdown as stated (BG-23)."""
    return tuple(
        VatRow(
            percent(row.category.rate, language) if row.category.rate is not None else None,
            figure(row.taxable_amount, language),
            figure(row.tax_amount, language),
            row.exemption_reason,
        )
        for row in invoice.vat_breakdown
    )


def total_rows(document: Document, words: Words, language: Language) -> tuple[TotalRow, ...]:
    """The totals as stated (BG-22), read from top to bottom as a sum; the last row carries the currency."""
    invoice = document.invoice
    if invoice is None:
        return ()
    totals = invoice.totals
    rows: list[TotalRow] = []

    def add(role: str, label: str, amount: Decimal) -> None:
        rows.append(TotalRow(role, label, figure(amount, language)))

    for entry in invoice.allowances_and_charges:
        role = "charge" if entry.is_charge else "allowance"
        add(role, entry.reason or words[f"line.{role}"], entry.amount if entry.is_charge else -entry.amount)
    add("net", words["total.net"], totals.without_vat)
    for row in invoice.vat_breakdown:
        base = money(row.taxable_amount, invoice.currency, language)
        if row.category.rate:
            add("vat", words.fill("total.vat", rate=percent(row.category.rate, language), base=base), row.tax_amount)
        else:
            add("vat", words.fill("total.vat_none", base=base), row.tax_amount)
    if totals.rounding:
        add("rounding", words["total.rounding"], totals.rounding)
    add("total", words["total.total"], totals.with_vat + (totals.rounding or 0))
    if totals.paid:
        add("paid", words["total.paid"], -totals.paid)
    label, due = _last_row(document, totals.due, words)
    rows.append(TotalRow("to_pay", label, money(due, invoice.currency, language)))
    return tuple(rows)


def has_long_figures(lines: tuple[LineFacts, ...], totals: tuple[TotalRow, ...]) -> bool:
    """Whether some figure is longer than a column of the usual widths holds."""
    amounts = [*(line.amount for line in lines), *(row.amount for row in totals)]
    quantities = [f"{line.quantity} {line.unit}" for line in lines]
    return max(map(len, amounts), default=0) > _AMOUNT_WIDTH or max(map(len, quantities), default=0) > _QUANTITY_WIDTH


def _last_row(document: Document, due: Decimal, words: Words) -> tuple[str, Decimal]:
    if document.kind is DocumentKind.CREDIT_NOTE:
        return words["total.to_get"], due
    if due < 0:
        return words["total.in_favour"], -due
    if document.payment is not None and due > 0:
        return words["total.drawn"], due
    return words["total.to_pay"], due


def shared_object(invoice: Invoice) -> str | None:
    """The metering point that all lines with one are about; None when there is none or more than one."""
    points = {line.object_identifier.value for line in invoice.lines if line.object_identifier is not None}
    return points.pop() if len(points) == 1 else None


def _repeated(line: InvoiceLine, before: InvoiceLine | None) -> bool:
    """Whether the line's object needs no mention: the line above has just said it."""
    return before is not None and before.object_identifier == line.object_identifier


def _details(
    line: InvoiceLine, repeated: bool, whole: Period | None, words: Words, language: Language
) -> tuple[str, ...]:
    """What a customer may ask next; the period only where it is not the invoice's own, which is stated once."""
    own, item = line.period, line.item
    if own is not None and whole is not None and own.start == whole.start and own.end == whole.end:
        own = None
    phrases: list[str | None] = []
    if own is not None:
        phrases.append(period(own.start, own.end, language))
    phrases += item.description, line.note
    if item.attributes:
        phrases += [f"{attribute.name}: {attribute.value}" for attribute in item.attributes]
    for entry in line.allowances_and_charges:
        amount = figure(entry.amount if entry.is_charge else -entry.amount, language)
        reason = entry.reason or words["line.charge" if entry.is_charge else "line.allowance"]
        phrases.append(f"{reason} {amount}")
    if line.object_identifier is not None and not repeated:
        phrases.append(words.fill("line.metering_point", id=line.object_identifier.value).replace(" ", NO_BREAK_SPACE))
    return tuple([phrase for phrase in phrases if phrase])
