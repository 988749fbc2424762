"""`vaxel new mapping`: a first mapping file out of a sample, and what of the sample found no place in it."""

from pathlib import Path

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.files import write_whole
from vaxel_engine.errors import Unwritable
from vaxel_engine.intake.mapping import draft_for


@click.command("mapping")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The mapping file to write; without it, standard output. Overwrites nothing.",
)
def mapping(file: Path, out: Path | None) -> None:
    """Draft a mapping file from a sample FILE of CSV or XML, and list what it could not place.

    Exit status 1 when the model needs something that the sample does not hold.
    """
    drafted = draft_for(file)
    if out is None:
        click.echo(drafted.text, nl=False)
    else:
        if out.exists():
            raise Unwritable(f"{out} is there already and was not touched; choose another name")
        write_whole(out, drafted.text.encode())
        click.echo(f"{out} is drafted from {file.name}. Read it, then: vaxel check --mapping {out} {file}", err=True)
    for name in drafted.unplaced:
        click.echo(f"not placed: {name}", err=True)
    for field in drafted.missing:
        click.echo(f"needed and not found: {field}", err=True)
    raise SystemExit(SOME_REJECTED_OR_FAILED if drafted.missing else DONE)
