"""SMS parts are counted as 3GPP TS 23.038 and 23.040 count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaxel_engine.gsm import plain, segments


@pytest.mark.parametrize(
    ("text", "count", "units"),
    [
        ("", 1, 0),
        ("a" * 160, 1, 160),
        ("a" * 161, 2, 161),
        ("a" * 306, 2, 306),
        ("a" * 307, 3, 307),
        ("åäöæøÅÄÖÆØÉéèùìòÑñß£¥§¡¿@_ΔΦΓ", 1, 29),
    ],
)
def test_the_basic_alphabet_takes_160_alone_and_153_in_a_part(text: str, count: int, units: int) -> None:
    measured = segments(text)
    assert (measured.encoding, measured.count, measured.units) == ("GSM-7", count, units)


@pytest.mark.parametrize("ch", list("^{}\\[~]|€\f"))
def test_an_extension_character_costs_two(ch: str) -> None:
    assert segments(ch).units == 2
    assert segments(ch * 80).count == 1
    assert segments(ch * 81).count == 2


def test_an_escape_pair_is_never_split() -> None:
    measured = segments("a" * 152 + "€" + "a" * 152)
    assert measured.parts == ("a" * 152, "€" + "a" * 151, "a")


@pytest.mark.parametrize(("text", "count"), [("á" * 70, 1), ("á" * 71, 2), ("á" * 134, 2), ("á" * 135, 3)])
def test_ucs2_takes_70_alone_and_67_in_a_part(text: str, count: int) -> None:
    assert (segments(text).encoding, segments(text).count) == ("UCS-2", count)


def test_a_surrogate_pair_is_never_split() -> None:
    measured = segments("á" * 66 + "😀" * 3)
    assert measured.units == 72
    assert measured.parts == ("á" * 66, "😀" * 3)


@pytest.mark.parametrize("ch", list("áíóúýþðëőş“”’–…\u00a0çÇ\t"))
def test_one_character_outside_the_alphabet_turns_the_whole_text_and_is_named(ch: str) -> None:
    measured = segments(f"Faktura {ch}")
    assert measured.encoding == "UCS-2"
    assert measured.because == ch
    assert measured.reason == f"U+{ord(ch):04X} {ch}"


def test_typography_becomes_plain_and_letters_stay() -> None:
    assert plain("1\u00a0284,00\u202fkr – “Þór’s” −5…") == '1 284,00 kr - "Þór\'s" -5...'


@given(st.text(max_size=700))
def test_parts_are_the_text_and_each_fits(text: str) -> None:
    measured = segments(text)
    assert "".join(measured.parts) == text
    limit = (160, 153) if measured.encoding == "GSM-7" else (70, 67)
    most = limit[0] if measured.count == 1 else limit[1]
    assert all(segments(part).units <= most or measured.encoding == "UCS-2" for part in measured.parts)
    if measured.encoding == "UCS-2":
        assert all(len(part.encode("utf-16-be", "surrogatepass")) // 2 <= most for part in measured.parts)
