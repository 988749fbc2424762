"""`vaxel bench pipeline`: a file from end to end, stage by stage."""

import tempfile
from pathlib import Path

import click

from vaxel.bench_outputs import BenchOutput, PipelineBench, StageLine
from vaxel.benches.mixture import bills, write
from vaxel.benches.plot import bars
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.progress import progress
from vaxel_engine import packs
from vaxel_engine.bench_paths import Taking
from vaxel_engine.press import processors


@click.command("pipeline")
@click.option(
    "--documents", default=1_000, show_default=True, type=click.IntRange(10, 1_000_000), help="How many bills."
)
@click.option(
    "--teach", default=60, show_default=True, type=click.IntRange(0, 10_000), help="Other bills to learn from before."
)
@click.option("--plot", type=click.Path(path_type=Path), help="Also draw the stages as SVG into this file.")
@of_brand
@as_one_object
def command(documents: int, teach: int, plot: Path | None, brand: str, as_json: bool) -> None:
    """CPU milliseconds per document and stage, from a file to local stand-ins, each by the channel it takes."""
    from vaxel.bench_pipeline import bench_pipeline, by_processors  # with the ledger behind it

    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        file = Path(folder) / "bills.jsonl"
        write(file, documents)
        pack = packs.load(brand)
        with progress("Learning", teach) as step:
            taking = Taking(pack, bills(Path(folder) / "others.jsonl", teach, seed=2), step)
        with progress("Handing over", documents) as step:
            cost = bench_pipeline(file, documents, pack, taking, step)
    told = PipelineBench(
        documents=documents,
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
        hit_rate=round(cost.hit_rate, 4),
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
        f"{told.per_second:.1f} documents a second on the clock, one worker with the stand-ins beside it "
        f"({told.simulators_cpu_ms:.1f} ms CPU of theirs per document, not counted above); "
        f"{told.by_processors:.1f} if {told.processors} processors did nothing else.",
        f"Of the first bills the block program set {told.hit_rate:.0%}, the others the reference path.",
        *_growth(told),
    )


def _growth(told: PipelineBench) -> list[str]:
    if not told.last_ms:
        return []
    return [
        f"The second tenth took {told.first_ms:.1f} ms per document, the last {told.last_ms:.1f}; memory was "
        f"{told.memory_first_mb:.0f} MB after the first tenth and {told.memory_last_mb:.0f} MB at the end."
    ]
