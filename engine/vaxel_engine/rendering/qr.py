"""QR codes as vector pictures; zxing-cpp writes them, in a thirtieth of the time that Python takes."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import Any, cast

import zxingcpp

QUIET_ZONE = 4
"""Modules of white on every side, ISO/IEC 18004."""


@functools.lru_cache(maxsize=8)  # the paper and the page of one document carry the same code
def qr_svg(text: str, level: str = "M") -> str:
    """`text` as a QR code with its quiet zone, in SVG: black on white, the same bytes for the same text.

    Error correction M is what bank apps meet on paper; the code grows with the text. Write ASCII: what other letters
    mean in a QR code is for each reader to guess.
    """
    rows = modules(text, level)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path d="{outlines(rows, QUIET_ZONE)}" fill="#000" fill-rule="evenodd"/></svg>'
    )


def modules(text: str, level: str) -> list[bytes]:
    """The rows of the code without its quiet zone, a byte for each module, 1 where it is dark."""
    writer = cast("Any", zxingcpp)  # half of its types are missing
    code = writer.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    drawn = writer.write_barcode_to_image(code, scale=1, add_quiet_zones=False)  # a buffer of light and dark
    dark = bytes(memoryview(drawn)).translate(_DARK)
    side = math.isqrt(len(dark))
    return [dark[at : at + side] for at in range(0, len(dark), side)]


_DARK = bytes([1]) + bytes(255)
_WALKS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Walk:
    """The corners of a code's borders, loop by loop, as numbers along the lines of a grid `wide` corners wide."""

    loops: list[list[int]]
    wide: int
    offset: int
    """Where the grid begins, in modules from the left and from the top."""


_walked: dict[str, Walk] = {}


def walk_of(path: str) -> Walk | None:
    """How a path of `outlines` was walked, where that was not long ago: whoever draws it need not read it again."""
    return _walked.get(path)


def outlines(rows: Sequence[Sequence[int]], offset: int) -> str:
    """The borders between dark and light, each walked once: a fraction of what a box for each run would need.

    Along a line of the grid borders begin and end at corners, by turns; so each corner has one partner on its line
    across and one on its line down, and a loop goes from one to the other until it is back.
    """
    wide = len(rows[0]) + 1
    corners = _corners(rows, wide)
    every = range(len(corners))
    lines = list(compress(every, corners))
    across = _partners(lines)
    columns = [compress(every[column::wide], corners[column::wide]) for column in range(wide)]
    down = _partners(list(chain.from_iterable(columns)))
    sideways, downwards = _steps(wide)
    drawn: list[str] = []
    loops: list[list[int]] = []
    walked: set[int] = set()
    for start in lines:
        if start in walked:
            continue
        drawn.append(f"M{start % wide + offset} {start // wide + offset}")
        corner = start
        loop = [start]
        loops.append(loop)
        while True:
            to = across[corner]
            loop.append(to)
            drawn.append(sideways[to - corner])
            corner = down[to]
            if corner == start:
                break
            loop.append(corner)
            drawn.append(downwards[corner - to])
        walked.update(loop)
        drawn.append("z")
    path = "".join(drawn)
    while len(_walked) >= _WALKS_KEPT:
        _walked.pop(next(iter(_walked), ""), None)  # another thread may have been here
    _walked[path] = Walk(loops, wide, offset)
    return path


@functools.cache
def _steps(wide: int) -> tuple[dict[int, str], dict[int, str]]:
    """How a step to another corner of the same line is written, and to one of the same column, by their distance."""
    every = range(-wide, wide + 1)
    return {step: f"h{step}" for step in every}, {step * wide: f"v{step}" for step in every}


def _corners(rows: Sequence[Sequence[int]], wide: int) -> bytes:
    """A byte for each crossing of the grid, line by line, 1 where a border between dark and light has a corner."""
    dark = int.from_bytes(b"".join([bytes([*row, 0]) for row in rows]), "little")
    border = dark ^ dark << 8 * wide  # a byte for each step along a line
    return (border ^ border << 8).to_bytes(wide * (len(rows) + 1), "little")


def _partners(corners: list[int]) -> dict[int, int]:
    """Of corners in their order along the lines, each line's by twos: each one's partner."""
    return dict(zip(corners[0::2] + corners[1::2], corners[1::2] + corners[0::2], strict=True))
