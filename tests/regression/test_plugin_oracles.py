"""With every case the oracles are asked, and with hard documents nobody else: what they find fails, or is excused."""

import json
from pathlib import Path

import pytest
from tests.regression.test_plugin import PAPER, Run
from tests.regression.test_plugin import guard as guard
from tests.regression.test_plugin import repository as repository

from vaxel_engine import packs

pytest_plugins = ["pytester"]

COVERED = (
    '<p style="position: absolute; left: 20mm; top: 40mm">Betala alltid i tid</p>'
    '<p style="position: absolute; left: 22mm; top: 41mm">Betala aldrig för sent</p>'
)


@pytest.fixture
def covered(repository: Path) -> Path:
    """The repository, with two sentences over each other in its paper layout."""
    layout = repository / "templates/tiny/layouts/paper.html"
    layout.parent.mkdir()
    text = (packs.packs() / "base/layouts/paper.html").read_text(encoding="utf-8")
    assert "</body>" in text
    layout.write_text(text.replace("</body>", f"{COVERED}</body>"), encoding="utf-8")
    return repository


def test_what_an_oracle_finds_fails_though_it_was_reviewed(guard: Run, covered: Path) -> None:
    written = guard(PAPER, "--vaxel-update")
    written.assert_outcomes(failed=1)
    again = guard(PAPER)
    again.assert_outcomes(failed=1)
    for result in (written, again):
        result.stdout.fnmatch_lines(["tiny/mine.json-1/sv/mailbox_pdf is faulty, whatever was reviewed:"])
        result.stdout.fnmatch_lines(["  overlap: “Betala a* tid” and “Betala a* sent” are printed over*"])


def test_a_fault_is_excused_for_a_reason(guard: Run, covered: Path) -> None:
    guard(PAPER, "--vaxel-update")
    excuse = '[[excuse]]\ncases = "tiny/*"\noracle = "overlap"\nsays = "*Betala*"\n'
    place = covered / "baselines/tolerances.toml"
    place.write_text(excuse, encoding="utf-8")
    guard(PAPER).stderr.fnmatch_lines(["*`excuse.0.reason`: field required; see docs/regression.md"])
    place.write_text(excuse + 'reason = "a stamp"\n', encoding="utf-8")
    assert "  overlap:" not in "\n".join(guard(PAPER).outlines)


def test_hard_documents_are_asked_about_and_refusals_are_told(guard: Run, repository: Path) -> None:
    result = guard("sample=torture-cjk,torture-bare,torture-nothing-to-pay artifact=mailbox_pdf,sms", "--vaxel-torture")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["1 refused, 5 same"])
    result.stdout.fnmatch_lines(["tiny/torture-cjk/sv/mailbox_pdf is refused: *which no font of the brand*"])
    assert not (repository / "baselines").exists()


def test_a_hard_document_that_comes_out_badly_fails(guard: Run, covered: Path) -> None:
    result = guard("sample=torture-one-line artifact=mailbox_pdf", "--vaxel-torture")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["tiny/torture-one-line/sv/mailbox_pdf is faulty, whatever was reviewed:"])


def test_torture_without_an_invoice_says_what_to_do(guard: Run, repository: Path) -> None:
    letters = (Path(__file__).parents[2] / "samples/reminders-and-letters.jsonl").read_text(encoding="utf-8")
    letter = next(line for line in letters.splitlines() if json.loads(line)["kind"] == "message")
    (repository / "samples/mine.json").write_text(letter, encoding="utf-8")
    result = guard("artifact=sms", "--vaxel-torture")
    result.stdout.fnmatch_lines(["*hard documents are made of an invoice, and no sample is one; add one*"])
