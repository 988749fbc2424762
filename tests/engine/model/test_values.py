"""What may stand in a field: one meaning for each number, day, name and identity."""

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from vaxel_engine.model import Amount, Date, Exact, NationalId, Recipient
from vaxel_engine.model.base import Identifier, Name, Text

AMOUNT: TypeAdapter[Decimal] = TypeAdapter(Amount)
EXACT: TypeAdapter[Decimal] = TypeAdapter(Exact)
DAY: TypeAdapter[dt.date] = TypeAdapter(Date)
TEXTS: dict[str, TypeAdapter[str]] = {
    "text": TypeAdapter(Text),
    "name": TypeAdapter(Name),
    "id": TypeAdapter(Identifier),
}


@pytest.mark.parametrize("words", ["0", "-12.5", "+7", ".5", "12.", "1234567.89", "12.500"])
def test_a_decimal_number_is_kept_as_it_came(words: str) -> None:
    assert AMOUNT.validate_python(words) == Decimal(words)


@pytest.mark.parametrize("value", ["1_000", "１２", "1e3", "12,50", "1 000", " 1", "", "NaN", 0.1, True, "12.505"])
def test_a_number_that_could_mean_another_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        AMOUNT.validate_python(value)


def test_a_price_keeps_full_precision() -> None:
    assert str(EXACT.validate_python("0.123456789012345678901234567")) == "0.123456789012345678901234567"


@pytest.mark.parametrize(
    "value", [20261120, "20261120", "1732233600", 0, "2026-11-20T00:00:00", "2026-11-20Z", "26-11-20", "２０２６-11-20"]
)
def test_a_day_is_never_a_count_of_seconds(value: object) -> None:
    with pytest.raises(ValidationError):
        DAY.validate_python(value)


def test_a_day_is_year_month_day() -> None:
    assert DAY.validate_python("2026-11-20") == dt.date(2026, 11, 20)


@pytest.mark.parametrize("kind", ["name", "id", "text"])
@pytest.mark.parametrize("character", ["\u202e", "\u2066", "\u200f", "\x00", "\x1b", "\ue000", "\u0378"])
def test_what_hides_or_turns_text_is_refused(kind: str, character: str) -> None:
    with pytest.raises(ValidationError):
        TEXTS[kind].validate_python(f"a{character}b")


@pytest.mark.parametrize("character", ["\u200b", "\u00ad", "\ufeff", "\u2060"])
def test_an_identifier_holds_nothing_unseen(character: str) -> None:
    with pytest.raises(ValidationError):
        TEXTS["id"].validate_python(f"26{character}11")


@pytest.mark.parametrize("character", ["\n", "\u2028", "\x85"])
def test_a_name_is_one_line(character: str) -> None:
    with pytest.raises(ValidationError):
        TEXTS["name"].validate_python(f"a{character}b")


def test_prose_has_lines_and_one_spelling() -> None:
    assert TEXTS["text"].validate_python("Hej\r\n\tA\u030asa\r!") == "Hej\n\tÅsa\n!"


@pytest.mark.parametrize(
    "name", ["Áilu Ánte Sárá Eŋŋá Đuoddar-Čáhppes", "Þórhildur Ægisdóttir", "Żółkiewska", "O’Sullivan", "王小明"]
)
def test_names_of_the_north_and_of_the_world_pass(name: str) -> None:
    assert TEXTS["name"].validate_python(name) == name


@pytest.mark.parametrize(("country", "number"), [("SE", "198001012387"), ("SE", "198001612384"), ("NO", "15076500565")])
def test_a_national_identity_is_taken(country: str, number: str) -> None:
    assert NationalId.model_validate({"country_code": country, "value": number}).value == number


@pytest.mark.parametrize(
    ("country", "number"),
    [
        ("SE", "198001012388"),
        ("SE", "8001012387"),
        ("SE", "198013012387"),
        ("SE", "１98001012387"),
        ("NO", "15076500566"),
    ],
)
def test_a_wrong_national_identity_is_refused_unseen(country: str, number: str) -> None:
    with pytest.raises(ValidationError) as caught:
        NationalId.model_validate({"country_code": country, "value": number})

    assert number not in str(caught.value)


@pytest.mark.parametrize("number", ["0701740605", "+4670 174 06 05", "+４６701740605", "+46", "46701740605"])
def test_a_mobile_number_is_e164(number: str) -> None:
    with pytest.raises(ValidationError):
        Recipient(name="A", mobile=number)
