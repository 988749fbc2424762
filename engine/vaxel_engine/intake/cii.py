"""UN/CEFACT Cross Industry Invoice D16B, as Factur-X, ZUGFeRD 2 and XRechnung write it, becomes one candidate."""

from collections.abc import Iterator

from vaxel_engine.codes import CURRENCIES, accepted
from vaxel_engine.errors import Rejected
from vaxel_engine.intake.candidate import Candidate, Location, Place, Records
from vaxel_engine.intake.cii_rules import r
from vaxel_engine.intake.cii_tables import CREDITOR, DOCUMENT, MANDATE, REMITTANCE
from vaxel_engine.intake.envelope import recipient_of, sender_of
from vaxel_engine.intake.source import Source
from vaxel_engine.intake.terms import cii_path
from vaxel_engine.intake.xml import RSM, Element, Fields, Walk, line_at, parse

ROOT = f"{{{RSM}}}CrossIndustryInvoice"
_DIRECT_DEBITS = frozenset({"49", "59"})  # UNCL 4461: direct debit, SEPA direct debit


def recognises(source: Source) -> bool:
    """Whether the root element is a CII invoice."""
    return source.root == ROOT


def records(source: Source) -> Records:
    """Parse the file, raising Unreadable for broken or hostile XML, and return its one record."""
    return one(parse(source.whole("CII"), source.name), source.name)


def one(root: Element, file: str) -> Iterator[Candidate | Rejected]:
    """The one record of a parsed file."""
    try:
        yield read_tree(root, file)
    except Rejected as rejection:
        yield rejection


def read_tree(root: Element, file: str, record: int = 1) -> Candidate:
    """Turn a parsed invoice into the model's names; raises Rejected where it cannot be understood."""
    settlement = f"{{{RSM}}}SupplyChainTradeTransaction/{r('ApplicableHeaderTradeSettlement')}"
    currency = (root.findtext(f"{settlement}/{r('InvoiceCurrencyCode')}") or "").strip()
    walk = Walk(file=file, record=record, currency=currency if currency in CURRENCIES else None)
    invoice: Fields = {}
    walk.children(root, DOCUMENT, invoice)
    _settle_payment(invoice, root, walk)
    credit = invoice.get("type_code") in accepted("invoice_types", "en", "credit note") - accepted(
        "invoice_types", "en", "invoice"
    )
    fields: Fields = {
        "kind": "credit_note" if credit else "invoice",
        "recipient": recipient_of(invoice.get("buyer", {})),
        "invoice": invoice,
    }
    if "number" in invoice:
        fields["reference"] = invoice["number"]

    def locate(location: Location) -> Place:
        path = cii_path(location)
        return Place(path, line_at(root, path))

    sender = sender_of(invoice.get("seller", {}))
    return Candidate(record=record, fields=fields, locate=locate, sender=sender, not_carried=walk.not_carried())


def _settle_payment(invoice: Fields, root: Element, walk: Walk) -> None:
    """Move what CII says once beside the payment means into each of them: BT-83, and BT-89 and BT-90 of a mandate."""
    payment: list[Fields] = invoice.get("payment", [])
    remittance = invoice.pop(REMITTANCE, None)
    mandate = {
        key: value
        for key, value in (
            ("mandate_reference", invoice.pop(MANDATE, None)),
            ("creditor_identifier", invoice.pop(CREDITOR, None)),
        )
        if value is not None
    }
    if not payment:
        walk.left.extend(root.iter(r("PaymentReference"), r("DirectDebitMandateID"), r("CreditorReferenceID")))
        return
    for means in payment:
        if remittance is not None:
            means["remittance_information"] = remittance
    if mandate:
        debits = [one for one in payment if "direct_debit" in one or one.get("means_code") in _DIRECT_DEBITS]
        for means in debits or payment[:1]:
            means.setdefault("direct_debit", {}).update(mandate)
