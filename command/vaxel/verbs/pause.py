"""`vaxel pause`: a channel stopped by a person, and let go on."""

from pathlib import Path

import click

from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE


@click.command("pause")
@click.argument("channel")
@click.option("--resume", is_flag=True, help="Let the channel go on.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(channel: str, resume: bool, config: Path) -> None:
    """Hand nothing more over through CHANNEL until `--resume`.

    What is being handed over at this moment is finished, what is ready waits, and nothing goes to paper instead. A
    worker that runs takes notice with its next chunk.
    """
    with opened(config) as (chosen, ledger):
        if channel not in chosen.channel_names:
            known = ", ".join(sorted(chosen.channel_names)) or "none"
            raise click.ClickException(
                f'{config.name} has no channel "{channel}"; its channels are {known}; nothing was changed'
            )
        if not resume:
            stopped = ledger.pause(channel)
            click.echo(f"{channel} is paused." if stopped else f"{channel} was paused before.")
            return
        waited = ledger.go_on(channel)
    if waited is None:
        click.echo(f"{channel} was not paused.")
    else:
        click.echo(f"{channel} goes on; {waited:,} documents waited for it.")
