"""Which mail reader shows what: the tables beside this module, read once."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType


class Support(StrEnum):
    """What a reader makes of a feature; the value is a word for people."""

    SHOWN = "shown"
    PARTLY = "partly shown"
    NOT_SHOWN = "not shown"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """A mail reader on one platform. `family` gathers those that behave alike: "Gmail", "Outlook on Windows"."""

    identifier: str
    family: str
    name: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that a mail may use, and what each reader makes of it; `notes` are caniemail's own words."""

    identifier: str
    title: str
    support: Mapping[str, Support]
    notes: Mapping[str, tuple[str, ...]]


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__ or "") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


CLIENTS = tuple(Client(row["client"], row["family"], row["name"]) for row in _rows("clients.csv"))
"""The readers that are checked, in the order of `clients.csv`."""

ENHANCEMENTS: Mapping[str, str] = MappingProxyType({row["feature"]: row["lost"] for row in _rows("enhancements.csv")})
"""Features that may be missing, by what is lost then."""

_VALUES = {"y": Support.SHOWN, "a": Support.PARTLY, "n": Support.NOT_SHOWN}


def _features() -> Mapping[str, tuple[Feature, ...]]:
    notes = {(row["feature"], row["number"]): row["note"] for row in _rows("notes.csv")}
    found: dict[str, list[Feature]] = {}
    for row in _rows("features.csv"):
        values = {client.identifier: row[client.identifier].split() for client in CLIENTS}
        feature = Feature(
            row["feature"],
            row["title"],
            {
                name: _VALUES.get(value[0], Support.UNKNOWN) if value else Support.UNKNOWN
                for name, value in values.items()
            },
            {name: tuple(notes[row["feature"], number] for number in value[1:]) for name, value in values.items()},
        )
        for key in row["keys"].split("|"):
            found.setdefault(key, []).append(feature)
    return MappingProxyType({key: tuple(features) for key, features in found.items()})


FEATURES = _features()
"""Features by the key under which `uses` finds them: "property:gap", "element:svg"; what all show is not here."""
