"""Organisation numbers of Sweden, Norway, Denmark and Finland, and the other forms in which they travel."""

from stdnum.fi import ytunnus
from stdnum.se import orgnr

from vaxel_engine.identifiers.check_digits import are_digits, compact, weighted_remainder
from vaxel_engine.identifiers.groups import from_left

_WEIGHTS_OF_NORWAY = (3, 2, 7, 6, 5, 4, 3, 2, 1)
_WEIGHTS_OF_DENMARK = (2, 7, 6, 5, 4, 3, 2, 1)
_OVT_OF_FINLAND = "0037"  # ISO 6523 ICD of the Finnish tax administration, first part of every OVT code
_LONGEST_SUFFIX = 5  # characters of an OVT code's sub-unit


def normal_swedish(number: str) -> str:
    """The Swedish organisation number in ten digits; raises ValueError."""
    digits = compact(number)
    if not (are_digits(digits) and len(digits) == 10 and orgnr.is_valid(digits)):
        raise ValueError("is not a valid Swedish organisation number: check length and check digit")
    return digits


def group_swedish(number: str) -> str:
    """As it is written: 559201-4475. Raises ValueError."""
    digits = normal_swedish(number)
    return f"{digits[:6]}-{digits[6:]}"


def swedish_vat_number(number: str) -> str:
    """The VAT number of a Swedish organisation: SE559201447501. Raises ValueError."""
    return f"SE{normal_swedish(number)}01"


def normal_norwegian(number: str) -> str:
    """The Norwegian organisation number in nine digits; raises ValueError."""
    digits = _digits(number, 9, "a Norwegian organisation number")
    return _with_right_digit(digits, _WEIGHTS_OF_NORWAY, "a Norwegian organisation number")


def group_norwegian(number: str) -> str:
    """As it is written: 988 077 917. Raises ValueError."""
    return from_left(normal_norwegian(number), 3)


def normal_nordic(number: str) -> str:
    """A Swedish number in ten digits or a Norwegian one in nine, told apart by their length. Raises ValueError."""
    return normal_norwegian(number) if len(compact(number)) == 9 else normal_swedish(number)


def normal_danish(number: str) -> str:
    """The Danish CVR number in eight digits; raises ValueError."""
    digits = _digits(number, 8, "a Danish CVR number")
    return _with_right_digit(digits, _WEIGHTS_OF_DENMARK, "a Danish CVR number")


def group_danish(number: str) -> str:
    """As it is written: 13 58 56 28. Raises ValueError."""
    return from_left(normal_danish(number), 2)


def normal_finnish(number: str) -> str:
    """The Finnish business ID (Y-tunnus) in eight digits; raises ValueError."""
    digits = _digits(number, 8, "a Finnish business ID")
    if not ytunnus.is_valid(digits):
        raise ValueError("is not a Finnish business ID: its check digit is wrong")
    return digits


def group_finnish(number: str) -> str:
    """As it is written: 2077474-0. Raises ValueError."""
    digits = normal_finnish(number)
    return f"{digits[:7]}-{digits[7:]}"


def normal_ovt(code: str) -> str:
    """The Finnish OVT code (EAS 0216): 0037, business ID, up to five characters of a sub-unit; raises ValueError."""
    plain = compact(code).upper()
    suffix = plain[12:]
    if not plain.startswith(_OVT_OF_FINLAND) or len(suffix) > _LONGEST_SUFFIX or not (suffix + "0").isalnum():
        raise ValueError("is not an OVT code: it is 0037, eight digits and up to five more characters")
    return _OVT_OF_FINLAND + normal_finnish(plain[4:12]) + suffix


def _digits(number: str, length: int, name: str) -> str:
    digits = compact(number)
    if not (are_digits(digits) and len(digits) == length):
        raise ValueError(f"is not {name}: it has {length} digits")
    return digits


def _with_right_digit(digits: str, weights: tuple[int, ...], name: str) -> str:
    if weighted_remainder(digits, weights):
        raise ValueError(f"is not {name}: its check digit is wrong")
    return digits
