"""What a style would fetch: one answer for mail, page and mailbox, whichever way it is written."""

import re
from collections.abc import Iterable
from typing import Any

import tinycss2

_SUSPECT = re.compile(r"url|@import|image|src\s*\(|fade|\\", re.IGNORECASE)
"""Without any of these a style cannot fetch: a backslash may write every letter (CSS Syntax Module Level 3, 4.3.7)."""
_OF_ADDRESSES = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"})
"""Functions whose strings are addresses (CSS Values 4, 4.5; CSS Images 4, 2.2 to 2.6)."""
_WITHIN = ("data:", "#")


def fetched(style: str) -> str | None:
    """The first address that `style` would fetch; None where it brings along whatever it shows (`data:`, `#`).

    `style` is a whole sheet, or the value of an attribute; what no browser could read fetches nothing.
    """
    if _SUSPECT.search(style) is None:
        return None
    return _first(tinycss2.parse_component_value_list(style, skip_comments=True), of_addresses=False)


def _first(tokens: Iterable[Any], *, of_addresses: bool) -> str | None:
    imported = False
    for token in tokens:
        match token.type:
            case "url":
                found = _outside(token.value)
            case "string":
                found = _outside(token.value) if of_addresses or imported else None
            case "function":
                found = _first(token.arguments, of_addresses=token.lower_name in _OF_ADDRESSES)
            case "() block" | "[] block" | "{} block":
                found = _first(token.content, of_addresses=of_addresses)
            case _:
                found = None
        if found is not None:
            return found
        if token.type != "whitespace":
            imported = token.type == "at-keyword" and token.lower_value == "import"
    return None


def _outside(address: str) -> str | None:
    plain = address.strip()
    return None if plain.lower().startswith(_WITHIN) else plain
