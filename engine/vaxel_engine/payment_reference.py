"""Swedish payment references and giro numbers: check digits and the grouping people read them in.

An OCR reference has 2 to 25 digits and ends in a Luhn check digit; at the level "variable length" the digit before it
is the last digit of the reference's whole length, both control digits counted (Bankgirot, OCR-referenskontroll).
"""

from enum import StrEnum

SHORTEST, LONGEST = 2, 25
"""Digits of an OCR reference, Bankgirot."""


class ControlLevel(StrEnum):
    """What the payee agreed with Bankgirot; it belongs to the bankgiro number, not to the reference."""

    CHECK_DIGIT = "check_digit"
    LENGTH_DIGIT = "length_digit"


def check_digit(digits: str) -> str:
    """The Luhn digit (mod 10) that makes `digits` valid when appended; raises ValueError for anything but digits."""
    if not _are_digits(digits):
        raise ValueError("a check digit is computed from digits only")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def with_control(digits: str, level: ControlLevel = ControlLevel.CHECK_DIGIT) -> str:
    """`digits` made into an OCR reference of `level`; raises ValueError when it would not have 2 to 25 digits."""
    body = digits
    if level is ControlLevel.LENGTH_DIGIT:
        body += str((len(digits) + 2) % 10)
    reference = body + check_digit(body)
    if not SHORTEST <= len(reference) <= LONGEST:
        raise ValueError(f"an OCR reference has {SHORTEST} to {LONGEST} digits, this one would have {len(reference)}")
    return reference


def is_ocr(reference: str, level: ControlLevel = ControlLevel.CHECK_DIGIT) -> bool:
    """Whether `reference`, without its spaces, is an OCR reference of `level`."""
    digits = reference.replace(" ", "")
    if not (_are_digits(digits) and SHORTEST <= len(digits) <= LONGEST) or check_digit(digits[:-1]) != digits[-1]:
        return False
    return level is ControlLevel.CHECK_DIGIT or digits[-2] == str(len(digits) % 10)


def group_ocr(reference: str) -> str:
    """The reference as a payer reads and types it: groups of four, counted from the right, as "12 3456 7890"."""
    return _from_right(reference.replace(" ", ""), 4)


def group_bankgiro(number: str) -> str:
    """A bankgiro number of seven or eight digits with its dash: 505-0109, 5050-1055; anything else as it came."""
    digits = number.replace("-", "").replace(" ", "")
    return f"{digits[:-4]}-{digits[-4:]}" if _are_digits(digits) and len(digits) in (7, 8) else number


def group_plusgiro(number: str) -> str:
    """A plusgiro number of 2 to 8 digits in pairs before its check digit: 41 23 45-1; anything else as it came."""
    digits = number.replace("-", "").replace(" ", "")
    if not (_are_digits(digits) and 2 <= len(digits) <= 8):
        return number
    return f"{_from_right(digits[:-1], 2)}-{digits[-1]}"


def group_iban(number: str) -> str:
    """An IBAN in groups of four from the left (ISO 13616, print form)."""
    compact = number.replace(" ", "").upper()
    return " ".join(compact[at : at + 4] for at in range(0, len(compact), 4))


def _from_right(digits: str, size: int) -> str:
    head = len(digits) % size
    groups = ([digits[:head]] if head else []) + [digits[at : at + size] for at in range(head, len(digits), size)]
    return " ".join(groups)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
