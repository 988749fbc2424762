"""`vaxel hold`: a batch or a document kept from leaving."""

from pathlib import Path

import click

from vaxel.ledgers import opened, target_named
from vaxel.moving import show
from vaxel.settings import DEFAULT_FILE


@click.command("hold")
@click.argument("target")
@click.option("--why", default="", help="For whoever reads it later.")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(target: str, why: str, config: Path, as_json: bool) -> None:
    """Let nothing more leave of TARGET until `vaxel release`: a batch (id, file's name, "last"), or a document.

    A document goes by its reference or its id. What left already is named, and goes on its way.
    """
    with opened(config) as (chosen, ledger):
        meant, called = target_named(ledger, target, chosen.tenant)
        done = ledger.hold(meant, f"held by a person{f': {why}' if why else ''}")
    show(done, called, "held", as_json=as_json)
