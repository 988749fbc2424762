"""`vaxel send`: the documents of a file, each handed over through its smartest channel."""

from pathlib import Path

import click
from rich.console import Console

from vaxel.brands import Brands
from vaxel.cli import DONE, LEDGER_DOES_NOT_CLOSE, SOME_REJECTED_OR_FAILED
from vaxel.closing import total
from vaxel.ledger_outputs import LedgerOutput
from vaxel.ledgers import opened
from vaxel.progress import progress
from vaxel.settings import DEFAULT_FILE
from vaxel.switch import Switch
from vaxel.tables import show_ledger
from vaxel.taking_in import PRIORITIES, TakingIn


@click.command("send")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--mapping", type=click.Path(path_type=Path), help="The mapping file of a CSV or XML.")
@click.option(
    "--priority",
    type=click.Choice(list(PRIORITIES)),
    default="normal",
    show_default=True,
    help="Who goes first while several batches wait.",
)
@click.option("--later", is_flag=True, help="Only accept it; a worker hands it over.")
@click.option("--hold", is_flag=True, help="Only accept it, and let nothing leave until `vaxel release`.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    file: Path, config: Path, mapping: Path | None, priority: str, later: bool, hold: bool, as_json: bool
) -> None:
    """Accept the documents of FILE, route each, and hand it over; the same file again hands nothing over twice."""
    if later or hold:
        _accept(file, config, mapping, PRIORITIES[priority], hold=hold, as_json=as_json)
        return
    with Switch.open(config) as switch:
        with progress("Handing over") as step:
            batch = switch.send(file, mapping=mapping, step=step, priority=PRIORITIES[priority])
            batch.wait()
        output = total([batch])
        if as_json:
            click.echo(output.model_dump_json(by_alias=True, indent=2))
        else:
            console = Console()
            if batch.repeated:
                console.print(
                    "This file was accepted before; this is what became of it, nothing was handed over twice.\n"
                )
            show_ledger(output, console)
    if not output.closes:
        raise SystemExit(LEDGER_DOES_NOT_CLOSE)
    raise SystemExit(SOME_REJECTED_OR_FAILED if output.rejected or output.failed else DONE)


def _accept(file: Path, config: Path, mapping: Path | None, priority: int, *, hold: bool, as_json: bool) -> None:
    with opened(config) as (chosen, ledger):
        brands = Brands(chosen)
        brands.check()
        accepted = TakingIn(chosen, ledger, brands).accept(file, mapping, priority=priority, hold=hold)
        counts = ledger.counts(accepted.batch_id)
    if as_json:
        click.echo(LedgerOutput.model_validate(counts.as_json()).model_dump_json(by_alias=True, indent=2))
    else:
        before = "was accepted before as" if accepted.repeated else "is accepted as"
        click.echo(
            f"{file.name} {before} batch {accepted.batch_id}: {counts.waiting:,} wait, {counts.rejected:,} rejected."
        )
        if hold:
            click.echo(f"Nothing of it leaves until `vaxel release {accepted.batch_id}`.")
        else:
            click.echo("A worker hands them over (vaxel worker); see how they stand with vaxel status last.")
    raise SystemExit(SOME_REJECTED_OR_FAILED if counts.rejected else DONE)
