"""XML held against the table of elements: order, number, choice and form, read from schema v8 by hand."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from functools import cache
from itertools import groupby
from typing import Any

from lxml import etree

from vaxel_simulators.digipost.errors import V8, DigipostRefusal
from vaxel_simulators.tables import rows_of

DATA_TYPES = "http://api.digipost.no/schema/datatypes"
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def parse(raw: bytes, root: str) -> Any:
    """The root element called `root`, checked down to its leaves.

    Raises:
        DigipostRefusal: SCHEMA_VALIDATION_ERROR, or for structured data VALIDATION_FAILED or INVALID_MONETARY_AMOUNT.
    """
    try:
        found: Any = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise DigipostRefusal("SCHEMA_VALIDATION_ERROR", "The content is not XML.") from error
    if found.tag != f"{{{V8}}}{root}":
        raise DigipostRefusal("SCHEMA_VALIDATION_ERROR", f"The root is not {root} of schema v8.")
    check(found, root, V8)
    return found


def check(element: Any, kind: str, namespace: str) -> None:
    """Hold the children of one element against the rows of its kind."""
    left = [child for child in element if isinstance(child.tag, str)]
    for (choice, _), rows in groupby(_rows(kind), key=lambda row: (row["choice"], row["choice"] or row["element"])):
        alternatives = list(rows)
        if choice:
            _take_choice(left, alternatives, namespace)
        else:
            _take(left, alternatives[0], namespace)
    if left:
        _broken(f"{etree.QName(left[0]).localname} is not expected in {kind} or stands in the wrong place")


@cache
def _rows(kind: str) -> tuple[dict[str, str], ...]:
    return tuple(row for row in rows_of("digipost", "shape.csv") if row["of"] == kind)


def _take_choice(left: list[Any], rows: list[dict[str, str]], namespace: str) -> None:
    for row in rows:
        if left and left[0].tag == f"{{{namespace}}}{row['element']}":
            _take(left, {**row, "min": "1"}, namespace)
            return
    if rows[0]["min"] == "1":
        _broken(f"one of {', '.join(row['element'] for row in rows)} is missing")


def _take(left: list[Any], row: dict[str, str], namespace: str) -> None:
    taken = 0
    while left and left[0].tag == f"{{{namespace}}}{row['element']}" and taken < int(row["max"]):
        _form(left.pop(0), row["kind"], row["element"])
        taken += 1
    if taken < int(row["min"]):
        _broken(f"{row['element']} is missing in {row['of']}")


def _form(element: Any, kind: str, name: str) -> None:
    text = (element.text or "") if len(element) == 0 else ""
    word, _, detail = kind.partition(":")
    match word:
        case "empty":
            return
        case "text":
            good = bool(text) and (not detail or len(text) <= int(detail))
        case "digits":
            good = re.fullmatch(f"[0-9]{{{detail}}}", text) is not None
        case "number":
            good = re.fullmatch("[0-9]{1,18}", text) is not None
        case "uuid":
            good = _UUID.fullmatch(text) is not None
        case "date-time":
            good = is_moment(text)
        case "amount":
            _check_amount(text)
            return
        case "account":
            _check_account(text)
            return
        case "data":
            _check_data(element)
            return
        case _ if word.startswith("one of "):
            good = text in word.removeprefix("one of ").split("|")
        case _:
            check(element, kind, etree.QName(element).namespace or "")
            return
    if not good:
        _broken(f"{name} is not {kind}")


def is_moment(text: str) -> bool:
    """Whether a text is a date and time with its zone."""
    try:
        return dt.datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False


def _check_amount(text: str) -> None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0 or amount != round(amount, 2):
        raise DigipostRefusal("INVALID_MONETARY_AMOUNT", "The sum is no amount of kroner.")


def _check_account(text: str) -> None:
    # Eleven digits, the last by modulus 11 with weights 5 4 3 2 7 6 5 4 3 2 (Norwegian account numbers).
    weights = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    good = re.fullmatch("[0-9]{11}", text) and sum(w * int(d) for w, d in zip(weights, text, strict=True)) % 11 == 0
    if not good:
        raise DigipostRefusal("VALIDATION_FAILED", "creditor-account is no Norwegian account number.")


def _check_data(element: Any) -> None:
    children = list(element)
    if len(children) != 1 or etree.QName(children[0]).namespace != DATA_TYPES:
        _broken("data-type does not hold one element of the data types")
    kind = etree.QName(children[0]).localname
    if kind != "invoice":
        raise DigipostRefusal("VALIDATION_FAILED", f"This simulator knows no data type {kind}.")
    check(children[0], "invoice", DATA_TYPES)


def _broken(words: str) -> None:
    raise DigipostRefusal("SCHEMA_VALIDATION_ERROR", f"{words}.")
