"""`vaxel publish`: a pack frozen with all it inherits, and live in every kind and channel at once."""

import datetime as dt
import getpass
import os
from pathlib import Path

import click

from vaxel import settings
from vaxel.brands import working_roots
from vaxel.outputs import PublishedTurn, PublishOutput
from vaxel.program_making import made, told
from vaxel.progress import progress
from vaxel.samples import samples
from vaxel.settings import DEFAULT_FILE, PacksSettings
from vaxel_engine.compiled.gate import Effort
from vaxel_engine.errors import VaxelError
from vaxel_engine.intake import read
from vaxel_engine.model import Document
from vaxel_engine.packs.publishing import publish, roll_back
from vaxel_engine.packs.store import Turn, history

_THE_ONE_BEFORE = "-"


@click.command("publish")
@click.argument("pack")
@click.option(
    "--packs", "folder", type=click.Path(path_type=Path), help="Your folder of packs. Default: the settings'."
)
@click.option("--store", type=click.Path(path_type=Path), help="The folder of published packs. Default: the settings'.")
@click.option(
    "--config", type=click.Path(path_type=Path), help=f"Settings. Default: {DEFAULT_FILE}, where there is one."
)
@click.option(
    "--samples",
    "own_samples",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of documents that must render; may be given several times. Default: the samples that come with Vaxel.",
)
@click.option("--history", "only_history", is_flag=True, help="Change nothing; say what was live when, and by whom.")
@click.option(
    "--rollback",
    is_flag=False,
    flag_value=_THE_ONE_BEFORE,
    metavar="[VERSION]",
    help="Make an earlier version live again; without VERSION the one that was live before.",
)
@click.option(
    "--unapproved", is_flag=True, help="Ask for no approval; the version renders in the sandbox alone, never live."
)
@click.option("--no-compile", is_flag=True, help="Do not make it fast now; `vaxel compile` does later.")
@click.option("--by", help="Who does it, for the history. Default: the name you are logged in with.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    pack: str,
    folder: Path | None,
    store: Path | None,
    config: Path | None,
    own_samples: tuple[Path, ...],
    only_history: bool,
    rollback: str | None,
    unapproved: bool,
    no_compile: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Freeze PACK with everything it inherits, and make it what production renders, in every kind and channel at once.

    First it is examined: nothing that check-pack calls wrong, approved as it is now (`vaxel approve`), and every sample
    renders in every form, as it was approved. The same files again are the same version. Batches that have begun keep
    the version they began with. Once it is live it is compiled, which takes some minutes; until then, and where it does
    not pass, the same pages are set as they were without.
    """
    if only_history and rollback is not None:
        raise click.UsageError("--history changes nothing and --rollback does; choose one of them.")
    place = _place(config)
    store = store if store is not None else place.store
    who, at = by or getpass.getuser(), dt.datetime.now(dt.UTC)
    is_new = went_live = False
    documents: list[Document] = []
    if rollback is not None:
        roll_back(pack, store, None if rollback == _THE_ONE_BEFORE else rollback, at=at, by=who)
        went_live = True
    elif not only_history:
        documents = [document for file in own_samples or samples() for document in read(file)]
        roots = working_roots(folder if folder is not None else place.folder)
        with progress("Rendering the samples") as step:
            done = publish(pack, roots, store, samples=documents, at=at, by=who, step=step, unapproved=unapproved)
        is_new, went_live = done.is_new, done.went_live
    turns = history(pack, store)
    if not as_json:
        for line in _said(pack, store, turns, only_history=only_history, went_live=went_live):
            click.echo(line)
    program, fast = None, False
    if not (only_history or no_compile):
        if rollback is not None:
            documents = [document for file in own_samples or samples() for document in read(file)]
        program, fast = _compiled(pack, store, turns[-1].version, documents)
    if as_json:
        output = PublishOutput(
            brand=pack,
            live=turns[-1].version if turns else None,
            is_new=is_new,
            went_live=went_live,
            program=program,
            fast=fast,
            history=tuple(PublishedTurn(**turn.model_dump()) for turn in turns),
        )
        click.echo(output.model_dump_json(indent=2))
    elif program is not None:
        click.echo(program)


def _said(pack: str, store: Path, turns: tuple[Turn, ...], *, only_history: bool, went_live: bool) -> list[str]:
    if only_history:
        return _told(turns) or [f"Nothing of {pack} is published in {store}."]
    if went_live:
        return [f"{pack} {turns[-1].version} is live; batches that begin from now on are rendered with it."]
    return [f"{pack} {turns[-1].version} was live already; nothing in it has changed."]


def _compiled(pack: str, store: Path, version: str, documents: list[Document]) -> tuple[str, bool]:
    """What became of the version's program, in a sentence, and whether there is one; it is live either way."""
    try:
        done = made(pack, store, version, documents, Effort(processes=os.cpu_count() or 1))
    except VaxelError as error:
        return f"It is not compiled: {error}. Its pages are set by WeasyPrint; see `vaxel compile {pack}`.", False
    except KeyboardInterrupt:
        return f"Stopped; it is live and not compiled. `vaxel compile {pack}` makes it fast.", False
    return "\n".join(told(done)), done.verdict.passed


def _place(config: Path | None) -> PacksSettings:
    """What the settings say of packs; without settings, their defaults in this folder."""
    if config is None and not DEFAULT_FILE.exists():
        return PacksSettings()
    return settings.load(config or DEFAULT_FILE).packs


def _told(turns: tuple[Turn, ...]) -> list[str]:
    """The history, newest first."""
    return [
        f"{turn.at.astimezone(dt.UTC):%Y-%m-%d %H:%M} UTC  {turn.version}  {turn.action} by {turn.by}"
        + (f", approved by {turn.approved_by}" if turn.approved_by else ", not approved")
        + ("  (live)" if at == len(turns) else "")
        for at, turn in reversed(list(enumerate(turns, start=1)))
    ]
