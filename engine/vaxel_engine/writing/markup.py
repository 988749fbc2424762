"""XML as text, element by element: what holds nothing is not written, so that no element is ever empty."""

import base64
import datetime as dt
import re
from decimal import Decimal

from vaxel_engine.model import SchemedIdentifier

_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_ATTRIBUTE = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"})

_MARKS = re.compile(r"[&<>\r]")

Value = str | Decimal | dt.date | bytes | bool
"""What stands in an element; each kind has one way of being written."""


def text_of(value: str) -> str:
    """Text as it stands in an element."""
    return value.translate(_TEXT) if _MARKS.search(value) else value


def words_of(value: Value) -> str:
    """The value as it is written: numbers with the digits they have, days as YYYY-MM-DD, bytes as base64."""
    match value:
        case str():
            return text_of(value)
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case dt.date():
            return value.isoformat()
        case bytes():
            return base64.b64encode(value).decode("ascii")


def leaf(tag: str, value: Value | None, **attributes: str | None) -> str:
    """An element with a value; nothing where there is none."""
    if value is None:
        return ""
    return f"<{tag}{_attributes(attributes) if attributes else ''}>{words_of(value)}</{tag}>\n"


def group(tag: str, *children: str) -> str:
    """An element around others; nothing where none of them says anything."""
    inner = "".join(children)
    return f"<{tag}>\n{inner}</{tag}>\n" if inner else ""


def schemed(tag: str, identifier: SchemedIdentifier | None) -> str:
    """An identifier with its scheme."""
    return leaf(tag, identifier.value, schemeID=identifier.scheme) if identifier is not None else ""


def root(tag: str, namespaces: dict[str, str], *children: str) -> str:
    """The outermost element; its namespaces in the order given, the empty prefix being the default."""
    declared = "".join(f' xmlns{":" if prefix else ""}{prefix}="{name}"' for prefix, name in namespaces.items())
    return f"<{tag}{declared}>\n{''.join(children)}</{tag}>\n"


def _attributes(attributes: dict[str, str | None]) -> str:
    return "".join(
        f' {name}="{value.translate(_ATTRIBUTE)}"' for name, value in attributes.items() if value is not None
    )
