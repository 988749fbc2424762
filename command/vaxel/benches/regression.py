"""`vaxel bench regression`: what a guarded case costs."""

from pathlib import Path

import click

from vaxel.bench_outputs import BenchOutput, GuardLine
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.samples import samples
from vaxel_engine import packs
from vaxel_engine.intake import read


@click.command("regression")
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 100), help="How often each case.")
@of_brand
@as_one_object
def command(repeat: int, brand: str, as_json: bool) -> None:
    """CPU seconds per guarded case, the bare render and the bare browser shot beside it; Linux only."""
    from vaxel_regression.bench import bench_regression

    document = next(document for file in samples() for document in read(Path(file)))
    costs = tuple(bench_regression(document, packs.load(brand), repeat))
    if as_json:
        lines = tuple(
            GuardLine(kind=cost.kind, render=cost.render, shot=cost.shot, guarded=cost.guarded) for cost in costs
        )
        click.echo(BenchOutput(guard=lines).model_dump_json(indent=2))
        return
    show(
        ("artifact", "render", "browser shot", "guarded whole"),
        [
            (cost.kind, f"{cost.render:.2f}", "" if cost.shot is None else f"{cost.shot:.2f}", f"{cost.guarded:.2f}")
            for cost in costs
        ],
        f"CPU seconds of all processes, median of {repeat}, warm. Guarded whole: rendered, observed in every view, "
        "every oracle asked. An unchanged case costs its render alone.",
    )
