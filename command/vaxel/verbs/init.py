"""`vaxel init`: a sandbox configuration to start from."""

from importlib.resources import files
from pathlib import Path

import click

from vaxel.files import write_whole
from vaxel.settings import DEFAULT_FILE
from vaxel_engine.errors import Unwritable


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default=DEFAULT_FILE)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
def command(file: Path, force: bool) -> None:
    """Write a sandbox configuration: every provider played by a local stand-in, nothing leaves this machine."""
    if file.exists() and not force:
        raise Unwritable(f"{file} exists already and is kept; choose another name, or --force to overwrite it")
    write_whole(file, (files("vaxel") / "sandbox.toml").read_bytes())
    click.echo(f"Wrote {file}. Next: vaxel send FILE" + ("" if file == DEFAULT_FILE else f" --config {file}"))
