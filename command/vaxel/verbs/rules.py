"""`vaxel rules`: a sender's rules file looked at, and the tests it carries tried."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.routing_outputs import RulesOutput, RulesTestLine
from vaxel_channels.registry import CHANNELS, ENTRY_POINTS
from vaxel_channels.routing.rules_file import RulesFile, load
from vaxel_channels.routing.trying import Tried, try_case

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
_file = click.argument("file", type=click.Path(path_type=Path))


@click.group("rules")
def command() -> None:
    """Which channel a sender's documents take: look at a rules file, or try its tests."""


@command.command("check")
@_file
@_as_json
def check(file: Path, as_json: bool) -> None:
    """Read FILE, and refuse what is unknown, contradicts itself or can never be met, with its line."""
    found = load(file, _known())
    if as_json:
        click.echo(_output(file, found, ()).model_dump_json(indent=2))
        return
    tests = f"{len(found.cases)} test{'' if len(found.cases) == 1 else 's'}"
    click.echo(f"{file} can be used: version {found.rules.version}, {', '.join(found.rules.channels)}, {tests}.")


@command.command("test")
@_file
@_as_json
def test(file: Path, as_json: bool) -> None:
    """Try every test that FILE carries; exit status 1 when one goes another way than it says."""
    found = load(file, _known())
    tried = tuple(try_case(found.rules, case) for case in found.cases)
    if as_json:
        click.echo(_output(file, found, tried).model_dump_json(indent=2))
    else:
        console = Console()
        for one in tried:
            mark = "[green]held[/]" if one.held else "[red]NOT held[/]"
            console.print(f"{mark}  {escape(one.case.name)}  [dim]line {one.case.line}[/]")
            console.print(f"      {escape(_way(one))}")
        broken = sum(not one.held for one in tried)
        console.print(f"\n{len(tried) - broken} of {len(tried)} tests held, by the rules {found.rules.version}.")
    raise SystemExit(DONE if all(one.held for one in tried) else SOME_REJECTED_OR_FAILED)


def _known() -> set[str]:
    from importlib.metadata import entry_points  # what others bring is looked for only here

    return {*CHANNELS, *(entry.name for entry in entry_points(group=ENTRY_POINTS))}


def _way(one: Tried) -> str:
    order, wanted = ", ".join(one.decision.order) or "no channel", ", ".join(one.case.expect) or "no channel"
    until = f"held until {one.decision.hold_until:%Y-%m-%d}, then " if one.decision.hold_until else ""
    asked = "" if one.held else f"; expected: {wanted}"
    if not one.held and one.case.held_until:
        asked += f", held until {one.case.held_until}"
    return f"{until}{order}{asked}. {one.decision.sentence}."


def _output(file: Path, found: RulesFile, tried: tuple[Tried, ...]) -> RulesOutput:
    return RulesOutput(
        file=file.name,
        version=found.rules.version,
        channels=found.rules.channels,
        tests=tuple(
            RulesTestLine(
                name=one.case.name,
                line=one.case.line,
                held=one.held,
                expected=one.case.expect,
                order=one.decision.order,
                sentence=one.decision.sentence,
            )
            for one in tried
        ),
    )
