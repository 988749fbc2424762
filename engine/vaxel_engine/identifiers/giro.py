"""Swedish giro numbers: bankgiro of seven or eight digits, plusgiro of two to eight, both with a Luhn check digit."""

from vaxel_engine.identifiers.check_digits import are_digits, compact, luhn_digit
from vaxel_engine.identifiers.groups import from_right


def normal_bankgiro(number: str) -> str:
    """The bankgiro number in digits alone; raises ValueError."""
    return _checked(compact(number), "bankgiro", 7, 8)


def normal_plusgiro(number: str) -> str:
    """The plusgiro number in digits alone; raises ValueError."""
    return _checked(compact(number), "plusgiro", 2, 8)


def group_bankgiro(number: str) -> str:
    """A bankgiro number of seven or eight digits with its dash: 505-0109, 5050-1055; anything else as it came."""
    digits = number.replace("-", "").replace(" ", "")
    return f"{digits[:-4]}-{digits[-4:]}" if are_digits(digits) and len(digits) in (7, 8) else number


def group_plusgiro(number: str) -> str:
    """A plusgiro number of 2 to 8 digits in pairs before its check digit: 41 23 45-1; anything else as it came."""
    digits = number.replace("-", "").replace(" ", "")
    if not (are_digits(digits) and 2 <= len(digits) <= 8):
        return number
    return f"{from_right(digits[:-1], 2)}-{digits[-1]}"


def _checked(digits: str, name: str, shortest: int, longest: int) -> str:
    if not (are_digits(digits) and shortest <= len(digits) <= longest):
        raise ValueError(f"is not a {name} number: it has {shortest} to {longest} digits")
    if luhn_digit(digits[:-1]) != digits[-1]:
        raise ValueError(f"is not a {name} number: its check digit is wrong")
    return digits
