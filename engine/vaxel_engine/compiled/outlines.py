"""Bookmarks: the tree of a file's headings."""

from collections.abc import Callable
from dataclasses import dataclass, field

from vaxel_engine.compiled import inside
from vaxel_engine.compiled.numbers import number


@dataclass(slots=True)
class Heading:
    """A bookmark: its level and words, the number of its page, and its place there in points."""

    level: int
    title: str
    page: int
    x: float
    y: float
    children: list["Heading"] = field(default_factory=list["Heading"])


def text_string(text: str) -> bytes:
    """A text as a PDF says it."""
    written: bytes = inside.pydyf.String(text).data
    return written


def outlines(headings: list[Heading], add: Callable[[bytes], int], put: Callable[[int, bytes], None]) -> int:
    """The number of the tree's root; `add` takes a number for a dictionary, `put` says later what it is.

    A level that is left out does not count.
    """
    top = Heading(0, "", 0, 0, 0)
    way = [top]
    for heading in headings:
        while len(way) > 1 and way[-1].level >= heading.level:
            way.pop()
        way[-1].children.append(heading)
        way.append(heading)

    def items(children: list[Heading], parent: int) -> tuple[int, int, int]:
        numbers = [add(b"") for _ in children]
        total = len(children)
        for at, heading in enumerate(children):
            more, count = b"", 0
            if heading.children:
                first, last, count = items(heading.children, numbers[at])
                more = b"/First %d 0 R/Last %d 0 R" % (first, last)
            total += count
            if at:
                more += b"/Prev %d 0 R" % numbers[at - 1]
            if at + 1 < len(numbers):
                more += b"/Next %d 0 R" % numbers[at + 1]
            place = (heading.page, number(heading.x), number(heading.y))
            said = text_string(heading.title)
            form = b"<</Title %b/Dest [%d 0 R /XYZ %b %b 0]/Count %d%b/Parent %d 0 R>>"
            put(numbers[at], form % (said, *place, count, more, parent))
        return numbers[0], numbers[-1], total

    root = add(b"")
    first, last, count = items(top.children, root)
    put(root, b"<</Count %d/First %d 0 R/Last %d 0 R>>" % (count, first, last))
    return root
