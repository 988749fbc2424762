"""`vaxel what-if`: a past batch under an edited rules file."""

from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vaxel.ledgers import batch_named
from vaxel.progress import progress
from vaxel.routing_outputs import WhatIfOutput
from vaxel.settings import DEFAULT_FILE
from vaxel.switch import Switch
from vaxel.verbs.plan import money
from vaxel.what_if import held_apart, what_if

SHOWN = 20


@click.command("what-if")
@click.argument("batch")
@click.option("--rules", type=click.Path(path_type=Path), required=True, help="The edited rules file.")
@click.option("--prices", type=click.Path(path_type=Path), help="A price file, in place of the settings'.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(batch: str, rules: Path, prices: Path | None, config: Path, as_json: bool) -> None:
    """Decide BATCH (its id, its file's name, or "last") again by other rules; list what moves. Nothing is changed."""
    with Switch.open(config) as switch, progress("Deciding again"):
        found = batch_named(switch.ledger, batch, switch.settings.tenant)
        output = what_if(switch, found, rules, switch.prices(prices))
    if as_json:
        click.echo(output.model_dump_json(indent=2))
        return
    _show(output, Console())


def _show(output: WhatIfOutput, console: Console) -> None:
    console.print(
        f"{len(output.moved):,} of {output.documents:,} documents would move under the rules {escape(output.version)}: "
        f"[bold]{'+' if output.difference > 0 else ''}{money(output.difference)} {output.currency}[/]\n"
    )
    for (before, after), number in held_apart(output.moved).items():
        console.print(f"  {number:,} from {escape(before or 'no channel')} to {escape(after or 'no channel')}")
    if output.moved:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("document", "before", "after"):
            table.add_column(name, no_wrap=True)
        table.add_column(output.currency, justify="right", no_wrap=True)
        table.add_column("why", overflow="fold")
        for line in output.moved[:SHOWN]:
            table.add_row(
                escape(line.document),
                escape(line.before or "–"),
                escape(line.after or "–"),
                money(line.difference),
                escape(line.sentence),
            )
        console.print()
        console.print(table)
        if len(output.moved) > SHOWN:
            console.print(f"… and {len(output.moved) - SHOWN:,} more; --json has them all")
    for number, words in (
        (output.unasked, "have a register in their order that was not asked then"),
        (output.passed_over, "cannot be decided again: decided by an earlier version, or erased"),
    ):
        if number:
            console.print(f"\n{number:,} {words}.")
