"""The committed tables of this room: profiles, error words and magic recipients, read from files beside the code."""

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

PACKAGE = "vaxel_simulators"


def text_of(*path: str) -> str:
    """The text of a file of this package."""
    return resources.files(PACKAGE).joinpath(*path).read_text(encoding="utf-8")


def rows_of(*path: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this package, by column name."""
    return list(csv.DictReader(text_of(*path).splitlines()))


def profile_of(folder: str) -> dict[str, Any]:
    """What a simulator assumes where the provider's documents are silent."""
    return tomllib.loads(text_of(folder, "profile.toml"))


def markdown(rows: list[dict[str, str]]) -> str:
    """Rows as a Markdown table, for the README."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([row[name].replace("|", r"\|") for name in names] for row in rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@dataclass(frozen=True, slots=True)
class Magic:
    """One recipient, or kind of recipient, for whom something special happens."""

    channel: str
    address: str
    behaviour: str
    """The word by which the simulator knows it."""
    what: str
    why: str


@cache
def magic(channel: str) -> tuple[Magic, ...]:
    """The magic recipients of one channel, in the order of the table."""
    return tuple(Magic(**row) for row in rows_of("magic.csv") if row["channel"] == channel)
