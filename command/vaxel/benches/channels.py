"""`vaxel bench channels`: handing one document over, channel by channel."""

from pathlib import Path

import click

import vaxel
from vaxel.bench_outputs import BenchOutput, ChannelLine
from vaxel.benches.showing import as_one_object, of_brand, show
from vaxel.samples import samples
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.intake import read


@click.command("channels")
@click.option(
    "--documents", default=200, show_default=True, type=click.IntRange(1, 10_000), help="How many hand-overs."
)
@of_brand
@as_one_object
def command(documents: int, brand: str, as_json: bool) -> None:
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
    show(
        ("channel", "prepare ms", "send ms"),
        [(line.channel, f"{line.prepare_ms:.2f}", f"{line.send_ms:.2f}") for line in lines],
        f"Median CPU milliseconds over {documents} hand-overs; the stand-ins work in a process of their own.",
    )
