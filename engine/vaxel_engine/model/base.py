"""What every value of the canonical model shares: frozen, strict about names, exact about amounts."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints

from vaxel_engine.codes import COUNTRIES, CURRENCIES


class Value(BaseModel):
    """A frozen value; an unknown field is an error, since a misspelt field must not vanish silently."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings", hide_input_in_errors=True)


def _exact(value: Any) -> Any:
    """Refuse binary floats: 0.1 as a float is already another number than the sender wrote."""
    if isinstance(value, float):
        raise ValueError("write the number as a string or let the reader parse it exactly; a float is not exact")
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
    BeforeValidator(_exact),
    Field(max_digits=30, allow_inf_nan=False),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""A decimal number of full precision, as stated: quantities, prices, rates."""

Amount = Annotated[
    Decimal,
    BeforeValidator(_exact),
    Field(max_digits=20, decimal_places=2, allow_inf_nan=False),
    PlainSerializer(_plain, return_type=str, when_used="json"),
]
"""An amount of money in the document's currency, at most two decimals (BR-DEC-*)."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5_000)]
"""Free text that is there: never empty."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
CurrencyCode = Annotated[str, BeforeValidator(lambda v: _known_currency(v) if isinstance(v, str) else v)]
"""ISO 4217 alphabetic code, as in BT-5."""
CountryCode = Annotated[str, BeforeValidator(lambda v: _known_country(v) if isinstance(v, str) else v)]
"""ISO 3166-1 alpha-2 code, as in BT-40."""
Date = dt.date
"""A calendar day without a zone, as all dates of EN 16931 are."""
