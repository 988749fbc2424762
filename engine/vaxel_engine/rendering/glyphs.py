"""Which characters a pack's fonts can print; fontTools, which has no types, stays in this module."""

import unicodedata
from collections.abc import Iterable
from io import BytesIO
from typing import cast

from fontTools.ttLib import TTFont

_FONT_BEGINNINGS = (b"\x00\x01\x00\x00", b"OTTO", b"wOF2", b"wOFF", b"true")
_UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs"})
"""Categories of Unicode that leave no mark on paper."""


def covered_by(files: Iterable[bytes]) -> frozenset[int]:
    """The code points that every font among `files` has: text is set in more than one weight."""
    covered: set[int] | None = None
    for content in files:
        if content.startswith(_FONT_BEGINNINGS):
            points = cast("dict[int, str]", TTFont(BytesIO(content), lazy=True).getBestCmap())
            covered = set(points) if covered is None else covered & set(points)
    return frozenset(covered or ())


def not_covered(text: str, covered: frozenset[int]) -> list[str]:
    """The visible characters of `text` that have no glyph, in order of their code points."""
    return sorted(
        character
        for character in set(text)
        if ord(character) not in covered and unicodedata.category(character) not in _UNSEEN
    )
