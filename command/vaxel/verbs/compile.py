"""`vaxel compile`: a published pack's block program, made and compared with the reference path."""

import sys
from pathlib import Path

import click

from vaxel import settings
from vaxel.outputs import CompileOutput
from vaxel.progress import progress
from vaxel.samples import samples
from vaxel.settings import DEFAULT_FILE, PacksSettings
from vaxel_engine.compiled import gate
from vaxel_engine.intake import read
from vaxel_engine.packs.programs import keep_program, program_place
from vaxel_engine.packs.store import live_version, load_published


@click.command("compile")
@click.argument("pack")
@click.option("--store", type=click.Path(path_type=Path), help="The folder of published packs. Default: the settings'.")
@click.option(
    "--config", type=click.Path(path_type=Path), help=f"Settings. Default: {DEFAULT_FILE}, where there is one."
)
@click.option(
    "--samples",
    "own_samples",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of documents to learn from; may be given several times. Default: the samples that come with Vaxel.",
)
@click.option("--taught", default=gate.TAUGHT, show_default=True, help="Documents drawn by seed to learn from.")
@click.option("--compared", default=gate.MIXED, show_default=True, help="Documents of a realistic mix to compare.")
@click.option(
    "--searched", default=gate.SEARCHED, show_default=True, help="Documents searched for ways in which a page can end."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    pack: str,
    store: Path | None,
    config: Path | None,
    own_samples: tuple[Path, ...],
    taught: int,
    compared: int,
    searched: int,
    as_json: bool,
) -> None:
    """Make the live version of PACK fast: its pages put together of parts that WeasyPrint has set once.

    Production uses the program only after it was compared with WeasyPrint, object for object, and nothing differed; it
    leaves to WeasyPrint what it does not know. The present program is replaced either way.
    """
    place = PacksSettings() if config is None and not DEFAULT_FILE.exists() else _settings(config)
    folder = store if store is not None else place.store
    version = live_version(pack, folder)
    documents = [document for file in own_samples or samples() for document in read(file)]
    with progress("Learning and comparing") as step:
        made, verdict = gate.compile_pack(
            load_published(pack, folder, version),
            documents,
            taught=taught,
            mixed=compared,
            searched=searched,
            step=step,
        )
    keep_program(program_place(pack, folder, version), made if verdict.passed else b"")
    if as_json:
        output = CompileOutput(
            brand=pack,
            version=version,
            passed=verdict.passed,
            found=verdict.found,
            compared=verdict.compared,
            different=verdict.different,
            mixed=verdict.mixed,
            hits=verdict.hits,
            misses=dict(verdict.misses),
            slow=dict(verdict.slow),
        )
        click.echo(output.model_dump_json(indent=2))
    else:
        click.echo(f"{pack} {version}: {verdict.found}.")
        for what, count in verdict.slow.items():
            click.echo(f"  slow, in {count} documents: {what}")
        if not verdict.passed:
            click.echo("Production renders it without a program, as before.")
    sys.exit(0 if verdict.passed else 1)


def _settings(config: Path | None) -> PacksSettings:
    return settings.load(config or DEFAULT_FILE).packs
