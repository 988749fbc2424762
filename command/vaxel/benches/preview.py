"""`vaxel bench preview`: from a saved file to the painted pane."""

import click

from vaxel.bench_outputs import BenchOutput, PreviewBench, WaitLine
from vaxel.benches.showing import as_one_object, show
from vaxel.samples import samples


@click.command("preview")
@click.option(
    "--saves", default=20, show_default=True, type=click.IntRange(1, 500), help="How often each file is saved."
)
@click.option("--brand", default="nordljus", show_default=True, help="The brand pack; a copy of it is changed.")
@as_one_object
def command(saves: int, brand: str, as_json: bool) -> None:
    """Milliseconds from a saved file to the painted pane, in a real browser; Linux only."""
    from vaxel.bench_preview import bench_preview

    costs = bench_preview(samples(), brand, saves, lambda what: click.echo(f"{what} …", err=True))
    lines = tuple(
        WaitLine(
            what=wait.what,
            median_ms=round(wait.median, 1),
            p95_ms=round(wait.p95, 1),
            server_cpu_ms=round(wait.cpu, 1),
            times=len(wait.waited),
        )
        for wait in costs.waits
    )
    seen = costs.exactness
    told = PreviewBench(
        waits=lines,
        ratio=round(costs.ratio, 2),
        word=seen.word,
        refreshed=tuple(sorted(seen.refreshed)),
        refreshed_in_vain=tuple(sorted(seen.refreshed - seen.shown)),
        missed=tuple(sorted(seen.shown - seen.refreshed)),
    )
    if as_json:
        click.echo(BenchOutput(preview=told).model_dump_json(indent=2))
        return
    show(
        ("from save to painted", "median ms", "p95 ms", "server CPU ms"),
        [
            (
                line.what,
                f"{line.median_ms:.0f}",
                f"{line.p95_ms:.0f}",
                f"{line.server_cpu_ms:.0f}" if line.server_cpu_ms else "",
            )
            for line in lines
        ],
        f"The visible page takes {told.ratio:.2f} times what render, raster and swap take by themselves.",
        f'"{told.word}" refreshed {len(told.refreshed)} panes, {len(told.refreshed_in_vain)} of them in vain, '
        f"and missed {len(told.missed)}.",
        "Painted is two animation frames after the change. The clock tells of neighbours too; compare ratios.",
    )
