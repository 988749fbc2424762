"""How to pay, in UBL (BG-16 to BG-19): one account to each element, and a credit note's due date."""

import datetime as dt
from collections.abc import Iterator

from vaxel_engine.model import CreditTransfer, DirectDebit, Invoice, PaymentCard, PaymentInstructions
from vaxel_engine.writing.markup import group, leaf
from vaxel_engine.writing.target import Target

_UNKNOWN_NETWORK = "NA"  # the schema demands a card's network, which EN 16931 does not have


def payment_means(invoice: Invoice, credit: bool, target: Target) -> str:
    """Every way to pay; several accounts become several elements, as EN 16931-3-2 has it."""
    due = invoice.due_date if credit else None
    if due is not None and not invoice.payment:
        target.no_place("BT-9", "a credit note has its due date in its payment instructions, and there are none")
    elements: list[str] = []
    for means in invoice.payment:
        for part in _parts(means):
            elements.append(_element(part, due if not elements else None, target))
    return "".join(elements)


def _parts(means: PaymentInstructions) -> Iterator[PaymentInstructions]:
    """The instructions with at most one account each; the first has the words (UBL-SR-46), the card and the mandate."""
    yield means.model_copy(update={"credit_transfers": means.credit_transfers[:1]})
    for transfer in means.credit_transfers[1:]:
        again = {"credit_transfers": (transfer,), "means_text": None, "card": None, "direct_debit": None}
        yield means.model_copy(update=again)


def _element(means: PaymentInstructions, due: dt.date | None, target: Target) -> str:
    return group(
        "cac:PaymentMeans",
        leaf("cbc:PaymentMeansCode", means.means_code, name=means.means_text),
        leaf("cbc:PaymentDueDate", due),
        leaf("cbc:PaymentID", means.remittance_information),
        _card(means.card),
        *(_account(transfer) for transfer in means.credit_transfers),
        _mandate(means.direct_debit, target),
    )


def _card(card: PaymentCard | None) -> str:
    if card is None:
        return ""
    return group(
        "cac:CardAccount",
        leaf("cbc:PrimaryAccountNumberID", card.account_number),
        leaf("cbc:NetworkID", _UNKNOWN_NETWORK),
        leaf("cbc:HolderName", card.holder_name),
    )


def _account(transfer: CreditTransfer) -> str:
    return group(
        "cac:PayeeFinancialAccount",
        leaf("cbc:ID", transfer.account_identifier),
        leaf("cbc:Name", transfer.account_name),
        group("cac:FinancialInstitutionBranch", leaf("cbc:ID", transfer.service_provider_identifier)),
    )


def _mandate(debit: DirectDebit | None, target: Target) -> str:
    if debit is None:
        return ""
    if debit.mandate_reference is None and debit.debited_account is None:
        target.no_place(
            "BG-19", "a mandate without its reference (BT-89) and account (BT-91) would be an empty element"
        )
    return group(
        "cac:PaymentMandate",
        leaf("cbc:ID", debit.mandate_reference),
        group("cac:PayerFinancialAccount", leaf("cbc:ID", debit.debited_account)),
    )
