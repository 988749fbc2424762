"""How an invoice is settled, in CII: payment, VAT, sums, and what it corrects (BG-3, BG-14, BG-16 to BG-23)."""

import datetime as dt
import re
from collections.abc import Iterator

from vaxel_engine.model import (
    CreditTransfer,
    DirectDebit,
    DocumentTotals,
    Invoice,
    PaymentInstructions,
    VatBreakdown,
)
from vaxel_engine.writing.cii_line import allowance_or_charge, day, period
from vaxel_engine.writing.cii_party import payee
from vaxel_engine.writing.markup import group, leaf
from vaxel_engine.writing.target import Target

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")  # ISO 13616
_TAX_POINT_CODES = {"3": "5", "35": "29", "432": "72"}
"""BT-8 is of UNCL 2005; the CII binding writes UNCL 2475 (EN 16931-3-3): issue, delivery, payment."""


def settlement(invoice: Invoice, target: Target) -> str:
    """All of it, in the order of the schema."""
    return group(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:CreditorReferenceID", _once(invoice, "creditor_identifier", "BT-90", target)),
        leaf("ram:PaymentReference", _remittance(invoice, target)),
        leaf("ram:TaxCurrencyCode", invoice.vat_accounting_currency),
        leaf("ram:InvoiceCurrencyCode", invoice.currency),
        payee(invoice.payee),
        *(_means(part) for means in invoice.payment for part in _parts(means)),
        *_breakdown(invoice, target),
        period(invoice.period),
        *(allowance_or_charge(one) for one in invoice.allowances_and_charges),
        group(
            "ram:SpecifiedTradePaymentTerms",
            leaf("ram:Description", invoice.payment_terms),
            day("ram:DueDateDateTime", invoice.due_date),
            leaf("ram:DirectDebitMandateID", _once(invoice, "mandate_reference", "BT-89", target)),
        ),
        _totals(invoice.totals, invoice, target),
        _preceding(invoice, target),
        group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", invoice.references.buyer_accounting)),
    )


def _remittance(invoice: Invoice, target: Target) -> str | None:
    """BT-83, of which CII has one for all means of payment."""
    stated = list(dict.fromkeys(one.remittance_information for one in invoice.payment if one.remittance_information))
    if len(stated) > 1:
        target.no_place("BT-83", "the means of payment have different ones, and CII has one for all")
    return stated[0] if stated else None


def _once(invoice: Invoice, name: str, term: str, target: Target) -> str | None:
    """BT-89 or BT-90, of which CII has one for the whole invoice."""
    debits: list[DirectDebit] = [one.direct_debit for one in invoice.payment if one.direct_debit is not None]
    stated: list[str] = list(dict.fromkeys(value for debit in debits if (value := getattr(debit, name))))
    if len(stated) > 1:
        target.no_place(term, "the mandates have different ones, and CII has one for all")
    return stated[0] if stated else None


def _parts(means: PaymentInstructions) -> Iterator[PaymentInstructions]:
    """The instructions with at most one account each; card and mandate stay with the first."""
    yield means.model_copy(update={"credit_transfers": means.credit_transfers[:1]})
    for transfer in means.credit_transfers[1:]:
        yield means.model_copy(update={"credit_transfers": (transfer,), "card": None, "direct_debit": None})


def _means(means: PaymentInstructions) -> str:
    card, debit = means.card, means.direct_debit
    return group(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        leaf("ram:TypeCode", means.means_code),
        leaf("ram:Information", means.means_text),
        group(
            "ram:ApplicableTradeSettlementFinancialCard",
            leaf("ram:ID", card.account_number),
            leaf("ram:CardholderName", card.holder_name),
        )
        if card
        else "",
        group("ram:PayerPartyDebtorFinancialAccount", leaf("ram:IBANID", debit.debited_account)) if debit else "",
        *(_account(transfer) for transfer in means.credit_transfers),
    )


def _account(transfer: CreditTransfer) -> str:
    """BG-17: an IBAN where it looks like one, else the bank's own number for the account."""
    international = _IBAN.fullmatch(transfer.account_identifier.replace(" ", ""))
    return group(
        "ram:PayeePartyCreditorFinancialAccount",
        leaf("ram:IBANID", transfer.account_identifier if international else None),
        leaf("ram:AccountName", transfer.account_name),
        leaf("ram:ProprietaryID", None if international else transfer.account_identifier),
    ) + group("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", transfer.service_provider_identifier))


def _breakdown(invoice: Invoice, target: Target) -> Iterator[str]:
    code = _TAX_POINT_CODES.get(invoice.tax_point_date_code or "")
    if invoice.tax_point_date_code is not None and code is None:
        target.no_place("BT-8", "its code is not one of UNCL 2005 that CII has a word for: 3, 35 and 432")
    if not invoice.vat_breakdown and invoice.tax_point_date is not None:
        target.no_place("BT-7", "it stands in the VAT breakdown, and there is none")
    if not invoice.vat_breakdown and code is not None:
        target.no_place("BT-8", "it stands in the VAT breakdown, and there is none")
    for position, row in enumerate(invoice.vat_breakdown):
        # Once for the invoice: the date may not be repeated (CII-SR-461)
        yield _row(row, invoice.tax_point_date, code) if position == 0 else _row(row)


def _row(row: VatBreakdown, tax_point: dt.date | None = None, tax_point_code: str | None = None) -> str:
    return group(
        "ram:ApplicableTradeTax",
        leaf("ram:CalculatedAmount", row.tax_amount),
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:ExemptionReason", row.exemption_reason),
        leaf("ram:BasisAmount", row.taxable_amount),
        leaf("ram:CategoryCode", row.category.code),
        leaf("ram:ExemptionReasonCode", row.exemption_reason_code),
        day("ram:TaxPointDate", tax_point, "udt:DateString"),
        leaf("ram:DueDateTypeCode", tax_point_code),
        leaf("ram:RateApplicablePercent", row.category.rate),
    )


def _totals(stated: DocumentTotals, invoice: Invoice, target: Target) -> str:
    accounting = invoice.vat_accounting_currency
    if stated.vat_in_accounting_currency is not None and accounting in (None, invoice.currency):
        target.no_place("BT-111", "it needs an accounting currency (BT-6) that is not the document's")
        accounting = None
    return group(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        leaf("ram:LineTotalAmount", stated.line_net),
        leaf("ram:ChargeTotalAmount", stated.charges),
        leaf("ram:AllowanceTotalAmount", stated.allowances),
        leaf("ram:TaxBasisTotalAmount", stated.without_vat),
        leaf("ram:TaxTotalAmount", stated.vat, currencyID=invoice.currency),
        leaf("ram:TaxTotalAmount", stated.vat_in_accounting_currency if accounting else None, currencyID=accounting),
        leaf("ram:RoundingAmount", stated.rounding),
        leaf("ram:GrandTotalAmount", stated.with_vat),
        leaf("ram:TotalPrepaidAmount", stated.paid),
        leaf("ram:DuePayableAmount", stated.due),
    )


def _preceding(invoice: Invoice, target: Target) -> str:
    """BG-3, of which the schema of D16B has one."""
    if len(invoice.preceding_invoices) > 1:
        target.no_place("BG-3", "the schema of CII D16B has one preceding invoice, and there are more")
    return "".join(
        group(
            "ram:InvoiceReferencedDocument",
            leaf("ram:IssuerAssignedID", one.number),
            day("ram:FormattedIssueDateTime", one.issue_date, "qdt:DateTimeString"),
        )
        for one in invoice.preceding_invoices[:1]
    )
