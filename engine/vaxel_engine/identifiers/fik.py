"""FIK, the code line of a Danish payment slip, of the types 71, 73 and 75.

Types 71 and 75 carry a payment identifier of 15 or 16 digits, the last a Luhn check digit; type 73 carries none. The
creditor has eight digits, the first an 8.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from vaxel_engine.identifiers.check_digits import are_digits, compact, luhn_digit

FikType: TypeAlias = Literal["71", "73", "75"]
LENGTHS: dict[FikType, int] = {"71": 15, "73": 0, "75": 16}
"""Digits of the payment identifier, its check digit counted."""

_LINE = re.compile(r"\+?(71|73|75)<([0-9]*)\+([0-9]{8})<?")
_CREDITOR = re.compile(r"8[0-9]{7}")


@dataclass(frozen=True, slots=True)
class Fik:
    """One payment slip's code line, checked."""

    slip: FikType
    identifier: str
    """Empty for type 73."""
    creditor: str

    @property
    def line(self) -> str:
        """As it is printed and typed: +71<000000000123455 +81234567<."""
        return f"+{self.slip}<{self.identifier}{' ' if self.identifier else ''}+{self.creditor}<"


def with_check(digits: str, slip: FikType) -> str:
    """`digits`, filled up with zeros, made into a payment identifier; raises ValueError."""
    room = LENGTHS[slip] - 1
    if not (are_digits(digits) and len(digits) <= room):
        raise ValueError(f"a payment identifier of type {slip} is made of at most {max(room, 0)} digits")
    filled = digits.zfill(room)
    return filled + luhn_digit(filled)


def normal_identifier(digits: str, slip: FikType) -> str:
    """The payment identifier of a slip in its full length; raises ValueError."""
    plain = compact(digits)
    wanted = LENGTHS[slip]
    if len(plain) != wanted or (wanted and not are_digits(plain)):
        raise ValueError(f"is not a payment identifier of type {slip}: it has {wanted} digits")
    if wanted and luhn_digit(plain[:-1]) != plain[-1]:
        raise ValueError(f"is not a payment identifier of type {slip}: its check digit is wrong")
    return plain


def read_fik(line: str) -> Fik:
    """The code line taken apart, with or without its spaces; raises ValueError."""
    found = _LINE.fullmatch("".join(line.split()))
    if found is None:
        raise ValueError("is not a FIK code line of type 71, 73 or 75, e.g. +71<000000000123455 +81234567<")
    slip = cast("FikType", found[1])
    if not _CREDITOR.fullmatch(found[3]):
        raise ValueError("is not a FIK code line: its creditor number has 8 digits and begins with 8")
    return Fik(slip, normal_identifier(found[2], slip), found[3])
