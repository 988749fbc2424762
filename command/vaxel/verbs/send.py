"""`vaxel send`: the documents of a file, each handed over through its smartest channel."""

from pathlib import Path

import click
from rich.console import Console

from vaxel import settings
from vaxel.brands import Brands
from vaxel.cli import DONE, LEDGER_DOES_NOT_CLOSE, SOME_REJECTED_OR_FAILED
from vaxel.closing import total
from vaxel.control import held_by_totals, stated
from vaxel.ledger_outputs import LedgerOutput
from vaxel.ledgers import opened
from vaxel.progress import progress
from vaxel.settings import DEFAULT_FILE
from vaxel.switch import Switch
from vaxel.tables import show_ledger
from vaxel.taking_in import PRIORITIES, TakingIn
from vaxel_channels.dispatcher.node import free_name
from vaxel_engine.intake.control_totals import ControlTotals


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
@click.option("--control-documents", metavar="N", help="How many documents you say are in it.")
@click.option(
    "--control-sum", "sums", multiple=True, metavar="SEK=1250.00", help="What you say there is to pay; per currency."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    file: Path,
    config: Path,
    mapping: Path | None,
    priority: str,
    later: bool,
    hold: bool,
    control_documents: str | None,
    sums: tuple[str, ...],
    as_json: bool,
) -> None:
    """Accept the documents of FILE, route each, and hand it over; the same file again hands nothing over twice.

    Where what came in differs from the totals that you state, here or in the file, all of it is held.
    """
    totals = stated(control_documents, sums)
    if later or hold:
        _accept(file, config, mapping, PRIORITIES[priority], hold=hold, totals=totals, as_json=as_json)
        return
    chosen = settings.load(config)
    name = free_name(chosen.ledger.artifacts, "send")
    with Switch(chosen, name=name) as switch:
        with progress("Handing over") as step:
            batch = switch.send(file, mapping=mapping, step=step, priority=PRIORITIES[priority], totals=totals)
            batch.wait()
        output, held = total([batch]), held_by_totals(switch.ledger, batch.id)
        if as_json:
            click.echo(output.model_dump_json(by_alias=True, indent=2))
        else:
            console = Console()
            if batch.repeated:
                console.print(
                    "This file was accepted before; this is what became of it, nothing was handed over twice.\n"
                )
            show_ledger(output, console)
    _say(held, batch.id)
    if not output.closes:
        raise SystemExit(LEDGER_DOES_NOT_CLOSE)
    raise SystemExit(SOME_REJECTED_OR_FAILED if output.rejected or output.failed or held else DONE)


def _say(held: str | None, batch_id: str) -> None:
    if held is not None:
        click.echo(
            f"Nothing of it was handed over: {held}. `vaxel cancel {batch_id}` calls it off, "
            f"`vaxel release {batch_id} --despite-totals` lets it go.",
            err=True,
        )


def _accept(
    file: Path,
    config: Path,
    mapping: Path | None,
    priority: int,
    *,
    hold: bool,
    totals: ControlTotals | None,
    as_json: bool,
) -> None:
    with opened(config) as (chosen, ledger):
        brands = Brands(chosen)
        brands.check()
        taking_in = TakingIn(chosen, ledger, brands)
        accepted = taking_in.accept(file, mapping, priority=priority, hold=hold, totals=totals)
        counts, held = ledger.counts(accepted.batch_id), held_by_totals(ledger, accepted.batch_id)
    if as_json:
        click.echo(LedgerOutput.model_validate(counts.as_json()).model_dump_json(by_alias=True, indent=2))
    else:
        before = "was accepted before as" if accepted.repeated else "is accepted as"
        click.echo(
            f"{file.name} {before} batch {accepted.batch_id}: {counts.waiting:,} wait, {counts.rejected:,} rejected."
        )
        if hold and held is None:
            click.echo(f"Nothing of it leaves until `vaxel release {accepted.batch_id}`.")
        elif held is None:
            click.echo("A worker hands them over (vaxel worker); see how they stand with vaxel status last.")
    _say(held, accepted.batch_id)
    raise SystemExit(SOME_REJECTED_OR_FAILED if counts.rejected or held else DONE)
