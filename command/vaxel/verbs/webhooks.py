"""`vaxel webhooks`: addresses of the sender's own systems that hear what happens, as it happens."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Connection

from vaxel.ledger_outputs import TryLine, WebhookLine, WebhooksOutput
from vaxel.ledgers import opened
from vaxel.settings import DEFAULT_FILE, Settings
from vaxel_channels.webhooks import judge
from vaxel_ledger import Ledger, webhook_outbox, webhooks
from vaxel_ledger.webhooks import Endpoint, NewEndpoint

_config = click.option(
    "--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings."
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


@click.group("webhooks")
def command() -> None:
    """Addresses that hear what happens, by the Standard Webhooks rules; a worker tells them."""


@command.command("add")
@click.argument("url")
@click.option("--sender", help="Only what this sender sent over HTTP; everything without.")
@click.option("--type", "kinds", multiple=True, metavar="TYPE", help="Only this, e.g. document.failed; several times.")
@_config
@_as_json
def add(url: str, sender: str | None, kinds: tuple[str, ...], config: Path, as_json: bool) -> None:
    """Tell URL what happens from now on, and print the secret that signs it, once."""
    with opened(config) as (chosen, ledger):
        if sender is not None and sender not in chosen.senders:
            raise click.ClickException(
                f'{config} has no sender "{sender}"; its senders are {", ".join(chosen.senders)}'
            )
        webhook_outbox.check_types(kinds)
        judge(url, allow_loopback=chosen.webhooks.allow_loopback)
        key = ledger.vault.keys.of(chosen.tenant)
        with ledger.writing() as connection:
            made = webhooks.create(connection, key, url, sender=sender, kinds=kinds, at=ledger.clock())
            line = _line(connection, made.endpoint)
    _show_secret(made, line, as_json=as_json)


@command.command("rotate")
@click.argument("webhook")
@_config
@_as_json
def rotate(webhook: str, config: Path, as_json: bool) -> None:
    """Give WEBHOOK another secret and print it, once; for 24 hours the old one signs too."""
    with _one(webhook, config) as (chosen, ledger, connection, found):
        key = ledger.vault.keys.of(chosen.tenant)
        made = webhooks.rotate(connection, key, found, at=ledger.clock())
        line = _line(connection, made.endpoint)
    _show_secret(made, line, as_json=as_json)


@command.command("list")
@_config
@_as_json
def every(config: Path, as_json: bool) -> None:
    """List all addresses, without their secrets, and how their messages stand."""
    with opened(config) as (chosen, ledger), ledger.reading() as connection:
        lines = tuple(_line(connection, one) for one in webhooks.every(connection, chosen.tenant))
    if as_json:
        click.echo(WebhooksOutput(webhooks=lines).model_dump_json(indent=2))
        return
    if not lines:
        click.echo("Nobody is told anything yet; `vaxel webhooks add URL` makes the first.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("webhook", no_wrap=True)
    table.add_column("address", overflow="fold")
    for name in ("sender", "types", "state"):
        table.add_column(name)
    for name in ("waiting", "told", "given up"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in lines:
        what = "\n".join(one.types) or "all"
        numbers = (f"{number:,}" if number else "–" for number in (one.pending, one.delivered, one.given_up))
        table.add_row(one.webhook, one.url, one.sender or "all", what, one.state, *numbers)
    console = Console()
    console.print(table)
    for one in lines:
        if one.why:
            console.print(f"\n{one.webhook} is disabled: {one.why}", highlight=False, markup=False)


@command.command("log")
@click.argument("webhook")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many tries.")
@_config
@_as_json
def log(webhook: str, limit: int, config: Path, as_json: bool) -> None:
    """Show the newest tries of WEBHOOK: when, what, and what came of each."""
    with _one(webhook, config) as (_, _ledger, connection, found):
        line = _line(connection, found)
        tried = webhooks.log(connection, found.id, limit=limit)
    if as_json:
        tries = tuple(
            TryLine(message=one.message_id, type=one.kind, at=one.at, status=one.status, said=one.said, ms=one.ms)
            for one in tried
        )
        click.echo(WebhooksOutput(webhooks=(line,), tries=tries).model_dump_json(indent=2))
        return
    for one in tried:
        click.echo(f"{one.at:%Y-%m-%d %H:%M:%S}  {one.kind}  {one.message_id}  {one.said}  ({one.ms:,} ms)")
    if not tried:
        click.echo(f"Nothing was sent to {webhook} yet.")


@command.command("replay")
@click.argument("webhook")
@click.option("--message", metavar="ID", help="This one message, by its webhook-id.")
@click.option("--after", type=click.IntRange(0), help="Everything that happened after this event number.")
@_config
def replay(webhook: str, message: str | None, after: int | None, config: Path) -> None:
    """Send WEBHOOK something again, each message under the webhook-id that it had."""
    if (message is None) == (after is None):
        raise click.ClickException("say what is sent again: either --message ID or --after NUMBER")
    with _one(webhook, config) as (_, ledger, connection, found):
        if message is not None:
            if not webhooks.replay(connection, found, message, at=ledger.clock()):
                raise click.ClickException(
                    f'{found.id} has no message "{message[:80]}"; `vaxel webhooks log {found.id}` shows them, '
                    "and older ones come again with --after"
                )
            told = f"{message} is sent again"
        else:
            webhooks.replay_after(connection, found, after or 0, at=ledger.clock())
            told = f"everything after event {after} is sent again"
    click.echo(f"{told}, by a worker." + (" It is disabled: enable it first." if found.why else ""))


@command.command("try")
@click.argument("webhook")
@_config
def try_it(webhook: str, config: Path) -> None:
    """Put a trial message on its way to WEBHOOK; a worker sends it, and `log` says what came of it."""
    with _one(webhook, config) as (_, ledger, connection, found):
        message_id = webhook_outbox.trial(connection, found, at=ledger.clock())
    click.echo(f"{message_id} is on its way; see `vaxel webhooks log {webhook}`.")


@command.command("disable")
@click.argument("webhook")
@_config
def disable(webhook: str, config: Path) -> None:
    """Send WEBHOOK nothing more until it is enabled; what happens meanwhile waits for it."""
    with _one(webhook, config) as (_, _ledger, connection, found):
        changed = webhooks.disable(connection, found.id, "a person stopped it")
    click.echo(f"{webhook} is disabled." if changed else f"{webhook} was disabled before.")


@command.command("enable")
@click.argument("webhook")
@_config
def enable(webhook: str, config: Path) -> None:
    """Let WEBHOOK go on where it stopped."""
    with _one(webhook, config) as (_, ledger, connection, found):
        changed = webhooks.enable(connection, found.id, at=ledger.clock())
        waits = webhooks.standing(connection, found.id).pending
    click.echo(f"{webhook} goes on; {waits:,} messages wait for it." if changed else f"{webhook} was not disabled.")


@command.command("remove")
@click.argument("webhook")
@_config
def remove(webhook: str, config: Path) -> None:
    """Forget WEBHOOK with its messages and their log."""
    with _one(webhook, config) as (_, _ledger, connection, found):
        webhooks.remove(connection, found.id)
    click.echo(f"{webhook} is gone; nothing more goes to {found.url}.")


@contextmanager
def _one(webhook: str, config: Path) -> Generator[tuple[Settings, Ledger, Connection, Endpoint]]:
    with opened(config) as (chosen, ledger), ledger.writing() as connection:
        found = next((one for one in webhooks.every(connection, chosen.tenant) if one.id == webhook), None)
        if found is None:
            raise click.ClickException(f'there is no webhook "{webhook[:40]}"; `vaxel webhooks list` shows them')
        yield chosen, ledger, connection, found


def _show_secret(made: NewEndpoint, line: WebhookLine, *, as_json: bool) -> None:
    if as_json:
        click.echo(WebhooksOutput(webhooks=(line,), secret=made.secret).model_dump_json(indent=2))
        return
    click.echo(made.secret)
    click.echo(
        f"This secret signs what {made.endpoint.id} sends to {made.endpoint.url}; it is not shown again, keep it now.",
        err=True,
    )


def _line(connection: Connection, one: Endpoint) -> WebhookLine:
    stands = webhooks.standing(connection, one.id)
    return WebhookLine(
        webhook=one.id,
        url=one.url,
        sender=one.sender,
        types=one.kinds,
        state=one.state.value,
        why=one.why,
        pending=stands.pending,
        delivered=stands.delivered,
        given_up=stands.given_up,
        next_due=stands.next_due,
        created_at=one.created_at,
    )
