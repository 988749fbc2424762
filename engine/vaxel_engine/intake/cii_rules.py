"""What CII writes otherwise than UBL: its own form of day, truth in an element, identifiers with and without scheme."""

import re

from vaxel_engine.intake.ubl_rules import put, schemed, schemed_each, text_of
from vaxel_engine.intake.xml import QDT, RAM, UDT, Element, Fields, Rule, Table, Walk

_DAY = re.compile(r"[0-9]{8}")  # UN/CEFACT 2379, format 102: CCYYMMDD
_TRUTH = {"true": True, "1": True, "false": False, "0": False}  # xs:boolean
_STRINGS = frozenset({f"{{{UDT}}}DateTimeString", f"{{{UDT}}}DateString", f"{{{QDT}}}DateTimeString"})
_TAX_POINT_CODES = {"5": "3", "29": "35", "72": "432"}
"""BT-8 is of UNCL 2005; the CII binding writes UNCL 2475 (EN 16931-3-3): issue, delivery, payment."""


def r(name: str) -> str:
    """The tag of an element of the reusable library."""
    return f"{{{RAM}}}{name}"


def day_of(element: Element, walk: Walk) -> str | None:
    """The day in the element as YYYY-MM-DD; what is no day of format 102 as it stands, for the model to refuse."""
    for child in element:
        if child.tag not in _STRINGS:
            walk.left.append(child)
            continue
        words = text_of(child, walk, "format")
        if words is not None and _DAY.fullmatch(words):
            return f"{words[:4]}-{words[4:6]}-{words[6:]}"
        return words
    return None


def day(key: str) -> Rule:
    """A day."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        put(fields, key, day_of(element, walk), element, walk)

    return take


def indicator(key: str) -> Rule:
    """A truth value in an element of its own."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        words = (element.findtext(f"{{{UDT}}}Indicator") or "").strip()
        put(fields, key, _TRUTH.get(words, words or None), element, walk)

    return take


def numbers(key: str) -> Table:
    """One identifier, without a scheme as ID or with one as GlobalID."""
    return {r("ID"): schemed(key), r("GlobalID"): schemed(key)}


def numbers_each(key: str) -> Table:
    """Identifiers, without a scheme as ID or with one as GlobalID."""
    return {r("ID"): schemed_each(key), r("GlobalID"): schemed_each(key)}


def tax_registration(keys: dict[str, str]) -> Rule:
    """A number of the tax authority; the scheme says which: VA for VAT (BT-31, BT-48, BT-63), FC for BT-32."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        for child in element:
            key = keys.get(child.get("schemeID", "")) if child.tag == r("ID") else None
            if key is None:
                walk.left.append(child)
            else:
                put(fields, key, text_of(child, walk, "schemeID"), child, walk)

    return take


def tax_point_code(element: Element, fields: Fields, walk: Walk) -> None:
    """BT-8, in the code list of EN 16931; it stands in each row of the breakdown."""
    words = text_of(element, walk)
    same_for_all(fields, "tax_point_date_code", _TAX_POINT_CODES.get(words or "", words), element, walk)


def same_for_all(fields: Fields, key: str, value: str | None, element: Element, walk: Walk) -> None:
    """Store what CII repeats and EN 16931 has once; where it differs the first stands and the others are told."""
    if value is not None and fields.setdefault(key, value) != value:
        walk.left.append(element)


def vat_only(element: Element, _: Fields, walk: Walk) -> None:
    """The kind of tax: "VAT" and nothing else is carried."""
    if text_of(element, walk) != "VAT":
        walk.left.append(element)
