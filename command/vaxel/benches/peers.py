"""`vaxel bench peers`: the same bill by Vaxel, WeasyPrint, Typst and Chromium."""

import tempfile
from pathlib import Path

import click

from vaxel.bench_outputs import BenchOutput, PeerLine
from vaxel.bench_peers import PeerCost, bench_peers
from vaxel.benches.mixture import bills
from vaxel.benches.plot import bars
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.benches.taught import after_a_lesson, lesson, of_store, taking_of

_WARM_UP = 2
_LONG, _FEW = 500, 5


@click.command("peers")
@click.option("--documents", default=8, show_default=True, type=click.IntRange(1, 1000), help="How many of each size.")
@click.option(
    "--lines",
    "sizes",
    multiple=True,
    default=(12, 60),
    show_default=True,
    type=click.IntRange(1, 2_000),
    help="Bills of so many lines; of 500 and more five are set at most.",
)
@after_a_lesson
@of_store
@click.option("--plot", type=click.Path(path_type=Path), help="Also draw the first size as SVG into this file.")
@of_brand
@as_one_object
def command(
    documents: int,
    sizes: tuple[int, ...],
    teach: int,
    store: Path | None,
    plot: Path | None,
    brand: str,
    as_json: bool,
) -> None:
    """CPU milliseconds of the same bill by each engine that is installed, in one interleaved run, with new data."""
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        by_size = {
            lines: bills(
                Path(folder) / f"bills-{lines}.jsonl",
                _WARM_UP + (min(documents, _FEW) if lines >= _LONG else documents),
                lines=lines,
            )
            for lines in dict.fromkeys(sizes)
        }
        taking = taking_of(brand, store, teach, Path(folder), seed=1)
        costs = bench_peers(taking, by_size, lambda said: click.echo(said, err=True))
    lines = tuple(
        PeerLine(
            engine=cost.engine,
            lines=cost.lines,
            cpu_ms=round(cost.cpu_ms, 1),
            bytes=cost.bytes,
            pages=cost.pages,
            documents=cost.documents,
            hit_rate=None if cost.hits is None else round(cost.hits / cost.documents, 4),
        )
        for cost in costs
    )
    if plot is not None:
        first = [cost for cost in costs if cost.lines == sizes[0]]
        title = f"A bill of {sizes[0]} lines as tagged PDF, CPU ms"
        plot.write_text(bars(title, [(cost.engine, cost.cpu_ms) for cost in first]), encoding="utf-8")
    if as_json:
        click.echo(BenchOutput(peers=lines).model_dump_json(indent=2))
        return
    show(
        ("engine", "lines", "CPU ms", "times Vaxel", "kB", "pages"),
        [_row(cost, costs) for cost in costs],
        *(
            f"Of bills of {cost.lines} lines the program set {cost.hits} of {cost.documents}, WeasyPrint the rest."
            for cost in costs
            if cost.hits is not None
        ),
        "Medians, all engines in turn with the same new data. WeasyPrint and Vaxel write PDF/A-3a, with the e-invoice "
        "in it but for the plain one, the others tagged PDF; Typst has a template of its own for the same page.",
        lesson(taking),
    )


def _row(cost: PeerCost, costs: list[PeerCost]) -> tuple[str, ...]:
    ours = next(one.cpu_ms for one in costs if one.engine == "Vaxel" and one.lines == cost.lines)
    ratio = f"{cost.cpu_ms / ours:.2f}"
    return cost.engine, str(cost.lines), f"{cost.cpu_ms:.0f}", ratio, f"{cost.bytes / 1000:.0f}", str(cost.pages)
