"""`vaxel keys`: the keys of the HTTP service, made, listed and revoked."""

import datetime as dt
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from vaxel.ledger_outputs import KeyLine, KeysOutput
from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE
from vaxel_ledger import ApiKey, api_keys

_config = click.option(
    "--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


@click.group("keys")
def command() -> None:
    """Keys of the HTTP service; each acts for one sender alone."""


@command.command("create")
@click.argument("sender")
@click.option("--name", default="", help="What the key is for, e.g. the name of the billing system.")
@click.option("--days", type=click.IntRange(1, 3_650), help="Days until it expires; never without.")
@_config
@_as_json
def create(sender: str, name: str, days: int | None, config: Path, as_json: bool) -> None:
    """Make a key for SENDER and print it, once: the ledger keeps its hash alone."""
    with opened(config) as (chosen, ledger):
        if sender not in chosen.senders:
            raise click.ClickException(
                f'{config} has no sender "{sender}"; its senders are {", ".join(chosen.senders)}'
            )
        at = ledger.clock()
        until = at + dt.timedelta(days=days) if days else None
        with ledger.writing() as connection:
            made = api_keys.create(connection, chosen.tenant, sender, name, at=at, expires_at=until)
    if as_json:
        click.echo(KeysOutput(keys=(_line(made.key, at),), secret=made.text).model_dump_json(indent=2))
        return
    click.echo(made.text)
    click.echo(f"This is the key {made.key.id} of {sender}; it is not shown again, keep it now.", err=True)


@command.command("list")
@_config
@_as_json
def every(config: Path, as_json: bool) -> None:
    """List all keys, without their secrets."""
    with opened(config) as (chosen, ledger):
        at = ledger.clock()
        with ledger.reading() as connection:
            lines = tuple(_line(key, at) for key in api_keys.every(connection, chosen.tenant))
    if as_json:
        click.echo(KeysOutput(keys=lines).model_dump_json(indent=2))
        return
    if not lines:
        click.echo("There is no key yet; `vaxel keys create SENDER` makes the first.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("key", "sender", "name", "made", "expires", "state"):
        table.add_column(heading, no_wrap=heading != "name")
    for one in lines:
        until = f"{one.expires_at:%Y-%m-%d}" if one.expires_at else "never"
        table.add_row(one.key, one.sender, one.name, f"{one.created_at:%Y-%m-%d}", until, one.state)
    Console().print(table)


@command.command("revoke")
@click.argument("key")
@_config
def revoke(key: str, config: Path) -> None:
    """Let KEY (its id of twelve characters) open nothing any more, for good."""
    with opened(config) as (chosen, ledger), ledger.writing() as connection:
        found = api_keys.revoke(connection, chosen.tenant, key, at=ledger.clock())
    if found is None:
        raise click.ClickException(f'there is no key "{key[:20]}"; `vaxel keys list` shows them')
    click.echo(f"The key {found.id} of {found.sender} opens nothing any more, since {found.revoked_at:%Y-%m-%d %H:%M}.")


def _line(key: ApiKey, at: dt.datetime) -> KeyLine:
    return KeyLine(
        key=key.id,
        sender=key.sender,
        name=key.name,
        state=key.state(at).value,
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
    )
