"""`vaxel report`: what became of each record of a batch, for the sender's own systems."""

import sys
from pathlib import Path

import click

from vaxel.files import write_whole_of
from vaxel.ledgers import batch_named, opened
from vaxel.reports import WRITERS, Writer
from vaxel.settings import DEFAULT_FILE
from vaxel_ledger import alarms


@click.command("report")
@click.argument("batch")
@click.option(
    "--format", "form", type=click.Choice(sorted(WRITERS)), default="csv", show_default=True, help="How it is written."
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; default: standard output.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(batch: str, form: str, as_json: bool, out: Path | None, config: Path) -> None:
    """Write one line per record of BATCH (its id, its file's name, or "last"), in the file's order.

    Document, recipient, kind, channel, status, reason, and when it was accepted, handed over and final.
    """
    with opened(config) as (chosen, ledger):
        one = batch_named(ledger, batch, chosen.tenant)
        with ledger.reading() as connection:
            standing = alarms.standing(connection, chosen.tenant)
        for alarm in standing:
            click.echo(f"alarm since {alarm.since:%Y-%m-%d %H:%M} UTC: {alarm.sentence}.", err=True)
        write: Writer = WRITERS["json" if as_json else form]
        pieces = write(one, ledger.counts(one.batch_id), ledger.report_lines(one.batch_id))
        if out is not None:
            write_whole_of(out, pieces)
            return
        for piece in pieces:
            sys.stdout.buffer.write(piece.encode())  # UTF-8 and its line ends, whatever the terminal's language
        sys.stdout.flush()
