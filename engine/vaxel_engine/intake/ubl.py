"""UBL 2.1 as Peppol BIS Billing 3: an Invoice or a CreditNote becomes one candidate, every stated value as it came."""

from collections.abc import Iterator

from vaxel_engine.codes import CURRENCIES
from vaxel_engine.errors import Rejected
from vaxel_engine.intake.candidate import Candidate, Location, Place, Records
from vaxel_engine.intake.envelope import recipient_of, sender_of
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.terms import ubl_path
from vaxel_engine.intake.ubl_rules import b
from vaxel_engine.intake.ubl_tables import CREDIT_NOTE, CREDITOR, INVOICE
from vaxel_engine.intake.xml import Element, Fields, Walk, line_at, parse

_INVOICE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"
_CREDIT_NOTE_ROOT = "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote"


def recognises(source: Source) -> bool:
    """Whether the root element is a UBL invoice or credit note."""
    return source.root in (_INVOICE_ROOT, _CREDIT_NOTE_ROOT)


def records(source: Source) -> Records:
    """Parse the file, raising Unreadable for broken or hostile XML, and return its one record."""
    return _one(parse(source.whole("UBL"), source.name), source.name)


def _one(root: Element, file: str) -> Iterator[Candidate | Rejected]:
    try:
        yield read_tree(root, file)
    except Rejected as rejection:
        yield Candidate(record=1, fields=None, locate=lambda _: Place("/"), tree=root, fault=rejection)


def read_tree(root: Element, file: str, record: int = 1) -> Candidate:
    """Turn a parsed invoice or credit note into the model's names; raises Rejected where it cannot be understood."""
    credit = root.tag == _CREDIT_NOTE_ROOT
    currency = (root.findtext(b("DocumentCurrencyCode")) or "").strip()
    walk = Walk(file=file, record=record, currency=currency if currency in CURRENCIES else None)
    invoice: Fields = {}
    walk.children(root, CREDIT_NOTE if credit else INVOICE, invoice)
    _move_creditor(invoice)
    fields: Fields = {
        "kind": "credit_note" if credit else "invoice",
        "recipient": recipient_of(invoice.get("buyer", {})),
        "invoice": invoice,
    }
    if "number" in invoice:
        fields["reference"] = invoice["number"]
    name = "CreditNote" if credit else "Invoice"

    def locate(location: Location) -> Place:
        path = ubl_path(location, name)
        return Place(path, line_at(root, path))

    sender = sender_of(invoice.get("seller", {}))
    return Candidate(
        record=record, fields=fields, locate=locate, sender=sender, not_carried=walk.not_carried(), tree=root
    )


def _move_creditor(invoice: Fields) -> None:
    """Move the bank-assigned creditor identifier (BT-90), which UBL keeps among seller's or payee's, scheme SEPA."""
    debits: list[Fields] = [means["direct_debit"] for means in invoice.get("payment", ()) if "direct_debit" in means]
    seller: Fields = invoice.get("seller", {})
    of_the_payee: Fields | None = invoice.pop(CREDITOR, None)
    of_the_seller: list[Fields] = [one for one in seller.get("identifiers", ()) if one.get("scheme") == "SEPA"]
    if not debits:
        if of_the_payee is not None:
            invoice["payee"].setdefault("identifier", of_the_payee)
        return
    if of_the_payee is not None:
        creditor = of_the_payee["value"]
    elif of_the_seller:
        seller["identifiers"].remove(of_the_seller[0])
        creditor = of_the_seller[0]["value"]
    else:
        return
    for debit in debits:
        debit["creditor_identifier"] = creditor
