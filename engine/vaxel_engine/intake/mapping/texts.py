"""The texts of the input as the model reads them: numbers with a point, days as YYYY-MM-DD, codes translated."""

import re
from dataclasses import dataclass

from vaxel_engine.intake.faults import shape
from vaxel_engine.intake.mapping.days import day_of
from vaxel_engine.intake.mapping.rules import Entry, MappingFile

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009", " "))
_DIGITS = re.compile(r"[0-9]+")


@dataclass(slots=True)
class Flaw(Exception):
    """A text that is not what the mapping says it is."""

    found: str
    remedy: str


def text_for(entry: Entry, stated: str, mapping: MappingFile) -> str | None:
    """The text as the model takes it, None where there is none; raises Flaw."""
    text = stated.strip()
    if entry.codes is not None:
        return _translated(entry, text, mapping)
    if not text:
        return None
    if entry.kind == "number":
        return _number(text, mapping)
    if entry.kind == "day":
        written = entry.written or mapping.date
        day = day_of(text, written)
        if day is None:
            raise Flaw(shape(text, show=True), f"it is no day written as {written}, as {mapping.name} says")
        return day
    return text


def _translated(entry: Entry, text: str, mapping: MappingFile) -> str | None:
    codes = entry.codes or {}
    code = codes.get(text, codes.get("*"))
    if code is None and text:
        raise Flaw(shape(text, show=True), f"line {entry.line} of {mapping.name} has no code for it; add one")
    return code or None


def _number(text: str, mapping: MappingFile) -> str:
    """One number has one meaning: thousands stand where the mapping says they do, or the number is refused."""
    written = text.translate(_SPACES).replace("−", "-")
    negative = written.startswith("-") != written.endswith("-")
    if written.startswith(("-", "+")):
        written = written[1:]
    written = written.removesuffix("-") if negative else written
    whole, point, decimals = written.strip().partition(mapping.decimal)
    if mapping.thousands is not None and mapping.thousands in whole:
        first, *others = whole.split(mapping.thousands)
        if len(first) in (1, 2, 3) and all(len(part) == 3 for part in others):
            whole = "".join((first, *others))
    if not _DIGITS.fullmatch(whole) or (point and not _DIGITS.fullmatch(decimals)):
        example = f"1234{mapping.decimal}50"
        raise Flaw(shape(text, show=True), f"it is not a number written as {example}, as {mapping.name} says")
    return ("-" if negative else "") + whole + (f".{decimals}" if point else "")
