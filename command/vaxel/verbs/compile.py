"""`vaxel compile`: the block programs of published packs, made and compared with the reference path."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from vaxel import settings
from vaxel.outputs import CompileAllOutput
from vaxel.program_making import as_output, made, told
from vaxel.samples import samples
from vaxel.settings import DEFAULT_FILE, PacksSettings
from vaxel_engine.compiled.gate import Effort
from vaxel_engine.compiled.making import Made
from vaxel_engine.errors import VaxelError
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.packs.store import live_version, published_brands

_USUAL = Effort()


@click.command("compile")
@click.argument("pack", required=False)
@click.option("--all", "every", is_flag=True, help="Every published pack, each its live version: after an upgrade.")
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
@click.option("--taught", default=_USUAL.taught, show_default=True, help="Documents drawn by seed to learn from.")
@click.option("--compared", default=_USUAL.mixed, show_default=True, help="Documents of a realistic mix to compare.")
@click.option(
    "--searched", default=_USUAL.searched, show_default=True, help="Documents searched for how a page can end."
)
@click.option(
    "--no-extremes",
    is_flag=True,
    help="Learn no rows in other numbers of lines, compare no texts at their longest: for a quick try.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    pack: str | None,
    every: bool,
    store: Path | None,
    config: Path | None,
    own_samples: tuple[Path, ...],
    taught: int,
    compared: int,
    searched: int,
    no_extremes: bool,
    as_json: bool,
) -> None:
    """Make the live version of PACK fast: its pages put together of parts that WeasyPrint has set once.

    Production uses the program only after it was compared with WeasyPrint, object for object, and nothing differed; it
    leaves to WeasyPrint what it does not know. Where nothing has changed since, nothing is done; else the present
    program is replaced at the end.
    """
    if (pack is None) is not every:
        raise click.UsageError("name a pack, or give --all.")
    place = PacksSettings() if config is None and not DEFAULT_FILE.exists() else _settings(config)
    folder = store if store is not None else place.store
    documents = [document for file in own_samples or samples() for document in read(file)]
    effort = Effort(taught, compared, searched, extremes=not no_extremes, processes=os.cpu_count() or 1)
    if pack is None:
        _all(folder, documents, effort, as_json=as_json)
        return
    one = made(pack, folder, live_version(pack, folder), documents, effort)
    if as_json:
        click.echo(as_output(one).model_dump_json(indent=2))
    else:
        click.echo("\n".join(told(one)))
    sys.exit(0 if one.verdict.passed else 1)


def _all(folder: Path, documents: Sequence[Document], effort: Effort, *, as_json: bool) -> None:
    """Each brand by itself: one that cannot be compiled keeps none of the others from it."""
    done: list[Made] = []
    failed: dict[str, str] = {}
    for brand in published_brands(folder):
        try:
            done.append(made(brand, folder, live_version(brand, folder), documents, effort))
        except VaxelError as error:
            failed[brand] = str(error)
        if not as_json:
            click.echo(f"{brand}: not compiled; {failed[brand]}" if brand in failed else "\n".join(told(done[-1])))
    passed = not failed and all(one.verdict.passed for one in done)
    if as_json:
        packs = tuple(map(as_output, done))
        click.echo(CompileAllOutput(passed=passed, packs=packs, failed=failed).model_dump_json(indent=2))
    elif not (done or failed):
        click.echo(f"Nothing is published in {folder}.")
    sys.exit(0 if passed else 1)


def _settings(config: Path | None) -> PacksSettings:
    return settings.load(config or DEFAULT_FILE).packs
