"""The rules of the EN 16931 binding to UBL that refuse: what stands once, and what attachments and addresses say."""

from vaxel_engine.rules.en_lines import is_allowance, is_charge
from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import at_most_one, attributed, two_decimals
from vaxel_engine.rules.rule import Context, Miss, Rule, Test, Verdict, on, syntax

_SELLER = ("AccountingSupplierParty", "Party")
_BUYER = ("AccountingCustomerParty", "Party")


def _once(number: str, term: str, *path: str) -> Rule:
    return syntax(f"UBL-SR-{number}", term, "at most one", at_most_one(*path))


def _numbers_once(*path: str, vat: bool) -> Test:
    """At most one CompanyID in tax schemes that are VAT, or are not."""

    def test(document: Node, bill: Bill) -> Verdict:
        schemes = document.all(*path, "PartyTaxScheme")
        wanted = [
            one for one in schemes if any((tax.words("ID").upper() == "VAT") is vat for tax in one.all("TaxScheme"))
        ]
        return sum(len(one.all("CompanyID")) for one in wanted) <= 1

    return test


def _one_value(name: str) -> Test:
    """The same text wherever the element is repeated."""

    def test(document: Node, bill: Bill) -> Verdict:
        values = {one.text for one in bill.named.get(name, ())}
        return True if len(values) <= 1 else Miss(f"{len(values)} different ones")

    return test


def _objects(document: Node, bill: Bill) -> Verdict:
    references = document.children.get("AdditionalDocumentReference", ())
    return sum(len(one.all("ID")) for one in references if one.words("DocumentTypeCode") == "130") <= 1


def _creditors(document: Node, bill: Bill) -> Verdict:
    identifiers = (one for party in bill.named.get("PartyIdentification", ()) for one in party.all("ID"))
    return sum((one.attribute("schemeID") or "").upper() == "SEPA" for one in identifiers) <= 1


def _means_names(document: Node, bill: Bill) -> Verdict:
    codes = document.all("PaymentMeans", "PaymentMeansCode")
    return sum(code.attribute("name") is not None for code in codes) <= 1


def _object_reference(reference: Node, bill: Bill) -> Verdict:
    code = reference.words("DocumentTypeCode")
    if code == "130" or (bill.credit and code == "50"):
        return True
    schemed = any(one.attribute("schemeID") is not None for one in reference.children.get("ID", ()))
    return not schemed and not reference.has("DocumentTypeCode")


def _object_without(name: str) -> Test:
    """An invoiced object (130) is an identifier alone."""

    def test(document: Node, bill: Bill) -> Verdict:
        references = bill.named.get("AdditionalDocumentReference", ())
        objects = (one for one in references if any(code.text == "130" for code in one.all("DocumentTypeCode")))
        return not any(one.has(name) for one in objects)

    return test


def _payee(*path: str, sepa: bool | None = None) -> Test:
    """At most one, the payee's name being another than the seller's."""

    def test(payee: Node, bill: Bill) -> Verdict:
        found = payee.all(*path)
        if sepa is False:
            found = [one for one in found if (one.attribute("schemeID") or "").upper() != "SEPA"]
        names = payee.all("PartyName", "Name")
        sellers = bill.root.all(*_SELLER, "PartyLegalEntity", "RegistrationName")
        return len(found) <= 1 and any(name.text != seller.text for name in names for seller in sellers)

    return test


def _is_amount(node: Node, bill: Bill) -> bool:
    parent = node.parent
    return not (
        parent is not None
        and parent.name == "AllowanceCharge"
        and parent.parent is not None
        and parent.parent.name == "Price"
    )


_DECIMALS = syntax("UBL-DT-01", None, "at most two decimals", two_decimals())
_AMOUNTS = (
    *("Amount", "BaseAmount", "TaxAmount", "TaxableAmount", "LineExtensionAmount", "TaxExclusiveAmount", "PaidAmount"),
    *("TaxInclusiveAmount", "AllowanceTotalAmount", "ChargeTotalAmount", "PrepaidAmount", "PayableRoundingAmount"),
    *("PayableAmount", "RoundingAmount", "TransactionCurrencyTaxAmount", "PerUnitAmount"),
)

_ONCE = {
    "Document": (
        *("CustomizationID", "ProfileID", "ID", "IssueDate", "DueDate", "TaxPointDate", "InvoiceTypeCode"),
        *("CreditNoteTypeCode", "DocumentCurrencyCode", "TaxCurrencyCode", "AccountingCost", "BuyerReference"),
        *("OrderReference", "AccountingSupplierParty", "AccountingCustomerParty", "PayeeParty"),
        *("TaxRepresentativeParty", "LegalMonetaryTotal"),
    ),
    "BilledLine": ("ID", "Quantity", "LineExtensionAmount", "AccountingCost", "Item", "Price"),
    "TaxSubtotal": ("TaxableAmount", "TaxAmount", "TaxCategory"),
}
"""What UBL's own schema has once, where a second one would change what is billed."""


def _repeated(node: Node, bill: Bill) -> Verdict:
    twice = [name for name in _ONCE[node.name] if len(node.children.get(name, ())) > 1]
    return True if not twice else Miss(f"{twice[0]} more than once")


CONTEXTS: tuple[Context, ...] = (
    *(on(name, syntax("VX-UBL-ONCE", None, "one element, as UBL's schema demands", _repeated)) for name in _ONCE),
    *(on(name, _DECIMALS, when=_is_amount) for name in _AMOUNTS),
    on(
        "EmbeddedDocumentBinaryObject",
        syntax("UBL-DT-06", "BT-125-1", "a media type", attributed("mimeCode")),
        syntax("UBL-DT-07", "BT-125-2", "a file name", attributed("filename")),
    ),
    *(
        on(name, syntax("UBL-SR-51", "BT-162, BT-163", "at most one further address line", at_most_one("AddressLine")))
        for name in ("PostalAddress", "Address")
    ),
    on(
        "Party",
        syntax(
            "UBL-SR-42",
            "BT-31, BT-32",
            "at most two tax schemes",
            lambda node, bill: len(node.all("PartyTaxScheme")) <= 2,
        ),
        under=("AccountingSupplierParty",),
    ),
    on(
        "AdditionalDocumentReference",
        _once("33", "BT-123", "DocumentDescription"),
        syntax(
            "UBL-SR-43",
            "BT-18",
            "a type code of 130 for an invoiced object, none for a supporting document",
            _object_reference,
        ),
    ),
    on("Delivery", _once("25", "BT-70", "DeliveryParty", "PartyName", "Name")),
    on("AllowanceCharge", _once("30", "BT-97, BT-139", "AllowanceChargeReason"), when=is_allowance),
    on("AllowanceCharge", _once("31", "BT-104, BT-144", "AllowanceChargeReason"), when=is_charge),
    on(
        "PartyTaxScheme",
        syntax(
            "UBL-SR-53",
            "BT-31, BT-32",
            "a tax scheme and an identifier in it",
            lambda node, bill: node.has("TaxScheme", "ID") and node.has("CompanyID"),
        ),
    ),
    on(
        "Document",
        _once("01", "BT-12", "ContractDocumentReference", "ID"),
        _once("02", "BT-15", "ReceiptDocumentReference", "ID"),
        _once("03", "BT-16", "DespatchDocumentReference", "ID"),
        syntax("UBL-SR-04", "BT-18", "at most one", _objects),
        _once("05", "BT-20", "PaymentTerms", "Note"),
        _once("08", "BG-14", "InvoicePeriod"),
        _once("09", "BT-27", *_SELLER, "PartyLegalEntity", "RegistrationName"),
        _once("10", "BT-28", *_SELLER, "PartyName", "Name"),
        _once("11", "BT-30", *_SELLER, "PartyLegalEntity", "CompanyID"),
        syntax("UBL-SR-12", "BT-31", "at most one", _numbers_once(*_SELLER, vat=True)),
        syntax("UBL-SR-13", "BT-32", "at most one", _numbers_once(*_SELLER, vat=False)),
        _once("14", "BT-33", *_SELLER, "PartyLegalEntity", "CompanyLegalForm"),
        _once("15", "BT-44", *_BUYER, "PartyLegalEntity", "RegistrationName"),
        _once("16", "BT-46", *_BUYER, "PartyIdentification", "ID"),
        _once("17", "BT-47", *_BUYER, "PartyLegalEntity", "CompanyID"),
        syntax("UBL-SR-18", "BT-48", "at most one", _numbers_once(*_BUYER, vat=True)),
        _once("24", "BG-13", "Delivery"),
        syntax("UBL-SR-29", "BT-90", "at most one", _creditors),
        _once("39", "BT-11", "ProjectReference", "ID"),
        _once("40", "BT-45", *_BUYER, "PartyName", "Name"),
        syntax("UBL-SR-44", "BT-83", "one remittance information, however often", _one_value("PaymentID")),
        _once("45", "BT-9", "PaymentMeans", "PaymentDueDate"),
        syntax("UBL-SR-46", "BT-82", "at most one", _means_names),
        syntax("UBL-SR-47", "BT-81", "one payment means code, however often", _one_value("PaymentMeansCode")),
        _once("49", "BT-8", "InvoicePeriod", "DescriptionCode"),
        _once("54", "BG-18", "PaymentMeans", "CardAccount"),
        _once("55", "BG-19", "PaymentMeans", "PaymentMandate"),
        syntax("UBL-CR-666", "BT-18", "no attachment of an invoiced object", _object_without("Attachment")),
        syntax("UBL-CR-673", "BT-18", "no description of an invoiced object", _object_without("DocumentDescription")),
        _once("56", "BT-17", "OriginatorDocumentReference", "ID"),
    ),
    on(
        "BilledLine",
        _once("34", "BT-127", "Note"),
        _once("35", "BT-132", "OrderLineReference", "LineID"),
        _once("36", "BG-26", "InvoicePeriod"),
        _once("37", "BT-147", "Price", "AllowanceCharge", "Amount"),
        syntax(
            "UBL-SR-48",
            "BG-30",
            "exactly one VAT category",
            lambda node, bill: len(node.all("Item", "ClassifiedTaxCategory")) == 1,
        ),
        _once("50", "BT-154", "Item", "Description"),
        _once("52", "BT-128", "DocumentReference"),
    ),
    on(
        "PayeeParty",
        syntax("UBL-SR-19", "BT-59", "one name, another than the seller's", _payee("PartyName", "Name")),
        syntax(
            "UBL-SR-20",
            "BT-60",
            "at most one, of another than the seller",
            _payee("PartyIdentification", "ID", sepa=False),
        ),
        syntax(
            "UBL-SR-21", "BT-61", "at most one, of another than the seller", _payee("PartyLegalEntity", "CompanyID")
        ),
    ),
    on(
        "PaymentMeans",
        _once("26", "BT-83", "PaymentID"),
        _once("27", "BT-81", "PaymentMeansCode"),
        _once("28", "BT-89", "PaymentMandate", "ID"),
    ),
    on(
        "BillingReference",
        _once("06", "BG-3", "InvoiceDocumentReference"),
        syntax(
            "UBL-SR-07",
            "BT-25",
            "the number of the preceding invoice",
            lambda node, bill: node.has("InvoiceDocumentReference", "ID"),
        ),
    ),
    on(
        "TaxRepresentativeParty",
        _once("22", "BT-62", "PartyName", "Name"),
        _once("23", "BT-63", "PartyTaxScheme", "CompanyID"),
    ),
    on("TaxSubtotal", _once("32", "BT-120", "TaxCategory", "TaxExemptionReason")),
)
