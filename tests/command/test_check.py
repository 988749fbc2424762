"""`vaxel check` judges each record, says so in sentences or in JSON Lines, and ends with the right status."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from vaxel.outputs import CheckLine

Vaxel = Callable[..., "subprocess.CompletedProcess[str]"]
SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A Peppol invoice whose total with VAT is one krona too high."""
    text = (SAMPLES / "peppol-invoice.xml").read_text(encoding="utf-8")
    before, opening, rest = text.partition('<cbc:TaxInclusiveAmount currencyID="SEK">')
    path = tmp_path / "broken.xml"
    path.write_text(f"{before}{opening}1{rest}", encoding="utf-8")
    return path


def lines(done: "subprocess.CompletedProcess[str]") -> list[CheckLine]:
    return [CheckLine.model_validate_json(line) for line in done.stdout.splitlines()]


def test_a_clean_file_ends_with_status_0_and_one_line(vaxel: Vaxel) -> None:
    done = vaxel("check", SAMPLES / "peppol-invoice.xml")
    assert done.returncode == 0
    assert done.stdout.startswith("1 record judged by EN 16931")


def test_a_fatal_finding_ends_with_status_1_and_names_rule_place_and_amount(vaxel: Vaxel, broken: Path) -> None:
    done = vaxel("check", broken)
    assert done.returncode == 1
    assert "BR-CO-15 (BT-112)" in done.stdout
    assert "at /Invoice" in done.stdout


def test_json_gives_one_object_per_record_with_the_versions_of_the_rules(vaxel: Vaxel, broken: Path) -> None:
    done = vaxel("check", "--json", broken, SAMPLES / "november.json")
    found = lines(done)
    assert done.returncode == 1
    assert [line.record for line in found] == [1, *range(1, len(found))]
    assert {finding.id for finding in found[0].findings} >= {"BR-CO-15", "BR-CO-16", "VX-BT-112"}
    assert "EN 16931 1.3.16" in found[0].rule_sets
    assert set(json.loads(done.stdout.splitlines()[0])) >= {"file", "record", "readable", "error", "findings"}


def test_what_the_model_has_no_place_for_is_named(vaxel: Vaxel, tmp_path: Path) -> None:
    text = (SAMPLES / "peppol-invoice.xml").read_text(encoding="utf-8")
    signed = "<cac:Signature><cbc:ID>S-1</cbc:ID></cac:Signature><cac:AccountingSupplierParty>"
    (tmp_path / "signed.xml").write_text(text.replace("<cac:AccountingSupplierParty>", signed, 1), encoding="utf-8")

    assert "not carried  /Invoice/cac:Signature" in vaxel("check", tmp_path / "signed.xml").stdout
    assert lines(vaxel("check", "--json", tmp_path / "signed.xml"))[0].not_carried == ("/Invoice/cac:Signature",)


def test_a_rule_that_a_crowd_of_lines_breaks_is_told_a_hundred_times(vaxel: Vaxel, tmp_path: Path) -> None:
    text = (SAMPLES / "peppol-invoice.xml").read_text(encoding="utf-8")
    crowd = text.replace("</Invoice>", "<cac:InvoiceLine/>" * 100_000 + "</Invoice>")
    assert crowd != text
    (tmp_path / "crowd.xml").write_text(crowd, encoding="utf-8")

    (record,) = lines(vaxel("check", "--json", tmp_path / "crowd.xml"))

    told = [finding.id for finding in record.findings]
    assert (record.readable, "BR-21" in told, "BR-26" in told) == (False, True, True)
    assert told.count("BR-21") == 100


def test_a_record_the_model_refuses_is_judged_all_the_same(vaxel: Vaxel) -> None:
    record = next(line for line in lines(vaxel("check", "--json", SAMPLES / "november.json")) if not line.readable)
    assert record.error is not None
    assert "BR-CL-04" in {finding.id for finding in record.findings}
    assert record.findings[0].path.startswith("/documents/17/invoice")


def test_a_file_that_is_not_there_ends_with_status_2_and_the_others_are_judged(vaxel: Vaxel) -> None:
    done = vaxel("check", "--json", "absent.xml", SAMPLES / "peppol-invoice.xml")
    absent, judged = lines(done)
    assert done.returncode == 2
    assert (absent.record, absent.readable) == (None, False)
    assert judged.readable


def test_the_referee_says_that_it_agrees(vaxel: Vaxel, broken: Path) -> None:
    done = vaxel("check", "--json", "--referee", broken)
    (line,) = lines(done)
    assert line.referee is not None
    assert line.referee.agrees


def test_a_rule_file_that_is_not_there_gets_one_sentence(vaxel: Vaxel, broken: Path) -> None:
    done = vaxel("check", "--referee", "--peppol-rules", "nowhere.xslt", broken)
    assert done.returncode == 2
    assert "nowhere.xslt is no file" in done.stderr
