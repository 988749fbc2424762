"""Which characters a text of the model may hold: one spelling of each letter, nothing that hides or turns text."""

import unicodedata

# Left-to-right and right-to-left marks, embeddings, overrides and isolates: UAX #9. They let a text read otherwise than
# it is stored ("Trojan Source", CVE-2021-42574), and no Nordic name or reference needs one.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NEVER = frozenset({"Cc", "Cn", "Co", "Cs"})  # control, unassigned, private use, surrogate: Unicode general categories
_LINES = frozenset("\n\t")
_COMBINING = frozenset({"Mn", "Me"})

LONGEST_WORD = 1_000
"""Characters without a space; typesetting a word of 100,000 that may be hyphenated takes 2 GB (WeasyPrint 70)."""
MOST_COMBINING = 8
"""Combining marks in a row, twice what any written language needs; 200,000 of them never end (Pango)."""


def _spelled(text: str, *, lines: bool = False, formatting: bool = True) -> str:
    if len(text) > LONGEST_WORD and any(len(word) > LONGEST_WORD for word in text.split()):
        raise ValueError(f"holds a word of more than {LONGEST_WORD:,} characters")
    if text.isascii() and text.isprintable():
        return text  # nearly every text: not worth a look at each character
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    normal = unicodedata.normalize("NFC", text)
    marks = 0
    for character in normal:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _COMBINING else 0
        if marks > MOST_COMBINING:
            raise ValueError(f"holds more than {MOST_COMBINING} combining marks in a row")
        if category in _NEVER and not (lines and character in _LINES):
            raise ValueError(f"holds U+{ord(character):04X}, a character that cannot be printed")
        if character in _TURNING:
            raise ValueError(f"holds U+{ord(character):04X}, which turns the direction of the text around")
        if (category == "Cf" and not formatting) or (category in ("Zl", "Zp") and not lines):
            raise ValueError(f"holds U+{ord(character):04X}, a character that cannot be seen")
    return normal


def prose(text: str) -> str:
    """Return free text in Unicode normal form C, lines ended by \\n; raise ValueError for what cannot be shown."""
    return _spelled(text, lines=True)


def one_line(text: str) -> str:
    """Return a name in Unicode normal form C; raise ValueError for line breaks and for what cannot be shown."""
    return _spelled(text)


def identifier(text: str) -> str:
    """Return an identifier in Unicode normal form C; raise ValueError for anything that cannot be seen in print."""
    return _spelled(text, formatting=False)
