"""Which fields the model has at a place, read from the model itself, so that a misspelt name can be mended."""

from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from vaxel_engine.intake.candidate import Location
from vaxel_engine.model import Document


@cache
def field_names(location: Location) -> tuple[str, ...]:
    """The names of the fields at a location; empty where it leads nowhere in the model."""
    here = _model_in(_annotation_at(location))
    return tuple(here.model_fields) if here else ()


@cache
def holds_text(location: Location) -> bool:
    """Whether free text stands at a location, or it leads nowhere, so that anything may stand there."""
    annotation = _annotation_at(location)
    if get_origin(annotation) in (Union, UnionType):
        return any(inner is str for inner in get_args(annotation))
    return annotation is None or annotation is str


def _annotation_at(location: Location) -> Any:
    """The annotation of the field at a location, without its constraints; None where it leads nowhere."""
    annotation: Any = Document
    for step in location:
        if isinstance(step, int):
            continue
        model = _model_in(annotation)
        field = model.model_fields.get(step) if model else None
        if field is None:
            return None
        annotation = field.annotation
    return annotation


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation is about: of X | None, tuple[X, ...] and X itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Union, UnionType, tuple):
        return next((model for inner in get_args(annotation) if (model := _model_in(inner))), None)
    return None
