"""What a frame shows as text, and what of it is another since the state before: a few words instead of a megabyte."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

from vaxel_preview.scrolling import readable
from vaxel_preview.table import Dress, Row
from vaxel_preview.wall import framed


@dataclass(frozen=True, slots=True)
class Text:
    """The HTML of a frame; of a page that acts what is read of it, and a digest of what acts after it."""

    html: str
    acting: str = ""


@dataclass(frozen=True, slots=True)
class Splice:
    """What makes a text of the one before: it keeps `head` and `tail`, counted in UTF-16 as browsers do."""

    head: int
    middle: str
    tail: int
    acting: str


@functools.lru_cache(maxsize=12)  # of two states those that a screen has room for
def text_of(row: Row, body: bytes) -> Text:
    """The text of the frame of a row."""
    html = framed(row, body)
    if row.dress is not Dress.SCRIPTED:
        return Text(html.decode())
    read, acting = readable(html)
    return Text(read.decode(), acting)


def splice(before: Text, after: Text) -> Splice:
    """What has changed between two texts: everything from the first difference to the last."""
    old, new = before.html, after.html
    most = min(len(old), len(new))
    head = _alike(most, lambda count: old[:count] == new[:count])
    tail = _alike(most - head, lambda count: old[len(old) - count :] == new[len(new) - count :])
    return Splice(_units(new[:head]), new[head : len(new) - tail], _units(new[len(new) - tail :]), after.acting)


def _alike(most: int, same: Callable[[int], bool]) -> int:
    """The largest count up to `most` for which all is the same."""
    least = 0
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if same(middle) else (least, middle - 1)
    return least


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
