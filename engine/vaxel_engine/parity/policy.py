"""Which artifact shows which fact: `policy.csv` as a table, with what a brand has chosen to leave out."""

import csv
from collections.abc import Mapping
from importlib.resources import files

from vaxel_engine.packs import Pack
from vaxel_engine.parity.canonical import Fact


def is_shown(fact: Fact, part: str, kind: str, pack: Pack) -> bool:
    """Whether `part` of an artifact has to show `fact` in a document of `kind`.

    A fact that lives in a section (totals, payment) is not asked for where the brand leaves the section out; an
    e-invoice has no sections.
    """
    row = _TABLE[fact.topic]
    if part != "xml" and row["section"] and row["section"] not in pack.sections(kind):
        return False
    return row[part] == "yes"


def topics() -> Mapping[str, Mapping[str, str]]:
    """The whole table: by topic, then by part of an artifact."""
    return _TABLE


def _table() -> dict[str, dict[str, str]]:
    text = (files(__package__ or "") / "policy.csv").read_text(encoding="utf-8")
    return {row["topic"]: row for row in csv.DictReader(text.splitlines())}


_TABLE = _table()
