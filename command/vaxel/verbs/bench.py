"""`vaxel bench`: measurements that anyone can repeat; CPU time, since wall time tells more of the neighbours."""

import itertools
import tempfile
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

import vaxel
from vaxel.outputs import (
    BenchLine,
    BenchOutput,
    ChannelLine,
    DispatchLine,
    GuardLine,
    ModelLine,
    PressLine,
    PreviewBench,
    WaitLine,
    WorkersLine,
)
from vaxel.routing_outputs import RoutingLine
from vaxel.samples import samples
from vaxel_engine import packs
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.bench import bench_press, bench_render
from vaxel_engine.bench_model import bench_model
from vaxel_engine.intake import read
from vaxel_engine.rules.referee import Referee


@click.group("bench")
def command() -> None:
    """Measure what this version costs on this machine."""


@command.command("render")
@click.option(
    "--documents", default=6, show_default=True, type=click.IntRange(1, 1000), help="How many samples to render."
)
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 100), help="How often each.")
@click.option("--brand", default="nordljus", show_default=True, help="The brand pack.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def render(documents: int, repeat: int, brand: str, as_json: bool) -> None:
    """CPU milliseconds per artifact kind, each kind rendered alone in a warm process."""
    chosen = list(itertools.islice(itertools.chain.from_iterable(read(Path(file)) for file in samples()), documents))
    lines = tuple(
        BenchLine(kind=line.kind, cpu_ms=round(line.cpu_ms, 2), bytes=line.bytes, documents=len(chosen))
        for line in bench_render(chosen, packs.load(brand), repeat)
    )
    if as_json:
        click.echo(BenchOutput(lines=lines).model_dump_json(indent=2))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("artifact")
    for heading in ("CPU ms", "kB"):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(line.kind, f"{line.cpu_ms:.1f}", f"{line.bytes / 1000:.0f}")
    console = Console()
    console.print(table)
    console.print(f"\nMedian over {len(chosen)} documents, {repeat} times each; compare ratios, machines differ.")


@command.command("press")
@click.option(
    "--documents", default=6, show_default=True, type=click.IntRange(1, 1000), help="How many samples to render."
)
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 100), help="How often each.")
@click.option("--brand", default="nordljus", show_default=True, help="The brand pack.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def press(documents: int, repeat: int, brand: str, as_json: bool) -> None:
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
    table = Table(box=None, pad_edge=False)
    table.add_column("artifact")
    for heading in ("ms here", "kept worker", "new worker"):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(line.kind, f"{line.here_ms:.1f}", f"{line.kept_ms:.1f}", f"{line.new_ms:.1f}")
    console = Console()
    console.print(table)
    console.print(
        f"\nMedian over {len(chosen)} documents, {repeat} times each, in turn; the clock tells of neighbours too."
    )


@command.command("model")
@click.option("--repeat", default=30, show_default=True, type=click.IntRange(1, 1000), help="How often each step.")
@click.option("--referee", "with_referee", is_flag=True, help="Measure the official validator in the same run.")
@click.option("--peppol-rules", type=click.Path(path_type=Path), help="Peppol's compiled rules (XSLT) for the referee.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def model(repeat: int, with_referee: bool, peppol_rules: Path | None, as_json: bool) -> None:
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
    table = Table(box=None, pad_edge=False)
    table.add_column("step")
    for heading in ("lines", "CPU ms"):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(line.step, str(line.lines), f"{line.cpu_ms:.2f}")
    console = Console()
    console.print(table)
    for size, ratio in ratios.items():
        console.print(f"\nThe official validator takes {ratio} times as long as parsing and all rules, {size} lines.")
    console.print(f"\nMedian of {repeat} runs, warm; compare ratios, machines differ.")


@command.command("regression")
@click.option("--repeat", default=3, show_default=True, type=click.IntRange(1, 100), help="How often each case.")
@click.option("--brand", default="nordljus", show_default=True, help="The brand pack.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def regression(repeat: int, brand: str, as_json: bool) -> None:
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
    table = Table(box=None, pad_edge=False)
    table.add_column("artifact")
    for heading in ("render", "browser shot", "guarded whole"):
        table.add_column(heading, justify="right")
    for cost in costs:
        shot = f"{cost.shot:.2f}" if cost.shot is not None else ""
        table.add_row(cost.kind, f"{cost.render:.2f}", shot, f"{cost.guarded:.2f}")
    console = Console()
    console.print(table)
    console.print(
        f"\nCPU seconds of all processes, median of {repeat}, warm. Guarded whole: rendered, observed in every view, "
        "every oracle asked. An unchanged case costs its render alone."
    )


@command.command("routing")
@click.option("--recipients", default=100_000, show_default=True, type=click.IntRange(100), help="How many to match.")
@click.option("--documents", default=5_000, show_default=True, type=click.IntRange(100), help="How many to route.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def routing(recipients: int, documents: int, as_json: bool) -> None:
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


@command.command("channels")
@click.option(
    "--documents", default=200, show_default=True, type=click.IntRange(1, 10_000), help="How many hand-overs."
)
@click.option("--brand", default="nordljus", show_default=True, help="The brand pack.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def channels(documents: int, brand: str, as_json: bool) -> None:
    """CPU milliseconds per document and channel, with a kept connection and without the provider's work."""
    from vaxel.bench_channels import bench_channels, reachable

    document = next(document for file in samples() for document in read(Path(file)) if reachable(document))
    kinds = (
        ArtifactKind.EMAIL,
        ArtifactKind.SMS,
        ArtifactKind.MAILBOX_PDF,
        ArtifactKind.MAILBOX_HTML,
        ArtifactKind.CARD,
    )
    link = "https://faktura.nordljus.example/AAAAAAAAAAAAAAAAAAAAAAAA"
    artifacts = {one: vaxel.render(document, one, brand=brand, link=link) for one in kinds}
    lines = tuple(
        ChannelLine(
            channel=cost.channel,
            prepare_ms=round(cost.prepare_ms, 3),
            send_ms=round(cost.send_ms, 3),
            documents=cost.documents,
        )
        for cost in bench_channels(document, artifacts, documents)
    )
    if as_json:
        click.echo(BenchOutput(channels=lines).model_dump_json(indent=2))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("channel")
    for heading in ("prepare ms", "send ms"):
        table.add_column(heading, justify="right")
    for line in lines:
        table.add_row(line.channel, f"{line.prepare_ms:.2f}", f"{line.send_ms:.2f}")
    console = Console()
    console.print(table)
    console.print(
        f"\nMedian CPU milliseconds over {documents} hand-overs; the stand-ins work in a process of their own."
    )


@command.command("dispatch")
@click.option("--documents", default=2_000, show_default=True, type=click.IntRange(100), help="How many documents.")
@click.option("--chunk", default=100, show_default=True, type=click.IntRange(1, 1_000), help="How many at a time.")
@click.option("--database", help="The URL of an empty database; left out, SQLite in a folder of its own.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Compare so many with one.")
@click.option("--render-ms", default=20.0, show_default=True, type=float, help="With several: CPU ms to render one.")
@click.option("--repeat", default=5, show_default=True, type=click.IntRange(1), help="With several: how often each.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def dispatch(
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


@command.command("preview")
@click.option(
    "--saves", default=20, show_default=True, type=click.IntRange(1, 500), help="How often each file is saved."
)
@click.option("--brand", default="nordljus", show_default=True, help="The brand pack; a copy of it is changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
def preview(saves: int, brand: str, as_json: bool) -> None:
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
    table = Table(box=None, pad_edge=False)
    table.add_column("from save to painted")
    for heading in ("median ms", "p95 ms", "server CPU ms"):
        table.add_column(heading, justify="right")
    for line in lines:
        cpu = f"{line.server_cpu_ms:.0f}" if line.server_cpu_ms else ""
        table.add_row(line.what, f"{line.median_ms:.0f}", f"{line.p95_ms:.0f}", cpu)
    console = Console()
    console.print(table)
    console.print(f"\nThe visible page takes {told.ratio:.2f} times what render, raster and swap take by themselves.")
    console.print(
        f'"{told.word}" refreshed {len(told.refreshed)} panes, {len(told.refreshed_in_vain)} of them in vain, '
        f"and missed {len(told.missed)}."
    )
    console.print(
        "Painted is two animation frames after the change. The clock tells of neighbours too; compare ratios."
    )
