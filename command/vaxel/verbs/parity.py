"""`vaxel parity`: the facts of each document of a file, compared with what its finished artifacts say."""

from pathlib import Path

import click

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.outputs import ParityCell, ParityDocument, ParityOutput, ParityRow
from vaxel_engine import packs, parity
from vaxel_engine.errors import Unreadable, Unrenderable
from vaxel_engine.intake import read
from vaxel_engine.press import Check, Press
from vaxel_engine.rendering import kinds_of

_SIGNS = {
    parity.Status.FOUND: ("✓", "green"),
    parity.Status.NOT_SHOWN: ("·", None),
    parity.Status.MISSING: ("missing", "red"),
    parity.Status.DIFFERENT: ("different", "red"),
}


@click.command("parity")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--brand", required=True, help="The brand pack to render with, e.g. nordljus.")
@click.option("--packs", "folder", type=click.Path(path_type=Path), help="Your folder of packs, looked in first.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(file: Path, brand: str, folder: Path | None, as_json: bool) -> None:
    """Render each document of FILE, read every artifact back, and print facts × artifacts."""
    pack = packs.load(brand, [*([folder] if folder is not None else []), packs.packs()])
    press = Press()
    reading = read(file)
    documents: list[ParityDocument] = []
    holding = failed = 0
    for record, document in reading.numbered():
        try:
            artifacts = press.render_all(document, kinds_of(document), pack=pack, check=Check.NONE)
            found = parity.parity(document, artifacts.values(), pack=pack)
        except (Unrenderable, Unreadable) as error:
            failed += 1
            documents.append(ParityDocument(document=document.reference, record=record, holds=False, error=str(error)))
            click.echo(f"failed: {document.reference}: {error}", err=True)
            continue
        holding += found.holds
        if as_json:
            documents.append(_document(record, found))
        else:
            _show(found)
        for fault in found.faults:
            click.echo(fault, err=True)
    for rejection in reading.rejections:
        click.echo(f"rejected: {rejection.sentence}", err=True)
    counts = reading.counts
    differing = counts.accepted - holding - failed
    if as_json:
        output = ParityOutput(
            read=counts.read,
            holding=holding,
            differing=differing,
            rejected=counts.rejected,
            failed=failed,
            documents=tuple(documents),
            rejections=tuple(rejection.sentence for rejection in reading.rejections),
        )
        click.echo(output.model_dump_json(indent=2))
    else:
        click.echo(
            f"Read {counts.read}: {holding} say the same everywhere, {differing} do not, "
            f"rejected {counts.rejected}, failed {failed}."
        )
    raise SystemExit(SOME_REJECTED_OR_FAILED if differing or counts.rejected or failed else DONE)


def _show(found: parity.Parity) -> None:
    """The table, as wide as it is; colours where somebody looks."""
    names = max((len(row.fact.name) for row in found.rows), default=0)
    values = max((len(row.fact.shown) for row in found.rows), default=0)
    widths = [max(len(kind), len(parity.Status.DIFFERENT)) for kind in found.kinds]
    head = "  ".join(kind.ljust(width) for kind, width in zip(found.kinds, widths, strict=True))
    click.echo(f"{found.reference}\n  {'':{names}}  {'':{values}}  {head}".rstrip())
    for row in found.rows:
        signs = (_SIGNS[row.cells[kind].status] for kind in found.kinds)
        cells = "  ".join(
            click.style(sign.ljust(width), fg=colour) for (sign, colour), width in zip(signs, widths, strict=True)
        )
        click.echo(f"  {row.fact.name:{names}}  {row.fact.shown:{values}}  {cells}".rstrip())
    click.echo()


def _document(record: int, found: parity.Parity) -> ParityDocument:
    return ParityDocument(
        document=found.reference,
        record=record,
        holds=found.holds,
        rows=tuple(
            ParityRow(
                fact=row.fact.name,
                value=row.fact.shown,
                cells=tuple(
                    ParityCell(artifact=kind, status=cell.status, part=cell.part, shown=cell.shown)
                    for kind, cell in row.cells.items()
                ),
            )
            for row in found.rows
        ),
    )
