"""An outcome that nobody knows goes before a person, who says what became of it."""

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.channels.dispatcher.stage import Provider, Stand, letter, render

from vaxel.cli import cli
from vaxel.ledger_outputs import DoubtsOutput
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.errors import OutcomeUnknown
from vaxel_ledger import Ledger
from vaxel_ledger.ledger import utc_now

CONFIG = """
[ledger]
url = "sqlite:///ledger.sqlite"
artifacts = "artifacts"
tenant_key = "tenant.key"
[sender.nordljus]
brand = "nordljus"
channels = ["email"]
[channel.email]
stand_in = true
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A ledger with one document delivered and two in doubt."""
    (tmp_path / "vaxel.toml").write_text(CONFIG)
    silent = OutcomeUnknown("Box fell silent")
    box = Stand(Provider(tmp_path / "taken", deduplicates=False), after=[silent, silent])
    paper = Stand(Provider(tmp_path / "printed", deduplicates=False), "paper")
    place = f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    settings = DispatchSettings({"nordljus": SenderPolicy(("box", "paper"))}.get)
    with Ledger.open(place, store=tmp_path / "artifacts", tenant_key=tmp_path / "tenant.key") as ledger:
        ledger.accept("a" * 64, "october.json", "main", [letter(f"A-{n}") for n in range(3)])
        with Dispatcher(ledger, {"box": box, "paper": paper}, render, utc_now, settings) as dispatcher:
            dispatcher.dispatch()
    return tmp_path


def doubts(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(cli, ["doubts", *words, "--config", str(folder / "vaxel.toml")])


def test_a_person_sees_what_is_unknown_and_says_what_became_of_it(folder: Path) -> None:
    listed = DoubtsOutput.model_validate_json(doubts(folder, "--json").stdout)
    assert [(one.document, one.channel, one.reason) for one in listed.doubts] == [
        ("A-0", "box", "Box fell silent"),
        ("A-1", "box", "Box fell silent"),
    ]
    assert dt.datetime.now(dt.UTC) - listed.doubts[0].since < dt.timedelta(minutes=10)
    assert "2 outcome unknown." in doubts(folder).output
    assert "A-0 is delivered." in doubts(folder, "A-0", "--arrived").output
    assert "goes to the next channel" in doubts(folder, listed.doubts[1].document_id, "--lost").output
    assert doubts(folder).output == "0 outcome unknown.\n"
    with Ledger.open(
        f"sqlite:///{folder / 'ledger.sqlite'}", store=folder / "artifacts", tenant_key=folder / "tenant.key"
    ) as ledger:
        line = ledger.counts(ledger.batches()[0].batch_id)
    assert (line.delivered, line.waiting, line.unknown) == (2, 1, 0)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("A-0",), "say --arrived or --lost"),
        (("--lost",), "name a document"),
        (("A-9", "--lost"), 'the ledger has no document "A-9"'),
        (("A-2", "--lost"), "the outcome of A-2 is not unknown"),
    ],
)
def test_what_cannot_be_settled_is_said_and_nothing_changes(folder: Path, words: tuple[str, ...], said: str) -> None:
    told = doubts(folder, *words)
    assert told.exit_code != 0
    assert said in told.output
    assert doubts(folder).output.endswith("2 outcome unknown.\n")
