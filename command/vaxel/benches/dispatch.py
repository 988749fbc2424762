"""`vaxel bench dispatch`: the dispatcher itself, and what a second worker brings."""

import click

from vaxel.bench_outputs import BenchOutput, DispatchLine, WorkersLine
from vaxel.benches.showing import as_one_object


@click.command("dispatch")
@click.option("--documents", default=2_000, show_default=True, type=click.IntRange(100), help="How many documents.")
@click.option("--chunk", default=100, show_default=True, type=click.IntRange(1, 1_000), help="How many at a time.")
@click.option("--database", help="The URL of an empty database; left out, SQLite in a folder of its own.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Compare so many with one.")
@click.option("--render-ms", default=20.0, show_default=True, type=float, help="With several: CPU ms to render one.")
@click.option("--repeat", default=5, show_default=True, type=click.IntRange(1), help="With several: how often each.")
@as_one_object
def command(
    documents: int, chunk: int, database: str | None, workers: int, render_ms: float, repeat: int, as_json: bool
) -> None:
    """CPU milliseconds per document without reading, rendering and channel; or how much faster several workers are."""
    from vaxel.bench_dispatch import bench_dispatch, bench_workers  # with the ledger behind it

    if workers > 1:
        raced = bench_workers(documents, chunk, workers, render_ms, repeat, database)
        output = BenchOutput(
            workers=WorkersLine(
                workers=raced.workers,
                render_ms=raced.render_ms,
                one_seconds=round(raced.one_seconds, 2),
                all_seconds=round(raced.all_seconds, 2),
                times=round(raced.times, 2),
            )
        )
        said = (
            f"{raced.workers} workers, each on a processor of its own, are {raced.times:.2f} times as fast as one "
            f"({raced.all_seconds:.1f} s and {raced.one_seconds:.1f} s for {documents:,} of {render_ms:g} ms)."
        )
    else:
        cost = bench_dispatch(documents, chunk, database)
        kind = "PostgreSQL" if database else "SQLite"
        output = BenchOutput(
            dispatch=DispatchLine(
                documents=documents,
                cpu_ms=round(cost.cpu_ms, 3),
                first_ms=round(cost.first_ms, 3),
                last_ms=round(cost.last_ms, 3),
                chunk=chunk,
                database=kind,
            )
        )
        said = (
            f"{cost.cpu_ms:.2f} ms CPU per document on {kind}, {documents:,} documents at chunks of {chunk}; "
            f"the first tenth {cost.first_ms:.2f}, the last {cost.last_ms:.2f}."
        )
    click.echo(output.model_dump_json(indent=2) if as_json else said)
