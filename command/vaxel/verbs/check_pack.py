"""`vaxel check-pack`: everything that is wrong with a brand pack, at once."""

from pathlib import Path

import click

from vaxel import settings
from vaxel.brands import working_roots
from vaxel.cli import COULD_NOT_WORK, DONE
from vaxel.outputs import CheckPackOutput, PackFindingLine
from vaxel.progress import progress
from vaxel.samples import gate_samples, samples
from vaxel.settings import DEFAULT_FILE
from vaxel_engine.inspection import Severity
from vaxel_engine.press import examine


@click.command("check-pack")
@click.argument("brand")
@click.option(
    "--packs", "folder", type=click.Path(path_type=Path), help="Your folder of packs. Default: the settings'."
)
@click.option(
    "--samples",
    "own_samples",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of documents to render, of each kind and language one; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(brand: str, folder: Path | None, own_samples: tuple[Path, ...], as_json: bool) -> None:
    """List everything wrong with BRAND, each with file, line and remedy, then render samples of every kind with it."""
    if folder is None and DEFAULT_FILE.exists():
        folder = settings.load(DEFAULT_FILE).packs.folder
    with progress("Rendering samples") as step:
        found = examine(brand, working_roots(folder), samples=gate_samples(own_samples or samples()), step=step)
    wrong = sum(one.severity is Severity.WRONG for one in found)
    if as_json:
        lines = tuple(
            PackFindingLine(file=one.file, line=one.line, severity=one.severity.value, what=one.what, remedy=one.remedy)
            for one in found
        )
        click.echo(CheckPackOutput(brand=brand, clean=not wrong, findings=lines).model_dump_json(indent=2))
    else:
        for one in found:
            at = f"{one.file}, line {one.line}" if one.line is not None else one.file
            click.echo(f"{one.severity}: {at}: {one.what}; {one.remedy}")
        notes = f", {len(found) - wrong} worth knowing" if len(found) > wrong else ""
        click.echo(f"{brand}: {wrong or 'nothing'} wrong{notes}.")
    raise SystemExit(COULD_NOT_WORK if wrong else DONE)
