"""KID, the Norwegian payment reference: 2 to 25 characters, the last a check by modulus 10 or 11 (Nets, OCR giro).

Which modulus applies belongs to the payee's agreement. By modulus 11 the last character is "-" where no digit fits.
"""

from enum import StrEnum

from vaxel_engine.identifiers.check_digits import are_digits, compact, luhn_digit, mod11_character
from vaxel_engine.identifiers.groups import from_right

SHORTEST, LONGEST = 2, 25


class Modulus(StrEnum):
    """How a payee's KIDs are checked."""

    MOD10 = "mod10"
    MOD11 = "mod11"


def with_check(digits: str, modulus: Modulus) -> str:
    """`digits` made into a KID; raises ValueError for what would not have 2 to 25 characters."""
    kid = digits + (luhn_digit(digits) if modulus is Modulus.MOD10 else mod11_character(digits))
    if not SHORTEST <= len(kid) <= LONGEST:
        raise ValueError(f"a KID has {SHORTEST} to {LONGEST} characters, this one would have {len(kid)}")
    return kid


def normal_kid(reference: str, modulus: Modulus | None = None) -> str:
    """The KID without spaces; without `modulus` either will do. Raises ValueError."""
    kid = reference.replace(" ", "")
    if kid.endswith("-") and not kid.endswith("--"):
        kid = compact(kid) + "-"
    if not (are_digits(kid.removesuffix("-")) and SHORTEST <= len(kid) <= LONGEST):
        raise ValueError(f"is not a KID: it has {SHORTEST} to {LONGEST} digits, the last may be a dash")
    checks = {Modulus.MOD10: luhn_digit, Modulus.MOD11: mod11_character}
    if not any(checks[one](kid[:-1]) == kid[-1] for one in ([modulus] if modulus else Modulus)):
        raise ValueError("is not a KID: its check digit is wrong")
    return kid


def is_kid(reference: str, modulus: Modulus | None = None) -> bool:
    """Whether it is a KID, by `modulus` or without one by either."""
    try:
        normal_kid(reference, modulus)
    except ValueError:
        return False
    return True


def group_kid(reference: str) -> str:
    """The KID as a payer reads it: groups of four, counted from the right."""
    return from_right(reference.replace(" ", ""), 4)
