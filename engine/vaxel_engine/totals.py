"""An invoice's sums, recomputed exactly and compared with the stated ones (EN 16931-1 BR-CO-10 to BR-CO-17).

Each sum is computed from the stated sums it is made of, so that one wrong figure gives one finding. Findings never
reject: the official rules decide what is accepted, and they let a VAT error below one whole unit pass.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal

from vaxel_engine.model import AllowanceOrCharge, Invoice, InvoiceLine, VatCategory

_EXACT = Context(prec=100)  # a quantity of 30 digits times a price of 30, with room for the sum of many
_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """A stated sum that is not what its parts make; `computed` is None where the parts do not say."""

    id: str
    term: str
    path: str
    """JSON Pointer of the field in the model."""
    stated: Decimal | None
    computed: Decimal | None
    message: str
    severity: Literal["warning"] = "warning"


def check(invoice: Invoice) -> tuple[Finding, ...]:
    """Every stated sum that differs from the computed one, in the order of the document."""
    with localcontext(_EXACT):
        return (*_lines(invoice), *_totals(invoice), *_breakdown(invoice))


def _differs(term: str, path: str, stated: Decimal | None, allowed: Iterable[Decimal], what: str) -> Iterator[Finding]:
    roundings = tuple(allowed)
    if (stated if stated is not None else _ZERO) in roundings:
        return
    computed = roundings[0].quantize(_CENT)
    says = "is not stated" if stated is None else f"is stated as {stated:f}"
    yield Finding(
        id=f"VX-{term}",
        term=term,
        path=path,
        stated=stated,
        computed=computed,
        message=f"{what} ({term}) {says}; its parts make {computed:f}",
    )


def _rounded(value: Decimal) -> tuple[Decimal, ...]:
    """Every cent that an exact value may be rounded to: halves go up, towards plus infinity or to even.

    XPath's round(), by which the official rules compare, takes -2.5 to -2; commercial rounding takes it to -3.
    """
    up = value.quantize(_CENT, ROUND_HALF_UP)
    towards_plus = up + _CENT if value < 0 and value - up == _CENT / 2 else up
    return up, towards_plus, value.quantize(_CENT, ROUND_HALF_EVEN)


def _balance(entries: Iterable[AllowanceOrCharge]) -> Decimal:
    """Charges less allowances."""
    return sum((entry.amount if entry.is_charge else -entry.amount for entry in entries), _ZERO)


def _lines(invoice: Invoice) -> Iterator[Finding]:
    for position, line in enumerate(invoice.lines):
        path = f"/invoice/lines/{position}/net_amount"
        what = f"The net amount of line {line.identifier}"
        if line.price.base_quantity == 0:
            yield Finding(
                id="VX-BT-149",
                term="BT-149",
                path=f"/invoice/lines/{position}/price/base_quantity",
                stated=line.price.base_quantity,
                computed=None,
                message=f"The price of line {line.identifier} is for a quantity of 0 (BT-149): no net can be computed",
            )
            continue
        yield from _differs("BT-131", path, line.net_amount, _rounded(_line_net(line)), what)


def _line_net(line: InvoiceLine) -> Decimal:
    per = line.price.base_quantity if line.price.base_quantity is not None else Decimal(1)
    return line.quantity * line.price.net / per + _balance(line.allowances_and_charges)


def _totals(invoice: Invoice) -> Iterator[Finding]:
    totals = invoice.totals
    allowances = sum((one.amount for one in invoice.allowances_and_charges if not one.is_charge), _ZERO)
    charges = sum((one.amount for one in invoice.allowances_and_charges if one.is_charge), _ZERO)
    less, more = totals.allowances or _ZERO, totals.charges or _ZERO
    vat = sum((row.tax_amount for row in invoice.vat_breakdown), _ZERO)
    due = totals.with_vat - (totals.paid or _ZERO) + (totals.rounding or _ZERO)
    lines = sum((line.net_amount for line in invoice.lines), _ZERO)
    without_vat = totals.line_net - less + more
    for term, name, stated, computed, what in (
        ("BT-106", "line_net", totals.line_net, lines, "The sum of the lines"),
        ("BT-107", "allowances", totals.allowances, allowances, "The sum of the allowances"),
        ("BT-108", "charges", totals.charges, charges, "The sum of the charges"),
        ("BT-109", "without_vat", totals.without_vat, without_vat, "The total without VAT"),
        ("BT-110", "vat", totals.vat, vat, "The VAT"),
        ("BT-112", "with_vat", totals.with_vat, totals.without_vat + (totals.vat or _ZERO), "The total with VAT"),
        ("BT-115", "due", totals.due, due, "The amount due"),
    ):
        yield from _differs(term, f"/invoice/totals/{name}", stated, (computed,), what)


_Group = tuple[str, Decimal]


def _group(category: VatCategory) -> _Group:
    """Category and rate; a category without VAT may leave the rate out or state it as 0."""
    return category.code, category.rate if category.rate is not None else _ZERO


def _breakdown(invoice: Invoice) -> Iterator[Finding]:
    bases: dict[_Group, Decimal] = {}
    for line in invoice.lines:
        bases[_group(line.vat)] = bases.get(_group(line.vat), _ZERO) + line.net_amount
    for entry in invoice.allowances_and_charges:
        if entry.vat is not None:
            bases[_group(entry.vat)] = bases.get(_group(entry.vat), _ZERO) + _balance((entry,))
    for position, row in enumerate(invoice.vat_breakdown):
        path = f"/invoice/vat_breakdown/{position}"
        what = _in_words(_group(row.category))
        base = bases.pop(_group(row.category), _ZERO)
        yield from _differs(
            "BT-116", f"{path}/taxable_amount", row.taxable_amount, (base,), f"The taxable amount, {what},"
        )
        rate = row.category.rate if row.category.rate is not None else _ZERO
        tax = _rounded(row.taxable_amount * rate / _HUNDRED)
        yield from _differs("BT-117", f"{path}/tax_amount", row.tax_amount, tax, f"The tax, {what},")
    for group, base in bases.items():
        what = f"The taxable amount, {_in_words(group)},"
        yield from _differs("BT-116", "/invoice/vat_breakdown", None, (base,), what)


def _in_words(group: _Group) -> str:
    code, rate = group
    return f"VAT {code} {rate.normalize():f} %"
