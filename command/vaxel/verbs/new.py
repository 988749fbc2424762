"""`vaxel new`: begin a brand pack, or a mapping of your billing system's files."""

from pathlib import Path

import click

from vaxel.files import writable_folder, write_whole
from vaxel.mapping_draft import mapping
from vaxel_engine import packs
from vaxel_engine.errors import Unwritable
from vaxel_engine.packs.beginning import first_files


@click.group("new")
def command() -> None:
    """Begin something of your own from files that work at once."""


@command.command("brand")
@click.argument("name")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("templates"),
    show_default=True,
    help="The folder of your packs; made when absent.",
)
def brand(name: str, out: Path) -> None:
    """Begin a brand pack called NAME: it renders at once, and its comments say what to change. Overwrites nothing."""
    files = first_files(name, packs.load("base"))
    folder = out / name
    if folder.exists():
        raise Unwritable(
            f"{folder} is there already and was not touched; choose another name, or change the files in it"
        )
    writable_folder(out)
    part = out / f".{name}.part"
    try:
        for file, text in files.items():
            (part / file).parent.mkdir(parents=True, exist_ok=True)
            write_whole(part / file, text.encode())
        part.rename(folder)
    except OSError as error:
        raise Unwritable(f"{folder} cannot be written ({error.strerror}); choose another place with --out") from error
    click.echo(f"{folder} is a brand pack with {len(files)} files. Look at it, and change it while you look:")
    click.echo(f"  vaxel preview --packs {out} --brand {name}")


command.add_command(mapping)
