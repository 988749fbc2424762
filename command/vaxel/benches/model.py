"""`vaxel bench model`: reading an invoice, and judging it by the official rules."""

import tempfile
from pathlib import Path

import click

from vaxel.bench_outputs import BenchOutput, ModelLine
from vaxel.benches.showing import as_one_object, show
from vaxel_engine.bench_model import bench_model
from vaxel_engine.rules.referee import Referee


@click.command("model")
@click.option("--repeat", default=30, show_default=True, type=click.IntRange(1, 1000), help="How often each step.")
@click.option("--referee", "with_referee", is_flag=True, help="Measure the official validator in the same run.")
@click.option("--peppol-rules", type=click.Path(path_type=Path), help="Peppol's compiled rules (XSLT) for the referee.")
@as_one_object
def command(repeat: int, with_referee: bool, peppol_rules: Path | None, as_json: bool) -> None:
    """CPU milliseconds per UBL invoice of 20 and of 100 lines: read, with the model, with all rules."""
    referee = Referee(peppol_rules) if with_referee else None
    with tempfile.TemporaryDirectory() as folder:
        costs = bench_model(Path(folder), repeat, referee=referee)
    ours = {cost.lines: cost.cpu_ms for cost in costs if cost.step == "parse + rules"}
    official = {cost.lines: cost.cpu_ms for cost in costs if cost.step == "official validator"}
    ratios = {lines: round(spent / ours[lines], 1) for lines, spent in official.items()}
    lines = tuple(ModelLine(step=cost.step, lines=cost.lines, cpu_ms=round(cost.cpu_ms, 2)) for cost in costs)
    if as_json:
        click.echo(BenchOutput(model=lines, ratios=ratios).model_dump_json(indent=2))
        return
    show(
        ("step", "lines", "CPU ms"),
        [(line.step, str(line.lines), f"{line.cpu_ms:.2f}") for line in lines],
        *(
            f"The official validator takes {ratio} times as long as parsing and all rules, {size} lines."
            for size, ratio in ratios.items()
        ),
        f"Median of {repeat} runs, warm; compare ratios, machines differ.",
    )
