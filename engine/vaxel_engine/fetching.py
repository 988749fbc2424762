"""What a style would fetch: one answer for mail, page and mailbox, whichever way it is written."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2

_SUSPECT = re.compile(r"url|@import|image|src\s*\(|fade|\\", re.IGNORECASE)
"""Without any of these a style cannot fetch: a backslash may write every letter (CSS Syntax Module Level 3, 4.3.7)."""
_OF_ADDRESSES = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade", "-webkit-cross-fade"})
"""Functions whose strings are addresses (CSS Values 4, 4.5; CSS Images 4, 2.2 to 2.6)."""
WITHIN = ("data:", "#")
"""How addresses begin of what stands in the page itself."""


def fetched(style: str, *, within: tuple[str, ...] = WITHIN) -> str | None:
    """The first address that `style` would fetch; None where each begins with one of `within`, in small letters.

    `style` is a whole sheet, or the value of an attribute; what no browser could read fetches nothing.
    """
    if _SUSPECT.search(style) is None:
        return None
    found = _addresses(tinycss2.parse_component_value_list(style, skip_comments=True), told=False)
    return next((address for address in found if not address.lower().startswith(within)), None)


def _addresses(tokens: Iterable[Any], *, told: bool) -> Iterator[str]:
    """All of them; `told` where a string is one."""
    imported = False
    for token in tokens:
        match token.type:
            case "url":
                yield token.value.strip()
            case "string" if told or imported:
                yield token.value.strip()
            case "function":
                yield from _addresses(token.arguments, told=token.lower_name in _OF_ADDRESSES)
            case "() block" | "[] block" | "{} block":
                yield from _addresses(token.content, told=told)
            case _:
                pass
        if token.type != "whitespace":
            imported = token.type == "at-keyword" and token.lower_value == "import"
