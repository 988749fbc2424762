"""The two check digits of Nordic giro and payment numbers: modulus 10 (Luhn, ISO/IEC 7812-1 annex B) and modulus 11."""

import re
from collections.abc import Sequence

WEIGHTS_OF_MODULUS_11 = (2, 3, 4, 5, 6, 7)
"""From the right, repeated; Nets, OCR giro system specification."""

_DASHES_AND_SPACES = re.compile(r"[ \u00a0\u202f\u2010\u2011\u2012\u2013\u2212-]")


def are_digits(text: str) -> bool:
    """Whether the text is digits 0 to 9 and nothing else; Python alone would take ١٢ and １２ too."""
    return text.isascii() and text.isdigit()


def compact(text: str) -> str:
    """The text without the spaces and dashes that people write to read it."""
    return _DASHES_AND_SPACES.sub("", text)


def luhn_digit(digits: str) -> str:
    """The digit that makes `digits` valid by modulus 10 when appended; raises ValueError for anything but digits."""
    if not are_digits(digits):
        raise ValueError("a check digit is computed from digits only")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def mod11_character(digits: str) -> str:
    """The character that makes `digits` valid by modulus 11 when appended: a digit, or "-" where none does.

    Raises ValueError for anything but digits.
    """
    if not are_digits(digits):
        raise ValueError("a check digit is computed from digits only")
    weights = WEIGHTS_OF_MODULUS_11
    total = sum(int(digit) * weights[place % len(weights)] for place, digit in enumerate(reversed(digits)))
    missing = -total % 11
    return "-" if missing == 10 else str(missing)


def weighted_remainder(digits: str, weights: Sequence[int]) -> int:
    """The weighted sum of the digits, modulus 11: 0 where a number's own check digit is right."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
