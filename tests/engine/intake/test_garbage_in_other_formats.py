"""Damaged OIOUBL, Svefaktura and mapped files: an answer in a sentence, never a crash, and the counts hold."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vaxel_engine.errors import Unreadable
from vaxel_engine.intake import read

MAPPED = Path(__file__).parents[3] / "samples" / "mapping"
SVEFAKTURA = """<Invoice xmlns="urn:sfti:documents:BasicInvoice:1:0"><ID>1</ID><IssueDate>2026-11-20</IssueDate>
<InvoiceTypeCode>380</InvoiceTypeCode><BuyerParty><Party><PartyName><Name>B</Name></PartyName><Address><CityName>L</CityName>
</Address></Party></BuyerParty><SellerParty><Party><PartyName><Name>S</Name></PartyName><Address><CityName>K</CityName></Address>
</Party></SellerParty><PaymentMeans><PaymentMeansTypeCode>1</PaymentMeansTypeCode><DuePaymentDate>2026-12-20</DuePaymentDate>
<PayeeFinancialAccount><ID>5050109</ID></PayeeFinancialAccount></PaymentMeans><AllowanceCharge><ChargeIndicator>true
</ChargeIndicator><MultiplierFactorNumeric>0.1</MultiplierFactorNumeric><Amount amountCurrencyID="SEK">1</Amount>
<TaxCategory><ID>S</ID><Percent>25</Percent></TaxCategory><AllowanceChargeBaseAmount>10</AllowanceChargeBaseAmount>
</AllowanceCharge><TaxTotal><TotalTaxAmount amountCurrencyID="SEK">2.75</TotalTaxAmount></TaxTotal><LegalTotal>
<LineExtensionTotalAmount>10</LineExtensionTotalAmount><TaxInclusiveTotalAmount amountCurrencyID="SEK">13.75
</TaxInclusiveTotalAmount></LegalTotal><InvoiceLine><ID>1</ID><LineExtensionAmount>10</LineExtensionAmount><Item>
<Description>x</Description><TaxCategory><ID>S</ID><Percent>25</Percent></TaxCategory></Item></InvoiceLine></Invoice>"""
OIOUBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><b:CustomizationID>OIOUBL-2.1</b:CustomizationID>
<b:ID>1</b:ID><b:DocumentCurrencyCode>DKK</b:DocumentCurrencyCode><a:AccountingSupplierParty><a:Party><a:PartyName><b:Name>S</b:Name>
</a:PartyName><a:PostalAddress><a:AddressLine><b:Line>V 1</b:Line></a:AddressLine></a:PostalAddress></a:Party>
</a:AccountingSupplierParty><a:PaymentMeans><b:PaymentMeansCode>50</b:PaymentMeansCode><b:PaymentID>01</b:PaymentID>
<a:PayeeFinancialAccount><b:ID>1</b:ID><b:PaymentNote>n</b:PaymentNote></a:PayeeFinancialAccount></a:PaymentMeans><a:TaxTotal>
<b:TaxAmount>5</b:TaxAmount><a:TaxSubtotal><b:TaxAmount>5</b:TaxAmount><a:TaxCategory><b:ID>Excise</b:ID><a:TaxScheme><b:ID>16</b:ID>
<b:TaxTypeCode>ZeroRated</b:TaxTypeCode></a:TaxScheme></a:TaxCategory></a:TaxSubtotal></a:TaxTotal><a:LegalMonetaryTotal>
<b:PayableAmount>15</b:PayableAmount></a:LegalMonetaryTotal><a:InvoiceLine><a:TaxTotal><a:TaxSubtotal><a:TaxCategory><b:ID>ZeroRated
</b:ID><a:TaxScheme><b:ID>63</b:ID></a:TaxScheme></a:TaxCategory></a:TaxSubtotal></a:TaxTotal><a:Item><b:Description>x
</b:Description></a:Item><a:Price><b:OrderableUnitFactorRate>1</b:OrderableUnitFactorRate></a:Price></a:InvoiceLine></Invoice>"""
WHOLE: dict[str, tuple[bytes, str | None]] = {
    "svefaktura": (SVEFAKTURA.encode(), None),
    "oioubl": (OIOUBL.encode(), None),
    "csv": ((MAPPED / "fakturor.csv").read_bytes(), "fakturor.toml"),
    "xml": ((MAPPED / "export.xml").read_bytes(), "export.toml"),
}
PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from(
        [b'"', b";", b"\n", b"\0", b"<", b">", b"</Invoice>", b"NaN", b"1e9", b"-", b"\xff", b"  ", b"999999999999"]
    ),
)
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), min_size=1, max_size=4)
Write = Callable[[str | bytes], Path]


def damaged(whole: bytes, damage: list[tuple[float, int, bytes]]) -> bytes:
    for place, length, piece in damage:
        at = int(place * len(whole))
        whole = whole[:at] + piece + whole[at + length :]
    return whole


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(damage=DAMAGE)
def test_damage_is_answered_and_counted(write: Write, name: str, damage: list[tuple[float, int, bytes]]) -> None:
    whole, mapping = WHOLE[name]
    path = write(damaged(whole, damage))
    try:
        reading = read(path, sender="nordljus", mapping=MAPPED / mapping if mapping else None)
        documents = list(reading)
    except Unreadable:
        return  # any other error fails the test: a file is refused by a sentence of ours
    assert (len(documents), len(reading.rejections)) == (reading.counts.accepted, reading.counts.rejected)
    assert reading.counts.read >= 1
    assert len({one.record for one in reading.rejections}) == len(reading.rejections)
