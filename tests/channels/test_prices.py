"""A price file: what it says is what documents cost, and what it lacks is named with its line."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from vaxel_channels.prices import Piece, load
from vaxel_engine.errors import Misconfigured

EXAMPLE = Path(__file__).parents[2] / "command/vaxel/example_prices.toml"
STEPS = (20, 50, 100, 250, 500, 1000, 2000)


def test_the_example_prices_have_every_step_of_the_print_house_as_it_comes() -> None:
    prices = load(EXAMPLE, ("kivra", "email", "sms", "print"), weighed={"print": STEPS})
    assert (prices.name, prices.valid_from) == ("Example prices", dt.date(2026, 1, 1))
    assert prices.of(Piece("print", sheets=2, grams=25)) == Decimal("0.90") + 2 * Decimal("0.45") + Decimal("13.60")
    assert prices.beginning()["print"] == Decimal("11.15")


MISTAKES: dict[str, tuple[str, str, str]] = {
    "a class": ("    { grams = 100, price = 24.50 },\n", "", "has no price for letters up to 100 g"),
    "a channel": ("[channel.sms]\ndocument = 0.65\n", "", "has no price for the channel sms; add [channel.sms]"),
    "an order": ("grams = 50,", "grams = 10,", "the grams do not rise"),
    "a number": ("document = 0.65", 'document = "dear"', "channel.sms.document"),
    "a known key": ("sheet = 0.45", "sheets = 0.45", "channel.print.sheets"),
}


@pytest.mark.parametrize("lacking", MISTAKES)
def test_a_price_file_that_lacks_something_is_named_with_its_line(lacking: str, tmp_path: Path) -> None:
    before, after, words = MISTAKES[lacking]
    file = tmp_path / "prices.toml"
    text = EXAMPLE.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(Misconfigured) as told:
        load(file, ("kivra", "sms", "print"), weighed={"print": STEPS})
    assert "prices.toml, line " in str(told.value)
    assert words in str(told.value)
