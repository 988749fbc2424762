"""What every value of the canonical model shares: frozen, strict about names, exact about amounts."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, TypeVar, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from vaxel_engine.codes import COUNTRIES, CURRENCIES
from vaxel_engine.model.characters import identifier, one_line, prose

MANY = 20_000
"""How many of a kind one document may hold: lines, notes, readings."""

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")  # xs:decimal; Python alone would take 1_000, １２ and 1e3
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # Peppol PEPPOL-EN16931-F001; ISO 8601 has many more forms


class Value(BaseModel):
    """A frozen value; an unknown field is an error, since a misspelt field must not vanish silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", hide_input_in_errors=True)


def _exact(value: Any) -> Any:
    """Refuse binary floats: 0.1 as a float is already another number than the sender wrote."""
    if isinstance(value, float):
        raise ValueError("write the number as a string or let the reader parse it exactly; a float is not exact")
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise ValueError("is not a number in digits with a decimal point, e.g. 1234.50")
    return value


def _calendar_day(value: Any) -> Any:
    """Take YYYY-MM-DD and nothing that could be read as a count of seconds, e.g. 20261120."""
    if isinstance(value, dt.datetime) or not isinstance(value, (str, dt.date)):
        raise ValueError("is not a date written as YYYY-MM-DD")
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("is not a date written as YYYY-MM-DD")
    return value


def _known_currency(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError("is not a currency code of ISO 4217")
    return code


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("is not a country code of ISO 3166-1 alpha-2")
    return code


def _plain(value: Decimal) -> str:
    return format(value, "f")


Exact = Annotated[
    Decimal,
    Field(max_digits=30, allow_inf_nan=False),  # before the next line, so that it is not counted in Python
    BeforeValidator(_exact),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$"}]},
        mode="validation",
    ),
]
"""A decimal number of full precision, as stated: quantities, prices, rates."""

Amount = Annotated[
    Decimal,
    Field(max_digits=20, decimal_places=2, allow_inf_nan=False),
    BeforeValidator(_exact),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "pattern": r"^[+-]?([0-9]+(\.[0-9]{0,2}0*)?|\.[0-9]{1,2}0*)$"},
            ]
        },
        mode="validation",
    ),
]
"""An amount of money in the document's currency, at most two decimals (BR-DEC-*)."""


def _countable(value: Any) -> Any:
    """Refuse a list that nobody could mean before any of its members is looked at."""
    if isinstance(value, list | tuple):
        several = cast("Sequence[Any]", value)
        if len(several) > MANY:
            raise ValueError(f"holds more than {MANY:,}; split the document")
        return several
    return value


_Of = TypeVar("_Of")
Many = Annotated[tuple[_Of, ...], Field(max_length=MANY), BeforeValidator(_countable)]
"""Any number of a kind, within reason."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000), AfterValidator(prose)]
"""Free text that is there: never empty; may have lines."""

LetterText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60_000), AfterValidator(prose)
]
"""The body of a letter, some twenty pages; a renderer bears no more."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300), AfterValidator(one_line)]
"""A name or a short text on one line."""
Identifier = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(identifier)
]
"""What is compared, looked up or paid by: a number, a reference, a code, an account."""
CurrencyCode = Annotated[str, BeforeValidator(lambda v: _known_currency(v) if isinstance(v, str) else v)]
"""ISO 4217 alphabetic code, as in BT-5."""
CountryCode = Annotated[str, BeforeValidator(lambda v: _known_country(v) if isinstance(v, str) else v)]
"""ISO 3166-1 alpha-2 code, as in BT-40."""
Date = Annotated[
    dt.date,
    BeforeValidator(_calendar_day),
    WithJsonSchema({"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]
"""A calendar day without a zone, as all dates of EN 16931 are."""
