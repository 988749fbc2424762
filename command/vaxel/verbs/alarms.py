"""`vaxel alarms`: what is out of its usual band, and a person's word that it is right."""

from pathlib import Path

import click

from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE
from vaxel_ledger import alarms


@click.command("alarms")
@click.option("--accept", "what", metavar="WHAT", help='Say that it is right, e.g. "register kivra".')
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(what: str | None, config: Path) -> None:
    """List the alarms that stand; with --accept one ends, what waits because of it goes on, and it is learned anew."""
    with opened(config) as (chosen, ledger):
        with ledger.reading() as connection:
            standing = alarms.standing(connection, chosen.tenant)
        if what is None:
            for one in standing:
                click.echo(f"{one.since:%Y-%m-%d %H:%M} UTC  {one.what}: {one.sentence}.")
            click.echo(f"{len(standing)} {'alarm stands' if len(standing) == 1 else 'alarms stand'}.")
            return
        with ledger.writing() as connection:
            ended = alarms.end(connection, chosen.tenant, what, at=ledger.clock())
        if not ended:
            known = ", ".join(one.what for one in standing) or "none"
            raise click.ClickException(f"no alarm stands about {what[:60]!r}; there are {known}; nothing was changed")
        click.echo(f"The alarm about {what} is over; what waits because of it goes on within a minute.")
