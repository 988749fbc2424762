"""Bank accounts: IBAN (ISO 13616) and the Norwegian account number of eleven digits."""

import re

from stdnum import iban

from vaxel_engine.identifiers.check_digits import are_digits, compact, weighted_remainder
from vaxel_engine.identifiers.groups import from_left

_WEIGHTS_OF_NORWAY = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def normal_iban(number: str) -> str:
    """The IBAN in capitals without spaces; country, length and check digits are right. Raises ValueError."""
    plain = compact(number).upper()
    if not (_IBAN.fullmatch(plain) and iban.is_valid(plain, check_country=False)):
        raise ValueError("is not an IBAN: check its country, length and check digits")
    return plain


def group_iban(number: str) -> str:
    """An IBAN in groups of four from the left (ISO 13616, print form)."""
    return from_left(number.replace(" ", "").upper(), 4)


def normal_norwegian_account(number: str) -> str:
    """The account number in eleven digits; raises ValueError."""
    digits = compact(number.replace(".", ""))
    if not (are_digits(digits) and len(digits) == 11):
        raise ValueError("is not a Norwegian account number: it has 11 digits")
    if weighted_remainder(digits, _WEIGHTS_OF_NORWAY):
        raise ValueError("is not a Norwegian account number: its check digit is wrong")
    return digits


def group_norwegian_account(number: str) -> str:
    """The account number as Norwegians write it: 8601 11 17947. Raises ValueError."""
    return from_left(normal_norwegian_account(number), 4, 2, 5)
