"""National identity numbers of persons in Sweden, Norway and Denmark; no message of this module shows one.

python-stdnum is not asked here: it compares the day of birth with today's, and the engine has no clock.
"""

import datetime as dt

from vaxel_engine.identifiers.check_digits import are_digits, compact, luhn_digit, weighted_remainder

_FIRST_OF_NORWAY = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_OF_NORWAY = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def normal_personnummer(number: str) -> str:
    """A Swedish personnummer or samordningsnummer in twelve digits, YYYYMMDDnnnn; raises ValueError.

    Ten digits do not tell the century, and which one is meant depends on the day they were written: they are refused.
    A samordningsnummer's day is 60 higher (lag 2022:1697).
    """
    digits = compact(number)
    if not (are_digits(digits) and len(digits) == 12):
        raise ValueError("is not a Swedish personal number in 12 digits: check its length")
    if not _is_day(int(digits[:4]), int(digits[4:6]), _without(60, int(digits[6:8]))):
        raise ValueError("is not a Swedish personal number: its date does not exist")
    if luhn_digit(digits[2:-1]) != digits[-1]:
        raise ValueError("is not a Swedish personal number: its check digit is wrong")
    return digits


def is_samordningsnummer(number: str) -> bool:
    """Whether a valid number is a coordination number; raises ValueError where it is no valid number at all."""
    return int(normal_personnummer(number)[6:8]) > 60


def group_personnummer(number: str) -> str:
    """As it is written with its century: 19800101-2387. Raises ValueError."""
    digits = normal_personnummer(number)
    return f"{digits[:8]}-{digits[8:]}"


def normal_fodselsnummer(number: str) -> str:
    """A Norwegian fødselsnummer or D-number in eleven digits; raises ValueError.

    A D-number's day is 40 higher; test numbers have a month 40 (Skatteetaten) or 80 (Tenor) higher.
    """
    digits = compact(number)
    if not (are_digits(digits) and len(digits) == 11):
        raise ValueError("is not a Norwegian identity number: it has 11 digits")
    if weighted_remainder(digits[:10], _FIRST_OF_NORWAY) or weighted_remainder(digits, _SECOND_OF_NORWAY):
        raise ValueError("is not a Norwegian identity number: its check digits are wrong")
    month = int(digits[2:4])
    month -= 80 if month > 80 else 40 if month > 40 else 0
    # 2000 is a leap year: the century is not asked, only whether the day can exist
    if not _is_day(_century_of_norway(digits) + int(digits[4:6]), month, _without(40, int(digits[:2]))):
        raise ValueError("is not a Norwegian identity number: its date does not exist")
    return digits


def group_fodselsnummer(number: str) -> str:
    """As it is written: 010180 12345. Raises ValueError."""
    digits = normal_fodselsnummer(number)
    return f"{digits[:6]} {digits[6:]}"


def normal_cpr(number: str) -> str:
    """A Danish CPR number in ten digits; raises ValueError.

    The check digit is not asked: since 2007 numbers are given out that do not have it right (CPR-kontoret).
    """
    digits = compact(number)
    if not (are_digits(digits) and len(digits) == 10):
        raise ValueError("is not a CPR number: it has 10 digits")
    if not _is_day(_century_of_denmark(digits) + int(digits[4:6]), int(digits[2:4]), int(digits[:2])):
        raise ValueError("is not a CPR number: its date does not exist")
    return digits


def group_cpr(number: str) -> str:
    """As it is written: 211062-5629. Raises ValueError."""
    digits = normal_cpr(number)
    return f"{digits[:6]}-{digits[6:]}"


def _without(offset: int, day: int) -> int:
    return day - offset if day > offset else day


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _century_of_norway(digits: str) -> int:
    """By the individual number, digits 7 to 9 (Skatteetaten)."""
    individual, year = int(digits[6:9]), int(digits[4:6])
    if 500 <= individual <= 749 and year >= 54:
        return 1800
    if individual >= 500 and year < 40:
        return 2000
    return 1900


def _century_of_denmark(digits: str) -> int:
    """By the seventh digit and the year (CPR-kontoret, Personnummeret i CPR)."""
    seventh, year = int(digits[6]), int(digits[4:6])
    if seventh <= 3 or (seventh in (4, 9) and year >= 37):
        return 1900
    if seventh in (4, 9):
        return 2000
    return 2000 if year <= 57 else 1800
