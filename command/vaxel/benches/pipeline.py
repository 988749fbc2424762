"""`vaxel bench pipeline`: a file from end to end, stage by stage."""

import tempfile
from pathlib import Path

import click

from vaxel.bench_outputs import BenchOutput, PipelineBench, StageLine
from vaxel.benches.mixture import write
from vaxel.benches.plot import bars
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.benches.taught import after_a_lesson, lesson, of_store, taking_of
from vaxel.progress import progress
from vaxel_engine.press import processors


@click.command("pipeline")
@click.option(
    "--documents", default=1_000, show_default=True, type=click.IntRange(10, 1_000_000), help="How many bills."
)
@click.option(
    "--workers", default=0, type=click.IntRange(0, 64), help="So many processes hand over. Default: processors."
)
@after_a_lesson
@of_store
@click.option("--plot", type=click.Path(path_type=Path), help="Also draw the stages as SVG into this file.")
@of_brand
@as_one_object
def command(
    documents: int, workers: int, teach: int, store: Path | None, plot: Path | None, brand: str, as_json: bool
) -> None:
    """CPU milliseconds per document and stage, from a file to local stand-ins, each by the channel it takes."""
    from vaxel.bench_pipeline import bench_pipeline, by_processors  # with the ledger behind it
    from vaxel_engine.press.sweeping import as_in_a_worker

    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        file = Path(folder) / "bills.jsonl"
        write(file, documents)
        taking = taking_of(brand, store, teach, Path(folder), seed=1)
        with progress("Handing over", documents) as step, as_in_a_worker():  # the lesson's objects are no part of a run
            cost = bench_pipeline(file, documents, taking, step, workers)
    told = PipelineBench(
        documents=documents,
        workers=cost.workers,
        stages=tuple(StageLine(stage=stage, cpu_ms=round(max(0.0, spent), 3)) for stage, spent in cost.stages.items()),
        cpu_ms=round(cost.cpu_ms, 2),
        simulators_cpu_ms=round(cost.simulators_ms, 2),
        channels=dict(cost.channels),
        per_second=round(documents / cost.seconds, 2),
        processors=processors(),
        by_processors=round(by_processors(cost), 2),
        first_ms=round(cost.first_ms, 2),
        last_ms=round(cost.last_ms, 2),
        memory_first_mb=round(cost.memory_first_mb, 1),
        memory_last_mb=round(cost.memory_last_mb, 1),
        paper=cost.hits + sum(cost.misses.values()),
        hit_rate=round(cost.hit_rate, 4),
        misses=dict(cost.misses),
        miss_cpu_ms=None if cost.miss_ms is None else round(cost.miss_ms, 1),
        start_cpu_ms=round(cost.start_ms, 1),
    )
    if plot is not None:
        figures = [(line.stage, line.cpu_ms) for line in told.stages]
        plot.write_text(bars("CPU ms per document, stage by stage", figures), encoding="utf-8")
    if as_json:
        click.echo(BenchOutput(pipeline=told).model_dump_json(indent=2))
        return
    show(
        ("stage", "CPU ms per document"),
        [*((line.stage, f"{line.cpu_ms:.2f}") for line in told.stages), ("all but check", f"{told.cpu_ms:.1f}")],
        "Channels: " + ", ".join(f"{name} {number}" for name, number in sorted(told.channels.items())) + ".",
        f"{told.per_second:.1f} documents a second on the clock, {told.workers} at work with the stand-ins beside "
        f"({told.simulators_cpu_ms:.1f} ms CPU of theirs per document, not counted above); "
        f"{told.by_processors:.1f} if {told.processors} processors did nothing else.",
        _paper(told),
        f"Starting took {told.start_cpu_ms / 1000:.1f} s CPU once for each worker, with the first document of each "
        "channel.",
        *_growth(told),
        lesson(taking),
    )


def _paper(told: PipelineBench) -> str:
    """What one must know beside a fast figure."""
    why = "; ".join(f"{reason} ({number})" for reason, number in sorted(told.misses.items()))
    cost = f", {told.miss_cpu_ms:.0f} ms each" if told.miss_cpu_ms is not None else ""
    missed = f"; the reference path set the others{cost}: {why}" if why else ""
    return f"On paper are {told.paper}, of which the block program set {told.hit_rate:.1%}{missed}."


def _growth(told: PipelineBench) -> list[str]:
    if not told.last_ms:
        return []
    return [
        f"The second tenth took {told.first_ms:.1f} ms per document, the last {told.last_ms:.1f}; memory was "
        f"{told.memory_first_mb:.0f} MB after the first tenth and {told.memory_last_mb:.0f} MB at the end."
    ]
