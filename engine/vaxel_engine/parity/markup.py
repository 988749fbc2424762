"""What a reader of a page sees: its words in order, a new line wherever a block begins."""

from collections.abc import Iterator

from lxml import etree

_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "time", "u"}
)
_UNSEEN = frozenset({"script", "style", "template", "noscript", "meta", "link"})
_SAID = ("datetime", "data-copy", "aria-label", "alt", "title")
"""Attributes that a machine reads, a button copies or a screen reader says: somebody gets what stands there."""


def visible_text(html: bytes) -> str:
    """The words of a page, then the values of the attributes that are copied, read or said, a line each."""
    root = etree.fromstring(html, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    if root is None:  # pyright: ignore[reportUnnecessaryComparison]  # an empty page has no root
        return ""
    said = [str(value) for name in _SAID for value in (element.get(name) for element in root.iter()) if value]
    return "".join(_words(root)) + "\n" + "\n".join(said)


def _words(element: etree._Element) -> Iterator[str]:  # pyright: ignore[reportPrivateUsage]  # lxml's only name for it
    if not callable(element.tag) and element.tag not in _UNSEEN:  # a comment's tag is a function
        around = "" if element.tag in _INLINE else "\n"
        yield around + _one_line(element.text)
        for child in element:
            yield from _words(child)
            yield _one_line(child.tail)
        yield around


def _one_line(text: str | None) -> str:
    """Source lines mean nothing in HTML; a no-break space stays."""
    if not text:
        return ""
    return " ".join(text.replace("\n", " ").replace("\r", " ").replace("\t", " ").split(" "))
