"""`vaxel parity`, as a designer types it."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from vaxel.outputs import ParityOutput

Vaxel = Callable[..., subprocess.CompletedProcess[str]]


def test_a_document_that_says_the_same_everywhere_ends_in_0(vaxel: Vaxel, one_document: Path) -> None:
    done = vaxel("parity", one_document, "--brand", "nordljus", "--json")

    output = ParityOutput.model_validate(json.loads(done.stdout))
    assert (done.returncode, output.holding, output.differing) == (0, 1, 0)
    assert {cell.status for row in output.documents[0].rows for cell in row.cells} == {"found", "not shown here"}


def test_a_template_that_forgets_the_reference_ends_in_1_and_says_where(
    vaxel: Vaxel, one_document: Path, tmp_path: Path
) -> None:
    sections = tmp_path / "packs/tried/sections"
    sections.mkdir(parents=True)
    (sections.parent / "brand.toml").write_text('extends = "nordljus"\n', encoding="utf-8")
    (sections / "payment.email.txt").write_text("{{ payment.methods[0].account }}\n", encoding="utf-8")

    done = vaxel("parity", one_document, "--brand", "tried", "--packs", tmp_path / "packs")

    assert done.returncode == 1
    assert "NL-26110001: reference in email (text part) is missing: 2611000106" in done.stderr
    assert "missing" in done.stdout
