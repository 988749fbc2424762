"""`vaxel parity`: the facts of each document of a file, compared with what its finished artifacts say."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vaxel.cli import DONE, SOME_REJECTED_OR_FAILED
from vaxel.outputs import ParityCell, ParityDocument, ParityOutput, ParityRow
from vaxel_engine import packs, parity, rendering
from vaxel_engine.errors import Unreadable, Unrenderable
from vaxel_engine.intake import read

_SIGNS = {
    parity.Status.FOUND: ("✓", "green"),
    parity.Status.NOT_SHOWN: ("·", "dim"),
    parity.Status.MISSING: ("missing", "red"),
    parity.Status.DIFFERENT: ("different", "red"),
}


@click.command("parity")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--brand", required=True, help="The brand pack to render with, e.g. nordljus.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def command(file: Path, brand: str, as_json: bool) -> None:
    """Render each document of FILE, read every artifact back, and print facts × artifacts."""
    pack = packs.load(brand)
    reading = read(file)
    console = Console(highlight=False)
    documents: list[ParityDocument] = []
    holding = failed = 0
    for record, document in reading.numbered():
        try:
            artifacts = rendering.render_all(document, parity.READABLE, pack=pack)
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
            console.print(_table(found))
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


def _table(found: parity.Parity) -> Table:
    table = Table("fact", "value", *found.kinds, title=found.reference, title_justify="left", box=None)
    for row in found.rows:
        cells = [Text(*_SIGNS[row.cells[kind].status]) for kind in found.kinds]
        table.add_row(row.fact.name, Text(row.fact.value), *cells)
    return table


def _document(record: int, found: parity.Parity) -> ParityDocument:
    return ParityDocument(
        document=found.reference,
        record=record,
        holds=found.holds,
        rows=tuple(
            ParityRow(
                fact=row.fact.name,
                value=row.fact.value,
                cells=tuple(
                    ParityCell(artifact=kind, status=cell.status, part=cell.part, shown=cell.shown)
                    for kind, cell in row.cells.items()
                ),
            )
            for row in found.rows
        ),
    )
