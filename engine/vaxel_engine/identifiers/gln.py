"""GLN, the global location number of GS1: thirteen digits, the last a check digit (EAS 0088)."""

from stdnum import ean

from vaxel_engine.identifiers.check_digits import are_digits, compact
from vaxel_engine.identifiers.groups import from_left


def normal_gln(number: str) -> str:
    """The GLN in thirteen digits; raises ValueError."""
    digits = compact(number)
    if not (are_digits(digits) and len(digits) == 13):
        raise ValueError("is not a GLN: it has 13 digits")
    if not ean.is_valid(digits):
        raise ValueError("is not a GLN: its check digit is wrong")
    return digits


def group_gln(number: str) -> str:
    """The GLN for reading: 7 350012 345679. Raises ValueError."""
    return from_left(normal_gln(number), 1, 6, 6)
