"""What the recipient can pay inside Kivra: one bankgiro or plusgiro, one amount, one reference; pure."""

from decimal import Decimal

from vaxel_engine.identifiers.giro import group_bankgiro, group_plusgiro
from vaxel_engine.identifiers.ocr import is_ocr
from vaxel_engine.model import CreditTransfer, Document, DocumentKind, Invoice

LEAST_AMOUNT = Decimal(1)
"""Kronor; a smaller amount cannot be paid in Kivra (schema PaymentMultipleOptions, `amount`, read 2026-11-22)."""

LONGEST_REFERENCE = 25
"""Characters (same schema, `reference`)."""

_METHODS = {"SE:BANKGIRO": "1", "SE:PLUSGIRO": "2"}


def payment_options(document: Document) -> dict[str, object] | None:
    """The member `payment_multiple_options`, None when there is nothing to pay or no way to pay it in Kivra.

    None for another currency than SEK (the only one allowed), without a giro account or a due date, for credit notes,
    and where the amount will be drawn by mandate anyway.
    """
    invoice = document.invoice
    if (
        invoice is None
        or invoice.due_date is None
        or invoice.currency != "SEK"
        or _given_back_or_drawn(document, invoice)
    ):
        return None
    account = _giro_account(invoice)
    reference = _reference(invoice)
    if account is None or reference is None or invoice.totals.due < LEAST_AMOUNT:
        return None
    return {
        "payable": True,
        "method": _METHODS[account.service_provider_identifier or ""],
        "account": _written(account),
        "currency": "SEK",
        "options": [
            {
                "due_date": invoice.due_date.isoformat(),
                "amount": f"{invoice.totals.due:.2f}",
                "type": "SE_OCR" if is_ocr(reference) else "TENANT_REF",
                "reference": reference,
            }
        ],
    }


def _given_back_or_drawn(document: Document, invoice: Invoice) -> bool:
    drawn = document.payment is not None or any(means.direct_debit is not None for means in invoice.payment)
    return drawn or document.kind in (DocumentKind.CREDIT_NOTE, DocumentKind.DIRECT_DEBIT_NOTICE)


def _giro_account(invoice: Invoice) -> CreditTransfer | None:
    transfers = [transfer for means in invoice.payment for transfer in means.credit_transfers]
    giros = [transfer for transfer in transfers if transfer.service_provider_identifier in _METHODS]
    return min(giros, key=lambda giro: _METHODS[giro.service_provider_identifier or ""], default=None)


def _reference(invoice: Invoice) -> str | None:
    """BT-83, else the invoice's number: what a payer writes when the seller asks for nothing else."""
    stated = next((means.remittance_information for means in invoice.payment if means.remittance_information), None)
    reference = "".join((stated or invoice.number).split())
    return reference if len(reference) <= LONGEST_REFERENCE else None


def _written(account: CreditTransfer) -> str:
    """The account as people write it, e.g. 505-0109 or 412345-1."""
    group = group_bankgiro if account.service_provider_identifier == "SE:BANKGIRO" else group_plusgiro
    return group(account.account_identifier).replace(" ", "")
