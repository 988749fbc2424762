"""The classes of change, what each is called, and which of them no tolerance can hide."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum

_MONTHS = "jan feb mar apr may maj jun jul aug sep okt oct nov dec"
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b"
    rf"|\b\d{{1,2}}\.? (?:{'|'.join(_MONTHS.split())})\w*\.? \d{{4}}\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"[-−]?(?<!\d)\d{1,3}(?:[ \u00a0\u202f.,]?\d{3})*[.,]\d{2}(?!\d)")
_REFERENCE = re.compile(r"(?<!\d)\d(?:[ -]?\d){4,}")


class Change(StrEnum):
    """What kind of change a finding is; the value is the word in reports and in `tolerances.toml`."""

    AMOUNT = "amount"
    DATE = "date"
    REFERENCE = "reference"
    PAGE_COUNT = "page count"
    FONT = "font"
    MISSING_TEXT = "missing text"
    LANGUAGE = "language"
    TEXT = "text"
    ORDER = "order"
    ALTERNATIVE = "alternative text"
    LINK = "link"
    TAGS = "tags"
    PAGE_BREAK = "page break"
    MOVED = "moved"
    SPACING = "spacing"
    SIZE = "size"
    COLOUR = "colour"
    DARK = "dark design"
    DRAWING = "drawing"
    BYTES = "bytes"


TOLERABLE = frozenset({Change.MOVED, Change.SPACING, Change.SIZE, Change.COLOUR, Change.DARK, Change.DRAWING})
"""All a tolerance may name. The others change what a reader is told, and are reported whatever anybody configures."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference in words.

    `page` (from 1) and `at` (left, top, width, height in millimetres) say where, `by` how far something moved in
    millimetres; all three are None where a place has no meaning. `before` and `after` are the lines it was seen in;
    `block` is the same number for what went and what came in one place of a text.
    """

    change: Change
    sentence: str
    page: int | None = None
    at: tuple[float, float, float, float] | None = None
    by: float | None = None
    before: str | None = field(default=None, compare=False)
    after: str | None = field(default=None, compare=False)
    block: int | None = field(default=None, compare=False)

    @property
    def likeness(self) -> str:
        """The sentence without what differs from document to document: equal for the same change in several cases."""
        said = re.sub(r"“[^”]*”", "“…”", self.sentence)
        said = re.sub(r" and \d+ more", "", said)
        said = re.sub(r"\b(page|row) \d+|[\[(]\d+[\])]", r"\1", said)
        said = re.sub(r"(?<=differs: )[^“]*?→[^,]*", "… → …", said) if "“" in said else said
        said = re.sub(r"\d+(?: drawn shapes?,)? the first of .*|\d+ drawn shapes?( of .*)?", "drawn shapes", said)
        return f"{self.change}: {said}"


def changed_words(before: str, after: str) -> Finding:
    """What it means that `before` now reads `after`: an amount, a date and a reference are named as what they are."""
    for change, pattern in ((Change.DATE, _DATE), (Change.AMOUNT, _AMOUNT), (Change.REFERENCE, _REFERENCE)):
        was, now = pattern.findall(before), pattern.findall(after)
        if was != now:
            lost, new = _first_unequal(was, now)
            return Finding(change, f"{change} differs: {lost} → {new}, in {quoted(after or before)}")
    return Finding(Change.TEXT, f"text differs: {quoted(before)} → {quoted(after)}")


def compare_lines(before: str, after: str, what: str) -> list[Finding]:
    """The differences of two texts line by line, told as `changed_words` tells them; `what` says whose text it is."""
    old, new = before.splitlines(), after.splitlines()
    lost: list[tuple[int, str]] = []
    added: list[tuple[int, str]] = []
    findings: list[Finding] = []
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)  # not what only stands elsewhere
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for block, (operation, start, end, start_new, end_new) in enumerate(codes):
        if operation == "equal":
            continue
        removed, inserted = old[start:end], new[start_new:end_new]
        for line in list(removed):
            match = _alike(line, inserted) or _figures_alike(
                line, [one for one in inserted if gone[line] and come[one]]
            )
            if match is not None:
                removed.remove(line)
                inserted.remove(match)
                findings.append(replace(changed_words(line, match), before=line, after=match, block=block))
        lost += [(block, line) for line in removed]
        added += [(block, line) for line in inserted]
    for went in list(lost):
        line = went[1]
        back = next((one for one in added if one[1] == line), None)
        if back is None:
            continue
        lost.remove(went)
        added.remove(back)
        sentence = f"order differs: {quoted(line)} comes in another place of {what}"
        findings.append(Finding(Change.ORDER, sentence, before=line, after=line))
    findings += [
        Finding(
            Change.MISSING_TEXT, f"missing text: {quoted(line)} is not in {what} any more", before=line, block=block
        )
        for block, line in lost
        if line.strip()
    ]
    findings += [
        Finding(Change.TEXT, f"new text in {what}: {quoted(line)}", after=line, block=block)
        for block, line in added
        if line.strip()
    ]
    if not findings and before != after:
        findings.append(Finding(Change.TEXT, f"the empty lines of {what} differ"))
    return findings


def quoted(words: str) -> str:
    """Words in quotation marks, cut where a sentence would grow too long to read."""
    flat = " ".join(words.split())
    return f"“{flat if len(flat) <= 70 else flat[:67] + '…'}”"


def _alike(line: str, lines: list[str]) -> str | None:
    """The line that `line` has become: the most similar one, where they share more than half."""
    rated = [(SequenceMatcher(None, line, other, autojunk=False).ratio(), other) for other in lines]
    best = max(rated, default=(0.0, ""))
    return best[1] if best[0] > 0.5 else None


def _figures_alike(line: str, lines: list[str]) -> str | None:
    """The first line that differs in nothing but its figures, which may share no digit: 683,27 that became 1 774,78."""
    return next((other for other in lines if _without_figures(other) == _without_figures(line)), None)


def _without_figures(line: str) -> str:
    return re.sub(r"\d[\d\s]*", "0", line)


def _first_unequal(was: list[str], now: list[str]) -> tuple[str, str]:
    length = max(len(was), len(now))
    pairs = zip(was + ["nothing"] * (length - len(was)), now + ["nothing"] * (length - len(now)), strict=True)
    return next((old, new) for old, new in pairs if old != new)
