"""The bench of reading and judging measures real work on invoices that break no rule."""

from pathlib import Path

import pytest

from vaxel_engine.bench_model import bench_model, invoice_of
from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.intake.xml import parse
from vaxel_engine.rules import check
from vaxel_engine.rules.referee import Referee


@pytest.mark.parametrize("lines", [1, 20, 100])
def test_the_generated_invoice_is_valid_by_our_rules_and_the_official_ones(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "generated"
    path.write_bytes(invoice_of(lines))
    (entry,) = read(path).candidates()
    assert isinstance(entry, Candidate)
    found = check(entry)
    assert found.findings == ()
    assert Referee().compare(parse(path.read_bytes(), "generated"), found).agrees
    (document,) = read(path)
    assert document.invoice is not None
    assert len(document.invoice.lines) == lines


def test_every_step_is_measured_for_every_size(tmp_path: Path) -> None:
    costs = bench_model(tmp_path, repeat=1, sizes=(1, 2))
    assert [(cost.lines, cost.step) for cost in costs] == [
        (size, step) for size in (1, 2) for step in ("read", "read + model", "read + rules", "parse + rules")
    ]
    assert all(cost.cpu_ms > 0 for cost in costs)


@pytest.mark.shared
def test_the_official_validator_takes_at_least_five_times_as_long(tmp_path: Path) -> None:
    peppol = Path(__file__).parents[2].parent / "shared/corpus/einvoice/rules/PEPPOL-EN16931-UBL-2026.5.xslt"
    if not peppol.is_file():
        pytest.skip("Peppol's rule file does not lie beside this checkout")
    costs = {cost.step: cost.cpu_ms for cost in bench_model(tmp_path, 15, sizes=(20,), referee=Referee(peppol))}
    assert costs["official validator"] >= 5 * costs["parse + rules"]


def test_no_repetition_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="repetition"):
        bench_model(tmp_path, repeat=0)
