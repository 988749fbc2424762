"""The VAT and the sums in UBL (BG-22, BG-23), as stated."""

from decimal import Decimal

from vaxel_engine.model import DocumentTotals, Invoice, VatBreakdown, VatCategory
from vaxel_engine.writing.markup import group, leaf
from vaxel_engine.writing.target import Target

_SCHEME = group("cac:TaxScheme", leaf("cbc:ID", "VAT"))


def money(tag: str, amount: Decimal | None, currency: str) -> str:
    """An amount with its currency."""
    return leaf(tag, amount, currencyID=currency)


def vat_category(tag: str, category: VatCategory | None) -> str:
    """A category of VAT and its rate."""
    if category is None:
        return ""
    return group(tag, leaf("cbc:ID", category.code), leaf("cbc:Percent", category.rate), _SCHEME)


def breakdown(invoice: Invoice, target: Target) -> str:
    """BT-110 with the rows of the breakdown, and BT-111 in an element of its own."""
    rows = "".join(_row(row, invoice.currency) for row in invoice.vat_breakdown)
    if rows and invoice.totals.vat is None:
        target.no_place("BG-23", "the breakdown stands beside the sum of the VAT (BT-110), and it is not stated")
        rows = ""
    main = group("cac:TaxTotal", money("cbc:TaxAmount", invoice.totals.vat, invoice.currency), rows)
    return main + _in_accounting_currency(invoice, target)


def _in_accounting_currency(invoice: Invoice, target: Target) -> str:
    amount, currency = invoice.totals.vat_in_accounting_currency, invoice.vat_accounting_currency
    if amount is None:
        return ""
    if currency is None or currency == invoice.currency:
        target.no_place("BT-111", "it needs an accounting currency (BT-6) that is not the document's")
        return ""
    return group("cac:TaxTotal", money("cbc:TaxAmount", amount, currency))


def _row(row: VatBreakdown, currency: str) -> str:
    return group(
        "cac:TaxSubtotal",
        money("cbc:TaxableAmount", row.taxable_amount, currency),
        money("cbc:TaxAmount", row.tax_amount, currency),
        group(
            "cac:TaxCategory",
            leaf("cbc:ID", row.category.code),
            leaf("cbc:Percent", row.category.rate),
            leaf("cbc:TaxExemptionReasonCode", row.exemption_reason_code),
            leaf("cbc:TaxExemptionReason", row.exemption_reason),
            _SCHEME,
        ),
    )


def totals(stated: DocumentTotals, currency: str) -> str:
    """BG-22."""
    return group(
        "cac:LegalMonetaryTotal",
        money("cbc:LineExtensionAmount", stated.line_net, currency),
        money("cbc:TaxExclusiveAmount", stated.without_vat, currency),
        money("cbc:TaxInclusiveAmount", stated.with_vat, currency),
        money("cbc:AllowanceTotalAmount", stated.allowances, currency),
        money("cbc:ChargeTotalAmount", stated.charges, currency),
        money("cbc:PrepaidAmount", stated.paid, currency),
        money("cbc:PayableRoundingAmount", stated.rounding, currency),
        money("cbc:PayableAmount", stated.due, currency),
    )
