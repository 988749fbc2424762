"""QR codes as vector pictures; segno, which has no types, stays in this module."""

import functools
from collections.abc import Sequence
from typing import cast

import segno

QUIET_ZONE = 4
"""Modules of white on every side, ISO/IEC 18004."""


@functools.lru_cache(maxsize=8)  # the paper and the page of one document carry the same code
def qr_svg(text: str) -> str:
    """`text` as a QR code with its quiet zone, in SVG: black on white, the same bytes for the same text.

    Error correction M is what bank apps meet on paper; the code grows with the text.
    """
    rows = cast("Sequence[Sequence[int]]", segno.make(text, error="m", boost_error=False, micro=False).matrix)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path d="{outlines(rows, QUIET_ZONE)}" fill="#000" fill-rule="evenodd"/></svg>'
    )


def outlines(rows: Sequence[Sequence[int]], offset: int) -> str:
    """The borders between dark and light, each walked once: less than half of what a box for each run would need."""
    dark = {(x, y) for y, row in enumerate(rows, offset) for x, module in enumerate(row, offset) if module}
    across = {(x, y) for x, top in dark for y in (top, top + 1) if ((x, y) in dark) != ((x, y - 1) in dark)}
    down = {(x, y) for left, y in dark for x in (left, left + 1) if ((x, y) in dark) != ((x - 1, y) in dark)}
    drawn: list[str] = []
    for start in sorted(across):
        if start not in across:
            continue
        x, y = start
        drawn.append(f"M{x} {y}")
        while True:
            begun, step = x, 1 if (x, y) in across else -1
            while (edge := (x if step > 0 else x - 1, y)) in across:
                across.discard(edge)
                x += step
                if (x, y) in down or (x, y - 1) in down:
                    break
            drawn.append(f"h{x - begun}")
            begun, step = y, 1 if (x, y) in down else -1
            while (edge := (x, y if step > 0 else y - 1)) in down:
                down.discard(edge)
                y += step
                if (x, y) in across or (x - 1, y) in across:
                    break
            if (x, y) == start:
                drawn.append("z")
                break
            drawn.append(f"v{y - begun}")
    return "".join(drawn)
