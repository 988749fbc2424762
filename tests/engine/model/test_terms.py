"""The model has every business group and term of EN 16931, each named where it stands."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from vaxel_engine.schema import json_schema

_ID = re.compile(r"\b(?:BT|BG)-[0-9]+\b")


def of_the_standard() -> set[str]:
    text = (files("vaxel_engine.model") / "en16931.csv").read_text(encoding="utf-8")
    return {row["id"] for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))}


def descriptions() -> Iterator[str]:
    for definition in json_schema()["$defs"].values():
        properties: dict[str, dict[str, Any]] = definition.get("properties", {})
        for field in properties.values():
            yield str(field.get("description", ""))


def test_every_group_and_term_of_en_16931_has_its_field() -> None:
    named = {found for description in descriptions() for found in _ID.findall(description)}

    assert len(of_the_standard()) == 196
    assert named == of_the_standard()
