"""The fields of the model as a mapping names them, and what each asks of the text that fills it."""

import datetime as dt
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from vaxel_engine.intake.candidate import Location
from vaxel_engine.intake.model_fields import annotation_at, field_names, model_in
from vaxel_engine.intake.terms import term_at

Kind: TypeAlias = Literal["number", "day", "text"]
_DEFAULTED = frozenset(
    {("sender",), ("reference",), ("recipient",), ("recipient", "name"), ("invoice", "buyer"), ("kind",)}
    | {("invoice", "buyer", name) for name in ("name", "postal_address")}
)
"""What is filled from elsewhere where a mapping does not say: see `assembly.complete`."""


@cache
def kind_of(location: Location) -> Kind:
    """How the text for a field is to be read."""
    annotation = annotation_at(location)
    kinds = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    plain = [get_args(kind)[0] if get_origin(kind) is Annotated else kind for kind in kinds]
    if any(kind is Decimal or kind is int for kind in plain):
        return "number"
    return "day" if any(kind is dt.date for kind in plain) else "text"


def is_list(location: Location) -> bool:
    """Whether a field holds a list."""
    annotation = annotation_at(location)
    return get_origin(annotation) is tuple


def placed(location: Location) -> Location:
    """A location without positions as that of the first item of each list in it."""
    steps: list[str | int] = []
    for length, step in enumerate(location, start=1):
        steps.append(step)
        if is_list(location[:length]):
            steps.append(0)
    return tuple(steps)


def flaw_of(location: Location) -> str | None:
    """Why a location is no field that text can fill, in the middle of a sentence; None where it is one."""
    for length in range(1, len(location) + 1):
        step, before = location[length - 1], location[: length - 1]
        if isinstance(step, int):
            if not is_list(before):
                return f"numbers {dotted(before)}, which is no list"
            continue
        names = field_names(before)
        if step not in names:
            close = get_close_matches(str(step), names, n=1)
            known = (
                f"a field “{close[0]}” exists" if close else f"{dotted(before) or 'a document'} has {', '.join(names)}"
            )
            return f"names “{step}”, which {dotted(before) or 'a document'} does not have; {known}"
        if is_list(location[:length]) and (length == len(location) or not isinstance(location[length], int)):
            return f"fills the list {dotted(location[:length])}; write {step}.1 or a table [each.…]"
    if _is_group(location):
        return f"fills the group {dotted(location)}; name one of its fields: {', '.join(field_names(location))}"
    return None


def _is_group(location: Location) -> bool:
    return model_in(annotation_at(location)) is not None


def needed(filled: frozenset[Location]) -> list[Location]:
    """The fields that the model needs and no entry fills, given the locations (without positions) that are filled."""
    groups = {location[:length] for location in filled for length in range(len(location))} | {()}
    missing: list[Location] = []
    for group in sorted(groups, key=len):
        model = model_in(annotation_at(group)) if group else model_in(_document())
        for name, described in model.model_fields.items() if model else ():
            location = (*group, name)
            known = location in filled or location in groups or location in _DEFAULTED
            if described.is_required() and not known:
                missing.append(location)
    return missing


def _document() -> Any:
    return annotation_at(())


def dotted(location: Location) -> str:
    """A location as a mapping file writes it, with positions from 1."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in location)


def with_term(location: Location) -> str:
    """A location with its business term, e.g. invoice.number (BT-1)."""
    row = term_at(location)
    return f"{dotted(location)} ({row.term})" if row and row.term else dotted(location)
