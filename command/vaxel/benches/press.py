"""`vaxel bench press`: what a process of its own adds to each artifact, kept or new."""

import itertools
from pathlib import Path

import click

from vaxel.bench_outputs import BenchOutput, PressLine
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.samples import samples
from vaxel_engine import packs
from vaxel_engine.bench import bench_press
from vaxel_engine.intake import read


@click.command("press")
@click.option(
    "--documents", default=6, show_default=True, type=click.IntRange(1, 1000), help="How many samples to render."
)
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 100), help="How often each.")
@of_brand
@as_one_object
def command(documents: int, repeat: int, brand: str, as_json: bool) -> None:
    """Milliseconds per artifact kind in one process, by a kept worker of the press, and by a new one."""
    chosen = list(itertools.islice(itertools.chain.from_iterable(read(Path(file)) for file in samples()), documents))
    lines = tuple(
        PressLine(
            kind=line.kind,
            here_ms=round(line.here_ms, 2),
            kept_ms=round(line.kept_ms, 2),
            new_ms=round(line.new_ms, 2),
            documents=len(chosen),
        )
        for line in bench_press(chosen, packs.load(brand), repeat)
    )
    if as_json:
        click.echo(BenchOutput(press=lines).model_dump_json(indent=2))
        return
    show(
        ("artifact", "ms here", "kept worker", "new worker"),
        [(line.kind, f"{line.here_ms:.1f}", f"{line.kept_ms:.1f}", f"{line.new_ms:.1f}") for line in lines],
        f"Median over {len(chosen)} documents, {repeat} times each, in turn; the clock tells of neighbours too.",
    )
