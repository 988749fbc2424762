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
    runs: list[str] = []
    for y, row in enumerate(rows, start=QUIET_ZONE):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x + QUIET_ZONE} {y}h{length}v1h-{length}z")
            x += length or 1
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}" height="{side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{"".join(runs)}" fill="#000"/></svg>'
    )
