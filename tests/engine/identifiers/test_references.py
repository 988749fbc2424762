"""Norwegian and Danish payment references, and what an identity number may tell."""

import pytest

from vaxel_engine.identifiers import fik, kid, organisations, persons
from vaxel_engine.identifiers.kid import Modulus


@pytest.mark.parametrize(("digits", "check"), [("12345678", "2")])
def test_a_kid_by_modulus_10(digits: str, check: str) -> None:
    assert kid.with_check(digits, Modulus.MOD10) == digits + check
    assert kid.is_kid(digits + check, Modulus.MOD10)


@pytest.mark.parametrize(("digits", "check"), [("12345678", "5"), ("1000005", "-")])
def test_a_kid_by_modulus_11_may_end_in_a_dash(digits: str, check: str) -> None:
    assert kid.with_check(digits, Modulus.MOD11) == digits + check
    assert kid.is_kid(digits + check, Modulus.MOD11)


def test_the_agreed_modulus_alone_counts() -> None:
    assert kid.is_kid("123456785")
    assert not kid.is_kid("123456785", Modulus.MOD10)


def test_a_kid_has_at_most_25_characters() -> None:
    with pytest.raises(ValueError, match="26"):
        kid.with_check("1" * 25, Modulus.MOD10)


@pytest.mark.parametrize(
    ("digits", "identifier"), [("00000000012345", "000000000123455"), ("12345678901234", "123456789012347")]
)
def test_a_fik_identifier_ends_in_luhns_digit(digits: str, identifier: str) -> None:
    assert fik.with_check(digits, "71") == fik.normal_identifier(identifier, "71") == identifier


def test_a_fik_line_of_type_75_has_one_digit_more() -> None:
    identifier = fik.with_check("12345", "75")
    assert len(identifier) == 16
    assert fik.read_fik(f"+75<{identifier} +81234567<") == fik.Fik("75", identifier, "81234567")


def test_a_slip_of_type_73_names_no_payment() -> None:
    assert fik.read_fik("+73< +81234567<") == fik.Fik("73", "", "81234567")
    with pytest.raises(ValueError, match="at most 0 digits"):
        fik.with_check("1", "73")


def test_a_coordination_number_has_a_day_above_60() -> None:
    assert persons.is_samordningsnummer("198001612384")
    assert not persons.is_samordningsnummer("198001012387")


def test_a_danish_number_need_not_have_the_old_check_digit() -> None:
    assert persons.normal_cpr("211062-5628") == "2110625628"


@pytest.mark.parametrize("number", ["15518610071", "15908610064"])
def test_norwegian_test_numbers_have_a_month_40_or_80_higher(number: str) -> None:
    assert persons.normal_fodselsnummer(number) == number


def test_a_swedish_organisation_number_becomes_its_vat_number() -> None:
    assert organisations.swedish_vat_number("559201-4475") == "SE559201447501"
