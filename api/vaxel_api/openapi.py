"""The OpenAPI 3.1 document, made from the operations and the shapes of their answers."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from vaxel_api.operations import OPERATIONS, Content, Operation, Parameter
from vaxel_api.problems import MEDIA
from vaxel_api.shapes import SHAPES, Health, Shape

_PLACE = re.compile(r"{(\w+)}")
_OPEN: tuple[tuple[str, str, str, Content], ...] = (
    ("health", "/health", "Whether the service lives.", {"application/json": Health}),
    ("ready", "/ready", "Whether the ledger can be reached, with this version's schema.", {"application/json": Health}),
    ("metrics", "/metrics", "For Prometheus.", {"text/plain": None}),
    ("openapi", "/openapi.json", "This document.", {"application/json": None}),
)
"""What needs no key: name, path, summary, content."""


def document(version: str) -> dict[str, Any]:
    """The document as plain values."""
    _, schemas = models_json_schema(
        [(shape, "serialization") for shape in SHAPES], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one)
    for name, path, summary, content in _OPEN:
        answers: dict[str, Any] = {"200": {"description": summary, "content": _content(content)}}
        if name == "ready":
            answers["503"] = _problem("Not ready; the sentence says why")
        paths[path] = {"get": {"operationId": name, "summary": summary, "security": [], "responses": answers}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vaxel",
            "version": version,
            "description": "One file in; every artifact out; each handed over through its smartest channel.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "A key of `vaxel keys create`"}
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    places = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PLACE.findall(one.path)
    ]
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [*places, *map(_parameter, one.parameters)],
        "responses": {
            str(one.status): {"description": one.answer, "content": _content(one.content)},
            "401": _problem("No key, or one that opens nothing"),
            **{str(status): _problem(what) for status, what in one.refusals.items()},
            "500": _problem("A fault of the service's own; it is in its log"),
        },
    }
    if one.takes_file:
        said["requestBody"] = {
            "required": True,
            "description": "A file of any input format, recognised by its content: JSON, JSON Lines, e-invoices, ZIP",
            "content": {"application/octet-stream": {}},
        }
    if one.takes is not None:
        reference = {"$ref": f"#/components/schemas/{one.takes.__name__}"}
        said["requestBody"] = {"required": True, "content": {"application/json": {"schema": reference}}}
    return said


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "name": one.name,
        "in": one.where,
        "required": one.required,
        "description": one.what_for,
        "schema": dict(one.schema),
    }


def _content(content: Mapping[str, type[Shape] | None]) -> dict[str, Any]:
    return {
        media: {} if shape is None else {"schema": {"$ref": f"#/components/schemas/{shape.__name__}"}}
        for media, shape in content.items()
    }


def _problem(what: str) -> dict[str, Any]:
    return {
        "description": what,
        "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}},
    }
