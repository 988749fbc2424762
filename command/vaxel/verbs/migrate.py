"""`vaxel migrate`: a ledger brought to this version's schema."""

from pathlib import Path

import click

from vaxel import settings
from vaxel.settings import DEFAULT_FILE
from vaxel_ledger import migrate
from vaxel_ledger.database import connect


@click.command("migrate")
@click.option("--config", type=click.Path(path_type=Path), default=DEFAULT_FILE, show_default=True, help="Settings.")
def command(config: Path) -> None:
    """Bring the ledger that the configuration names to this version's schema; harmless when it is there already."""
    chosen = settings.load(config)
    engine = connect(chosen.ledger.url)
    try:
        migrate(engine)
    finally:
        engine.dispose()
    click.echo("The ledger has this version's schema.")
