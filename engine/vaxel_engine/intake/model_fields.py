"""Which fields the model has at a place, read from the model itself, so that a misspelt name can be mended."""

import datetime as dt
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from vaxel_engine.intake.candidate import Location
from vaxel_engine.model import Document


@cache
def field_names(location: Location) -> tuple[str, ...]:
    """The names of the fields at a location; empty where it leads nowhere in the model."""
    here = model_in(annotation_at(location))
    return tuple(here.model_fields) if here else ()


@cache
def holds_figure(location: Location) -> bool:
    """Whether a number, a day, a truth or one of a closed set of words stands at a location: nothing about a person."""
    annotation = annotation_at(location)
    kinds = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return any(_is_figure(kind) for kind in kinds)


def _is_figure(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_figure(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return True
    return isinstance(annotation, type) and issubclass(annotation, (Decimal, int, dt.date, Enum))


def annotation_at(location: Location) -> Any:
    """The annotation of the field at a location, without its constraints; None where it leads nowhere."""
    annotation: Any = Document
    for step in location:
        if isinstance(step, int):
            continue
        model = model_in(annotation)
        field = model.model_fields.get(step) if model else None
        if field is None:
            return None
        annotation = field.annotation
    return annotation


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation is about: of X | None, tuple[X, ...] and X itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType, tuple):
        return next((model for inner in get_args(annotation) if (model := model_in(inner))), None)
    return None
