"""`vaxel plan` and `vaxel what-if`: what is said before, what was, and what would have been."""

import io
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from vaxel.cli import cli
from vaxel.plans import cost, plan
from vaxel.switch import Switch
from vaxel.verbs.plan import show_plan
from vaxel.what_if import what_if

RULES = 'version = "edited"\nchannels = ["email", "kivra", "sms", "print"]\n'


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def two(tmp_path: Path, one_document: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with a document for the mailbox, one for paper with a tag that has no address, and a broken one."""
    monkeypatch.chdir(tmp_path)
    first = json.loads(one_document.read_text(encoding="utf-8"))
    name, address = first["recipient"]["name"], first["recipient"]["postal_address"]
    wishes = [{"channel": "email"}, {"channel": "sms", "date": "2099-01-01"}]
    on_paper = {"name": name, "postal_address": address, "wishes": wishes}
    second = {**first, "reference": "P-2", "recipient": on_paper}
    again = {**first, "reference": "P-2"}
    one_document.write_text(json.dumps({"documents": [first, second, again]}, indent=1), encoding="utf-8")
    assert run("init").exit_code == 0
    return one_document


def test_the_plan_says_what_the_run_does_and_other_rules_say_what_would_move(two: Path) -> None:
    with Switch.open(Path("vaxel.toml")) as switch:
        prices = switch.prices()
        planned = plan(switch, two, prices, mapping=None, complete=False)
        assert {line.channel: line.documents for line in planned.mix} == {"kivra": 1, "print": 1}
        assert "'P-2' came before" in planned.rejections[0]
        tag, future = planned.findings
        (begins,) = set(re.findall(r"one\.json, record 2 \(line (\d+)\) \(P-2\): ", f"{tag}{future}"))
        record = two.read_text(encoding="utf-8").splitlines()[int(begins) - 1 :]
        assert json.JSONDecoder().raw_decode("\n".join(record).strip())[0]["reference"] == "P-2"
        assert "the tag 'email' has no address" in tag
        assert "the wish for 'sms' is dated 2099-01-01, in the future" in future
        assert [(line.channel, line.documents) for line in planned.savings] == [("email", 1)]
        batch = switch.send(two).id
        line = next(one for one in switch.ledger.batches() if one.batch_id == batch)
        ran = cost(switch.ledger, line, prices)
        assert (ran.documents, ran.rejected, ran.mix) == (planned.documents, planned.rejected, planned.mix)
        assert ran.amount == planned.amount
        Path("rules.toml").write_text(RULES, encoding="utf-8")
        moved = what_if(switch, line, Path("rules.toml"), prices)
        assert [(one.before, one.after) for one in moved.moved] == [("kivra", "email")]
        assert moved.difference == Decimal("-2.90")
        Path("rules.toml").write_text(RULES.replace('"email", "kivra"', '"kivra", "email"'), encoding="utf-8")
        assert what_if(switch, line, Path("rules.toml"), prices).moved == ()
    page = io.StringIO()
    show_plan(planned, Console(file=page, width=120))
    assert "by the prices “Example prices”, valid from 2026-01-01" in page.getvalue()
    assert "less if 1 on paper had an address for email" in page.getvalue()


def test_a_plan_needs_a_file_or_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "name a FILE to plan" in run("plan").output
