"""Documents that support an invoice: referred to by address, or attached with their bytes (BG-24)."""

import base64
import binascii
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from vaxel_engine.model.base import Identifier, Name, Text, Value

ATTACHMENT_LIMIT = 7 * 1024 * 1024
"""Bytes of one attached document: written as base64 they just stay below the 10 million characters that libxml2 takes
in one text, unless it is told to take any length."""


def _decoded(value: Any) -> Any:
    """Bytes as they are, text as base64 with line breaks or without (RFC 4648 §4)."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not base64 (RFC 4648)") from error


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


Content = Annotated[
    bytes,
    BeforeValidator(_decoded),
    Field(max_length=ATTACHMENT_LIMIT),
    PlainSerializer(_encoded, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "contentEncoding": "base64"}, mode="validation"),
]
"""The bytes of a document; base64 in JSON and XML."""


class AttachedDocument(Value):
    """A document that travels inside the invoice (BT-125)."""

    content: Content = Field(repr=False, description="BT-125: its bytes, as base64, up to 7 MB")
    mime_code: Identifier = Field(description="BT-125-1: media type, e.g. application/pdf")
    filename: Name = Field(description="BT-125-2: what the file is called")


class SupportingDocument(Value):
    """A document that supports what the invoice claims (BG-24)."""

    identifier: Identifier = Field(description="BT-122: what the document is called by")
    description: Text | None = Field(default=None, description="BT-123: what it is, e.g. a time sheet")
    location: Text | None = Field(default=None, description="BT-124: the address it can be fetched from")
    attached: AttachedDocument | None = Field(default=None, description="BT-125: the document itself")
