"""Words become the glyphs, widths and lines that Pango makes of them."""

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
