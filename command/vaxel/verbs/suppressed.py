"""`vaxel suppressed`: the addresses that nothing goes to any more, and how a person takes one off the list."""

from pathlib import Path

import click

from vaxel import settings
from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.settings import DEFAULT_FILE
from vaxel.suppression_files import take_suppressed
from vaxel_ledger import Ledger


@click.command("suppressed")
@click.option("--lift", "address", metavar="ADDRESS", help="Take this address off the list.")
@click.option("--add", "file", type=click.Path(path_type=Path), help="Put the addresses of this CSV file on the list.")
@click.option("--channel", default="email", show_default=True, help="Whose list.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(address: str | None, file: Path | None, channel: str, config: Path) -> None:
    """List what was suppressed, when and why; the list keeps no address, so it can only be asked about one."""
    chosen = settings.load(config)
    place = chosen.ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        if address is not None:
            if not ledger.suppression(chosen.tenant, channel).lift(address):
                raise click.ClickException(f"this address is not on the list of {channel}; nothing was changed")
            click.echo("The address is off the list.")
            return
        if file is not None:
            taken = take_suppressed(ledger, chosen, file)
            for sentence in taken.wrong:
                click.echo(sentence, err=True)
            click.echo(f"{taken.kept:,} addresses are on the list, {len(taken.wrong):,} rows are wrong.")
            raise SystemExit(SOME_REJECTED_OR_FAILED if taken.wrong else DONE)
        entries = ledger.suppressed(chosen.tenant)
    for one in entries:
        lifted = f", lifted {one.lifted_at:%Y-%m-%d %H:%M}" if one.lifted_at else ""
        click.echo(f"{one.since:%Y-%m-%d %H:%M}  {one.channel}  {one.why}{lifted}")
    standing = sum(one.lifted_at is None for one in entries)
    click.echo(f"{standing} suppressed, {len(entries) - standing} lifted.")
