"""`vaxel events`: everything that happened in the ledger, read on by a cursor."""

from pathlib import Path

import click

from vaxel.ledger_outputs import EventLine
from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE
from vaxel_ledger import event_stream


@click.command("events")
@click.option("--after", default=0, show_default=True, type=click.IntRange(0), help="The last number seen.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 100_000), help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line on standard output.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(after: int, limit: int, as_json: bool, config: Path) -> None:
    """Write what happened after a number, in order: number, time, batch, document, what, and who caused it.

    Nothing personal stands in it. Numbers only grow, so the last one read is where to go on after any crash.
    """
    with opened(config) as (chosen, ledger):
        found = event_stream.after(ledger.engine, chosen.tenant, after, limit)
    for one in found:
        if as_json:
            click.echo(EventLine.model_validate(one.as_json()).model_dump_json())
        else:
            where = one.document_id or one.batch_id
            click.echo(f"{one.seq}  {one.at:%Y-%m-%d %H:%M:%S}  {where}  {one.kind}  ({one.actor})")
