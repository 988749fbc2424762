"""EN 16931: what the document as a whole must say, its dates, periods, references and attachments."""

from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.predicates import filled, has
from vaxel_engine.rules.rule import Context, Verdict, on, rule


def _tax_currency_has_a_total(document: Node, bill: Bill) -> Verdict:
    currencies = {amount.attribute("currencyID") for amount in _tax_amounts(bill)}
    return all(one.text in currencies for one in document.all("TaxCurrencyCode"))


def _tax_amounts(bill: Bill) -> list[Node]:
    return [amount for total in bill.named.get("TaxTotal", ()) for amount in total.all("TaxAmount")]


def _one_tax_point(document: Node, bill: Bill) -> Verdict:
    return not (document.has("TaxPointDate") and document.has("InvoicePeriod", "DescriptionCode"))


def _ends_after_it_starts(period: Node, bill: Bill) -> Verdict:
    start, end = period.first("StartDate"), period.first("EndDate")
    return start is None or end is None or end.value[:10] >= start.value[:10]


def _says_when(period: Node, bill: Bill) -> Verdict:
    return period.has("StartDate") or period.has("EndDate")


def _says_when_or_why(period: Node, bill: Bill) -> Verdict:
    return period.has("StartDate") or period.has("EndDate") or period.has("DescriptionCode")


def _of_the_document(period: Node, bill: Bill) -> bool:
    return period.parent is None or period.parent.name != "BilledLine"


CONTEXTS: tuple[Context, ...] = (
    on(
        "Document",
        rule("BR-01", "BT-24", "a specification identifier", filled("CustomizationID")),
        rule("BR-02", "BT-1", "an invoice number", filled("ID")),
        rule("BR-03", "BT-2", "an issue date", filled("IssueDate")),
        rule(
            "BR-04",
            "BT-3",
            "a type code",
            lambda node, bill: bool(node.words("InvoiceTypeCode") or node.words("CreditNoteTypeCode")),
        ),
        rule("BR-05", "BT-5", "a currency", filled("DocumentCurrencyCode")),
        rule(
            "BR-06",
            "BT-27",
            "the seller's name",
            filled("AccountingSupplierParty", "Party", "PartyLegalEntity", "RegistrationName"),
        ),
        rule(
            "BR-07",
            "BT-44",
            "the buyer's name",
            filled("AccountingCustomerParty", "Party", "PartyLegalEntity", "RegistrationName"),
        ),
        rule("BR-08", "BG-5", "the seller's postal address", has("AccountingSupplierParty", "Party", "PostalAddress")),
        rule("BR-10", "BG-8", "the buyer's postal address", has("AccountingCustomerParty", "Party", "PostalAddress")),
        rule("BR-16", "BG-25", "at least one line", has("BilledLine")),
        rule(
            "BR-53", "BT-111", "the VAT total in the currency of accounting (BT-6) as well", _tax_currency_has_a_total
        ),
        rule("BR-CO-03", "BT-7", "a tax point date (BT-7) or its code (BT-8), not both", _one_tax_point),
        rule("BR-CO-18", "BG-23", "at least one row of VAT breakdown", has("TaxTotal", "TaxSubtotal")),
    ),
    on("AdditionalDocumentReference", rule("BR-52", "BT-122", "a reference of the document", filled("ID"))),
    on(
        "BillingReference",
        rule("BR-55", "BT-25", "the number of the preceding invoice", has("InvoiceDocumentReference", "ID")),
    ),
    on(
        "InvoicePeriod",
        rule("BR-29", "BT-74", "an end that is not before the start (BT-73)", _ends_after_it_starts),
        rule("BR-CO-19", "BG-14", "a start or an end of the period, or both", _says_when_or_why),
        when=_of_the_document,
    ),
    on(
        "InvoicePeriod",
        rule("BR-30", "BT-135", "an end that is not before the start (BT-134)", _ends_after_it_starts),
        rule("BR-CO-20", "BG-26", "a start or an end of the period, or both", _says_when),
        under=("BilledLine",),
    ),
    on(
        "AdditionalItemProperty",
        rule("BR-54", "BG-32", "a name and a value", lambda node, bill: node.has("Name") and node.has("Value")),
    ),
)
