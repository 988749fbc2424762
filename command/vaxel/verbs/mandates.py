"""`vaxel mandates`: mandates to draw by Autogiro, from a file into the ledger."""

from pathlib import Path

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.ledgers import opened
from vaxel.recipient_files import take_mandates
from vaxel.settings import DEFAULT_FILE


@click.command("mandates")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(file: Path, config: Path) -> None:
    """Keep the mandates of FILE (CSV); an invoice that falls due while one holds gets a payment leg."""
    with opened(config) as (chosen, ledger):
        taken = take_mandates(ledger, chosen, file)
    for sentence in taken.wrong:
        click.echo(sentence, err=True)
    click.echo(f"{taken.kept:,} mandates are kept, {len(taken.wrong):,} rows are wrong.")
    raise SystemExit(SOME_REJECTED_OR_FAILED if taken.wrong else DONE)
