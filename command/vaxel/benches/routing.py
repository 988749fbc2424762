"""`vaxel bench routing`: a match of many recipients, and choosing a channel."""

from pathlib import Path

import click
from rich.console import Console

from vaxel.bench_outputs import BenchOutput
from vaxel.benches.showing import as_one_object
from vaxel.routing_outputs import RoutingLine
from vaxel.samples import samples
from vaxel_engine.intake import read


@click.command("routing")
@click.option("--recipients", default=100_000, show_default=True, type=click.IntRange(100), help="How many to match.")
@click.option("--documents", default=5_000, show_default=True, type=click.IntRange(100), help="How many to route.")
@as_one_object
def command(recipients: int, documents: int, as_json: bool) -> None:
    """CPU milliseconds per document for choosing its channel, and what matching many recipients takes."""
    from vaxel.bench_channels import reachable
    from vaxel.bench_routing import bench_routing

    document = next(document for file in samples() for document in read(Path(file)) if reachable(document))
    cost = bench_routing(document, recipients, documents)
    if as_json:
        line = RoutingLine(
            recipients=cost.recipients,
            match_calls=cost.match_calls,
            match_seconds=round(cost.match_seconds, 2),
            match_cpu_ms=round(cost.match_cpu_ms, 4),
            documents=cost.documents,
            routing_cpu_ms=round(cost.routing_cpu_ms, 4),
        )
        click.echo(BenchOutput(routing=line).model_dump_json(indent=2))
        return
    console = Console()
    console.print(
        f"{cost.recipients:,} recipients matched in {cost.match_calls} call{'s' if cost.match_calls > 1 else ''}: "
        f"{cost.match_seconds:.1f} s on the clock, {cost.match_cpu_ms:.3f} ms CPU each."
    )
    console.print(
        f"{cost.documents:,} documents routed, look-ups remembered: [bold]{cost.routing_cpu_ms:.3f} ms CPU[/] each."
    )
