"""`vaxel plan`: what would become of a file and what it would cost, before anything is handed over."""

from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.ledgers import batch_named
from vaxel.plans import cost, plan
from vaxel.progress import progress
from vaxel.routing_outputs import PlanOutput
from vaxel.settings import DEFAULT_FILE
from vaxel.switch import Switch

SHOWN = 12
"""Sentences of one kind on a terminal; `--json` has them all."""


@click.command("plan")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--batch", help='What a batch really cost instead: its id, its file\'s name, or "last".')
@click.option("--mapping", type=click.Path(path_type=Path), help="The mapping file of a CSV or XML.")
@click.option("--prices", type=click.Path(path_type=Path), help="A price file, in place of the settings'.")
@click.option("--complete", is_flag=True, help="Render and prepare every document, not letters alone.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    file: Path | None,
    batch: str | None,
    mapping: Path | None,
    prices: Path | None,
    complete: bool,
    config: Path,
    as_json: bool,
) -> None:
    """Say what would become of FILE: channels, price, sheets, broken rows, due dates, savings. Nothing is sent."""
    if (file is None) == (batch is None):
        raise click.UsageError("name a FILE to plan, or with --batch what has run")
    with Switch.open(config) as switch, progress("Planning"):
        listed = switch.prices(prices)
        if batch is not None:
            output = cost(switch.ledger, batch_named(switch.ledger, batch, switch.settings.tenant), listed)
        else:
            output = plan(switch, Path(str(file)), listed, mapping=mapping, complete=complete)
    if as_json:
        click.echo(output.model_dump_json(indent=2))
    else:
        show_plan(output, Console())
    raise SystemExit(SOME_REJECTED_OR_FAILED if output.rejected or output.nothing else DONE)


def show_plan(output: PlanOutput, console: Console) -> None:
    """Print the plan: the mix as a table, then what a person should look at."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("channel", no_wrap=True)
    for heading in ("documents", "share", "letters", "sheets", output.currency):
        table.add_column(heading, justify="right", no_wrap=True)
    for line in output.mix:
        table.add_row(
            escape(line.channel),
            f"{line.documents:,}",
            f"{line.share:.0%}",
            f"{line.letters:,}" if line.letters else "–",
            f"{line.sheets:,}" if line.sheets else "–",
            money(line.amount),
        )
    console.print(f"[bold]{escape(output.file)}[/]  {output.documents:,} documents, {output.rejected:,} rejected\n")
    console.print(table)
    for line in output.mix:
        if line.weight_classes:
            steps = ", ".join(f"{number:,} up to {step} g" for step, number in line.weight_classes.items())
            console.print(f"[dim]{escape(line.channel)} by weight: {steps}[/]")
    console.print(
        f"\n[bold]{money(output.amount)} {output.currency}[/] by the prices “{escape(output.prices)}”, "
        f"valid from {output.valid_from}."
    )
    if output.amount_otherwise is not None:
        ways = ", ".join(f"{line.documents:,} {line.channel}" for line in output.otherwise)
        console.print(
            f"{output.unlisted:,} are not listed by their channel's register, which proves nothing; if none of them is "
            f"there: {money(output.amount_otherwise)} ({escape(ways)}).",
            soft_wrap=True,
        )
    if output.all_paper is not None:
        saved = output.all_paper - output.amount
        console.print(f"All on paper: about {money(output.all_paper)}; the digital channels save {money(saved)}.")
    for saving in output.savings:
        console.print(
            f"{money(saving.amount)} less if {saving.documents:,} on paper had an address for {escape(saving.channel)}."
        )
    if output.due is not None and output.due.days is not None:
        console.print(
            f"The tightest is in hand {output.due.days} days before it is due ({escape(str(output.due.document))})."
        )
    for number, words in (
        (output.waits, "wait for a register that has not answered; none of them goes on paper because of it"),
        (output.held, "wait for a day that their recipient asked for"),
        (output.drawn, "will be drawn by direct debit"),
    ):
        if number:
            console.print(f"{number:,} {words}.")
    late = output.due.late if output.due else ()
    _list(console, "Late whatever the channel", late)
    _list(console, "No way out", output.nothing)
    _list(console, "To be mended in the file", (*output.rejections, *output.findings))


def _list(console: Console, heading: str, sentences: tuple[str, ...]) -> None:
    if not sentences:
        return
    console.print(f"\n[bold]{heading}[/]")
    for sentence in sentences[:SHOWN]:
        console.print(f"  {escape(sentence)}", soft_wrap=True)
    if len(sentences) > SHOWN:
        console.print(f"  … and {len(sentences) - SHOWN:,} more; --json has them all")


def money(amount: Decimal) -> str:
    """An amount with two decimals and thousands apart."""
    return f"{amount:,.2f}".replace(",", "\u00a0")
