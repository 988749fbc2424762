"""`vaxel render`: the documents of a file as artifacts in a folder."""

from pathlib import Path

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.files import file_stem, writable_folder, write_whole
from vaxel.outputs import RenderedDocument, RenderedFile, RenderOutput
from vaxel.progress import progress
from vaxel_engine import packs
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.intake import read
from vaxel_engine.mailing import Printing
from vaxel_engine.press import Press
from vaxel_engine.rendering import kinds_of


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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(
    file: Path,
    brand: str,
    out: Path,
    kinds: tuple[str, ...],
    mapping: Path | None,
    monochrome: bool,
    simplex: bool,
    as_json: bool,
) -> None:
    """Render each document of FILE into a folder: print and mailbox PDF, e-mail, web page, SMS, card, e-invoice."""
    pack = packs.load(brand)
    asked = tuple(ArtifactKind(kind) for kind in kinds)
    printing = Printing(monochrome=monochrome, duplex=not simplex)
    press = Press()
    reading = read(file, mapping=mapping)
    folder = writable_folder(out)
    documents: list[RenderedDocument] = []
    rendered = failed = 0
    with progress("Rendering") as step:
        for record, document in reading.numbered():
            try:
                artifacts = press.render_all(document, asked or kinds_of(document), pack=pack, printing=printing)
            except Unrenderable as error:
                failed += 1
                line = RenderedDocument(document=document.reference, record=record, error=str(error))
                click.echo(f"failed: {document.reference}: {error}", err=True)
            else:
                rendered += 1
                files = tuple(_write(folder, document.reference, artifact) for artifact in artifacts.values())
                line = RenderedDocument(document=document.reference, record=record, files=files)
            if as_json:
                documents.append(line)
            step()
    for rejection in reading.rejections:
        click.echo(f"rejected: {rejection.sentence}", err=True)
    counts = reading.counts
    if as_json:
        output = RenderOutput(
            read=counts.read,
            rendered=rendered,
            rejected=counts.rejected,
            failed=failed,
            documents=tuple(documents),
            rejections=tuple(rejection.sentence for rejection in reading.rejections),
        )
        click.echo(output.model_dump_json(indent=2))
    else:
        click.echo(
            f"Read {counts.read}: rendered {rendered} into {folder}, rejected {counts.rejected}, failed {failed}."
        )
    raise SystemExit(SOME_REJECTED_OR_FAILED if counts.rejected or failed else DONE)


def _write(folder: Path, reference: str, artifact: Artifact) -> RenderedFile:
    path = folder / f"{file_stem(reference)}{artifact.suffix}"
    write_whole(path, artifact.body)
    return RenderedFile(kind=artifact.kind, path=str(path), sha256=artifact.sha256, bytes=len(artifact.body))
