"""`vaxel cancel`: a batch or a document called off."""

from pathlib import Path

import click

from vaxel.ledgers import opened, target_named
from vaxel.moving import show
from vaxel.settings import DEFAULT_FILE


@click.command("cancel")
@click.argument("target")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(target: str, config: Path, as_json: bool) -> None:
    """Cancel what has not left of TARGET: a batch (id, file's name, "last"), or a document by its reference or id.

    What a provider holds and has not brought to anybody yet, a worker asks it to give back; the rest is named. The file
    of a cancelled batch may be handed in again.
    """
    with opened(config) as (chosen, ledger):
        meant, called = target_named(ledger, target, chosen.tenant)
        done = ledger.call_off(meant)
    show(done, called, "cancelled", as_json=as_json)
