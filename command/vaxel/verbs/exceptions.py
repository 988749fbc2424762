"""`vaxel exceptions`: what found no way, by cause; corrected in a spreadsheet and driven once more."""

from collections import Counter
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from vaxel.exceptions import back, out
from vaxel.ledgers import batch_named, opened
from vaxel.routing_outputs import CauseLine, ExceptionsOutput
from vaxel.settings import DEFAULT_FILE
from vaxel_ledger.redriving import failed


@click.command("exceptions")
@click.argument("batch", default="last")
@click.option("--export", "target", type=click.Path(path_type=Path), help="Write the failed documents as CSV.")
@click.option("--corrections", type=click.Path(path_type=Path), help="The same CSV with corrected addresses.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(batch: str, target: Path | None, corrections: Path | None, config: Path, as_json: bool) -> None:
    """Group the failed documents of BATCH (its id, its file's name, or "last") by cause; correct and re-drive them.

    A corrected document keeps its identity; a worker decides it anew and hands it over.
    """
    redriven = unchanged = 0
    with opened(config) as (chosen, ledger):
        found = batch_named(ledger, batch, chosen.tenant)
        if corrections is not None:
            redriven, unchanged = back(ledger, found, corrections)
        if target is not None:
            out(ledger, found, target)
        with ledger.reading() as connection:
            causes = Counter(one.cause for one in failed(connection, found.batch_id))
    if as_json:
        lines = tuple(CauseLine(cause=cause, documents=number) for cause, number in causes.most_common())
        output = ExceptionsOutput(batch=found.batch_id, causes=lines, redriven=redriven, unchanged=unchanged)
        click.echo(output.model_dump_json(indent=2))
        return
    console = Console()
    if corrections is not None:
        console.print(
            f"{redriven:,} corrected and decided anew by the next worker, {unchanged:,} rows said nothing new."
        )
    for cause, number in causes.most_common():
        console.print(f"{number:>7,}  {escape(cause)}", soft_wrap=True, highlight=False)
    console.print(f"{sum(causes.values()):,} documents of {escape(found.source_name)} found no way.")
    if target is not None:
        console.print(
            f"Written to {target}; correct it, then vaxel exceptions {found.batch_id} --corrections {target}."
        )
