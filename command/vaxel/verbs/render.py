"""`vaxel render`: the documents of a file as artifacts in a folder, by all processors, going on where a run ended."""

import itertools
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from vaxel import settings
from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.files import writable_folder
from vaxel.outputs import RenderedDocument, RenderedFile, RenderOutput
from vaxel.program_words import sentence_about
from vaxel.progress import progress
from vaxel.rendered import Rendered, Wanted, render_batch
from vaxel.rendered.journal import Entry, Journal
from vaxel.settings import DEFAULT_FILE, RenderingSettings
from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import Reading, read
from vaxel_engine.mailing import Printing
from vaxel_engine.packs import Pack
from vaxel_engine.press import Limits, Press
from vaxel_engine.rendering.rendering import HIT

_OF_A_WORKER = {True: 1_000, False: 100}
"""Documents after which a worker is replaced, of a published pack and of another; a fresh one costs 30 ms."""


@click.command("render")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--brand", required=True, help="The brand pack to render with, e.g. nordljus.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to; made when absent.")
@click.option(
    "--artifact",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ArtifactKind]),
    help="Only this artifact; may be given several times. Default: all that the document can be.",
)
@click.option("--mapping", type=click.Path(path_type=Path), help="The mapping file of a CSV or XML.")
@click.option("--monochrome", is_flag=True, help="The print PDF in greys, for ink of one colour.")
@click.option("--simplex", is_flag=True, help="The print PDF for one side of each sheet: marks on every page.")
@click.option(
    "--store", type=click.Path(path_type=Path), help="A folder of published packs: the brand's live version in it."
)
@click.option("--packed", is_flag=True, help="Write few large archives (tar) instead of a file for each artifact.")
@click.option(
    "--workers", default=0, type=click.IntRange(0, 512), help="So many processes render. Default: processors."
)
@click.option(
    "--seconds", default=60.0, show_default=True, type=click.FloatRange(0.1), help="The most that a document may take."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    file: Path,
    brand: str,
    out: Path,
    kinds: tuple[str, ...],
    mapping: Path | None,
    monochrome: bool,
    simplex: bool,
    store: Path | None,
    packed: bool,
    workers: int,
    seconds: float,
    as_json: bool,
) -> None:
    """Render each document of FILE into a folder: print and mailbox PDF, e-mail, web page, SMS, card, e-invoice.

    Ended in the middle, by whatever, the same command goes on and renders nothing twice that is finished.
    """
    pack = packs.load(brand) if store is None else _published(brand, store)
    wanted = Wanted(
        file=file,
        mapping=mapping,
        pack=pack,
        kinds=tuple(ArtifactKind(kind) for kind in kinds),
        printing=Printing(monochrome=monochrome, duplex=not simplex),
        packed=packed,
    )
    press = Press(replace(Limits(seconds=seconds), documents=_OF_A_WORKER[pack.published]), keeps=True)
    reading = read(file, mapping=mapping)
    folder = writable_folder(out)
    watched = sys.stderr.isatty()
    with progress("Rendering", _records(file, mapping) if watched else None) as step:
        counts, journal = render_batch(
            wanted,
            reading,
            folder,
            press=press,
            workers=workers,
            step=step,
            told=lambda sentence: click.echo(sentence, err=True),
        )
    for why in press.tally.withdrawn.values():
        click.echo(f"alarm: {sentence_about(brand, why)}.", err=True)
    by_program = press.tally.so_far()
    try:
        for rejection in reading.rejections:
            click.echo(f"rejected: {rejection.sentence}", err=True)
        if as_json:
            for piece in _as_json(counts, journal, reading, folder):
                click.echo(piece, nl=False)
        else:
            already = f" ({counts.already} of them were finished before)" if counts.already else ""
            click.echo(
                f"Read {reading.counts.read}: rendered {counts.rendered} into {folder}{already}, "
                f"rejected {reading.counts.rejected}, failed {counts.failed}."
            )
            if by_program:
                click.echo(_told(by_program))
    finally:
        journal.close()
    raise SystemExit(SOME_REJECTED_OR_FAILED if reading.counts.rejected or counts.failed else DONE)


def _published(brand: str, store: Path) -> Pack:
    """The live version, with as many of its documents compared as the settings say, where there are some."""
    chosen = settings.load(DEFAULT_FILE).rendering if DEFAULT_FILE.exists() else RenderingSettings()
    return replace(packs.load_published(brand, store), compared_one_in=chosen.compare_one_in)


def _told(by_program: Mapping[tuple[str, str], int]) -> str:
    """What the pack's program wrote of this run, and why not the rest."""
    hits = sum(number for (_, outcome), number in by_program.items() if outcome == HIT)
    others = sorted(((number, outcome) for (_, outcome), number in by_program.items() if outcome != HIT), reverse=True)
    rest = ", ".join(f"{outcome} {number}" for number, outcome in others)
    return f"{hits} PDFs by the block program{f', the others by WeasyPrint: {rest}' if rest else ''}."


def _records(file: Path, mapping: Path | None) -> int:
    """How many records a file has, for the time that is left: gone through once without judging any."""
    with read(file, mapping=mapping) as reading:
        return sum(1 for _ in reading.candidates())


def _as_json(counts: Rendered, journal: Journal, reading: Reading, folder: Path) -> Iterator[str]:
    """One `RenderOutput`, in pieces: a run of a million documents holds none of them in memory."""
    told = RenderOutput(
        read=reading.counts.read,
        rendered=counts.rendered,
        already=counts.already,
        rejected=reading.counts.rejected,
        failed=counts.failed,
    )
    head, _, _ = told.model_dump_json(exclude={"documents", "rejections"}).rpartition("}")
    yield f'{head},"documents":['
    for number, entry in enumerate(itertools.chain(journal.entries(), counts.unnoted)):
        yield ("," if number else "") + "\n" + _document(entry, folder).model_dump_json()
    yield '],"rejections":['
    for number, rejection in enumerate(reading.rejections):
        yield ("," if number else "") + "\n" + json.dumps(rejection.sentence, ensure_ascii=False)
    yield "]}\n"


def _document(entry: Entry, folder: Path) -> RenderedDocument:
    files = tuple(
        RenderedFile(
            kind=one.kind,
            path=str(folder / one.path) if one.pack is None else one.path,
            sha256=one.sha256,
            bytes=one.size,
            pack=None if one.pack is None else str(folder / one.pack),
            offset=one.offset,
        )
        for one in entry.files
    )
    return RenderedDocument(document=entry.document, record=entry.record, files=files, error=entry.error)
