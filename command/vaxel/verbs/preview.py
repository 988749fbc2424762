"""`vaxel preview`: the designers' page."""

import threading
from pathlib import Path

import click

from vaxel.samples import samples
from vaxel_engine import packs
from vaxel_engine.errors import Misconfigured
from vaxel_preview.serving import DEFAULT_PORT, preview


@click.command("preview")
@click.option(
    "--packs",
    "own_packs",
    type=click.Path(path_type=Path),
    help="Your folder of brand packs. Default: the packs that come with Vaxel.",
)
@click.option(
    "--samples",
    "own_samples",
    type=click.Path(path_type=Path),
    help="A sample file or a folder of them. Default: the samples that come with Vaxel.",
)
@click.option("--brand", help="The brand to begin with. Default: the first one.")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="The port on this machine. Default: 8400, or the next free one."
)
def command(own_packs: Path | None, own_samples: Path | None, brand: str | None, port: int | None) -> None:
    """Show every artifact of a sample document side by side, refreshed when a template is saved.

    Prints the address and stays until Ctrl-C. Nothing leaves this machine, and no other machine can look.
    """
    for option, place in (("--packs", own_packs), ("--samples", own_samples)):
        if place is not None and not place.exists():
            raise Misconfigured(f"{option}: {place} does not exist; name a folder that does")
    if own_packs is not None and not own_packs.is_dir():
        raise Misconfigured(f"--packs: {own_packs} is a file; name the folder that holds the packs' folders")
    roots = (packs.packs(),) if own_packs is None else (own_packs, packs.packs())
    places = samples() if own_samples is None else (own_samples,)
    with preview(roots, places, brand, port) as address:
        moved = f" (port {DEFAULT_PORT} is taken)" if address.moved else ""
        click.echo(f"Preview at {address.entry}{moved}; Ctrl-C ends it.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Ended.", err=True)
