"""One thing that an oracle found, and how it is kept beside the texts of a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

VERSION = 2
"""Raised whenever an oracle judges otherwise than before: what was found by an older one is asked for again."""

_HEAD = f"oracles {VERSION}\n"


class Oracle(StrEnum):
    """What was looked for; the value is the word in reports and in `tolerances.toml`."""

    OUTSIDE = "outside"
    """Beyond its page, or wider than the screen."""
    CLIPPED = "clipped"
    """Cut off by what is around it."""
    OVERLAP = "overlap"
    """Words printed over other words."""
    MISSING_GLYPH = "missing glyph"
    """A character that the font draws as an empty box."""
    ORPHAN = "orphaned total"
    """A total on another page than every line it sums up."""
    KEEP_CLEAR = "keep clear"
    """Something in a zone that the mail house keeps for itself, or beside the address in its window."""
    CHECK_DIGIT = "check digit"
    """A payment reference that fails its own check digit as a reader would copy it."""
    PARITY = "parity"
    """A fact of the document that the artifact does not say, or says otherwise."""
    ACCESSIBILITY = "accessibility"
    """Something that axe-core finds on a page or in a mail."""
    STRUCTURE = "structure"
    """A PDF that a screen reader, an archive or a mailbox cannot go through."""
    PRINT_CHECK = "print check"
    """Something for which the mail house would send the PDF back."""
    SIZE = "size"
    """A mail so long that Gmail cuts it off."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong: who says so, and a sentence with place and words."""

    oracle: Oracle
    sentence: str


def written(faults: Iterable[Fault]) -> str:
    """The faults as kept beside a case, one a line; the first line says which oracles were asked."""
    lines = (f"{fault.oracle}: {' '.join(fault.sentence.split())}\n" for fault in sorted(set(faults)))
    return _HEAD + "".join(lines)


def read_faults(text: str | None) -> tuple[Fault, ...] | None:
    """What `written` wrote; None where older oracles were asked, or none."""
    if text is None or not text.startswith(_HEAD):
        return None
    found: list[Fault] = []
    for line in text.splitlines()[1:]:
        oracle, _, sentence = line.partition(": ")
        found.append(Fault(Oracle(oracle), sentence))
    return tuple(found)
