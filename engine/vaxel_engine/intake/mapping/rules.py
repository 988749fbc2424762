"""What a mapping file says: where each field of the model comes from, and how numbers and days are written there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from vaxel_engine.intake.candidate import Location
from vaxel_engine.intake.mapping.targets import Kind

Condition = tuple[str, frozenset[str]]
"""A column or element, and the values that fulfil the condition."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One field of the model and what fills it: a column or element, a constant, or a running number."""

    target: Location
    """Below the group that the entry stands in; positions from 0."""
    line: int
    """The line of the mapping file."""
    kind: Kind
    column: str | None = None
    """A column's name or number, or a path below the record: None for a constant or a running number."""
    constant: str | None = None
    counter: bool = False
    codes: Mapping[str, str] | None = None
    written: str | None = None
    """How the day is written, where it differs from the file's."""
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A list of the model with one item per row or element; the outermost group is the document itself."""

    target: Location
    line: int
    entries: tuple[Entry, ...]
    groups: tuple["Group", ...] = ()
    at: str | None = None
    """XML: the path of the repeated element."""
    when: tuple[Condition, ...] = ()

    def columns(self) -> Iterator[tuple[str, int]]:
        """Every column or element that is named here or below, with the line that names it."""
        for entry in self.entries:
            if entry.column is not None:
                yield entry.column, entry.line
            yield from ((name, entry.line) for name, _ in entry.when)
        yield from ((name, self.line) for name, _ in self.when)
        for group in self.groups:
            yield from group.columns()


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping file that was read and found good."""

    name: str
    """The file's name without its folders."""
    format: Literal["csv", "xml"]
    document: Group
    lines: Mapping[str, int] = field(repr=False)
    """The line of each setting of [input]."""
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str | None = '"'
    header: bool = True
    decimal: str = "."
    thousands: str | None = None
    date: str = "YYYY-MM-DD"
    group_by: str | None = None
    record: str = ""
    """XML: the path of one document from the root, e.g. /Export/Invoice."""
    namespaces: Mapping[str, str] = field(default_factory=dict[str, str])

    def line_of(self, setting: str) -> int:
        """The line that a setting of [input] stands in, else that of the table."""
        return self.lines.get(setting, self.lines.get("", 1))
