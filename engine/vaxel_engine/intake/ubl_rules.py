"""The small rules that UBL tables are made of: what one element gives to the fields of the model."""

import re
from typing import Any

from vaxel_engine.intake.xml import CAC, CBC, Element, Fields, Rule, Table, Walk, add, rejected

_TRUTH = {"true": True, "1": True, "false": False, "0": False}  # xs:boolean
_SUBJECT = re.compile(r"#([A-Z]{3})#(.*)", re.DOTALL)  # BT-21, as the UBL binding of EN 16931-3-2 writes it


def a(name: str) -> str:
    """The tag of an aggregate."""
    return f"{{{CAC}}}{name}"


def b(name: str) -> str:
    """The tag of a basic component."""
    return f"{{{CBC}}}{name}"


def text_of(element: Element, walk: Walk, *attributes: str) -> str | None:
    """Return the trimmed text, None where there is none; attributes other than those named are told as left."""
    if element.attrib:
        walk.attributes(element, *attributes)
    if len(element):
        walk.left.extend(element)
    words = element.text
    return words.strip() or None if words else None


def put(fields: Fields, key: str, value: Any, element: Element, walk: Walk) -> None:
    """Store a value once; where the element is repeated the first stands and the others are told as left."""
    if value is None:
        return
    if key in fields:
        walk.left.append(element)
    else:
        fields[key] = value


def leaf(key: str) -> Rule:
    """Text, a code, a date or a number without attributes."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        put(fields, key, text_of(element, walk), element, walk)

    return take


def truth(key: str) -> Rule:
    """An xs:boolean."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        words = text_of(element, walk)
        put(fields, key, _TRUTH.get(words or "", words), element, walk)

    return take


def amount(key: str) -> Rule:
    """An amount that must be in the document's currency (PEPPOL-EN16931-R051)."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        words = text_of(element, walk, "currencyID")
        currency = element.get("currencyID")
        if currency != walk.currency and currency is not None and walk.currency is not None:
            raise rejected(
                element,
                walk,
                found=f"an amount in “{currency[:3]}” in a document in “{walk.currency[:3]}”",
                remedy="write every amount in the document's currency",
            )
        put(fields, key, words, element, walk)

    return take


def schemed(key: str) -> Rule:
    """An identifier with the scheme it comes from."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        put(fields, key, identifier_of(element, walk), element, walk)

    return take


def schemed_each(key: str) -> Rule:
    """One of several identifiers with the scheme each comes from."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        value = identifier_of(element, walk)
        if value is not None:
            add(fields, key, value)

    return take


def identifier_of(element: Element, walk: Walk) -> Fields | None:
    """Return `{value, scheme}`, None for an empty element."""
    words = text_of(element, walk, "schemeID")
    if words is None:
        return None
    scheme = element.get("schemeID")
    return {"value": words} if scheme is None else {"value": words, "scheme": scheme}


def measured(key: str, unit_key: str) -> Rule:
    """A quantity and its unit."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        put(fields, key, text_of(element, walk, "unitCode"), element, walk)
        unit = element.get("unitCode")
        if unit is not None:
            fields.setdefault(unit_key, unit)

    return take


def note(element: Element, fields: Fields, walk: Walk) -> None:
    """A note of the document, with its subject code where it has one (BG-1)."""
    words = text_of(element, walk)
    if words is None:
        return
    subject = _SUBJECT.fullmatch(words)
    entry = {"subject_code": subject[1], "text": subject[2]} if subject else {"text": words}
    add(fields, "notes", entry)


def group(key: str, table: Table) -> Rule:
    """A group of the model; several elements of UBL may fill the same one."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        inner: Fields = fields.setdefault(key, {})
        walk.children(element, table, inner)

    return take


def once(key: str, table: Table) -> Rule:
    """A group that stands once; a second one is told as left."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        if key in fields:
            walk.left.append(element)
            return
        inner: Fields = {}
        fields[key] = inner
        walk.children(element, table, inner)

    return take


def each(key: str, table: Table) -> Rule:
    """One of a list of groups."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        inner: Fields = {}
        add(fields, key, inner)
        walk.children(element, table, inner)

    return take


def through(table: Table) -> Rule:
    """An element of UBL that is no group of the model: its children belong to what is around it."""

    def take(element: Element, fields: Fields, walk: Walk) -> None:
        walk.children(element, table, fields)

    return take


def vat_scheme(element: Element, _: Fields, walk: Walk) -> None:
    """The tax scheme of a VAT category: "VAT" and nothing else is carried."""
    for child in element:
        if child.tag != f"{{{CBC}}}ID" or (child.text or "").strip() != "VAT":
            walk.left.append(child)


def nothing(_: Element, __: Fields, ___: Walk) -> None:
    """An element that says how the file is written, not what the invoice says."""
