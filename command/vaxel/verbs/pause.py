"""`vaxel pause`: a channel stopped by a person, and let go on."""

from pathlib import Path

import click

from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE


@click.command("pause")
@click.argument("channel")
@click.option("--resume", is_flag=True, help="Let the channel go on.")
@click.option("--drain", is_flag=True, help="Finish what is ready for the channel, and let nothing new into it.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(channel: str, resume: bool, drain: bool, config: Path) -> None:
    """Hand nothing more over through CHANNEL until `--resume`; with `--drain`, nothing new.

    What is being handed over at this moment is finished, what is ready waits, and nothing goes to paper instead. A
    worker that runs takes notice with its next chunk.
    """
    with opened(config) as (chosen, ledger):
        if channel not in chosen.channel_names:
            known = ", ".join(sorted(chosen.channel_names)) or "none"
            raise click.ClickException(
                f'{config.name} has no channel "{channel}"; its channels are {known}; nothing was changed'
            )
        if resume and drain:
            raise click.ClickException("--drain and --resume contradict each other; nothing was changed")
        if drain:
            changed = ledger.drain(channel)
            click.echo(f"{channel} is drained." if changed else f"{channel} was drained before.")
            return
        if not resume:
            stopped = ledger.pause(channel)
            click.echo(f"{channel} is paused." if stopped else f"{channel} was paused before.")
            return
        waited = ledger.go_on(channel)
    if waited is None:
        click.echo(f"{channel} was not stopped.")
    else:
        click.echo(f"{channel} goes on; {waited:,} documents waited for it.")
