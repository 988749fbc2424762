"""The published JSON Schema of a document, for a billing system to check its export with before handing it over."""

from typing import Any

from vaxel_engine.model import Document

SCHEMA_ID = "urn:vaxel:schema:document"
SCHEMA_VERSION = "0.3"
"""Raised with the model: the second figure when a field or a limit is added, the first when one changes its meaning."""


def json_schema() -> dict[str, Any]:
    """The schema of one document as it is read (draft 2020-12); amounts may be numbers or strings of digits.

    What only code can judge (check digits, code lists, sums of a balance) is told in the descriptions and checked when
    the document is read.
    """
    generated = Document.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{SCHEMA_ID}:{SCHEMA_VERSION}",
        "title": "Vaxel document",
        "version": SCHEMA_VERSION,
        **{key: value for key, value in generated.items() if key != "title"},
    }
