"""The codes of OIOUBL 2 and what EN 16931 calls them, read once from the table beside this module."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def codes(name: str) -> Mapping[str, str]:
    """One list of the table: "tax", "scheme", "item", "classification" or "channel"."""
    text = (files("vaxel_engine.intake") / "oioubl_codes.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["code"]: row["means"] for row in rows if row["list"] == name}
