"""The shipped fonts can print the names of the people who get the letters."""

import csv
from pathlib import Path

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


TABLE = Path(__file__).with_name("alphabets.csv")
ROWS = list(csv.DictReader(line for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")))
NOT_WRITTEN = {"oc": "\u22c5"}
"""CLDR 48 lists the dot of mathematics for Occitan, which is written with the middle dot U+00B7."""


@pytest.mark.parametrize("row", ROWS, ids=[row["language"] for row in ROWS])
def test_every_language_around_can_be_printed_whole(nordljus: Pack, row: dict[str, str]) -> None:
    fonts = [nordljus.read(name) for name in nordljus.files if name.endswith(".ttf")]
    missing = not_covered(row["letters"] + row["signs"], covered_by(fonts))
    assert missing == list(NOT_WRITTEN.get(row["language"], ""))
    assert len(row["letters"]) > 40


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_letter_of_the_neighbourhood_has_a_glyph(nordljus: Pack, alphabet: str) -> None:
    fonts = [nordljus.read(name) for name in nordljus.files if name.endswith(".ttf")]
    assert len(fonts) == 2
    assert not_covered(ALPHABETS[alphabet], covered_by(fonts)) == []


def test_what_leaves_no_mark_needs_no_glyph() -> None:
    assert not_covered("a\u00ad\u200b\n\u2028", frozenset({ord("a")})) == []
    assert not_covered("a☃", frozenset({ord("a")})) == ["☃"]
