"""The shipped fonts can print the names of the people who get the letters."""

import pytest

from vaxel_engine.packs import Pack
from vaxel_engine.rendering.glyphs import covered_by, not_covered

ALPHABETS = {
    "Nordic": "ÅÄÖÆØÞÐåäöæøþðÁÍÓÚÝáíóúýÉéÜü",
    "Sámi": "ÁČĐŊŠŦŽáčđŋšŧžÂâÕõǦǧǤǥǨǩʹƷʒǮǯÏïẞß",
    "Baltic": "ĀČĒĢĪĶĻŅŠŪŽāčēģīķļņšūžĄĘĖĮŲąęėįųÕõŽž",
    "Western and central European": "ÀÂÇÈÊËÎÏÔÙÛŒàâçèêëîïôùûœÑñßŁłŃńŚśŹźŻżŐőŰűŘřĚěŮůĎďŤťĽľÃãªº¿¡",
    "Signs": "−–—…·“”‘’«»€£§°²³½×‰ ",
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_letter_of_the_neighbourhood_has_a_glyph(nordljus: Pack, alphabet: str) -> None:
    fonts = [nordljus.read(name) for name in nordljus.files if name.endswith(".ttf")]
    assert len(fonts) == 2
    assert not_covered(ALPHABETS[alphabet], covered_by(fonts)) == []


def test_what_leaves_no_mark_needs_no_glyph() -> None:
    assert not_covered("a\u00ad\u200b\n\u2028", frozenset({ord("a")})) == []
    assert not_covered("a☃", frozenset({ord("a")})) == ["☃"]
