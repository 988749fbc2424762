"""What is undocumented is red: commands, their options, settings, artifact kinds."""

import re
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from vaxel import settings
from vaxel.cli import VERBS, cli
from vaxel.outputs import OUTPUTS
from vaxel_engine.artifact import ArtifactKind
from vaxel_ledger.states import DocumentState
from vaxel_ledger.webhook_outbox import TYPES

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
ALL_VERBS = [verb for verbs in VERBS.values() for verb in verbs]
EVERYWHERE = {"--help", "-h"}


def section(verb: str) -> str:
    _, *rest = re.split(rf"### `vaxel {verb}(?=[ `])", COMMANDS, maxsplit=1)  # check is not check-pack
    assert rest, f"docs/commands.md has no section for vaxel {verb}"
    return rest[0].split("\n##", 1)[0]


def commands_of(verb: str) -> list[click.Command]:
    command = cli.get_command(click.Context(cli), verb)
    assert command is not None
    return list(command.commands.values()) if isinstance(command, click.Group) else [command]


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_every_verb_and_option_is_documented(verb: str) -> None:
    text = section(verb)
    for command in commands_of(verb):
        options = {name for option in command.params for name in option.opts if name.startswith("--")}
        assert {name for name in options - EVERYWHERE if f"`{name}" not in text and f" {name} " not in text} == set()


def test_every_module_of_a_verb_is_listed() -> None:
    modules = {path.stem.replace("_", "-") for path in (ROOT / "command/vaxel/verbs").glob("[a-z]*.py")}
    assert modules == set(ALL_VERBS)


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_every_json_output_has_a_schema(verb: str) -> None:
    has_json = any("--json" in option.opts for command in commands_of(verb) for option in command.params)
    assert has_json == (verb in OUTPUTS)


@pytest.mark.parametrize(
    "table",
    [
        settings.LedgerSettings,
        settings.PacksSettings,
        settings.RenderingSettings,
        settings.DispatchTable,
        settings.WebhooksTable,
        settings.LinkSettings,
        settings.SenderSettings,
    ],
)
def test_every_setting_is_documented_and_says_what_it_is_for(table: type[BaseModel]) -> None:
    for name, field in table.model_fields.items():
        assert field.description, f"{table.__name__}.{name} does not say what it is for"
        assert f"`{name}`" in SETTINGS, f"docs/settings.md does not tell of {name}"


def test_every_artifact_kind_is_documented() -> None:
    assert {kind.value for kind in ArtifactKind if f"`{kind}`" not in COMMANDS} == set()


def test_every_type_of_webhook_is_documented() -> None:
    page = (ROOT / "docs/webhooks.md").read_text(encoding="utf-8")
    assert {f"| `{kind}` | {what} |" for kind, what in TYPES.items() if f"| `{kind}` | {what} |" not in page} == set()
    assert {f"document.{state}" for state in DocumentState if f"document.{state}" not in TYPES} == {"document.new"}
