"""What became of documents, as a table on a terminal, and as a closing line."""

import datetime as dt

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vaxel.ledger_outputs import LedgerOutput

_COLOURS = {
    "delivered": "green",
    "read": "green",
    "handed over": "cyan",
    "accepted": "cyan",
    "outcome unknown": "yellow",
    "failed": "red",
    "rejected": "red",
    "cancelled": "dim",
}


def moment(at: dt.datetime) -> str:
    """A moment as people read it: the day only where it is not today."""
    today = at.date() == dt.datetime.now(dt.UTC).date()
    return f"{at:%H:%M:%S} UTC" if today else f"{at:%Y-%m-%d %H:%M} UTC"


def show_ledger(output: LedgerOutput, console: Console) -> None:
    """Print one row per record and the line that closes."""
    table = Table(box=None, pad_edge=False, header_style="bold", row_styles=[""])
    table.add_column("document, recipient", no_wrap=True, overflow="ellipsis", min_width=20, max_width=34)
    table.add_column("channel", no_wrap=True)
    table.add_column("status, reason", overflow="fold")
    for line in output.documents:
        colour = _COLOURS.get(line.status, "default")
        table.add_row(
            f"{escape(line.document)}\n[dim]{escape(line.recipient)}[/]",
            escape(line.channel or "–"),
            f"[{colour}]{escape(line.status)}[/]\n[dim]{escape(line.reason)}[/]",
        )
    console.print(table)
    console.print(f"\n[bold]{escape(output.sentence)}[/]")
