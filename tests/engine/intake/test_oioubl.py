"""OIOUBL: figures are kept, Danish codes become those of EN 16931, what has no place is told."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from vaxel_engine.errors import Rejected
from vaxel_engine.intake import Reading, read
from vaxel_engine.model import Invoice
from vaxel_engine.totals import check

Write = Callable[[str | bytes], Path]
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
PARTY = """<cac:Party><cbc:EndpointID schemeID="DK:CVR">DK12345674</cbc:EndpointID>{identifier}
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Havnevej</cbc:StreetName><cbc:BuildingNumber>4</cbc:BuildingNumber>
<cbc:Floor>2. th.</cbc:Floor><cbc:CityName>Aarhus</cbc:CityName><cbc:PostalZone>8000</cbc:PostalZone>
</cac:PostalAddress>
<cac:Contact><cbc:ID>{contact}</cbc:ID></cac:Contact></cac:Party>"""
VAT = "<cac:TaxScheme><cbc:ID>63</cbc:ID><cbc:Name>Moms</cbc:Name></cac:TaxScheme>"
SMALL = f"""<?xml version="1.0" encoding="ISO-8859-1"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="{NAMES["cac"]}" xmlns:cbc="{
    NAMES["cbc"]
}">
<cbc:CustomizationID>OIOUBL-2.02</cbc:CustomizationID><cbc:ID>77</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate>
<cbc:InvoiceTypeCode listID="urn:oioubl:codelist:invoicetypecode-1.1">380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>DKK</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty>{PARTY.format(name="Strøm A/S", contact="S1", identifier="")}</cac:AccountingSupplierParty>
<cac:AccountingCustomerParty>{
    PARTY.format(
        name="Mette Sørensen",
        contact="REF-9",
        identifier='<cac:PartyIdentification><cbc:ID schemeID="DK:CPR">0101804567</cbc:ID></cac:PartyIdentification>',
    )
}</cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>93</cbc:PaymentMeansCode><cbc:PaymentDueDate>2026-12-20</cbc:PaymentDueDate>
<cbc:PaymentChannelCode>DK:FIK</cbc:PaymentChannelCode><cbc:InstructionID>123456789012345</cbc:InstructionID>
<cbc:PaymentID>71</cbc:PaymentID><cac:CreditAccount><cbc:AccountID>12345678</cbc:AccountID></cac:CreditAccount>
</cac:PaymentMeans>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>
<cbc:MultiplierFactorNumeric>0.1</cbc:MultiplierFactorNumeric>
<cbc:Amount currencyID="DKK">10.00</cbc:Amount><cbc:BaseAmount currencyID="DKK">100.00</cbc:BaseAmount>
<cac:TaxCategory><cbc:ID>StandardRated</cbc:ID><cbc:Percent>25</cbc:Percent>{
    VAT
}</cac:TaxCategory></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">27.50</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="DKK">110.00</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="DKK">27.50</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>StandardRated</cbc:ID><cbc:Percent>25</cbc:Percent>{
    VAT
}</cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">20.00</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxAmount currencyID="DKK">20.00</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>Excise</cbc:ID><cac:TaxScheme><cbc:ID>16</cbc:ID><cbc:Name>Elafgift</cbc:Name>
<cbc:TaxTypeCode>StandardRated</cbc:TaxTypeCode></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="DKK">100.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="DKK">47.50</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="DKK">137.50</cbc:TaxInclusiveAmount>
<cbc:AllowanceTotalAmount currencyID="DKK">10.00</cbc:AllowanceTotalAmount>
<cbc:PayableAmount currencyID="DKK">137.50</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="KWH">200</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="DKK">100.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Description>Strøm</cbc:Description></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="DKK">0.5</cbc:PriceAmount></cac:Price></cac:InvoiceLine></Invoice>"""


@pytest.fixture
def taken(write: Write) -> Callable[[str], tuple[Invoice, Reading]]:
    def take(text: str) -> tuple[Invoice, Reading]:
        reading = read(write(text.encode("iso-8859-1")))
        (document,) = reading
        assert document.invoice is not None
        return document.invoice, reading

    return take


Take = Callable[[str], tuple[Invoice, Reading]]


def test_a_duty_is_a_charge_and_every_sum_still_adds_up(taken: Take) -> None:
    invoice, _ = taken(SMALL)

    allowance, duty = invoice.allowances_and_charges
    assert (duty.is_charge, str(duty.amount), duty.reason) == (True, "20.00", "Elafgift")
    assert duty.vat is not None
    assert (duty.vat.code, duty.vat.rate) == ("S", Decimal(25))
    assert allowance.percentage == Decimal(10)
    assert (str(invoice.totals.without_vat), str(invoice.totals.vat), invoice.totals.charges) == (
        "110.00",
        "27.50",
        Decimal(20),
    )
    assert check(invoice) == ()


def test_a_fik_card_is_its_kind_and_its_number(taken: Take) -> None:
    (means,) = taken(SMALL)[0].payment

    assert (means.means_code, means.remittance_information) == ("93", "71#123456789012345")
    assert [one.account_identifier for one in means.credit_transfers] == ["12345678"]


def test_a_swedish_giro_is_a_credit_transfer_to_it(taken: Take) -> None:
    old = SMALL[SMALL.index("<cbc:PaymentMeansCode>") : SMALL.index("</cac:PaymentMeans>")]
    new = (
        "<cbc:PaymentMeansCode>1</cbc:PaymentMeansCode><cbc:PaymentChannelCode>SE:BANKGIRO</cbc:PaymentChannelCode>"
        "<cac:PayeeFinancialAccount><cbc:ID>5050109</cbc:ID></cac:PayeeFinancialAccount>"
    )

    (means,) = taken(SMALL.replace(old, new))[0].payment

    assert means.means_code == "30"
    assert means.credit_transfers[0].service_provider_identifier == "SE:BANKGIRO"


def test_parties_get_their_schemes_address_and_reference(taken: Take) -> None:
    invoice, reading = taken(SMALL)

    assert invoice.seller.electronic_address is not None
    assert invoice.seller.electronic_address.scheme == "0184"
    assert (invoice.buyer.name, invoice.references.buyer) == ("Mette Sørensen", "REF-9")
    assert (invoice.buyer.postal_address.line_1, invoice.buyer.postal_address.country_code) == (
        "Havnevej 4 2. th.",
        "DK",
    )
    assert invoice.buyer.identifiers == ()
    assert any(path.endswith("PartyIdentification/cbc:ID") for path in reading.not_carried)


def test_the_line_takes_the_only_rate_and_the_due_date_its_place(taken: Take) -> None:
    invoice, _ = taken(SMALL)

    assert (invoice.lines[0].vat.code, invoice.lines[0].item.name) == ("S", "Strøm")
    assert str(invoice.due_date) == "2026-12-20"
    assert invoice.specification == "OIOUBL-2.02"


def test_a_fault_is_placed_where_the_original_has_it(only_rejection: Callable[[bytes], Rejected]) -> None:
    rejected = only_rejection(SMALL.replace("2026-12-20", "2026-13-20").encode("iso-8859-1"))

    assert (rejected.path, rejected.term) == ("/Invoice/cac:PaymentMeans/cbc:PaymentDueDate", "BT-9")


def test_a_tax_that_does_not_say_how_it_is_taxed_is_rejected(only_rejection: Callable[[bytes], Rejected]) -> None:
    text = SMALL.replace("<cbc:TaxTypeCode>StandardRated</cbc:TaxTypeCode>", "")

    assert (
        only_rejection(text.encode("iso-8859-1")).found
        == "a tax that is no VAT and does not say how it is taxed itself"
    )


@pytest.mark.shared
def test_every_corpus_document_is_read_and_keeps_its_figures(corpus: Path) -> None:
    files = sorted((corpus / "valid" / "oioubl").iterdir())
    for path in files:
        root = etree.parse(path).getroot()

        def stated(where: str, root: etree._Element = root) -> list[str]:  # pyright: ignore[reportPrivateUsage]
            found = root.xpath(where, namespaces=NAMES)
            assert isinstance(found, list)
            return [str(one).strip() for one in found]

        reading = read(path)
        (document,) = reading
        invoice = document.invoice
        assert invoice is not None
        assert (reading.format, list(reading.rejections)) == ("oioubl", [])
        lines = "*[self::cac:InvoiceLine or self::cac:CreditNoteLine]"
        total = "cac:LegalMonetaryTotal/cbc"
        assert [str(invoice.totals.line_net)] == stated(f"{total}:LineExtensionAmount/text()")
        assert [str(invoice.totals.with_vat)] == stated(f"{total}:TaxInclusiveAmount/text()")
        assert [str(invoice.totals.due)] == stated(f"{total}:PayableAmount/text()")
        assert [invoice.number] == stated("cbc:ID/text()")
        assert [str(invoice.issue_date)] == stated("cbc:IssueDate/text()")
        dates = stated("cac:PaymentMeans/cbc:PaymentDueDate/text()") + stated("cbc:DueDate/text()")
        assert ([str(invoice.due_date)] if invoice.due_date else []) == dates
        assert [str(one.net_amount) for one in invoice.lines] == stated(f"{lines}/cbc:LineExtensionAmount/text()")
        assert [str(one.price.net) for one in invoice.lines] == stated(f"{lines}/cac:Price/cbc:PriceAmount/text()")
        vat = "cac:TaxTotal/cac:TaxSubtotal[cac:TaxCategory/cac:TaxScheme/cbc:ID[.='63' or .='VAT']]/cbc"
        assert [str(one.taxable_amount) for one in invoice.vat_breakdown] == stated(f"{vat}:TaxableAmount/text()")
        assert [str(one.tax_amount) for one in invoice.vat_breakdown] == stated(f"{vat}:TaxAmount/text()")
        assert check(invoice) == (), path.name
    assert len(files) == 5
