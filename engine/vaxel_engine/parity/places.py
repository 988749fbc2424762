"""Where the words of a pack lead to a fact: labels with their value after them, sentences with a value in them."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from vaxel_engine.model import Language
from vaxel_engine.packs import Pack, Words
from vaxel_engine.parity.spelling import DATE, money_pattern

_PIECE = re.compile(r"\[([\w.]+)\]|\{(\w+)\}|(\s+)")
_SLOT = re.compile(r"\{(\w+)\}")
_GAP = r"[\s:]*"
"""What may stand between a label and its value, on whatever line."""

_MONEY = frozenset({"amount_due", "amount", "net", "total", "rounding", "paid", "vat", "base"})
_DATES = frozenset({"due_date", "date"})
_NUMBERS = frozenset({"reference", "bankgiro", "plusgiro", "iban", "account", "number", "customer_number"})
_MEANS = {"amount": "amount_due", "date": "due_date"}
"""Slots of sentences, and the fact each one is."""


@dataclass(frozen=True, slots=True)
class Place:
    """One form of words that leads to facts, `only` in one part of an artifact where the words are loose.

    The names of the pattern's groups are slots of `Fact`.
    """

    words: str
    only: str
    pattern: re.Pattern[str]

    def read(self, text: str, part: str) -> Iterator[Mapping[str, str]]:
        """What stands in the place, each time it is found in the normal text of `part`, a column of `policy.csv`."""
        if self.only not in ("", part):
            return
        for found in self.pattern.finditer(text):
            yield {slot: value for slot, value in found.groupdict().items() if value is not None}


@dataclass(slots=True)
class _Places:
    """The places of one pack, each set compiled at its first use."""

    pack: Pack
    made: dict[tuple[Language, str], tuple[Place, ...]] = field(
        default_factory=dict[tuple[Language, str], tuple[Place, ...]]
    )

    def of(self, language: Language, state: str) -> tuple[Place, ...]:
        if (language, state) not in self.made:
            self.made[language, state] = tuple(_compiled(self.pack.words(language), language, state))
        return self.made[language, state]


def places(pack: Pack, language: Language, state: str) -> tuple[Place, ...]:
    """The places of `places.csv` in the words of `pack`, for a document that asks for `state`; see `state_of`."""
    return pack.once(_Places).of(language, state)


def _compiled(words: Words, language: Language, state: str) -> Iterator[Place]:
    seen: set[tuple[str, str]] = set()
    for only, row in _TABLE:
        form = row.replace("STATE", state)
        pattern = _pattern(form, words, language)
        if pattern is not None and (only, pattern) not in seen:
            seen.add((only, pattern))
            yield Place(form, only, re.compile(pattern, re.DOTALL))


def _pattern(form: str, words: Words, language: Language) -> str | None:
    """The form as a regular expression; None where the pack has no such words, or they hold no fact."""
    made = ""
    for piece in _PIECE.finditer(form):
        key, slot, _ = piece.groups()
        if key is not None:
            word = words.get(key, "")
            if not word:
                return None
            made += sentence_pattern(word, language)
        elif slot is not None:
            made += _slot(slot, language)
        else:
            made += _GAP
    return made if "(?P<" in made else None


def sentence_pattern(word: str, language: Language) -> str:
    """Words with their own slots: those that are facts are read, the others may hold anything."""
    made, end = r"(?<!\w)" if word[:1].isalpha() else "", 0
    for slot in _SLOT.finditer(word):
        made += _literal(word[end : slot.start()]) + _slot(slot[1], language)
        end = slot.end()
    return made + _literal(word[end:]) + (r"(?!\w)" if word[-1:].isalpha() else "")


def _slot(name: str, language: Language) -> str:
    name = _MEANS.get(name, name)
    if name in _MONEY:
        return rf"(?P<{name}>{money_pattern(language)})"
    if name in _DATES:
        return rf"(?P<{name}>{DATE})"
    if name in _NUMBERS:
        return rf"(?P<{name}>[^\W_][^\n]{{0,79}})"
    if name == "currency":
        return r"[A-Z]{3}"
    if name == "rate":
        return r"(?P<rate>\d+(?:[.,]\d+)?) ?%"
    if name == "whole":
        return r"(?<![\d.,])(?P<whole>-?(?:\d{1,3}(?:[ ,]\d{3})+|\d+))"
    if name == "hundredths":
        return r"(?P<hundredths>\d\d)"
    return r".{1,200}?"


def _literal(text: str) -> str:
    """Words as they are, however their lines are broken."""
    return r"\s+".join(re.escape(part) for part in re.split(r"\s+", text))


def _table() -> tuple[tuple[str, str], ...]:
    text = (files(__package__ or "") / "places.csv").read_text(encoding="utf-8")
    return tuple((row["only"], row["words"]) for row in csv.DictReader(text.splitlines()))


_TABLE = _table()
