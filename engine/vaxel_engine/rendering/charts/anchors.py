"""Words in a picture that end or are centred at a place, begun where they then begin: paper draws that much faster.

A drawing program that has to measure words draws them apart first and moves them then; where the font is at hand,
their beginning can be said at once.
"""

import re
from collections.abc import Callable
from html import unescape

_ANCHORED = re.compile(
    r'<text x="([-\d.]+)" y="([-\d.]+)" fill="([^"]*)" text-anchor="(end|middle)"( font-weight="600")?>([^<]*)</text>'
)

Advance = Callable[[str, bool], float]
"""How wide words are in ems, letter by letter, in the ordinary weight or the strong one."""


def begun_at_start(svg: str, size: float, advance: Advance) -> str:
    """The picture `svg`, whose words are of `size`, with every word placed by its beginning."""

    def placed(found: re.Match[str]) -> str:
        x, y, fill, anchor, weight, words = found.groups()
        wide = advance(unescape(words), weight is not None) * size
        left = float(x) - (wide if anchor == "end" else wide / 2)
        return f'<text x="{left:.4f}" y="{y}" fill="{fill}"{weight or ""}>{words}</text>'

    return _ANCHORED.sub(placed, svg)
