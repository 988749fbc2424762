"""HTML is read as markup and words; what a parser would have to mend is never guessed."""

from dataclasses import replace

import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.compiled.laid import Source
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.program import Role
from vaxel_engine.compiled.reading import bare, collapsed, end_of, head_of, read, without_words
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_for_program


def test_markup_without_words_is_the_same_for_other_words() -> None:
    one, words = without_words('<tr data-carried="1,00"> <td><p>El &amp; nät</p></td> <td class="code"></td> </tr>')
    other, others = without_words('<tr data-carried=""> <td><p>Fjärrvärme</p></td> <td class="code"></td> </tr>')
    assert one == other
    assert (words, others) == (["1,00", "El & nät"], ["", "Fjärrvärme"])


def test_an_empty_cell_and_a_filled_one_are_not_the_same_markup() -> None:
    assert without_words("<td>1</td>")[0] != without_words("<td></td>")[0]


def test_a_space_before_or_after_words_is_part_of_the_markup() -> None:
    forms = {without_words(text)[0] for text in ("<b>x</b>", "<b> x</b>", "<b>x </b>", "<b> x </b>")}
    assert len(forms) == 4


def test_spaces_that_do_not_break_are_words() -> None:
    assert without_words(collapsed("<td>1\u00a0105,00\n  kr</td>"))[1] == ["1\u00a0105,00 kr"]


def test_a_tag_is_known_without_the_words_in_it() -> None:
    assert (
        bare('<img class="logo" src="pack:logo.svg" alt="Nordljus">') == '<img class="logo" src="pack:logo.svg" alt="">'
    )


def test_a_head_is_known_by_what_it_says_besides_title_author_and_language() -> None:
    written = '<html lang="{}"><head><title>{} &amp; Co</title><meta name="author" content="{}"></head>'
    one, other = head_of(written.format("sv", "A", "B")), head_of(written.format("en", "C", "D"))
    assert one[:3] == ("A & Co", "B", "sv")
    assert one[3] == other[3]


def test_elements_of_the_same_name_inside_each_other_end_where_they_end() -> None:
    text = "<div><div>1</div><divx></divx>2</div>3"
    assert text[end_of(text, 0, 5) :] == "3"


@pytest.mark.parametrize("html", ["<html><body><p>1</body></html>", "<html><body></p></body></html>", "<html><body>"])
def test_markup_that_a_parser_would_mend_is_a_miss(html: str) -> None:
    with pytest.raises(Miss) as missed:
        Source.of(html)
    assert missed.value.reason is Reason.MARKUP


def test_rows_that_follow_each_other_in_one_markup_are_read_as_each_by_itself(workshop: Workshop) -> None:
    html = source_for_program(Rendering.of(workshop.documents[2], workshop.pack))[0].replace("kWh", "k<W", 1)
    html = html.replace("k<W", "k &lt;&amp; W")
    done = read(html, workshop.setter.program)
    text = collapsed(html)
    rows = [block for block in done.blocks if block.place.role is Role.ROW and block.inner]
    assert len(rows) > 20
    for row in rows:
        assert (row.markup, row.words) == without_words(text[row.at : row.ends])
        assert row.ends == end_of(text, row.at, text.index(">", row.at) + 1)
        assert row.key == replace(row, inner="").key
    assert any("k <& W" in row.words for row in done.blocks)
