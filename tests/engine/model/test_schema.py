"""The published JSON Schema says what the model takes."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from vaxel_engine.model import Document
from vaxel_engine.schema import json_schema

SCHEMA = json_schema()


VALIDATOR: Any = jsonschema.Draft202012Validator(SCHEMA)  # its stubs leave the instance's type open


def passes(record: dict[str, Any]) -> bool:
    """Whether the published schema takes the record."""
    return bool(VALIDATOR.is_valid(record))


@pytest.fixture
def record() -> dict[str, Any]:
    text = (Path(__file__).parents[3] / "samples" / "november.json").read_text(encoding="utf-8")
    first: dict[str, Any] = json.loads(text)["documents"][0]
    return copy.deepcopy(first)


def test_the_schema_is_one_and_says_which() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"].endswith(SCHEMA["version"])


def test_amounts_may_be_numbers_or_strings(record: dict[str, Any]) -> None:
    for due in ("2218.48", 2218.48, 2218, "-1", ".5"):
        record["invoice"]["totals"]["due"] = due
        assert passes(record), due


@pytest.mark.parametrize("due", ["12,50", "1_000", "1e3", "12.505", "", None, True])
def test_what_the_model_refuses_the_schema_refuses(record: dict[str, Any], due: object) -> None:
    record["invoice"]["totals"]["due"] = due

    assert not passes(record)
    with pytest.raises(ValidationError):
        Document.model_validate(record)


def test_an_unknown_field_is_refused(record: dict[str, Any]) -> None:
    record["invoice"]["due_dat"] = "2026-12-20"

    assert not passes(record)


def test_every_term_of_the_invoice_is_described() -> None:
    definitions = SCHEMA["$defs"]
    for name in ("Invoice", "InvoiceLine", "DocumentTotals", "VatBreakdown", "Seller", "Buyer", "PaymentInstructions"):
        for field, schema in definitions[name]["properties"].items():
            assert "BT-" in schema["description"] or "BG-" in schema["description"], (name, field)
