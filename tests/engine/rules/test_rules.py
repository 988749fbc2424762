"""Each rule is broken once in an invoice of our own, and the official validator says the same of it."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel_engine.intake.xml import parse
from vaxel_engine.rules import EN_16931, PEPPOL, RULES, Findings
from vaxel_engine.rules.referee import Referee
from vaxel_engine.rules.registry import ALWAYS_HOLDS, EMPTY_ELEMENT

Judge = Callable[..., Findings]
Change = Callable[[str], bytes]

_LINES = (Path(__file__).parent / "broken.csv").read_text(encoding="utf-8").splitlines()
BROKEN = {row["rule"]: row["recipe"] for row in csv.DictReader(line for line in _LINES if not line.startswith("#"))}


@pytest.fixture(scope="session")
def referee() -> Referee:
    """EN 16931's official rule file, compiled once."""
    return Referee()


def test_the_sample_breaks_no_rule(judge: Judge, samples: Path) -> None:
    found = judge((samples / "peppol-invoice.xml").read_bytes())
    assert found.findings == ()
    assert found.rule_sets == (EN_16931, PEPPOL)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_found_by_its_official_id(judge: Judge, changed: Change, rule: str) -> None:
    found = judge(changed(BROKEN[rule]), peppol=True)
    assert rule in {finding.id for finding in found.findings}


@pytest.mark.parametrize("rule", BROKEN)
def test_the_official_validator_names_the_same_fatal_rules(
    judge: Judge, changed: Change, referee: Referee, rule: str
) -> None:
    body = changed(BROKEN[rule])
    comparison = referee.compare(parse(body, "invoice.xml"), judge(body))
    assert (comparison.only_official, comparison.only_vaxel) == ((), ())


@pytest.fixture(scope="session")
def peppol_referee() -> Referee:
    """Both official rule files; Peppol's lies beside some checkouts only."""
    rules = Path(__file__).parents[4] / "shared/corpus/einvoice/rules/PEPPOL-EN16931-UBL-2026.5.xslt"
    if not rules.is_file():
        pytest.skip("Peppol's rule file does not lie beside this checkout")
    return Referee(rules)


@pytest.mark.shared
@pytest.mark.parametrize("rule", BROKEN)
def test_peppols_validator_names_the_same_fatal_rules(
    judge: Judge, changed: Change, peppol_referee: Referee, rule: str
) -> None:
    body = changed(BROKEN[rule])
    comparison = peppol_referee.compare(parse(body, "invoice.xml"), judge(body, peppol=True))
    assert (comparison.only_official, comparison.only_vaxel) == ((), ())


SELF_BILLED = (
    "cbc:CustomizationID = urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0; "
    "cbc:ProfileID = urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0; cbc:InvoiceTypeCode = 389"
)


@pytest.fixture(scope="session")
def self_billing_referee() -> Referee:
    """EN 16931's rule file and Peppol's of self-billing, which lies beside some checkouts only."""
    rules = Path(__file__).parents[4] / "shared/corpus/einvoice/rules/PEPPOL-EN16931-UBL-SB-2026.5.xslt"
    if not rules.is_file():
        pytest.skip("Peppol's rule file does not lie beside this checkout")
    return Referee(rules)


def test_a_self_billed_invoice_is_judged_as_one(judge: Judge, changed: Change) -> None:
    found = judge(changed(SELF_BILLED))

    assert (found.findings, found.rule_sets) == ((), ("EN 16931 1.3.16", "Peppol BIS Self-Billing 3 (2026.5)"))
    assert judge(changed(f"{SELF_BILLED}; cbc:InvoiceTypeCode = 380")).fatal_ids == {"PEPPOL-EN16931-P0100"}
    assert judge(changed(f"{SELF_BILLED}; cbc:ProfileID = 01")).fatal_ids == {"PEPPOL-EN16931-R007"}


@pytest.mark.shared
@pytest.mark.parametrize("rule", BROKEN)
def test_peppols_validator_of_self_billing_names_the_same_fatal_rules(
    judge: Judge, changed: Change, self_billing_referee: Referee, rule: str
) -> None:
    body = changed(f"{SELF_BILLED}; {BROKEN[rule]}")
    comparison = self_billing_referee.compare(parse(body, "invoice.xml"), judge(body))
    assert (comparison.only_official, comparison.only_vaxel) == ((), ())


def test_a_finding_says_where_what_and_what_instead(judge: Judge, changed: Change) -> None:
    found = judge(changed("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount = 1.00")).findings
    finding = next(one for one in found if one.id == "BR-CO-15")
    assert finding.term == "BT-112"
    assert (finding.found, finding.severity) == ("1.00", "fatal")
    assert finding.expected.startswith("7")
    assert finding.path == "/Invoice"


def test_a_position_in_the_path_counts_within_its_name(judge: Judge, changed: Change) -> None:
    found = judge(changed("cac:InvoiceLine[2]/cbc:InvoicedQuantity @unitCode kWh")).findings
    assert [finding.path for finding in found if finding.id == "BR-CL-23"] == [
        "/Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity"
    ]


def test_names_and_numbers_of_persons_are_not_shown(judge: Judge, changed: Change) -> None:
    found = judge(changed("cac:AccountingSupplierParty/cac:Party/cbc:EndpointID = 191212121212")).findings
    assert {"PEPPOL-COMMON-R049"} == {finding.id for finding in found}
    assert all("1212" not in finding.found + finding.message for finding in found)


def test_a_tax_error_below_one_whole_unit_is_no_official_fault(judge: Judge, changed: Change) -> None:
    ids = judge(changed("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount = 15125.97")).fatal_ids
    assert "BR-CO-17" not in ids


def test_an_invoice_that_declares_no_peppol_is_judged_by_en_16931_alone(judge: Judge, changed: Change) -> None:
    found = judge(changed("cbc:CustomizationID = urn:cen.eu:en16931:2017; - cbc:BuyerReference; - cac:OrderReference"))
    assert found.findings == ()
    assert found.rule_sets == (EN_16931,)


def test_every_rule_says_what_it_demands() -> None:
    assert [rule.id for rule in RULES.values() if not rule.demand or rule.demand[:1].isspace()] == []
    assert EMPTY_ELEMENT not in RULES
    assert not set(ALWAYS_HOLDS) & set(RULES)
