"""QR codes as vector pictures; zxing-cpp writes them, in a thirtieth of the time that Python takes."""

import functools
import math
from collections.abc import Iterator, Sequence
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


def outlines(rows: Sequence[Sequence[int]], offset: int) -> str:
    """The borders between dark and light, each walked once: a fraction of what a box for each run would need.

    Along a line of the grid borders begin and end at corners, by turns; so each corner has one partner on its line
    across and one on its line down, and a loop goes from one to the other until it is back.
    """
    across = {(x, y): to for y, x, to in _partners(rows)}
    down = {(x, y): to for x, y, to in _partners(list(zip(*rows, strict=True)))}
    drawn: list[str] = []
    while across:
        x, y = start = next(iter(across))
        drawn.append(f"M{x + offset} {y + offset}")
        while True:
            to = across.pop((x, y))
            del across[to, y]
            drawn.append(f"h{to - x}")
            x, to = to, down[to, y]
            if (x, to) == start:
                drawn.append("z")
                break
            drawn.append(f"v{to - y}")
            y = to
    return "".join(drawn)


def _partners(rows: Sequence[Sequence[int]]) -> Iterator[tuple[int, int, int]]:
    """On each line between rows, and above the first and below the last: a corner and its partner, both ways."""
    above = 0
    for line, row in enumerate([*rows, ()]):
        dark = int.from_bytes(bytes(row), "little")
        border = above ^ dark
        above = dark
        turns = border ^ border << 8  # a bit in the byte of each corner
        while turns:
            first = turns & -turns
            turns ^= first
            last = turns & -turns
            turns ^= last
            begin, end = first.bit_length() // 8, last.bit_length() // 8
            yield line, begin, end
            yield line, end, begin
