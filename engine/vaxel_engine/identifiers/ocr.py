"""The Swedish OCR reference at each control level that a payee can agree with Bankgirot.

It has 2 to 25 digits and ends in a Luhn check digit; with a length digit, the digit before it is the last digit of the
reference's whole length, both control digits counted (Bankgirot, OCR-referenskontroll).
"""

from collections.abc import Collection
from enum import StrEnum

from vaxel_engine.identifiers.check_digits import are_digits, compact, luhn_digit
from vaxel_engine.identifiers.groups import from_right

SHORTEST, LONGEST = 2, 25
"""Digits of an OCR reference, Bankgirot."""


class ControlLevel(StrEnum):
    """What the payee agreed with Bankgirot; it belongs to the bankgiro number, not to the reference.

    At the soft level an internet bank warns of a wrong reference and lets it pass, at the others it refuses it.
    """

    SOFT = "soft"
    CHECK_DIGIT = "check_digit"
    LENGTH_DIGIT = "length_digit"
    FIXED_LENGTH = "fixed_length"


def with_control(digits: str, level: ControlLevel = ControlLevel.CHECK_DIGIT) -> str:
    """`digits` made into an OCR reference of `level`; raises ValueError when it would not have 2 to 25 digits."""
    body = digits
    if level is ControlLevel.LENGTH_DIGIT:
        body += str((len(digits) + 2) % 10)
    reference = body + luhn_digit(body)
    if not SHORTEST <= len(reference) <= LONGEST:
        raise ValueError(f"an OCR reference has {SHORTEST} to {LONGEST} digits, this one would have {len(reference)}")
    return reference


def normal_ocr(reference: str, level: ControlLevel = ControlLevel.CHECK_DIGIT, *, lengths: Collection[int] = ()) -> str:
    """The reference in digits alone; `lengths` are the agreed ones at level FIXED_LENGTH, one or two.

    Raises ValueError, which says which control it fails.
    """
    digits = compact(reference)
    if not are_digits(digits):
        raise ValueError("is not an OCR reference: it has other characters than digits")
    if not SHORTEST <= len(digits) <= LONGEST:
        raise ValueError(f"is not an OCR reference: it has {len(digits)} digits, not {SHORTEST} to {LONGEST}")
    if level is not ControlLevel.SOFT and luhn_digit(digits[:-1]) != digits[-1]:
        raise ValueError("is not an OCR reference: its check digit is wrong")
    if level is ControlLevel.LENGTH_DIGIT and digits[-2] != str(len(digits) % 10):
        raise ValueError("is not an OCR reference of this account: its length digit is wrong")
    if level is ControlLevel.FIXED_LENGTH and len(digits) not in lengths:
        agreed = " or ".join(map(str, sorted(lengths)))
        raise ValueError(f"is not an OCR reference of this account: it has {len(digits)} digits, not {agreed}")
    return digits


def is_ocr(reference: str, level: ControlLevel = ControlLevel.CHECK_DIGIT, *, lengths: Collection[int] = ()) -> bool:
    """Whether `reference`, without its spaces, is an OCR reference of `level`."""
    try:
        normal_ocr(reference, level, lengths=lengths)
    except ValueError:
        return False
    return True


def group_ocr(reference: str) -> str:
    """The reference as a payer reads and types it: groups of four, counted from the right, as "12 3456 7890"."""
    return from_right(reference.replace(" ", ""), 4)
