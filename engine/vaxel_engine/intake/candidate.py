"""One record as its format understood it, not yet checked against the model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from vaxel_engine.errors import Rejected
from vaxel_engine.intake.xml import Element

Location: TypeAlias = tuple[str | int, ...]
"""A field of the model as pydantic names it: ("invoice", "lines", 3, "price", "net")."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands in the input: an XPath or JSON Pointer, and the line for text formats."""

    path: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a format hands over for one record: values by the model's names, and the way back to the input."""

    record: int
    fields: object = field(repr=False)
    locate: Callable[[Location], Place] = field(repr=False)
    sender: str | None = None
    """Whose document it is, where the format has no field for it and tells it otherwise."""
    not_carried: tuple[str, ...] = ()
    """Paths of what the record says and the model has no place for."""
    tree: Element | None = field(default=None, repr=False)
    """The root of a UBL invoice, on which the official rules are judged as they are written."""
    fault: Rejected | None = None
    """Why the format could not understand the record, where its tree can still be judged."""


Records: TypeAlias = Iterator[Candidate | Rejected]
"""What a format yields, one for each record of the file, in order."""
