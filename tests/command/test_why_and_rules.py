"""`vaxel why` and `vaxel rules`, as somebody types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vaxel import settings
from vaxel.brands import Brands
from vaxel.cli import cli
from vaxel.sender_rules import policies
from vaxel.taking_in import TakingIn
from vaxel_channels.contract import Reach
from vaxel_channels.routing import SenderPolicy, decide
from vaxel_channels.routing.trying import stand_in
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import DocumentKind
from vaxel_ledger import Ledger, alarms
from vaxel_ledger.states import DocumentState
from vaxel_ledger.transitions import Move, note

SAMPLE = Path(__file__).parents[2] / "samples/rules/nordljus.toml"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_a_rules_file_is_looked_at_and_its_tests_are_tried() -> None:
    assert "version 2026-11, kivra, email, sms, print, 6 tests" in run("rules", "check", SAMPLE).stdout
    tried = run("rules", "test", SAMPLE)
    assert tried.exit_code == 0
    assert "6 of 6 tests held" in tried.stdout


def test_a_test_that_goes_another_way_is_told_and_ends_with_status_1(tmp_path: Path) -> None:
    changed = tmp_path / "rules.toml"
    changed.write_text(SAMPLE.read_text(encoding="utf-8").replace("days = 3", "days = 0"), encoding="utf-8")
    done = run("rules", "test", changed, "--json")
    assert done.exit_code == 1
    broken = [one for one in json.loads(done.stdout)["tests"] if not one["held"]]
    assert [one["order"] for one in broken] == [["email", "print"]]


@pytest.fixture
def kept(tmp_path: Path, one_document: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A document in a ledger whose register has not answered; its reference."""
    monkeypatch.chdir(tmp_path)
    assert run("init").exit_code == 0
    chosen = settings.load(Path("vaxel.toml"))
    place = chosen.ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        brands = Brands(chosen)
        batch = TakingIn(chosen, ledger, brands).accept(one_document).batch_id
        (line,) = ledger.report(batch)
        channels = {name: stand_in(name) for name in ("kivra", "print")}
        answers = {"kivra": Reach.UNKNOWN, "print": Reach.HIT}
        decision = decide(DocumentKind.INVOICE, (), SenderPolicy(tuple(channels)), channels, answers)
        values = {"route": decision.as_json(), "reason": decision.sentence}
        with ledger.writing() as connection:
            moves = [Move(str(line.document_id), values)]
            note(connection, moves, expected=DocumentState.NEW, kind="held", at=ledger.clock(), actor="dispatcher")
    return line.document


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Kivra: its register has not answered and will be asked again"),
        ("sv", "Kivra: registret har inte svarat och tillfrågas igen"),
        ("fi", "Kivra: rekisteri ei ole vastannut, sitä kysytään uudelleen"),
    ],
)
def test_why_says_the_reason_in_one_sentence_and_as_a_tree(kept: str, language: str, words: str) -> None:
    told = run("why", kept, "--language", language)
    assert told.exit_code == 0
    assert told.stdout.splitlines()[1] == words
    assert f"  1. + kivra: {words}" in told.stdout
    line = json.loads(run("why", kept, "--language", language, "--json").stdout)
    assert (line["sentence"], [one["channel"] for one in line["tried"]]) == (words, ["kivra", "print"])


def test_a_document_that_there_is_not_gets_one_sentence(kept: str) -> None:
    told = run("why", f"{kept}-x")
    assert told.exit_code != 0
    assert 'the ledger has no document "' in told.output


def test_a_sender_is_held_to_its_rules_file_and_to_the_channels_it_has(tmp_path: Path) -> None:
    (tmp_path / "nordljus.toml").write_text(SAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    names = ["kivra", "email", "sms", "print"]
    sender: dict[str, dict[str, object]] = {
        "nordljus": {"brand": "nordljus", "channels": names, "rules": "nordljus.toml"}
    }
    table = {"sender": sender, "channel": {name: {"stand_in": True} for name in names}}
    found = policies(settings.parse(table, source=tmp_path / "vaxel.toml"))["nordljus"]
    assert found.in_force.version == "2026-11"
    sender["nordljus"]["channels"] = ["kivra", "email", "print"]
    with pytest.raises(Misconfigured, match=r"sms is not among sender\.nordljus\.channels"):
        policies(settings.parse(table, source=tmp_path / "vaxel.toml"))


def test_an_alarm_stands_in_the_status_with_what_holds_the_letters(kept: str) -> None:
    assert kept
    chosen = settings.load(Path("vaxel.toml"))
    place = chosen.ledger
    sentence = "the register of Kivra has matched none; hold letters with `vaxel pause print`"
    opened = Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key)
    with opened as ledger, ledger.writing() as connection:
        alarms.sound(connection, "main", "register kivra", sentence, at=ledger.clock(), told={})
    (alarm,) = json.loads(run("status", "--json").stdout)["alarms"]
    assert (alarm["what"], alarm["sentence"]) == ("register kivra", sentence)
    assert "vaxel pause print" in " ".join(run("status").stdout.split())
