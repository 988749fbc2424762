"""What the model refused, told to a person in a billing department: where, what was found, what to do."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from vaxel_engine.errors import Rejected
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.intake.json_pointer import safe_name
from vaxel_engine.intake.model_fields import field_names, holds_figure
from vaxel_engine.intake.terms import term_at
from vaxel_engine.model import Document

FAULTS_TOLD = 100
"""How many faults of one record are told: whoever mends these mends what made them."""
_BEGINNING = 10
SHOWN = 60
"""How many characters of a value a rejection shows."""

# Texts that are codes and never a person; of any other text only its shape is shown.
_CODES = frozenset(
    {
        *("type_code", "means_code", "tax_point_date_code", "reason_code", "code", "channel"),
        *("unit", "base_quantity_unit", "currency", "vat_accounting_currency", "country_code", "country_of_origin"),
    }
)
_DIGITS_OF_A_PERSON = 10  # a personnummer has 10 or 12, a fødselsnummer 11, a Swedish mobile number 10


def rejection(error: ValidationError, candidate: Candidate, file: str) -> Rejected:
    """The first fault of a record, with the next ones in `further`; each place in the input is named once."""
    faults: dict[str, Rejected] = {}
    for detail in _details(error, candidate.fields):
        if len(faults) == FAULTS_TOLD:
            break
        fault = _fault(detail, candidate, file)
        known = faults.setdefault(fault.path, fault)
        if known.term is None and fault.term is not None:
            faults[fault.path] = fault  # one element may fill two fields; the one with a term says more
    first, *others = faults.values()
    if not others:
        return first
    return Rejected(
        file=file,
        record=first.record,
        line=first.line,
        path=first.path,
        term=first.term,
        found=first.found,
        remedy=first.remedy,
        further=tuple(others),
    )


def _details(error: ValidationError, fields: object) -> list[ErrorDetails]:
    """What pydantic found; of very many the ones at the beginnings of lists, for each takes its time to be told."""
    if error.error_count() > 20 * FAULTS_TOLD:
        try:
            Document.model_validate(_beginning(fields))
        except ValidationError as first:
            return first.errors(include_url=False)
    return error.errors(include_url=False)


def _beginning(value: object) -> object:
    """The same value with the first of each list alone, so that each place keeps its name."""
    if isinstance(value, dict):
        return {name: _beginning(inner) for name, inner in cast("dict[str, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_beginning(inner) for inner in cast("Sequence[object]", value)[:_BEGINNING]]
    return value


def _fault(detail: ErrorDetails, candidate: Candidate, file: str) -> Rejected:
    location = detail["loc"]
    place = candidate.locate(location)
    row = term_at(location)
    return Rejected(
        file=file,
        record=candidate.record,
        line=place.line,
        path=place.path,
        term=row.term if row else None,
        found="nothing" if detail["type"] == "missing" else _found(detail),
        remedy=_remedy(detail, row.example if row else None),
    )


def _found(detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return "a field that does not exist"
    location = detail["loc"]
    return shape(detail["input"], show=holds_figure(location) or (location[-1] if location else None) in _CODES)


def shape(value: object, *, show: bool) -> str:
    """A value as it may be shown: itself where that gives nothing away, else what it looks like."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            words = format(value, "f") if isinstance(value, Decimal) and -30 < value.adjusted() < 30 else str(value)
            return words if show and _is_harmless(words) else "a number"
        case str():
            return _text(value, show=show)
        case dict():
            return "an object" if value else "an empty object"
        case list() | tuple():
            return "a list" if value else "an empty list"
        case _:
            return "a value of another kind"


def _text(value: str, *, show: bool) -> str:
    if not value.strip():
        return "an empty text"
    if show and value.isprintable() and _is_harmless(value):
        return f"“{value if len(value) <= SHOWN else value[: SHOWN - 1] + '…'}”"
    digits = sum(character.isdigit() for character in value)
    if digits == len(value):
        return f"{digits} digits"
    if "@" in value:
        return f"a text of {len(value)} characters with an @"
    return f"a text of {len(value)} characters" + (f", {digits} of them digits" if digits else "")


def _is_harmless(words: str) -> bool:
    return "@" not in words and len(re.sub(r"[^0-9]", "", words)) < _DIGITS_OF_A_PERSON


_REMEDIES: Mapping[str, str] = {
    "missing": "add it",
    "string_type": "write it as text in quotation marks",
    "string_too_short": "fill it in, or leave the field out",
    "string_too_long": "shorten it to at most {max_length} characters",
    "string_unicode": "it holds half a character; write the text again in UTF-8",
    "decimal_type": "write a number with a decimal point",
    "decimal_parsing": "write a number with a decimal point",
    "decimal_max_places": "round it to {decimal_places} decimals",
    "decimal_max_digits": "check the number; it has more than {max_digits} digits",
    "decimal_whole_digits": "check the number; it has more than {whole_digits} digits before the point",
    "finite_number": "write a number that can be counted with",
    "date_type": "write the date as YYYY-MM-DD",
    "date_parsing": "write the date as YYYY-MM-DD",
    "date_from_datetime_parsing": "write a date that exists, as YYYY-MM-DD",
    "datetime_type": "write date, time and zone",
    "datetime_parsing": "write date, time and zone",
    "datetime_from_date_parsing": "write date, time and zone",
    "enum": "write one of {expected}",
    "literal_error": "write one of {expected}",
    "too_short": "add at least {min_length}",
    "tuple_type": "write a list in square brackets",
    "model_type": "write an object in braces, with a name for each value",
    "model_attributes_type": "write an object in braces, with a name for each value",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "write a whole number",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le} or less",
}


def _remedy(detail: ErrorDetails, example: str | None) -> str:
    kind = detail["type"]
    context: dict[str, Any] = detail.get("ctx") or {}
    if kind == "extra_forbidden":
        return _spelling(detail)
    if kind == "value_error":
        words = str(context.get("error", "is refused"))
        remedy = f"it {words}" if words.startswith(("is ", "holds ", "needs ")) else words
    elif kind in _REMEDIES:
        remedy = _REMEDIES[kind].format(**context)
    else:
        remedy = detail["msg"][:1].lower() + detail["msg"][1:]
    return f"{remedy}, for example {example}" if example and "e.g." not in remedy and "one of" not in remedy else remedy


def _spelling(detail: ErrorDetails) -> str:
    *parents, name = detail["loc"]
    names = field_names(tuple(parents))
    close = get_close_matches(str(name), names, n=1)
    if close:
        return f"check the spelling; a field “{close[0]}” exists"
    if parents:
        return f"take it out; “{safe_name(str(parents[-1]))}” has the fields {', '.join(names)}"
    return f"take it out; a document has the fields {', '.join(names)}"
