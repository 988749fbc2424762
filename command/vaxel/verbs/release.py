"""`vaxel release`: what is held goes on."""

from pathlib import Path

import click

from vaxel.ledgers import opened, target_named
from vaxel.moving import show
from vaxel.settings import DEFAULT_FILE


@click.command("release")
@click.argument("target")
@click.option("--despite-totals", is_flag=True, help="Also where the sender's totals differ from what came in.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(target: str, despite_totals: bool, config: Path, as_json: bool) -> None:
    """Let what is held of TARGET go on: a batch (id, file's name, "last"), or a document by its reference or id.

    A worker hands it over. Of two releases at once one moves it, and the other says that nothing was held.
    """
    with opened(config) as (chosen, ledger):
        meant, called = target_named(ledger, target, chosen.tenant)
        done = ledger.release(meant, despite_totals=despite_totals)
    show(done, called, "released", as_json=as_json)
