"""The corpus of e-invoices: our fatal rules are those that the official validators named."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vaxel_engine.errors import Rejected, VaxelError
from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.rules import Findings, check

pytestmark = pytest.mark.shared

_IMPLEMENTED = re.compile(r"BR-|UBL-|PEPPOL-|(?:SE|NO|DK|DE|NL|IT|IS)-R-")
_ID = re.compile(r"\b(?:BR|UBL|PEPPOL|[A-Z]{2}-R)-[A-Z0-9-]+")
_SYNTAXES = re.compile(r"(ubl-(inv|cn)(/peppol|/xrechnung|/oioubl3)?|cii)")
DIFFERENCES = Path(__file__).parent / "differences.csv"


@dataclass(frozen=True, slots=True)
class Row:
    """One document of the corpus and what was recorded of it."""

    file: str
    format: str
    schema_valid: bool
    valid: bool
    fatal: frozenset[str]
    rule_under_test: str
    peppol: bool


@pytest.fixture
def rows(corpus: Path) -> list[Row]:
    """The documents of the syntaxes whose rules are implemented, hostile and broken ones too."""
    with (corpus / "MANIFEST.csv").open(encoding="utf-8", newline="") as manifest:
        return [
            Row(
                file=row["file"],
                format=row["format"],
                schema_valid=row["expected_xsd"] == "ok",
                valid=row["kind"].startswith("valid"),
                fatal=frozenset(one for one in _ID.findall(row["expected_fatal"]) if _IMPLEMENTED.match(one)),
                rule_under_test=row["rule_under_test"],
                peppol="pep" in row["rulesets_run"],
            )
            for row in csv.DictReader(manifest)
            if _SYNTAXES.fullmatch(row["format"])
        ]


def _judged(corpus: Path, row: Row, *, peppol: bool) -> Findings | None:
    """The findings, None where the file or its only record is refused without a tree."""
    try:
        entries = list(read(corpus / row.file).candidates())
    except VaxelError:
        return None
    (entry,) = entries
    return check(entry, peppol=peppol) if isinstance(entry, Candidate) else None


def _known(column: str) -> dict[str, frozenset[str]]:
    lines = DIFFERENCES.read_text(encoding="utf-8").splitlines()
    table = csv.DictReader(line for line in lines if not line.startswith("#"))
    return {row["file"]: frozenset(row[column].split()) for row in table}


def _differences(corpus: Path, rows: list[Row]) -> Iterator[tuple[Row, frozenset[str], frozenset[str]]]:
    for row in rows:
        found = _judged(corpus, row, peppol=row.peppol)
        ours: frozenset[str] = found.fatal_ids if found is not None else frozenset()
        if row.schema_valid and ours != row.fatal:
            yield row, row.fatal - ours, ours - row.fatal


def test_fatal_ids_are_those_of_the_official_validators_but_for_the_known_differences(
    corpus: Path, rows: list[Row]
) -> None:
    judged = [row for row in rows if row.schema_valid]
    differing = list(_differences(corpus, rows))
    equal = len(judged) - len(differing)
    print(f"\nequal sets of fatal ids: {equal} of {len(judged)} ({100 * equal / len(judged):.1f} %)")
    missing, extra = _known("missing"), _known("extra")
    assert {row.file: gone for row, gone, _ in differing if gone} == {file: ids for file, ids in missing.items() if ids}
    assert {row.file: more for row, _, more in differing if more} == {file: ids for file, ids in extra.items() if ids}
    assert equal >= 0.95 * len(judged)


def test_the_rule_under_test_is_found(corpus: Path, rows: list[Row]) -> None:
    units = [row for row in rows if row.rule_under_test and _IMPLEMENTED.match(row.rule_under_test)]
    found = {row.file: _judged(corpus, row, peppol=True) for row in units}
    hits = [
        row
        for row in units
        if (findings := found[row.file]) is not None
        and row.rule_under_test in {finding.id for finding in findings.findings}
    ]
    print(f"\nrule under test found: {len(hits)} of {len(units)}")
    assert {row.file for row in units} - {row.file for row in hits} == set()


def test_no_valid_document_gets_a_fatal_finding(corpus: Path, rows: list[Row]) -> None:
    judged = {row.file: _judged(corpus, row, peppol=row.peppol) for row in rows if row.valid and not row.fatal}
    assert {file for file, findings in judged.items() if findings is None or findings.fatal} == set()
    assert len(judged) >= 40


def test_what_fails_the_schema_is_refused_or_has_a_finding(corpus: Path, rows: list[Row]) -> None:
    unseen: set[str] = set()
    for row in rows:
        if row.schema_valid:
            continue
        findings = _judged(corpus, row, peppol=row.peppol)
        if findings is not None and not findings.findings and not _refused(corpus / row.file):
            unseen.add(row.file)
    assert unseen == set()


def _refused(path: Path) -> bool:
    reading = read(path)
    return any(
        isinstance(entry, Rejected) or isinstance(reading.judged(entry), Rejected) for entry in reading.candidates()
    )
