"""Words in a language that the recipient does not read: told by the pack's own words, key by key."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vaxel_engine.packs import Pack
from vaxel_regression.changes import Change, Finding, quoted

_SLOT = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST = 3
"""Letters; shorter pieces stand in too many words of either language."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One key of the words: its pieces between slots in the recipient's language and in another one.

    `own` is empty where a pack says the same in both, with a word in it that the recipient's language has nowhere else:
    then nobody knows any more what it said before.
    """

    language: str
    own: tuple[str, ...]
    other: tuple[str, ...]


def tongues_of(pack: Pack, language: str, languages: Iterable[str]) -> tuple[Phrase, ...]:
    """Every phrase that another language of the pack has for what it says in the recipient's."""
    mine = pack.words(language)
    phrases: list[Phrase] = []
    for foreign in languages:
        theirs = pack.words(foreign)
        pairs = [(mine[name], theirs[name]) for name in mine.names() if foreign != language]
        known = {word for own, other in pairs if own != other for word in _vocabulary(own)}
        for own, other in pairs:
            pieces = _pieces(other)
            if pieces and _pieces(own) != pieces:
                phrases.append(Phrase(foreign, _pieces(own) or pieces, pieces))
            elif pieces and not _vocabulary(other) <= known:
                phrases.append(Phrase(foreign, (), pieces))
    return tuple(phrases)


def in_another_language(findings: Iterable[Finding], phrases: Sequence[Phrase]) -> list[Finding]:
    """The same findings, those that only say that a phrase is told in another language now as one finding each."""
    left = list(findings)
    told: list[Finding] = []
    for phrase in phrases:
        first: Finding | None = None
        for come in [one for one in left if _comes(one, phrase)]:
            lost = _instead_of(come, left, phrase)
            if lost is None:
                continue
            before, after = lost.before or "", come.after or ""
            sentence = f"language: speaks {phrase.language} now: {quoted(before)} → {quoted(after)}"
            first = first or Finding(Change.LANGUAGE, sentence, before=before, after=after)
            left = [one for one in left if one is not lost and one is not come]
        told += [first] if first is not None else []
    return [*told, *left]


def _comes(finding: Finding, phrase: Phrase) -> bool:
    after = finding.after
    if after is None or not _holds(after, phrase.other) or _holds(finding.before or "", phrase.other):
        return False
    return not (phrase.own and _holds(after, phrase.own))


def _instead_of(come: Finding, findings: Iterable[Finding], phrase: Phrase) -> Finding | None:
    """What stood where a phrase came: its own line before, or one that went, by its words or at least by its place."""
    if come.before is not None:
        return come if _goes(come.before, phrase) else None
    gone = [one for one in findings if one.after is None and _goes(one.before or "", phrase)]
    here = next((one for one in gone if one.block == come.block), None)
    return here if here is not None or not phrase.own else next(iter(gone), None)


def _goes(before: str, phrase: Phrase) -> bool:
    return bool(before) and _holds(before, phrase.own) and not _holds(before, phrase.other)


def _pieces(words: str) -> tuple[str, ...]:
    pieces = (piece.strip(" .,:;") for piece in _SLOT.split(words))
    return tuple(piece for piece in pieces if len(piece) >= _SHORTEST)


def _vocabulary(words: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(_SLOT.sub(" ", words))}


def _holds(line: str, pieces: tuple[str, ...]) -> bool:
    return all(piece in line and re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", line) for piece in pieces)
