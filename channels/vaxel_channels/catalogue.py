"""The capability table of docs/channels: what each channel declares of itself, for people who choose channels."""

from collections.abc import Iterable

from vaxel_channels.contract import Capabilities, Opening
from vaxel_engine.model import DocumentKind

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
"""Between these two lines of docs/channels/README.md stands the table; a test compares."""

UNWRITTEN = (
    ("Digimail", "digimail", "no public description of the sender's interface"),
    ("Billo", "billo", "no public description of the sender's interface"),
    ("PostNord's digital mailbox", "postnord", "no public description of the sender's interface"),
    ("e-Boks Sweden", "e_boks_sweden", "no official description of the sender's interface, none at all for Sweden"),
)
"""Channels that cannot be written from documents: title, page, reason. What is not documented is not invented."""


_OPENING = {
    None: "no",
    Opening.ASKED: "when it is asked",
    Opening.TOLD: "as it happens",
    Opening.LINK: "on our page behind the link",
}


def capability_table(declared: Iterable[tuple[Capabilities, str]]) -> str:
    """The Markdown table of channels, each with the name of its page in docs/channels."""
    lines = [
        "| Channel | Name in settings and wishes | Kinds | What is rendered | Repeating | Delivered means | Receipts "
        "| Tells of opening | Limits |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(channel, page) for channel, page in declared]
    lines += [f"| [{title}]({page}.md) | | | | | | | | no code: {why} |" for title, page, why in UNWRITTEN]
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
        channel.receipts,
        _OPENING[channel.opening],
        limits,
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
