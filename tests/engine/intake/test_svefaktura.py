"""Svefaktura 1.0: totals with their rounding, F-tax, giro numbers, units in words."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import Reading, read
from vaxel_engine.model import DocumentKind, Invoice
from vaxel_engine.totals import check

Write = Callable[[str | bytes], Path]
Take = Callable[[str], tuple[Invoice, Reading]]
PARTY = """<cac:Party><cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>
<cac:Address><cbc:Postbox>Box 7</cbc:Postbox><cbc:CityName>Luleå</cbc:CityName><cbc:PostalZone>97100</cbc:PostalZone>
</cac:Address>
{tax}</cac:Party>"""
F_TAX = """<cac:PartyTaxScheme><cac:CompanyID>5592014475</cac:CompanyID>
<cbc:ExemptionReason>F-skattebevis finns</cbc:ExemptionReason>
<cac:RegistrationAddress><cbc:CityName>Kiruna</cbc:CityName></cac:RegistrationAddress>
<cac:TaxScheme><cac:ID>SWT</cac:ID></cac:TaxScheme></cac:PartyTaxScheme>"""
VAT = "<cac:TaxScheme><cac:ID>VAT</cac:ID></cac:TaxScheme>"
SMALL = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0" xmlns:cac="urn:sfti:CommonAggregateComponents:1:0"
 xmlns:cbc="urn:oasis:names:tc:ubl:CommonBasicComponents:1:0">
<ID>88</ID><cbc:IssueDate>2026-11-20</cbc:IssueDate><InvoiceTypeCode>380</InvoiceTypeCode>
<LineItemCountNumeric>2</LineItemCountNumeric>
<cac:BuyerParty>{PARTY.format(name="Åsa Öberg", tax="")}</cac:BuyerParty>
<cac:SellerParty>{PARTY.format(name="Nordljus Energi AB", tax=F_TAX)}</cac:SellerParty>
<cac:PaymentMeans><cac:PaymentMeansTypeCode>1</cac:PaymentMeansTypeCode>
<cbc:DuePaymentDate>2026-12-20</cbc:DuePaymentDate>
<cac:PayeeFinancialAccount><cac:ID>5050109</cac:ID><cac:FinancialInstitutionBranch><cac:FinancialInstitution>
<cac:ID>BGABSESS</cac:ID></cac:FinancialInstitution></cac:FinancialInstitutionBranch>
<cac:PaymentInstructionID>2701000107</cac:PaymentInstructionID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:PaymentTerms><cbc:Note>30 dagar netto</cbc:Note><cbc:PenaltySurchargePercent>9.5</cbc:PenaltySurchargePercent>
</cac:PaymentTerms>
<cac:TaxTotal><cbc:TotalTaxAmount amountCurrencyID="SEK">25.10</cbc:TotalTaxAmount>
<cac:TaxSubTotal><cbc:TaxableAmount amountCurrencyID="SEK">100.40</cbc:TaxableAmount>
<cbc:TaxAmount amountCurrencyID="SEK">25.10</cbc:TaxAmount>
<cac:TaxCategory><cac:ID>S</cac:ID><cbc:Percent>25</cbc:Percent>{VAT}</cac:TaxCategory></cac:TaxSubTotal></cac:TaxTotal>
<cac:LegalTotal><cbc:LineExtensionTotalAmount amountCurrencyID="SEK">100.40</cbc:LineExtensionTotalAmount>
<cbc:TaxInclusiveTotalAmount amountCurrencyID="SEK">126.00</cbc:TaxInclusiveTotalAmount>
<cac:RoundOffAmount amountCurrencyID="SEK">0.50</cac:RoundOffAmount></cac:LegalTotal>
<cac:InvoiceLine><cac:ID>1</cac:ID><cbc:InvoicedQuantity quantityUnitCode="fat">3</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount amountCurrencyID="SEK">100.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Description>Olja</cbc:Description></cac:Item></cac:InvoiceLine>
<cac:InvoiceLine><cac:ID>2</cac:ID><cbc:LineExtensionAmount amountCurrencyID="SEK">0.40</cbc:LineExtensionAmount>
<cac:Item><cbc:Description>Avgift</cbc:Description></cac:Item></cac:InvoiceLine>
<RequisitionistDocumentReference><cac:ID>Lager 3</cac:ID></RequisitionistDocumentReference></Invoice>"""


@pytest.fixture
def taken(write: Write) -> Take:
    def take(text: str) -> tuple[Invoice, Reading]:
        reading = read(write(text.encode("iso-8859-1")))
        (document,) = reading
        assert document.invoice is not None
        return document.invoice, reading

    return take


def test_the_total_has_the_rounding_in_it_and_every_sum_adds_up(taken: Take) -> None:
    totals = taken(SMALL)[0].totals

    assert (str(totals.due), str(totals.rounding), str(totals.with_vat)) == ("126.00", "0.50", "125.50")
    assert (str(totals.without_vat), str(totals.vat)) == ("100.40", "25.10")
    assert check(taken(SMALL)[0]) == ()


def test_the_declared_encoding_is_believed(taken: Take) -> None:
    assert taken(SMALL)[0].buyer.name == "Åsa Öberg"


def test_bankgiro_ocr_and_terms_come_through(taken: Take) -> None:
    invoice, _ = taken(SMALL)
    (means,) = invoice.payment

    assert (means.means_code, means.remittance_information) == ("30", "2701000107")
    assert means.credit_transfers[0].service_provider_identifier == "SE:BANKGIRO"
    assert invoice.payment_terms == "30 dagar netto\nDröjsmålsränta 9.5 %"


def test_f_tax_is_said_in_the_words_that_the_rules_ask_for(taken: Take) -> None:
    seller = taken(SMALL)[0].seller

    assert (seller.tax_registration_identifier, seller.additional_legal_information) == (
        "Godkänd för F-skatt",
        "Säte: Kiruna",
    )
    assert seller.legal_registration_identifier is not None
    assert (seller.legal_registration_identifier.value, seller.legal_registration_identifier.scheme) == (
        "5592014475",
        "0007",
    )


def test_without_f_tax_nothing_is_claimed(taken: Take) -> None:
    invoice, reading = taken(SMALL.replace("F-skattebevis finns", "F-skattebevis saknas"))

    assert invoice.seller.tax_registration_identifier is None
    assert "/Invoice/SellerParty/Party/PartyTaxScheme/ExemptionReason" in reading.not_carried


def test_a_unit_that_no_code_is_known_for_is_carried_in_words(taken: Take) -> None:
    first, second = taken(SMALL)[0].lines

    assert (first.unit, first.item.attributes[0].value) == ("ZZ", "fat")
    assert (first.price.net, first.price.base_quantity) == (Decimal(100), Decimal(3))
    assert (second.quantity, second.unit, second.vat.rate) == (Decimal(1), "C62", Decimal(25))


def test_type_381_is_a_credit_note(write: Write) -> None:
    (document,) = read(write(SMALL.replace(">380<", ">381<").encode("iso-8859-1")))

    assert document.kind is DocumentKind.CREDIT_NOTE


@pytest.mark.parametrize(
    ("old", "new", "path", "term"),
    [
        (">2026-11-20<", ">20261120<", "/Invoice/IssueDate", "BT-2"),
        (">25.10</cbc:TotalTaxAmount>", ">25,10</cbc:TotalTaxAmount>", "/Invoice/TaxTotal/TotalTaxAmount", "BT-110"),
        (">0.40<", "><", "/Invoice/InvoiceLine[2]/LineExtensionAmount", "BT-131"),
    ],
)
def test_a_fault_is_placed(
    only_rejection: Callable[[bytes], Rejected], old: str, new: str, path: str, term: str
) -> None:
    rejected = only_rejection(SMALL.replace(old, new).encode("iso-8859-1"))
    places = {(one.path, one.term) for one in (rejected, *rejected.further)}

    assert (path, term) in places
    assert rejected.line is not None


def test_a_fault_at_an_attribute_is_placed(only_rejection: Callable[[bytes], Rejected]) -> None:
    text = SMALL.replace("cbc:InvoicedQuantity", "InvoicedQuantity").replace(">100.00<", "><")
    text = text.replace("<InvoicedQuantity", '<InvoicedQuantity xmlns="urn:other"')

    rejected = only_rejection(text.encode("iso-8859-1"))

    paths = {one.path for one in (rejected, *rejected.further)}
    assert "/Invoice/InvoiceLine[1]/InvoicedQuantity/@quantityUnitCode" in paths


@pytest.mark.shared
def test_every_corpus_document_is_read_and_keeps_its_figures(corpus: Path) -> None:
    files = sorted((corpus / "valid" / "svefaktura").iterdir())
    for path in files:
        root = etree.parse(path).getroot()

        def stated(where: str, root: etree._Element = root) -> list[str]:  # pyright: ignore[reportPrivateUsage]
            steps = "/".join(f"*[local-name()='{step}']" for step in where.split("/"))
            found = root.xpath(f"{steps}/text()")
            assert isinstance(found, list)
            return [str(one).strip() for one in found]

        reading = read(path)
        (document,) = reading
        invoice = document.invoice
        assert invoice is not None
        assert (reading.format, list(reading.rejections)) == ("svefaktura", [])
        assert [str(invoice.totals.line_net)] == stated("LegalTotal/LineExtensionTotalAmount")
        assert [str(invoice.totals.due)] == stated("LegalTotal/TaxInclusiveTotalAmount")
        assert ([str(invoice.totals.rounding)] if invoice.totals.rounding else []) == stated(
            "LegalTotal/RoundOffAmount"
        )
        assert [str(invoice.totals.vat)] == stated("TaxTotal/TotalTaxAmount")
        assert [invoice.number] == stated("ID")
        assert [str(invoice.issue_date)] == stated("IssueDate")
        assert {str(invoice.due_date)} == set(stated("PaymentMeans/DuePaymentDate"))
        assert [str(one.tax_amount) for one in invoice.vat_breakdown] == stated("TaxTotal/TaxSubTotal/TaxAmount")
        assert [str(one.category.rate) for one in invoice.vat_breakdown] == stated(
            "TaxTotal/TaxSubTotal/TaxCategory/Percent"
        )
        assert [str(one.net_amount) for one in invoice.lines] == stated("InvoiceLine/LineExtensionAmount")
        assert [str(one.quantity) for one in invoice.lines] == stated("InvoiceLine/InvoicedQuantity")
        assert [str(one.price.net) for one in invoice.lines] == stated("InvoiceLine/Item/BasePrice/PriceAmount")
        accounts = [one.account_identifier for means in invoice.payment for one in means.credit_transfers]
        assert accounts == stated("PaymentMeans/PayeeFinancialAccount/ID")
        assert check(invoice) == (), path.name
    assert len(files) == 3
