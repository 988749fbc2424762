"""What a decision says in Swedish, Norwegian, Danish, Finnish and English, from the codes that are kept with it."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal, cast

from vaxel_ledger.decision import Reason

Spoken = Literal["en", "sv", "nb", "da", "fi"]
"""The languages in which a decision is explained."""

SPOKEN: tuple[Spoken, ...] = ("en", "sv", "nb", "da", "fi")

BY_NAME: Mapping[str, Spoken] = {one: one for one in SPOKEN}
"""The same by what somebody typed."""

_TRANSLATED = {"title": "title", "kind": "kind", "needed": "needed"}
"""Slots whose value is itself a word of the table, and the table that has it."""


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = (files("vaxel_channels.routing") / "words.toml").read_text(encoding="utf-8")
    return cast("Mapping[str, Mapping[str, Mapping[str, str]]]", tomllib.loads(text))


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_table()["reason"])


def say(code: str, values: Mapping[str, str], language: Spoken = "en") -> str:
    """The sentence of a code, with its slots filled.

    Raises:
        KeyError: there is no such code.
    """
    spoken = {name: _word(name, value, language) for name, value in values.items()}
    return _table()["reason"][code][language].format(**spoken)


def reason(favours: bool, code: str, **values: str) -> Reason:
    """A reason with its English sentence, and with what it takes to say it in another language."""
    return Reason(favours, code, say(code, values), values)


def sentence(reason: Reason, language: Spoken) -> str:
    """A kept reason in a language; a provider's own words, and what an earlier version kept, stay as they are."""
    if language == "en" or reason.code not in codes() or not reason.values:
        return reason.sentence
    told = say(reason.code, reason.values, language)
    return f"{told}, {say('asked for in vain', {}, language)}" if "wished" in reason.values else told


def word(table: str, name: str, language: Spoken, **values: str) -> str:
    """A word of another table, e.g. a status or a heading of the tree.

    Raises:
        KeyError: there is no such word.
    """
    spoken = {slot: _word(slot, value, language) for slot, value in values.items()}
    return _table()[table][name][language].format(**spoken)


def _word(slot: str, value: str, language: Spoken) -> str:
    table = _TRANSLATED.get(slot)
    known = _table()[table].get(value) if table else None
    return known.get(language, value) if known else value
