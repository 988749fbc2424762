"""`vaxel preview`: the designers' page."""

from pathlib import Path

import click


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
