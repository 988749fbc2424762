"""What reading and judging cost: processor time per UBL invoice, beside the official validator where it is at hand."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate, Place
from vaxel_engine.intake.xml import parse
from vaxel_engine.rules import check
from vaxel_engine.rules.referee import Referee

_CENT = Decimal("0.01")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>
<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
<cbc:ID>26110041</cbc:ID><cbc:IssueDate>2026-11-20</cbc:IssueDate><cbc:DueDate>2026-12-20</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>SEK</cbc:DocumentCurrencyCode>
<cbc:BuyerReference>KST-1180</cbc:BuyerReference>
<cac:InvoicePeriod><cbc:StartDate>2026-10-01</cbc:StartDate><cbc:EndDate>2026-10-31</cbc:EndDate></cac:InvoicePeriod>
"""
_PARTY = """<cac:{role}><cac:Party><cbc:EndpointID schemeID="0007">{number}</cbc:EndpointID>
<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Meschplan 4</cbc:StreetName><cbc:CityName>Kiruna</cbc:CityName>
<cbc:PostalZone>98131</cbc:PostalZone>
<cac:Country><cbc:IdentificationCode>SE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
<cac:PartyTaxScheme><cbc:CompanyID>SE{number}01</cbc:CompanyID>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
<cac:PartyLegalEntity><cbc:RegistrationName>{name}</cbc:RegistrationName>
<cbc:CompanyID schemeID="0007">{number}</cbc:CompanyID></cac:PartyLegalEntity></cac:Party></cac:{role}>
"""
_PAYMENT = """<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cbc:PaymentID>2611004108</cbc:PaymentID>
<cac:PayeeFinancialAccount><cbc:ID>5050109</cbc:ID>
<cac:FinancialInstitutionBranch><cbc:ID>SE:BANKGIRO</cbc:ID></cac:FinancialInstitutionBranch>
</cac:PayeeFinancialAccount></cac:PaymentMeans>
"""
_SUMS = """<cac:TaxTotal><cbc:TaxAmount currencyID="SEK">{vat}</cbc:TaxAmount><cac:TaxSubtotal>
<cbc:TaxableAmount currencyID="SEK">{net}</cbc:TaxableAmount><cbc:TaxAmount currencyID="SEK">{vat}</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="SEK">{net}</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="SEK">{net}</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="SEK">{gross}</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="SEK">{gross}</cbc:PayableAmount></cac:LegalMonetaryTotal>
"""
_LINE = """<cac:InvoiceLine><cbc:ID>{number}</cbc:ID>
<cbc:InvoicedQuantity unitCode="KWH">{quantity}</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="SEK">{net}</cbc:LineExtensionAmount>
<cac:InvoicePeriod><cbc:StartDate>2026-10-01</cbc:StartDate><cbc:EndDate>2026-10-31</cbc:EndDate></cac:InvoicePeriod>
<cac:Item><cbc:Description>Anläggning {number}</cbc:Description><cbc:Name>El, rörligt pris</cbc:Name>
<cac:SellersItemIdentification><cbc:ID>EL-{number}</cbc:ID></cac:SellersItemIdentification>
<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>25</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="SEK">0.5870</cbc:PriceAmount>
<cbc:BaseQuantity unitCode="KWH">1</cbc:BaseQuantity></cac:Price></cac:InvoiceLine>
"""


@dataclass(frozen=True, slots=True)
class ModelCost:
    """What one step takes for one invoice: the median of processor milliseconds."""

    step: str
    lines: int
    cpu_ms: float


def invoice_of(lines: int) -> bytes:
    """A Peppol invoice of so many lines that breaks no rule."""
    price = Decimal("0.5870")
    nets = [(Decimal(100 + number) * price).quantize(_CENT) for number in range(lines)]
    net = sum(nets, Decimal(0))
    vat = (net / 4).quantize(_CENT)
    rows = "".join(
        _LINE.format(number=number + 1, quantity=100 + number, net=amount) for number, amount in enumerate(nets)
    )
    parties = _PARTY.format(role="AccountingSupplierParty", number="5592014475", name="Nordljus Energi AB")
    parties += _PARTY.format(role="AccountingCustomerParty", number="5599993184", name="Norrskenets Spa AB")
    sums = _SUMS.format(net=net, vat=vat, gross=net + vat)
    return f"{_HEAD}{parties}{_PAYMENT}{sums}{rows}</Invoice>".encode()


def bench_model(
    folder: Path, repeat: int = 30, sizes: Iterable[int] = (20, 100), referee: Referee | None = None
) -> list[ModelCost]:
    """Measure reading alone, with the model, with all rules, and the official validator, each warm and by itself.

    `folder` takes the generated invoices, since reading begins with a file. Processor time of this process. Raises
    ValueError when there is nothing to measure.
    """
    if repeat < 1:
        raise ValueError("give at least one repetition")
    costs: list[ModelCost] = []
    for size in sizes:
        body = invoice_of(size)
        path = folder / f"invoice-{size}.xml"
        path.write_bytes(body)
        for step, work in _steps(path, body, referee):
            costs.append(ModelCost(step, size, _median(work, repeat)))
    return costs


def _steps(path: Path, body: bytes, referee: Referee | None) -> Iterator[tuple[str, Callable[[], object]]]:
    yield "read", lambda: list(read(path).candidates())
    yield "read + model", lambda: list(read(path))
    yield "read + rules", lambda: [check(one) for one in _candidates(path)]
    yield "parse + rules", lambda: check(_of_tree(body))
    if referee is not None:
        yield "official validator", lambda: referee.fatal_ids(parse(body, "invoice.xml"))


def _of_tree(body: bytes) -> Candidate:
    """A record that is judged and not read into the model, as a check before sending may do."""
    return Candidate(record=1, fields=None, locate=lambda _: Place("/"), tree=parse(body, "invoice.xml"))


def _candidates(path: Path) -> list[Candidate]:
    return [entry for entry in read(path).candidates() if isinstance(entry, Candidate)]


def _median(work: Callable[[], object], repeat: int) -> float:
    work()
    spent: list[float] = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent)
