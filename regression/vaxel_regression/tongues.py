"""Words in a language that the recipient does not read: told by the pack's own words, key by key."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vaxel_engine.packs import Pack
from vaxel_regression.changes import Change, Finding, quoted

_SLOT = re.compile(r"\{[^}]*\}")
_SHORTEST = 3
"""Letters; shorter pieces stand in too many words of either language."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One key of the words: its pieces between slots in the recipient's language and in another one."""

    language: str
    own: tuple[str, ...]
    other: tuple[str, ...]


def tongues_of(pack: Pack, language: str, languages: Iterable[str]) -> tuple[Phrase, ...]:
    """Every phrase that differs between the recipient's language and each other that the pack speaks."""
    mine = pack.words(language)
    phrases: list[Phrase] = []
    for foreign in languages:
        theirs = pack.words(foreign)
        for name in mine.names() if foreign != language else ():
            own, other = _pieces(mine[name]), _pieces(theirs[name])
            if own and other and own != other:
                phrases.append(Phrase(foreign, own, other))
    return tuple(phrases)


def in_another_language(findings: Iterable[Finding], phrases: Sequence[Phrase]) -> list[Finding]:
    """The same findings, those that only say that a phrase is told in another language now as one finding each."""
    left = list(findings)
    told: list[Finding] = []
    for phrase in phrases:
        lost = [one for one in left if one.before is not None and _holds(one.before, phrase.own)]
        come = [one for one in left if one.after is not None and _holds(one.after, phrase.other)]
        if not lost or not come or _holds(come[0].after or "", phrase.own):
            continue
        before, after = lost[0].before or "", come[0].after or ""
        sentence = f"language: speaks {phrase.language} now: {quoted(before)} → {quoted(after)}"
        told.append(Finding(Change.LANGUAGE, sentence, before=before, after=after))
        left = [one for one in left if one is not lost[0] and one is not come[0]]
    return [*told, *left]


def _pieces(words: str) -> tuple[str, ...]:
    pieces = (piece.strip(" .,:;") for piece in _SLOT.split(words))
    return tuple(piece for piece in pieces if len(piece) >= _SHORTEST)


def _holds(line: str, pieces: tuple[str, ...]) -> bool:
    return all(piece in line for piece in pieces)
