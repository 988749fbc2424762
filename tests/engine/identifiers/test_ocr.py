"""Payment references, against the vectors that were computed and published for them."""

import pytest

from vaxel_engine.identifiers.accounts import group_iban
from vaxel_engine.identifiers.check_digits import luhn_digit
from vaxel_engine.identifiers.giro import group_bankgiro, group_plusgiro
from vaxel_engine.identifiers.ocr import ControlLevel, group_ocr, is_ocr, normal_ocr, with_control


@pytest.mark.parametrize(
    ("digits", "digit"),
    [
        ("1234567", "4"),
        ("12345", "5"),
        ("12345678", "2"),
        ("163697", "6"),
        ("120295100", "8"),
        ("101896649253", "1"),
    ],
)
def test_check_digit_is_luhns(digits: str, digit: str) -> None:
    assert luhn_digit(digits) == digit
    assert is_ocr(digits + digit)


@pytest.mark.parametrize(
    ("digits", "reference"),
    [
        ("1234", "123463"),
        ("123456", "12345682"),
        ("12345678", "1234567806"),
        ("100200300400", "10020030040048"),
        ("1234567890123", "123456789012354"),
    ],
)
def test_length_digit_is_the_last_digit_of_the_whole_length(digits: str, reference: str) -> None:
    assert with_control(digits, ControlLevel.LENGTH_DIGIT) == reference
    assert is_ocr(reference, ControlLevel.LENGTH_DIGIT)


def test_a_wrong_check_digit_is_not_an_ocr_reference() -> None:
    assert not is_ocr("12345671")


def test_a_wrong_length_digit_fails_only_where_it_is_agreed() -> None:
    reference = with_control("12345")
    assert is_ocr(reference)
    assert not is_ocr(reference, ControlLevel.LENGTH_DIGIT)


@pytest.mark.parametrize("text", ["", "7", "1234567 4a", "١٢٣", "12345678901234567890123456"])
def test_anything_but_2_to_25_plain_digits_is_not_an_ocr_reference(text: str) -> None:
    assert not is_ocr(text)


def test_a_reference_that_would_be_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="26"):
        with_control("1" * 25)


def test_a_payee_with_a_fixed_length_takes_no_other() -> None:
    assert is_ocr("1234567806", ControlLevel.FIXED_LENGTH, lengths=(10, 12))
    with pytest.raises(ValueError, match="13 digits, not 10 or 12"):
        normal_ocr("1018966492531", ControlLevel.FIXED_LENGTH, lengths=(10, 12))


def test_the_soft_level_lets_a_wrong_check_digit_pass() -> None:
    assert is_ocr("12345671", ControlLevel.SOFT)
    assert not is_ocr("1234567A", ControlLevel.SOFT)


def test_figures_are_grouped_as_people_read_them() -> None:
    assert group_ocr("100233445525") == "1002 3344 5525"
    assert group_ocr("1234567806") == "12 3456 7806"
    assert group_bankgiro("5050109") == "505-0109"
    assert group_bankgiro("50501055") == "5050-1055"
    assert group_plusgiro("4123451") == "41 23 45-1"
    assert group_iban("SE4550000000058398257466") == "SE45 5000 0000 0583 9825 7466"


def test_a_number_of_another_shape_is_left_as_it_came() -> None:
    assert group_bankgiro("12345") == "12345"
    assert group_plusgiro("F 123") == "F 123"
