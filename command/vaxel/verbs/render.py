"""`vaxel render`: the documents of a file as artifacts in a folder."""

from pathlib import Path

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.files import file_stem, writable_folder, write_whole
from vaxel.outputs import RenderedDocument, RenderedFile, RenderOutput
from vaxel.progress import progress
from vaxel_engine import packs, rendering
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.intake import read


@click.command("render")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--brand", required=True, help="The brand pack to render with, e.g. nordljus.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to; made when absent.")
@click.option(
    "--artifact",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ArtifactKind]),
    help="Only this artifact; may be given several times. Default: all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(file: Path, brand: str, out: Path, kinds: tuple[str, ...], as_json: bool) -> None:
    """Render each document of FILE into a folder: print and mailbox PDF, e-mail, web page, SMS, card."""
    pack = packs.load(brand)
    wanted = tuple(ArtifactKind(kind) for kind in kinds) or tuple(ArtifactKind)
    reading = read(file)
    folder = writable_folder(out)
    documents: list[RenderedDocument] = []
    with progress("Rendering") as step:
        for record, document in reading.records():
            try:
                artifacts = rendering.render_all(document, wanted, pack=pack)
            except Unrenderable as error:
                documents.append(RenderedDocument(document=document.reference, record=record, error=str(error)))
                step()
                continue
            files: list[RenderedFile] = []
            for artifact in artifacts.values():
                path = folder / f"{file_stem(document.reference)}{artifact.suffix}"
                write_whole(path, artifact.body)
                files.append(
                    RenderedFile(kind=artifact.kind, path=str(path), sha256=artifact.sha256, bytes=len(artifact.body))
                )
            documents.append(RenderedDocument(document=document.reference, record=record, files=tuple(files)))
            step()
    failed = [line for line in documents if line.error]
    output = RenderOutput(
        read=reading.counts.read,
        rendered=len(documents) - len(failed),
        rejected=reading.counts.rejected,
        failed=len(failed),
        documents=tuple(documents),
        rejections=tuple(rejection.sentence for rejection in reading.rejections),
    )
    if as_json:
        click.echo(output.model_dump_json(indent=2))
    else:
        for sentence in output.rejections:
            click.echo(f"rejected: {sentence}", err=True)
        for line in failed:
            click.echo(f"failed: {line.document}: {line.error}", err=True)
        click.echo(
            f"Read {output.read}: rendered {output.rendered} into {folder}, "
            f"rejected {output.rejected}, failed {output.failed}."
        )
    raise SystemExit(SOME_REJECTED_OR_FAILED if output.rejected or output.failed else DONE)
