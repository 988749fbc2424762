"""Where things stand on the sheet for a mail house's profile: the lengths that paper's style sheet is filled with."""

import math
from dataclasses import dataclass

from vaxel_engine.mailing.profile import Profile

LEFT, TOP = 20.0, 12.0
"""Millimetres: where text begins on the sheet, and where the head begins on page one."""
GRID = 4.5
_STEP = 0.75
"""Millimetres; the address begins on a sixth of the grid, since its window begins where a mail house says."""
_LEAST_HEAD = 67.5
"""Millimetres that amount and date need beside the address."""

_SIZES = (("", 4.5, 2.13), ("tight", 3.375, 1.70), ("tightest", 2.7, 1.49))
"""Class, millimetres from line to line and of a character: 10, 8 and 7 points.

Sorting machines want 10 points; a longer address is set smaller before a word of it is lost.
"""
_CUT = "tightest cut"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lengths in millimetres from where text begins (x) and from where the head begins (y)."""

    address_left: float
    address_top: float
    address_width: float
    address_height: float
    head_height: float

    @classmethod
    def of(cls, profile: Profile) -> "Sheet":
        """The sheet of a mail house."""
        usable = profile.usable
        left = max(LEFT, usable.x)
        top = TOP + math.ceil(round((usable.y - TOP) / _STEP, 6)) * _STEP
        below = profile.window.bottom if profile.window is not None else usable.bottom
        return cls(
            address_left=round(left - LEFT, 3),
            address_top=round(top - TOP, 3),
            address_width=round(usable.right - left, 3),
            address_height=round(usable.bottom - top, 3),
            head_height=max(_LEAST_HEAD, math.ceil(round((below - TOP) / GRID, 6)) * GRID),
        )

    def size_for(self, address: tuple[str, ...]) -> str:
        """The class of the largest size in which every line of `address` has its room."""
        for name, line, a_character in _SIZES:
            letters = int(self.address_width / a_character)
            if sum(max(1, math.ceil(len(text) / letters)) for text in address) <= int(
                self.address_height / line + 1e-6
            ):
                return name
        return _CUT
