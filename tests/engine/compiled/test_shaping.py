"""Words become the glyphs, widths and lines that Pango makes of them."""

import random

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled.miss import Miss


def test_a_text_that_fits_is_one_line_and_a_longer_one_breaks_where_weasyprint_breaks_it(workshop: Workshop) -> None:
    types = workshop.setter.types
    words = "Elnät, överföring enligt prislista för privatkunder"
    width = types.run(0, words).width
    assert types.lines(0, words, width + 1) == (words,)
    broken = types.lines(0, words, width - 1)
    assert len(broken) == 2
    assert " ".join(broken) == words


def test_each_glyph_knows_the_letters_that_it_stands_for(workshop: Workshop) -> None:
    run = workshop.setter.types.run(0, "Åre 12")
    assert set("".join(run.letters.values())) == set("Åre 12")


def test_fonts_are_cut_down_to_what_is_used(workshop: Workshop) -> None:
    types = workshop.setter.types
    file = types.faces[0].file
    assert len(types.cut_down(file, frozenset(types.run(0, "1").letters))) < len(types.files[file]) / 20


def test_an_emoji_is_a_miss(workshop: Workshop) -> None:
    with pytest.raises(Miss):
        workshop.setter.types.run(0, "🌲")


def test_texts_that_are_shaped_at_once_are_as_each_is_shaped_alone(workshop: Workshop) -> None:
    types = workshop.setter.types
    dice = random.Random(10)  # noqa: S311  # nothing secret is drawn
    letters = "AVTofiflÅäöé 1470,.:-"
    texts = ["".join(dice.choices(letters, k=dice.randint(1, 12))) for _ in range(300)]
    texts += [f"{dice.randint(0, 999)}\u00a0{dice.randint(0, 999):03},{dice.randint(0, 99):02}" for _ in range(300)]
    for number in range(len(types.faces)):
        known = types.known(number)
        alone = {text: (run := types.run(number, text), list(run.letters.items())) for text in texts}
        known.clear()
        types.take_up(number, texts)
        assert len(known) > len(set(texts)) / 2
        for text, run in known.items():
            one, read = alone[text]
            assert (run.operator, run.units, run.width, list(run.letters.items())) == (
                *(one.operator, one.units, one.width),
                read,
            )


def test_texts_that_are_no_latin_script_are_left_to_be_refused_one_by_one(workshop: Workshop) -> None:
    types = workshop.setter.types
    types.take_up(0, ["", *("🌲" * many for many in range(1, 9)), "Ωμέγα", "Вода"])
    assert not {"", "🌲", "Ωμέγα", "Вода"} & types.known(0).keys()
