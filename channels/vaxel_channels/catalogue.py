"""The capability table of docs/channels: what each channel declares of itself, for people who choose channels."""

from collections.abc import Iterable

from vaxel_channels.contract import Capabilities
from vaxel_engine.model import DocumentKind

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
"""Between these two lines of docs/channels/README.md stands the table; a test compares."""


def capability_table(declared: Iterable[tuple[Capabilities, str]]) -> str:
    """The Markdown table of channels, each with the name of its page in docs/channels."""
    lines = [
        "| Channel | Name in settings and wishes | Kinds | What is rendered | Repeating | Delivered means | Limits |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(channel, page) for channel, page in declared]
    return "\n".join(lines)


def _row(channel: Capabilities, page: str) -> str:
    kinds = "all" if channel.kinds == frozenset(DocumentKind) else ", ".join(sorted(f"`{k}`" for k in channel.kinds))
    artifacts = ", ".join(f"`{artifact}`" for artifact in channel.artifacts)
    limits = "; ".join(f"{limit.value:,} {limit.what}" for limit in channel.limits) or "none"
    cells = (
        f"[{channel.title}]({page}.md)",
        f"`{channel.name}`",
        kinds,
        artifacts,
        channel.repeat.value,
        channel.delivered_means,
        limits,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
