"""What columns and elements are customarily called, in four languages."""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("sv", "da", "no", "en")
_LETTERS = str.maketrans({"æ": "a", "ø": "o", "đ": "d", "ß": "s", "á": "a"})


@dataclass(frozen=True, slots=True)
class Fallback:
    """What fills a field that no column was found for."""

    field: str
    other: str | None
    constant: str | None


def folded(name: str) -> str:
    """A heading or element name without case, accents, spaces and signs: "À-pris" and "apris" are one."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(character for character in plain if character.isalnum())


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("vaxel_engine.intake.mapping") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))


@cache
def fields_called(word: str) -> tuple[str, ...]:
    """The fields that a folded name may mean, in the order of the table."""
    return tuple(field for field, words in _table() if word in words)


@cache
def languages_of(word: str) -> tuple[str, ...]:
    """The languages that a folded name is customary in."""
    return tuple(
        language
        for language in LANGUAGES
        if any(word in {folded(one) for one in row[language].split()} for row in _rows("synonyms.csv"))
    )


@cache
def _table() -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple(
        (row["field"], frozenset(folded(word) for language in LANGUAGES for word in row[language].split()))
        for row in _rows("synonyms.csv")
    )


@cache
def fallbacks() -> tuple[Fallback, ...]:
    """The table of fallbacks."""
    return tuple(Fallback(row["field"], row["from"] or None, row["constant"] or None) for row in _rows("fallbacks.csv"))
