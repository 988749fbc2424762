"""UBL 2.1 as Peppol BIS Billing 3: every stated value comes through as it came, and what does not is told."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import Reading, read
from vaxel_engine.model import Document, DocumentKind, Invoice, PostalAddress

Write = Callable[[str | bytes], Path]
Reject = Callable[[str | bytes | dict[str, Any]], Rejected]


@pytest.fixture
def taken(write: Write) -> Callable[[str | bytes], tuple[Document, Reading]]:
    """Reads a file with one good record."""

    def take(content: str | bytes) -> tuple[Document, Reading]:
        reading = read(write(content))
        documents = list(reading)
        assert [str(rejected) for rejected in reading.rejections] == []
        return documents[0], reading

    return take


Take = Callable[[str | bytes], tuple[Document, Reading]]


def invoice_in(document: Document) -> Invoice:
    assert document.invoice is not None
    return document.invoice


def test_stated_amounts_and_prices_keep_every_digit(taken: Take, ubl: str) -> None:
    document, _ = taken(ubl.replace(">561.20<", ">561.2000000001<").replace(">5000.00<", ">5000<"))

    invoice = invoice_in(document)
    assert str(invoice.lines[0].price.net) == "561.2000000001"
    assert str(invoice.totals.paid) == "5000"


def test_both_levels_of_allowances_and_charges_come_through(taken: Take, ubl: str) -> None:
    invoice = invoice_in(taken(ubl)[0])

    on_document = [
        (one.is_charge, one.reason, one.vat.rate if one.vat else None) for one in invoice.allowances_and_charges
    ]
    assert on_document == [(False, "Volymrabatt", Decimal(25)), (True, "Fakturaavgift", Decimal(25))]
    allowance = invoice.lines[1].allowances_and_charges[0]
    assert (allowance.is_charge, allowance.amount, allowance.percentage) == (False, Decimal("456.00"), Decimal(5))
    assert invoice.lines[4].allowances_and_charges[0].is_charge


def test_price_details_come_through(taken: Take, ubl: str) -> None:
    price = invoice_in(taken(ubl)[0]).lines[0].price

    assert (price.gross, price.discount, price.net) == (Decimal("586.20"), Decimal("25.00"), Decimal("561.20"))
    assert (price.base_quantity, price.base_quantity_unit) == (Decimal(1000), "KWH")


def test_payment_means_come_through(taken: Take, ubl: str) -> None:
    (means,) = invoice_in(taken(ubl)[0]).payment

    assert (means.means_code, means.means_text, means.remittance_information) == ("30", "Bankgiro", "2611004108")
    assert means.credit_transfers[0].service_provider_identifier == "SE:BANKGIRO"


def test_references_periods_and_delivery_come_through(taken: Take, ubl: str) -> None:
    invoice = invoice_in(taken(ubl)[0])

    assert invoice.references.buyer == "KST-1180"
    assert invoice.references.contract == "NL-AV-70088"
    assert invoice.references.invoiced_object is not None
    assert invoice.period is not None
    assert str(invoice.period.end) == "2026-10-31"
    assert invoice.delivery is not None
    assert invoice.delivery.address is not None
    assert invoice.lines[0].object_identifier is not None
    assert invoice.seller.tax_registration_identifier == "Godkänd för F-skatt"


def test_everything_in_the_sample_is_carried(taken: Take, ubl: str) -> None:
    assert taken(ubl)[1].not_carried == {}


def test_a_credit_note_is_one_and_keeps_its_second_tax_total(samples: Path) -> None:
    (document,) = read(samples / "peppol-credit-note.xml")

    invoice = invoice_in(document)
    assert document.kind is DocumentKind.CREDIT_NOTE
    assert (invoice.currency, invoice.vat_accounting_currency) == ("EUR", "SEK")
    assert (invoice.totals.vat, invoice.totals.vat_in_accounting_currency) == (Decimal("150.45"), Decimal("1640.43"))
    assert invoice.preceding_invoices[0].number == "26100488"


def test_a_credit_notes_due_date_stands_in_its_payment_means(taken: Take, samples: Path) -> None:
    text = (samples / "peppol-credit-note.xml").read_text(encoding="utf-8")
    due = text.replace(
        "97</cbc:PaymentMeansCode>", "97</cbc:PaymentMeansCode><cbc:PaymentDueDate>2026-12-20</cbc:PaymentDueDate>"
    )

    assert str(invoice_in(taken(due)[0]).due_date) == "2026-12-20"


def test_the_recipient_comes_from_the_buyer(taken: Take, ubl: str) -> None:
    document, _ = taken(ubl)

    recipient = document.recipient
    assert recipient.name == "Norrskenets Spa & Konferens AB"
    assert (recipient.language, recipient.email, recipient.mobile) == ("sv", "ekonomi@example.se", "+46701740611")
    assert recipient.organisation_number == "5599993184"
    assert recipient.postal_address == PostalAddress(
        line_1="Esrangevägen 12", post_code="98191", city="Kiruna", country_code="SE"
    )
    assert document.reference == "26110041"


def test_a_buyer_abroad_is_written_to_in_english(samples: Path) -> None:
    (document,) = read(samples / "peppol-credit-note.xml")

    assert document.recipient.language == "en"
    assert document.recipient.organisation_number is None


@pytest.mark.parametrize("telephone", ["0980-319 200", "+46980319200", "+46 70", "växeln", "0701740611"])
def test_a_telephone_that_is_no_mobile_gets_no_sms(taken: Take, ubl: str, telephone: str) -> None:
    document, _ = taken(ubl.replace("+46701740611", telephone))

    assert document.recipient.mobile is None
    assert invoice_in(document).buyer.contact is not None


@pytest.mark.parametrize(
    "email", ["ekonomi", "ekonomi@example", "a@example.se, b@example.se", "=?utf-8?q?a?=@example.se"]
)
def test_an_unusable_email_address_is_no_reason_to_reject(taken: Take, ubl: str, email: str) -> None:
    assert taken(ubl.replace("ekonomi@example.se", email))[0].recipient.email is None


def test_the_sender_is_the_one_named_else_the_sellers_number_else_its_name(write: Write, taken: Take, ubl: str) -> None:
    unregistered = ubl.replace('<cbc:CompanyID schemeID="0007">5592014475</cbc:CompanyID>', "")

    assert next(read(write(ubl), sender="nordljus")).sender == "nordljus"
    assert taken(ubl)[0].sender == "5592014475"
    assert taken(unregistered)[0].sender == "nordljus-energi-ab"


def test_a_mandate_does_not_make_a_notice(taken: Take, ubl: str) -> None:
    mandate = "<cac:PaymentMandate><cbc:ID>AG-1</cbc:ID></cac:PaymentMandate></cac:PaymentMeans>"
    party = '<cac:PartyIdentification><cbc:ID schemeID="SEPA">SE97ZZZ5592014475</cbc:ID></cac:PartyIdentification>'
    text = ubl.replace("</cac:PaymentMeans>", mandate, 1).replace(
        '<cbc:EndpointID schemeID="0007">5592014475</cbc:EndpointID>',
        f'<cbc:EndpointID schemeID="0007">5592014475</cbc:EndpointID>{party}',
    )

    document, _ = taken(text)

    assert document.kind is DocumentKind.INVOICE
    debit = invoice_in(document).payment[0].direct_debit
    assert debit is not None
    assert (debit.mandate_reference, debit.creditor_identifier) == ("AG-1", "SE97ZZZ5592014475")
    assert invoice_in(document).seller.identifiers == ()


def test_a_note_gives_up_its_subject_code(taken: Take, ubl: str) -> None:
    invoice = invoice_in(taken(ubl.replace("<cbc:Note>Ert", "<cbc:Note>#AAI#Ert"))[0])

    assert invoice.notes[0].subject_code == "AAI"
    assert invoice.notes[0].text.startswith("Ert effektuttag")


def test_what_is_not_carried_is_told(taken: Take, ubl: str) -> None:
    signature = "<cac:Signature><cbc:ID>S-1</cbc:ID></cac:Signature>"
    text = ubl.replace("<cac:AccountingSupplierParty>", f"{signature}<cac:AccountingSupplierParty>")
    text = text.replace("<cbc:ID>IO-2026-331</cbc:ID>", '<cbc:ID schemeID="X">IO-2026-331</cbc:ID>')

    _, reading = taken(text)

    assert reading.not_carried == {"/Invoice/cac:Signature": 1, "/Invoice/cac:OrderReference/cbc:ID/@schemeID": 1}


def test_supporting_documents_come_with_their_bytes(taken: Take, ubl: str) -> None:
    sheet = (
        "<cac:AdditionalDocumentReference><cbc:ID>TID-1</cbc:ID><cbc:DocumentDescription>Timlista</cbc:DocumentDescription>"
        '<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="tid.csv">dGlt\nO21pbg=='
        "</cbc:EmbeddedDocumentBinaryObject><cac:ExternalReference><cbc:URI>https://nordljus.example/tid</cbc:URI>"
        "</cac:ExternalReference></cac:Attachment></cac:AdditionalDocumentReference>"
    )
    document, reading = taken(ubl.replace("<cac:AccountingSupplierParty>", f"{sheet}<cac:AccountingSupplierParty>"))

    (supporting,) = invoice_in(document).supporting_documents
    assert supporting.attached is not None
    assert (supporting.identifier, supporting.location) == ("TID-1", "https://nordljus.example/tid")
    assert (supporting.attached.content, supporting.attached.filename) == (b"tim;min", "tid.csv")
    assert Document.model_validate_json(document.model_dump_json()) == document
    assert reading.not_carried == {}


def test_classification_and_tax_representative_come_through(taken: Take, ubl: str) -> None:
    representative = (
        "<cac:TaxRepresentativeParty><cac:PartyName><cbc:Name>Ombudet AB</cbc:Name></cac:PartyName><cac:PostalAddress>"
        "<cac:Country><cbc:IdentificationCode>SE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>"
        "<cac:PartyTaxScheme><cbc:CompanyID>SE559201447501</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>"
        "</cac:TaxScheme></cac:PartyTaxScheme></cac:TaxRepresentativeParty>"
    )
    code = '<cbc:ItemClassificationCode listID="STI" listVersionID="20">65310000</cbc:ItemClassificationCode>'
    text = ubl.replace("<cac:Delivery>", f"{representative}<cac:Delivery>").replace(
        "<cac:ClassifiedTaxCategory>",
        f"<cac:CommodityClassification>{code}</cac:CommodityClassification><cac:ClassifiedTaxCategory>",
        1,
    )

    invoice = invoice_in(taken(text)[0])

    assert invoice.tax_representative is not None
    assert invoice.tax_representative.vat_identifier == "SE559201447501"
    (classification,) = invoice.lines[0].item.classifications
    assert (classification.code, classification.scheme, classification.scheme_version) == ("65310000", "STI", "20")


def test_a_repeated_element_keeps_the_first_and_tells_of_the_second(taken: Take, ubl: str) -> None:
    document, reading = taken(ubl.replace("<cbc:ID>26110041</cbc:ID>", "<cbc:ID>26110041</cbc:ID><cbc:ID>2</cbc:ID>"))

    assert invoice_in(document).number == "26110041"
    assert reading.not_carried == {"/Invoice/cbc:ID": 1}


def test_comments_and_instructions_change_nothing(taken: Take, ubl: str) -> None:
    text = ubl.replace("26110041</cbc:ID>", "2611<!-- mitt i --><?gör något?>0041</cbc:ID>").replace(
        "<cac:Delivery>", "<!-- här --><cac:Delivery><?där?>"
    )

    document, reading = taken(text)

    assert invoice_in(document).number == "26110041"
    assert reading.not_carried == {}


def test_prefixes_mean_nothing(taken: Take, ubl: str) -> None:
    text = ubl.replace("cac:", "samlat:").replace("xmlns:cac", "xmlns:samlat")

    assert taken(text)[0] == taken(ubl)[0]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "utf-8-sig"])
def test_the_declared_encoding_is_believed(taken: Take, ubl: str, encoding: str) -> None:
    plain = ubl.replace("–", "-")  # which ISO 8859-1 does not have
    declared = plain.replace('encoding="UTF-8"', f'encoding="{encoding.removesuffix("-sig")}"')

    assert taken(declared.encode(encoding))[0] == taken(plain)[0]


@pytest.mark.parametrize(
    ("old", "new", "path", "term", "found"),
    [
        (">26110041</cbc:ID>", "></cbc:ID>", "/Invoice/cbc:ID", "BT-1", "nothing"),
        (">SEK</cbc:Doc", ">SKR</cbc:Doc", "/Invoice/cbc:DocumentCurrencyCode", "BT-5", "“SKR”"),
        (">2026-12-20<", ">2026-12-20Z<", "/Invoice/cbc:DueDate", "BT-9", "“2026-12-20Z”"),
        (
            'unitCode="KWT"',
            'unitCode="kW"',
            "/Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity/@unitCode",
            "BT-130",
            "“kW”",
        ),
        (">0.0985<", ">0,0985<", "/Invoice/cac:InvoiceLine[3]/cac:Price/cbc:PriceAmount", "BT-146", "“0,0985”"),
        (
            "<cbc:Percent>25<",
            "<cbc:Percent>25 %<",
            "/Invoice/cac:AllowanceCharge[1]/cac:TaxCategory/cbc:Percent",
            "BT-96, BT-103",
            "“25 %”",
        ),
        (
            "cac:Item>",
            "cac:Ting>",
            "/Invoice/cac:InvoiceLine[1]/cac:Item/cac:ClassifiedTaxCategory",
            "BG-30",
            "nothing",
        ),
    ],
)
def test_a_fault_is_placed_by_xpath_line_and_term(
    write: Write, ubl: str, old: str, new: str, path: str, term: str | None, found: str
) -> None:
    reading = read(
        write(ubl.replace(old, new).replace("</cac:Item>", "</cac:Ting>" if "Ting" in new else "</cac:Item>"))
    )
    list(reading)

    if not path:
        assert reading.rejections == []
        return
    (rejected,) = reading.rejections
    assert path in rejected.path
    assert rejected.term == term
    assert found in rejected.found
    assert rejected.line is not None


def test_an_amount_in_another_currency_is_rejected(only_rejection: Reject, ubl: str) -> None:
    rejected = only_rejection(
        ubl.replace('<cbc:PayableAmount currencyID="SEK">', '<cbc:PayableAmount currencyID="EUR">')
    )

    assert rejected.found == "an amount in “EUR” in a document in “SEK”"
    assert rejected.line is not None


def test_reading_twice_gives_the_same_document(taken: Take, ubl: str) -> None:
    document, _ = taken(ubl)

    assert Document.model_validate(json.loads(document.model_dump_json())) == document


@pytest.mark.parametrize("code", ["380", "389", "393", "384", "82"])
def test_every_kind_of_invoice_keeps_its_type(taken: Take, ubl: str, code: str) -> None:
    document, _ = taken(ubl.replace(">380</cbc:InvoiceTypeCode>", f">{code}</cbc:InvoiceTypeCode>"))

    assert (document.kind, invoice_in(document).type_code) == (DocumentKind.INVOICE, code)


@pytest.mark.parametrize("code", ["381", "261", "396"])
def test_every_kind_of_credit_note_keeps_its_type(taken: Take, samples: Path, code: str) -> None:
    text = (samples / "peppol-credit-note.xml").read_text(encoding="utf-8")
    document, _ = taken(text.replace(">381</cbc:CreditNoteTypeCode>", f">{code}</cbc:CreditNoteTypeCode>"))

    assert (document.kind, invoice_in(document).type_code) == (DocumentKind.CREDIT_NOTE, code)


def test_a_payment_card_comes_through(taken: Take, ubl: str) -> None:
    card = (
        "<cac:CardAccount><cbc:PrimaryAccountNumberID>4321</cbc:PrimaryAccountNumberID><cbc:NetworkID>VISA</cbc:NetworkID>"
        "<cbc:HolderName>Elin Forsberg</cbc:HolderName></cac:CardAccount><cac:PayeeFinancialAccount>"
    )
    document, reading = taken(ubl.replace("<cac:PayeeFinancialAccount>", card, 1))

    kept = invoice_in(document).payment[0].card
    assert kept is not None
    assert (kept.account_number, kept.holder_name) == ("4321", "Elin Forsberg")
    assert "4321" not in repr(document)
    assert reading.not_carried == {"/Invoice/cac:PaymentMeans/cac:CardAccount/cbc:NetworkID": 1}


def test_the_payees_creditor_number_belongs_to_the_mandate(taken: Take, ubl: str) -> None:
    payee = (
        "<cac:PayeeParty><cac:PartyIdentification><cbc:ID>F-7</cbc:ID></cac:PartyIdentification><cac:PartyIdentification>"
        '<cbc:ID schemeID="SEPA">SE97ZZZ1</cbc:ID></cac:PartyIdentification><cac:PartyName><cbc:Name>Faktor</cbc:Name>'
        "</cac:PartyName></cac:PayeeParty><cac:PaymentMeans>"
    )
    mandate = "<cac:PaymentMandate><cbc:ID>AG-1</cbc:ID></cac:PaymentMandate></cac:PaymentMeans>"
    text = ubl.replace("<cac:PaymentMeans>", payee, 1).replace("</cac:PaymentMeans>", mandate, 1)

    invoice = invoice_in(taken(text)[0])
    assert invoice.payee is not None
    assert invoice.payee.identifier is not None
    assert invoice.payee.identifier.value == "F-7"
    assert invoice.payment[0].direct_debit is not None
    assert invoice.payment[0].direct_debit.creditor_identifier == "SE97ZZZ1"
