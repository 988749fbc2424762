"""Peppol BIS Billing 3: identifiers of known schemes have the shape and the check digit of their scheme."""

import re
from collections.abc import Callable

from vaxel_engine.rules.node import Bill, Node
from vaxel_engine.rules.rule import Context, Rule, Severity, Verdict, on, rule


def _digits(count: int) -> Callable[[str], bool]:
    pattern = re.compile(f"[0-9]{{{count}}}")
    return lambda words: pattern.fullmatch(words) is not None


def is_gln(words: str) -> bool:
    """GS1: weights 3 and 1 from the right; any length, as the official rule has it."""
    if not words.isascii() or not words.isdigit():
        return False
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(words[:-1])))
    return (10 - weighted % 10) % 10 == int(words[-1])


def is_norwegian_number(words: str) -> bool:
    """Nine digits, modulo 11 with the weights 2 to 7 from the right."""
    if not _digits(9)(words) or int(words) == 0:
        return False
    weighted = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(words[:-1])))
    return (11 - weighted % 11) % 11 == int(words[-1])


def is_swedish_number(words: str) -> bool:
    """Digits, of which the tenth is the Luhn digit of the nine before."""
    if not words.isascii() or not words.isdigit() or len(words) < 10:
        return False
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(words[:9])))
    return (10 - sum(number // 10 + number % 10 for number in doubled) % 10) % 10 == int(words[9])


def _is_belgian(words: str) -> bool:
    return _digits(10)(words) and 97 - int(words[:8]) % 97 == int(words[8:])


def _is_australian(words: str) -> bool:
    weights = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
    if not _digits(11)(words):
        return False
    figures = [int(digit) for digit in words]
    figures[0] -= 1
    return sum(weight * figure for weight, figure in zip(weights, figures, strict=True)) % 89 == 0


def _is_italian_vat(words: str) -> bool:
    if words[:2].upper() != "IT":
        return True
    number = words[2:]
    if not _digits(11)(number):
        return False
    figures = [int(digit) if place % 2 == 0 else int("0246813579"[int(digit)]) for place, digit in enumerate(number)]
    return sum(figures) % 10 == 0


_FISCAL_CODE = re.compile(r"[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}.{3}[0-9][A-Za-z]|[0-9]{11}")
_OFFICE_CODE = re.compile(r"[A-Za-z0-9]{6}")
_CVR = re.compile(r"(DK)?[0-9]{8}")
_CVR_WITH_COUNTRY = re.compile(r"DK[0-9]{8}")
_DUTCH_VAT = re.compile(r"NL[0-9]{9}B[0-9]{2}")


def _is_fiscal_code(words: str) -> bool:
    return _FISCAL_CODE.fullmatch(words) is not None


_Check = Callable[[str], bool]
_ANYWHERE: tuple[tuple[str, str, str, _Check, Severity], ...] = (
    ("R040", "0088", "a GLN with a right check digit", is_gln, "fatal"),
    ("R041", "0192", "a Norwegian organisation number", is_norwegian_number, "fatal"),
    ("R042", "0184", "a Danish CVR number of 8 digits", lambda words: _CVR.fullmatch(words) is not None, "fatal"),
    ("R052", "0096", "a Danish P number of 10 digits", _digits(10), "fatal"),
    (
        "R053",
        "0198",
        "a Danish SE number, DK and 8 digits",
        lambda words: _CVR_WITH_COUNTRY.fullmatch(words) is not None,
        "fatal",
    ),
    ("R043", "0208", "a Belgian enterprise number", _is_belgian, "fatal"),
    (
        "R044",
        "0201",
        "an Italian office code of 6 characters",
        lambda words: _OFFICE_CODE.fullmatch(words) is not None,
        "warning",
    ),
    ("R045", "0210", "an Italian fiscal code", _is_fiscal_code, "warning"),
    ("R047", "0211", "an Italian VAT number", _is_italian_vat, "warning"),
    (
        "R049",
        "0007",
        "a Swedish organisation number of 10 digits",
        lambda words: len(words) == 10 and is_swedish_number(words),
        "fatal",
    ),
    ("R050", "0151", "an Australian business number", _is_australian, "fatal"),
    ("R054", "0106", "a Dutch chamber of commerce number of 8 digits", _digits(8), "warning"),
    ("R055", "0190", "a Dutch government number of 20 digits", _digits(20), "warning"),
    ("R056-1", "9944", "a Dutch VAT number", lambda words: _DUTCH_VAT.fullmatch(words) is not None, "warning"),
    ("R057", "0217", "a Dutch branch number of 12 digits", _digits(12), "warning"),
)
_UNTRIMMED = frozenset({"0184", "0096", "0198"})  # compared as they came, blanks included
_TERM = "BT-29, BT-30, BT-34, BT-46, BT-47, BT-49"


def _of_scheme(number: str, scheme: str, demand: str, check: _Check, severity: Severity) -> tuple[Rule, str]:
    untrimmed = scheme in _UNTRIMMED

    def test(identifier: Node, bill: Bill) -> Verdict:
        return check(identifier.text if untrimmed else identifier.value)

    return rule(f"PEPPOL-COMMON-{number}", _TERM, demand, test, severity), scheme


def _has_scheme(scheme: str) -> Callable[[Node, Bill], bool]:
    return lambda node, bill: node.attribute("schemeID") == scheme


def _dutch(identifier: Node, bill: Bill) -> bool:
    scheme = identifier.parent
    return scheme is not None and scheme.words("TaxScheme", "ID") == "VAT" and identifier.value.startswith("NL")


_RULES = tuple(_of_scheme(*row) for row in _ANYWHERE)
_PLACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("EndpointID", ()),
    ("ID", ("PartyIdentification",)),
    ("CompanyID", ()),
)

CONTEXTS: tuple[Context, ...] = (
    *(
        on(name, checked, under=under, when=_has_scheme(scheme))
        for checked, scheme in _RULES
        for name, under in _PLACES
    ),
    on(
        "EndpointID",
        _of_scheme("R046", "9907", "an Italian fiscal code", _is_fiscal_code, "warning")[0],
        when=_has_scheme("9907"),
    ),
    on(
        "CompanyID",
        rule(
            "PEPPOL-COMMON-R056-2",
            "BT-31, BT-48",
            "a Dutch VAT number",
            lambda node, bill: _DUTCH_VAT.fullmatch(node.value) is not None,
            "warning",
        ),
        under=("PartyTaxScheme",),
        when=_dutch,
    ),
)
