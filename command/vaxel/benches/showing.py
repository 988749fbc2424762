"""How every bench is asked and how it answers: the options that all of them have, and a table of figures."""

import click
from rich.console import Console
from rich.table import Table

of_brand = click.option("--brand", default="nordljus", show_default=True, help="The brand pack.")
as_one_object = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")


def show(headings: tuple[str, ...], rows: list[tuple[str, ...]], *notes: str) -> None:
    """A table whose first column is names and the others figures, and below it what one must know to read it."""
    table = Table(box=None, pad_edge=False)
    table.add_column(headings[0])
    for heading in headings[1:]:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    for note in notes:
        console.print(f"\n{note}", highlight=False)
