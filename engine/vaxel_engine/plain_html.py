"""Pages as our own templates write them: what matters in them is found without a parser, in half its time.

A page is plain where every `<` begins a tag with a lower-case name and double-quoted values, and no element's text is
read otherwise than as text. Then each element that any reader of HTML finds (HTML, 13.2.5) begins at one of these tags
and has the attributes that are written there. Whatever is written otherwise is left to a parser.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape

_NAME = r"[a-z][a-z0-9-]*+"
_PLAIN = re.compile(
    r"\s*+(?:<!doctype html>)?+[^<]*+"
    rf"(?:<(?:{_NAME}(?:[ \n]++(?:[a-zA-Z][a-zA-Z0-9:.-]*+=\"[^\"<>]*+\"|open|hidden))*+[ \n]*+/?+|/{_NAME})>[^<]*+)*+",
    re.ASCII,
)
_READ_OTHERWISE = frozenset(
    {"iframe", "noembed", "noframes", "noscript", "plaintext", "script", "style", "template", "textarea", "xmp"}
)
_ADDRESS = re.compile(r'="([\s\x00-\x1f]*+[jJvV&][^":&]*+[:&][^"]*+)"')
"""A value that may be an address which runs something: it begins like one, or its letters are written as references."""


class PlainHtml:
    """What somebody looks for in plain pages: elements by their names, and attributes by expressions for theirs."""

    def __init__(self, elements: Iterable[str], attributes: Iterable[str]) -> None:
        self._element = re.compile(f"<(?:{'|'.join(sorted({*elements, *_READ_OTHERWISE}))})[ \\n/>]", re.ASCII)
        self._attribute = re.compile(f'[ \\n]({"|".join(sorted(attributes))})="([^"]*+)"', re.ASCII | re.IGNORECASE)

    def without(self, page: str) -> bool:
        """Whether `page` is plain and has none of the elements; False where only a parser can tell."""
        return _PLAIN.fullmatch(page) is not None and self._element.search(page) is None

    def attributes(self, page: str) -> Iterator[tuple[str, str]]:
        """A plain page's attributes by lower-case names; without a name whatever else may be a script's address."""
        for name, value in self._attribute.findall(page):
            yield name.lower(), unescape(value)
        for value in _ADDRESS.findall(page):
            yield "", unescape(value)
