"""Every identifier by its name: what it is checked by, and how it is written for people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from vaxel_engine.identifiers import accounts, fik, giro, gln, kid, ocr, organisations, persons


class Scheme(StrEnum):
    """The identifiers that Vaxel knows; the value is the name in settings and mapping files."""

    PERSONNUMMER = "personnummer"
    FODSELSNUMMER = "fodselsnummer"
    CPR = "cpr"
    SE_ORGNR = "se_orgnr"
    NO_ORGNR = "no_orgnr"
    CVR = "cvr"
    Y_TUNNUS = "y_tunnus"
    OVT = "ovt"
    BANKGIRO = "bankgiro"
    PLUSGIRO = "plusgiro"
    IBAN = "iban"
    NO_ACCOUNT = "no_account"
    OCR = "ocr"
    KID = "kid"
    FIK = "fik"
    GLN = "gln"


@dataclass(frozen=True, slots=True)
class _Rules:
    normal: Callable[[str], str]
    grouped: Callable[[str], str]


_RULES: Mapping[Scheme, _Rules] = {
    Scheme.PERSONNUMMER: _Rules(persons.normal_personnummer, persons.group_personnummer),
    Scheme.FODSELSNUMMER: _Rules(persons.normal_fodselsnummer, persons.group_fodselsnummer),
    Scheme.CPR: _Rules(persons.normal_cpr, persons.group_cpr),
    Scheme.SE_ORGNR: _Rules(organisations.normal_swedish, organisations.group_swedish),
    Scheme.NO_ORGNR: _Rules(organisations.normal_norwegian, organisations.group_norwegian),
    Scheme.CVR: _Rules(organisations.normal_danish, organisations.group_danish),
    Scheme.Y_TUNNUS: _Rules(organisations.normal_finnish, organisations.group_finnish),
    Scheme.OVT: _Rules(organisations.normal_ovt, organisations.normal_ovt),
    Scheme.BANKGIRO: _Rules(giro.normal_bankgiro, giro.group_bankgiro),
    Scheme.PLUSGIRO: _Rules(giro.normal_plusgiro, giro.group_plusgiro),
    Scheme.IBAN: _Rules(accounts.normal_iban, accounts.group_iban),
    Scheme.NO_ACCOUNT: _Rules(accounts.normal_norwegian_account, accounts.group_norwegian_account),
    Scheme.OCR: _Rules(ocr.normal_ocr, ocr.group_ocr),
    Scheme.KID: _Rules(kid.normal_kid, kid.group_kid),
    Scheme.FIK: _Rules(lambda line: fik.read_fik(line).line, lambda line: fik.read_fik(line).line),
    Scheme.GLN: _Rules(gln.normal_gln, gln.group_gln),
}


def normal(scheme: Scheme, text: str) -> str:
    """The identifier as it is stored and compared; raises ValueError, whose words never show the number."""
    return _RULES[scheme].normal(text)


def is_valid(scheme: Scheme, text: str) -> bool:
    """Whether the text is an identifier of the scheme, its spaces and dashes set aside."""
    try:
        normal(scheme, text)
    except ValueError:
        return False
    return True


def grouped(scheme: Scheme, text: str) -> str:
    """The identifier as a person reads it; raises ValueError where it is not valid."""
    return _RULES[scheme].grouped(normal(scheme, text))
