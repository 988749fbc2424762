"""A record without UBL syntax is judged as the e-invoice it would become: the same rules at the input's own places."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.rules import EN_16931, RULES, Finding, check
from vaxel_engine.rules.layout import laid_out
from vaxel_engine.rules.node import rounded

Record = dict[str, Any]


def only(path: Path) -> Candidate:
    (entry,) = read(path).candidates()
    assert isinstance(entry, Candidate)
    return entry


@pytest.fixture
def record(samples: Path) -> Record:
    """The first invoice of the JSON sample, to be broken by the test."""
    found: Record = json.loads((samples / "november.json").read_text(encoding="utf-8"))["documents"][0]
    return copy.deepcopy(found)


@pytest.fixture
def findings(tmp_path: Path) -> Callable[[Record], tuple[Finding, ...]]:
    """Judges one JSON record."""

    def judge(record: Record) -> tuple[Finding, ...]:
        path = tmp_path / "one.json"
        path.write_text(json.dumps(record), encoding="utf-8")
        return check(only(path)).findings

    return judge


Findings = Callable[[Record], tuple[Finding, ...]]


def test_the_samples_in_json_break_no_rule(samples: Path) -> None:
    found = [check(entry) for entry in read(samples / "november.json").candidates() if isinstance(entry, Candidate)]
    assert [one.id for record in found for one in record.findings] == ["BR-CL-04"]  # record 18 is there to be refused
    assert {one.rule_sets for one in found} == {(EN_16931,)}


def test_the_same_invoice_out_of_its_fields_breaks_the_same_rules(
    changed: Callable[[str], bytes], tmp_path: Path
) -> None:
    path = tmp_path / "invoice.xml"
    path.write_bytes(
        changed(
            "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount = 1.00; - cac:InvoiceLine/cac:Item/cbc:Name; "
            "cac:AllowanceCharge/cac:TaxCategory/cbc:ID = AE; - cac:AccountingCustomerParty/cac:Party/cbc:EndpointID; "
            "cac:PaymentMeans/cbc:PaymentMeansCode = 300; cac:AllowanceCharge/cbc:AllowanceChargeReasonCode = ABL"
        )
    )
    candidate = only(path)
    of_the_tree = {one for one in check(candidate).fatal_ids if not RULES[one].binds_to_ubl}
    assert len(of_the_tree) > 8
    assert check(replace(candidate, tree=None)).fatal_ids == of_the_tree


def test_a_finding_points_into_the_record(findings: Findings, record: Record) -> None:
    del record["invoice"]["lines"][0]["item"]["name"]
    assert [(one.id, one.path) for one in findings(record)] == [("BR-25", "/invoice/lines/0")]


def test_a_wrong_sum_is_fatal_in_any_format(findings: Findings, record: Record) -> None:
    record["invoice"]["totals"]["with_vat"] = "1.00"
    assert {"BR-CO-15", "BR-CO-16"} <= {one.id for one in findings(record)}


def test_a_message_has_nothing_to_judge(findings: Findings, record: Record) -> None:
    del record["invoice"]
    assert findings({**record, "kind": "message"}) == ()


@pytest.mark.parametrize("fields", [None, [], "text", {"invoice": []}, {"invoice": "x"}])
def test_what_is_no_invoice_has_no_tree(fields: object, samples: Path) -> None:
    candidate = only(samples / "peppol-invoice.xml")
    assert laid_out(replace(candidate, fields=fields, tree=None)) is None


def test_values_of_the_wrong_kind_are_judged_without_a_crash(findings: Findings, record: Record) -> None:
    record["invoice"]["lines"] = {"0": "x"}
    record["invoice"]["seller"] = ["nobody"]
    record["invoice"]["totals"] = {"due": None, "vat": [1], "with_vat": {"a": "1e400"}}
    assert {"BR-06", "BR-16"} <= {one.id for one in findings(record)}


def test_halves_are_rounded_as_xpath_rounds_them() -> None:
    assert [rounded(Decimal(one)) for one in ("0.025", "-0.025", "0.0249", "-0.0251")] == [
        Decimal("0.03"),
        Decimal("-0.02"),
        Decimal("0.02"),
        Decimal("-0.03"),
    ]
