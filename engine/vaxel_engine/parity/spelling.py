"""Amounts, dates and numbers as they are written for people, read back into one form each; knows no formatting code."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from vaxel_engine.model import Language

_NORMAL = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u2212": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\u00ad": None,
        "\u200b": None,
        "\ufeff": None,
        "\ufffe": None,
        "\r": None,
        "\t": " ",
    }
)

_MARK = r"(?:[DNI]?kr|[A-Z]{3}|US\$|[€£$¥])"
"""A currency beside its amount, as CLDR writes it in Swedish and English."""

_FIGURE: dict[Language, str] = {
    "sv": r"(?:\d{1,3}(?: \d{3})+|\d+),\d\d(?![.,]?\d)",
    "en": r"(?:\d{1,3}(?:,\d{3})+|\d+)\.\d\d(?![.,]?\d)",
}

MARKS: dict[str, frozenset[str]] = {
    "SEK": frozenset({"kr", "SEK"}),
    "DKK": frozenset({"Dkr", "DKK"}),
    "NOK": frozenset({"Nkr", "NOK"}),
    "ISK": frozenset({"Ikr", "ISK"}),
    "EUR": frozenset({"€", "EUR"}),
    "GBP": frozenset({"£", "GBP"}),
    "USD": frozenset({"US$", "USD"}),
    "JPY": frozenset({"¥", "JPY"}),
}
"""What may stand for a currency; any other currency stands as its code (ISO 4217)."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan",),
            ("feb",),
            ("mar",),
            ("apr",),
            ("maj", "may"),
            ("jun",),
            ("jul",),
            ("aug",),
            ("sep",),
            ("okt", "oct"),
            ("nov",),
            ("dec",),
        ),
        start=1,
    )
    for name in names
}
"""The first three letters of every month in Swedish and English."""

DATE = (
    r"(?:(?<!\d)\d{1,2}\s[^\W\d_]{3,9}\.?\s\d{4}(?!\d)"
    r"|(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])|(?<![\d/])\d\d/\d\d/\d{4}(?!\d))"
)
"""A pattern, without groups, of one whole date in normal text."""
_DATE = re.compile(DATE)
_IN_WORDS = re.compile(r"(\d{1,2})\s(\w+)\.?\s(\d{4})")
_GROUP = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it was met: `value` "-1284.00", and the currency beside it, None where none stood there."""

    value: str
    mark: str | None

    @property
    def size(self) -> str:
        """The value without its sign."""
        return self.value.removeprefix("-")


def normal(text: str) -> str:
    """`text` with one kind of space and one of minus, without invisible characters, composed (NFC).

    Lines are kept, empty ones are not.
    """
    lines = unicodedata.normalize("NFC", text.translate(_NORMAL)).split("\n")
    return "\n".join(line for line in (re.sub(r" {2,}", " ", line).strip() for line in lines) if line)


def money_pattern(language: Language) -> str:
    """A pattern, without groups, of one amount with two decimals in normal text."""
    return rf"(?<![\d.,])-?(?:{_MARK} ?)?-?{_FIGURE[language]}(?: ?(?<=[\d ]){_MARK}(?!\w))?"


def money(text: str, language: Language) -> Iterator[Money]:
    """Every amount with two decimals in normal text, in order."""
    for found in _COMPILED[language].finditer(text):
        yield money_of(found[0], language)


def money_of(spelled: str, language: Language) -> Money:
    """One amount as `money_pattern` matches it."""
    figure = _FIGURES[language].search(spelled)
    mark = _MARKS.search(spelled)
    digits = figure[0] if figure is not None else ""
    digits = digits.replace(" ", "").replace(",", ".") if language == "sv" else digits.replace(",", "")
    return Money(("-" if "-" in spelled else "") + digits, mark[0] if mark else None)


def dates(text: str) -> Iterator[str]:
    """Every whole date in normal text as YYYYMMDD, also one that no calendar has: "30 december 2026", "2026-12-30"."""
    for found in _DATE.finditer(text):
        date = date_of(found[0])
        if date is not None:
            yield date


def date_of(spelled: str) -> str | None:
    """One date as `DATE` matches it; None where the word in it is no month."""
    words = _IN_WORDS.fullmatch(spelled)
    if words is not None:
        month = _MONTHS.get(words[2].casefold()[:3])
        return None if month is None else f"{int(words[3]):04}{month:02}{int(words[1]):02}"
    if "/" in spelled:
        return "".join(reversed(spelled.split("/")))
    return spelled.replace("-", "")


def compact(text: str) -> str:
    """Letters and digits alone, in capitals: what two spellings of one number have in common."""
    return "".join(_GROUP.findall(text)).upper()


def groups(text: str) -> list[list[str]]:
    """Per line, runs of groups of letters and digits that stand one space or dash apart: how long numbers are set."""
    runs: list[list[str]] = []
    for line in text.split("\n"):
        run: list[str] = []
        end = 0
        for found in _GROUP.finditer(line):
            if run and line[end : found.start()] not in (" ", "-"):
                runs.append(run)
                run = []
            run.append(found[0].upper())
            end = found.end()
        if run:
            runs.append(run)
    return runs


def of_length(runs: list[list[str]], length: int) -> Iterator[str]:
    """Every number of exactly `length` characters that whole groups make, with at least one digit in it."""
    for run in runs:
        for start in range(len(run)):
            made = ""
            for group in run[start:]:
                made += group
                if len(made) >= length:
                    break
            if len(made) == length and any(character.isdigit() for character in made):
                yield made


def one_off(one: str, other: str) -> bool:
    """Whether the two are equal but for one character."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


_COMPILED: dict[Language, re.Pattern[str]] = {language: re.compile(money_pattern(language)) for language in _FIGURE}
_FIGURES: dict[Language, re.Pattern[str]] = {language: re.compile(figure) for language, figure in _FIGURE.items()}
_MARKS = re.compile(_MARK)
