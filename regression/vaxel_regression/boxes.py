"""What stands where on a page: boxes in millimetres with font and colour, and what became of them, in words."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import cast

from vaxel_regression.changes import Change, Finding, quoted

_STILL = 0.05
"""Millimetres: half of the last written digit; less is no movement."""
_SPACE = 0.35
"""Of a letter's height: a wider gap parts words, a narrower one letters."""


@dataclass(frozen=True, slots=True)
class Box:
    """One run of text, or one drawn shape where `text` is empty.

    left, top, width, height   millimetres from the page's top left corner, to a tenth
    font                       name and size, e.g. "Inter-Semi-Bold 9"; for a shape its kind, e.g. "path"
    colour                     "#rrggbb", or "#rrggbbaa" where it lets something through
    fine                       thousandths of a millimetre that a text is wide: a kerning pair shows here; 0 if unknown
    """

    text: str
    left: float
    top: float
    width: float
    height: float
    font: str
    colour: str
    fine: int = 0

    @property
    def at(self) -> tuple[float, float, float, float]:
        """Left, top, width and height."""
        return (self.left, self.top, self.width, self.height)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The boxes of one page, or of one view of a page on a screen; `name` is what a reader calls it, "page 2"."""

    name: str
    width: float
    height: float
    boxes: tuple[Box, ...]


def written(sheets: Sequence[Sheet]) -> str:
    """JSON with one box a line, so that a reviewer's diff shows one line for one box."""
    pages: list[str] = []
    for sheet in sheets:
        head = json.dumps({"name": sheet.name, "width": sheet.width, "height": sheet.height}, ensure_ascii=False)
        rows = ",\n".join(json.dumps(_row(box), ensure_ascii=False, separators=(",", ":")) for box in sheet.boxes)
        pages.append(f'{head[:-1]}, "boxes": [\n{rows}\n]}}')
    return "[\n" + ",\n".join(pages) + "\n]\n"


def _row(box: Box) -> list[object]:
    return [box.text, *box.at, box.font, box.colour, *([box.fine] if box.fine else [])]


def read(text: str) -> tuple[Sheet, ...]:
    """The sheets that `written` wrote; raises ValueError for anything else."""
    found = cast("list[dict[str, object]]", json.loads(text))
    return tuple(
        Sheet(
            str(page["name"]),
            cast("float", page["width"]),
            cast("float", page["height"]),
            tuple(Box(*row) for row in cast("list[tuple[str, float, float, float, float, str, str]]", page["boxes"])),
        )
        for page in found
    )


def drawn_lines(sheets: Iterable[Sheet]) -> str:
    """The words as they are drawn, a line each: what a chart draws letter by letter, or word by word, put together."""
    lines: list[str] = []
    for sheet in sheets:
        before: Box | None = None
        for box in sheet.boxes:
            if not box.text:
                continue
            if before is not None and before.font == box.font and _on_one_line(before, box):
                space = box.left - before.left - before.width > _SPACE * max(before.height, box.height)
                lines[-1] += f" {box.text}" if space else box.text
            else:
                lines.append(box.text)
            before = box
    return "".join(f"{line}\n" for line in lines)


def _on_one_line(one: Box, other: Box) -> bool:
    """Whether two boxes follow each other closely, at a height that they share."""
    gap, down = other.left - one.left - one.width, min(one.top + one.height, other.top + other.height)
    return down > max(one.top, other.top) and abs(gap) < max(one.height, other.height)


def compare_boxes(before: Sequence[Sheet], after: Sequence[Sheet], names: Mapping[str, str]) -> list[Finding]:
    """What moved, and what changed its font or colour; text that came or went is told by the text itself.

    `names` says what a text is: {"2 218,48 kr": "total"}. Boxes that moved alike are one finding, led by a named one.
    """
    findings: list[Finding] = []
    if len(before) != len(after):
        findings.append(Finding(Change.PAGE_COUNT, f"page count {len(before)} → {len(after)}"))
    findings += _page_breaks(before, after, names)
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if (old.width, old.height) != (new.width, new.height):
            size = f"{old.width:g} × {old.height:g} mm → {new.width:g} × {new.height:g} mm"
            findings.append(Finding(Change.SIZE, f"{new.name} has another size: {size}", number))
        findings += _on_one(old, new, number, names)
    return findings


def _on_one(old: Sheet, new: Sheet, number: int, names: Mapping[str, str]) -> list[Finding]:
    pairs = list(_pairs([box for box in old.boxes if box.text], [box for box in new.boxes if box.text]))
    pushed, shapes = _shapes(old, new, number)
    findings = [
        finding
        for label, change in (("font", Change.FONT), ("colour", Change.COLOUR))
        for finding in _restyled(pairs, label, change, new.name, number, names)
    ]
    moves = _moves([*pairs, *pushed], new.name, number, names)
    return [*findings, *moves, *_spacing(pairs, new.name, number, names), *shapes]


def _restyled(
    pairs: Sequence[tuple[Box, Box]], label: str, change: Change, page: str, number: int, names: Mapping[str, str]
) -> Iterable[Finding]:
    changed: dict[tuple[str, str], list[Box]] = {}
    for old, new in pairs:
        was, now = (old.font, new.font) if change is Change.FONT else (old.colour, new.colour)
        if was != now:
            changed.setdefault((was, now), []).append(new)
    for (was, now), boxes in changed.items():
        said = "font substituted" if change is Change.FONT else f"{label} changed"
        subject = _subject(boxes, names)
        kind = _colour_of(page) if change is Change.COLOUR else change
        yield Finding(kind, f"{said} on {page}: {was} → {now} in {subject}", number, _around(boxes))


def _colour_of(page: str) -> Change:
    """A colour of the dark design is a class of its own: nobody who looks at the light one would see it."""
    return Change.DARK if page.endswith("dark") else Change.COLOUR


def _spacing(pairs: Sequence[tuple[Box, Box]], page: str, number: int, names: Mapping[str, str]) -> Iterable[Finding]:
    """Equal words in an equal font that are wider or narrower: kerning, spacing, or another cut of the font."""
    wider = [
        (abs(new.fine - old.fine), new)
        for old, new in pairs
        if old.fine and new.fine and old.fine != new.fine and old.font == new.font
    ]
    if wider:
        most = max(difference for difference, _ in wider) / 1000
        boxes = [box for _, box in wider]
        sentence = f"letters are spaced otherwise on {page}, by up to {most:.3f} mm, in {_subject(boxes, names)}"
        yield Finding(Change.SPACING, sentence, number, _around(boxes), most)


def _moves(pairs: Sequence[tuple[Box, Box]], page: str, number: int, names: Mapping[str, str]) -> Iterable[Finding]:
    moved: dict[tuple[float, float], list[Box]] = {}
    for old, new in pairs:
        right, down = round(new.left - old.left, 1), round(new.top - old.top, 1)
        if abs(right) > _STILL or abs(down) > _STILL:
            moved.setdefault((right, down), []).append(new)
    for (right, down), boxes in moved.items():
        way = [
            f"{abs(distance):.1f} mm {forth if distance > 0 else back}"
            for distance, forth, back in ((down, "down", "up"), (right, "to the right", "to the left"))
            if abs(distance) > _STILL
        ]
        sentence = f"{_subject(boxes, names)} moved {' and '.join(way)} on {page}"
        yield Finding(Change.MOVED, sentence, number, _around(boxes), max(abs(right), abs(down)))


def _shapes(old: Sheet, new: Sheet, number: int) -> tuple[list[tuple[Box, Box]], list[Finding]]:
    """Drawn shapes: those that only moved, as pairs; and those that changed colour, came or went, as findings."""
    was = [box for box in old.boxes if not box.text]
    now = [box for box in new.boxes if not box.text]
    gone, come = list((Counter(was) - Counter(now)).elements()), list((Counter(now) - Counter(was)).elements())
    repainted: dict[tuple[str, str], list[Box]] = {}
    for old_box, new_box in _twins(gone, come, lambda box: (*box.at, box.font)):
        repainted.setdefault((old_box.colour, new_box.colour), []).append(new_box)
    pushed = _twins(gone, come, lambda box: (box.width, box.height, box.font, box.colour))
    findings: list[Finding] = []
    for (before, after), boxes in repainted.items():
        subject = f"{_count(len(boxes), 'drawn shape')} {_place(boxes[0])}"
        sentence = f"colour changed on {new.name}: {before} → {after} in {subject}"
        findings.append(Finding(_colour_of(new.name), sentence, number, _around(boxes)))
    for boxes, words in ((gone, "no longer on"), (come, "new on")):
        if boxes:
            sentence = f"{words} {new.name}: {_count(len(boxes), 'drawn shape')}, the first {_place(boxes[0])}"
            findings.append(Finding(Change.DRAWING, sentence, number, _around(boxes)))
    return pushed, findings


def _twins(gone: list[Box], come: list[Box], likeness: Callable[[Box], object]) -> list[tuple[Box, Box]]:
    """Pairs of boxes with the same likeness, taken out of both lists in their order."""
    pairs: list[tuple[Box, Box]] = []
    for box in list(gone):
        twin = next((other for other in come if likeness(other) == likeness(box)), None)
        if twin is not None:
            gone.remove(box)
            come.remove(twin)
            pairs.append((box, twin))
    return pairs


def _page_breaks(before: Sequence[Sheet], after: Sequence[Sheet], names: Mapping[str, str]) -> Iterable[Finding]:
    """The first row that stands on another page than before, told by its number where the text is a row's."""
    was = {box.text: number for number, sheet in enumerate(before) for box in reversed(sheet.boxes) if box.text}
    for number, sheet in enumerate(after):
        if not number or number >= len(before):
            continue
        rows = [box for box in sheet.boxes if names.get(box.text, "").startswith("row ")]
        old_rows = [box for box in before[number].boxes if names.get(box.text, "").startswith("row ")]
        if rows and old_rows and rows[0].text != old_rows[0].text and was.get(rows[0].text) is not None:
            first, last = names[rows[0].text], names[old_rows[0].text]
            yield Finding(Change.PAGE_BREAK, f"{sheet.name} begins before {first}, not before {last}", number + 1)


def _pairs(before: Sequence[Box], after: Sequence[Box]) -> Iterable[tuple[Box, Box]]:
    matcher = SequenceMatcher(None, [box.text for box in before], [box.text for box in after], autojunk=False)
    left, right = dict(enumerate(before)), dict(enumerate(after))
    for block in matcher.get_matching_blocks():
        for at in range(block.size):
            yield left.pop(block.a + at), right.pop(block.b + at)
    # What is painted in another order, since it was lifted above the rest, still is what it was.
    yield from _twins(list(left.values()), list(right.values()), lambda box: box.text)


_LEADERS = ("total", "due date", "reference", "account", "recipient")


def _subject(boxes: Sequence[Box], names: Mapping[str, str]) -> str:
    """What a group of boxes is called: by what matters most in it, and how many more there are."""

    def weight(box: Box) -> int:
        name = names.get(box.text)
        return _LEADERS.index(name) if name in _LEADERS else len(_LEADERS) + (name is None) + (not box.text)

    lead = min(boxes, key=weight)
    if not lead.text:
        return _count(len(boxes), "drawn shape")
    said = f"{names[lead.text]} {quoted(lead.text)}" if lead.text in names else quoted(lead.text)
    return said if len(boxes) == 1 else f"{said} and {len(boxes) - 1} more"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _place(box: Box) -> str:
    return f"of {box.width:g} × {box.height:g} mm, {box.left:g} mm from the left and {box.top:g} mm from the top"


def _around(boxes: Sequence[Box]) -> tuple[float, float, float, float]:
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.left + box.width for box in boxes), max(box.top + box.height for box in boxes)
    return (left, top, round(right - left, 1), round(bottom - top, 1))
