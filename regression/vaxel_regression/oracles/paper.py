"""Oracles of a PDF: where its words stand, whether they are whole, and whether every glyph is there."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, cast
from unicodedata import combining

import pikepdf

from vaxel_engine.mailing import Profile
from vaxel_engine.mailing.check import check_print
from vaxel_engine.mailing.profile import Rectangle, What
from vaxel_engine.pdf_structure import structure_findings
from vaxel_regression.boxes import Box, Sheet
from vaxel_regression.changes import quoted
from vaxel_regression.oracles.fault import Fault, Oracle
from vaxel_regression.pages import Drawn

_OVER = 0.4
"""Millimetres that two words must share both ways to be printed over each other; descenders touch by less."""
_SLACK = 0.2


def outside(sheets: Sequence[Sheet]) -> Iterator[Fault]:
    """Words and pictures beyond the edge of their page."""
    for sheet in sheets:
        for box in _content(sheet):
            right, bottom = box.left + box.width, box.top + box.height
            if min(box.left, box.top) < -_SLACK or right > sheet.width + _SLACK or bottom > sheet.height + _SLACK:
                yield Fault(Oracle.OUTSIDE, f"{_said(box)} reaches beyond {sheet.name}, at {_place(box)}")


def clipped(pages: Sequence[Drawn]) -> Iterator[Fault]:
    """Words that are cut off by the area they are drawn in."""
    for page in pages:
        sheet = page.sheet
        for number, (left, top, right, bottom) in page.clips.items():
            box = sheet.boxes[number]
            over = max(left - box.left, top - box.top, box.left + box.width - right, box.top + box.height - bottom)
            if over > _OVER:
                yield Fault(Oracle.CLIPPED, f"{_said(box)} on {sheet.name} is cut off by {over:.1f} mm")


def overlapping(sheets: Sequence[Sheet]) -> Iterator[Fault]:
    """Words printed over other words."""
    for sheet in sheets:
        # A run that begins with a combining mark is drawn over its letter on purpose.
        runs = sorted((box for box in sheet.boxes if box.text and not combining(box.text[0])), key=lambda box: box.top)
        for number, box in enumerate(runs):
            for other in runs[number + 1 :]:
                if other.top > box.top + box.height:
                    break
                across = min(box.left + box.width, other.left + other.width) - max(box.left, other.left)
                down = min(box.top + box.height, other.top + other.height) - max(box.top, other.top)
                if across > _OVER and down > _OVER and box.text != other.text:
                    words = f"{_said(box)} and {_said(other)}"
                    place = f"on {sheet.name}, at {_place(other)}"
                    yield Fault(Oracle.OVERLAP, f"{words} are printed over each other {place}")


def orphaned(sheets: Sequence[Sheet], names: Mapping[str, str]) -> Iterator[Fault]:
    """A total that begins a page on which no line of it stands, while the lines end on the page before."""
    for before, sheet in pairwise(sheets):
        kinds = {names.get(box.text) for box in sheet.boxes}
        if "total" in kinds and "row" not in kinds and "row" in {names.get(box.text) for box in before.boxes}:
            yield Fault(Oracle.ORPHAN, f"the total stands on {sheet.name}, all of its lines on the pages before")


def keep_clear(sheets: Sequence[Sheet], profile: Profile, address: Iterable[str], *, printed: bool) -> Iterator[Fault]:
    """Content in the mail house's zones and margins, or beside the address in its window.

    In the print PDF drawn shapes may stand there: they are the marks that the mail house asks for.
    """
    allowed = {"".join(line.split()) for line in address}
    for number, sheet in enumerate(sheets, start=1):
        zones = [zone for zone in profile.clear if zone.holds_on(number, duplex=True)]
        for box in sheet.boxes if not printed else _content(sheet):
            if box.width * box.height == 0 and not box.text:
                continue
            for zone in zones:
                if (box.text or zone.what is What.ANYTHING) and _meets(box, zone):
                    yield Fault(Oracle.KEEP_CLEAR, f"{_said(box)} stands in the {zone.name} on {sheet.name}")
            shows = number == 1 and profile.window is not None and box.text and _meets(box, profile.window)
            if shows and not any("".join(box.text.split()) in line for line in allowed):
                yield Fault(Oracle.KEEP_CLEAR, f"{_said(box)} shows in the address window")
            edge = profile.edge - _SLACK
            if box.text and not (
                edge <= box.left
                and edge <= box.top
                and box.left + box.width <= sheet.width - edge
                and box.top + box.height <= sheet.height - edge
            ):
                yield Fault(Oracle.KEEP_CLEAR, f"{_said(box)} stands in the {profile.edge:g} mm edge of {sheet.name}")


def missing_glyphs(pdf: bytes) -> Iterator[Fault]:
    """Text that is set with glyph 0 or one that the font has not, drawn as an empty box (OpenType, ".notdef")."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, start=1):
            missing = sum(_missing(page.obj, page.obj.get("/Resources"), set()))
            if missing:
                count = "1 character is" if missing == 1 else f"{missing} characters are"
                yield Fault(Oracle.MISSING_GLYPH, f"{count} drawn as an empty box on page {number}: no font has it")


def _missing(stream: Any, resources: Any, met: set[Any]) -> Iterator[int]:
    """How many characters no font draws, in a stream and in the forms that it draws."""
    fonts: Any = resources.get("/Font", {}) if resources is not None else {}
    forms: Any = resources.get("/XObject", {}) if resources is not None else {}
    sizes: dict[str, int | None] = {}
    size: int | None = None
    for instruction in pikepdf.parse_content_stream(stream, "Tf Tj TJ Do"):
        operator, operands = str(instruction.operator), cast("Any", instruction.operands)
        if operator == "Tf":
            name = str(operands[0])
            if name not in sizes:
                sizes[name] = _glyphs(fonts.get(name))
            size = sizes[name]
        elif operator in ("Tj", "TJ") and size is not None:
            for run in operands[0] if operator == "TJ" else [operands[0]]:
                codes = bytes(run) if isinstance(run, pikepdf.String) else b""
                glyphs = [int.from_bytes(codes[at : at + 2]) for at in range(0, len(codes), 2)]
                yield sum(not 0 < glyph < size for glyph in glyphs)
        elif operator == "Do":
            form: Any = forms.get(str(operands[0]))
            if form is not None and str(form.get("/Subtype")) == "/Form" and form.objgen not in met:
                met.add(form.objgen)
                yield from _missing(form, form.get("/Resources", resources), met)


def _glyphs(font: Any) -> int | None:
    """How many glyphs the embedded file of a composite font has (OpenType, "maxp"); None where it cannot be told."""
    if font is None or str(font.get("/Subtype")) != "/Type0":
        return None
    descriptor = font.DescendantFonts[0].get("/FontDescriptor", {})
    file = descriptor.get("/FontFile2") or descriptor.get("/FontFile3")
    content = file.read_bytes() if file is not None else b""
    for at in range(12, 12 + 16 * int.from_bytes(content[4:6]), 16):
        if content[at : at + 4] == b"maxp":
            table = int.from_bytes(content[at + 8 : at + 12])
            return int.from_bytes(content[table + 4 : table + 6])
    return None


def badly_built(pdf: bytes) -> Iterator[Fault]:
    """What the structure checks find: tags, headings, language, title, links, fonts, the archive's marks."""
    yield from (Fault(Oracle.STRUCTURE, clause) for clause in structure_findings(pdf))


def sent_back(pdf: bytes, profile: Profile) -> Iterator[Fault]:
    """What the print check finds and the mail house refuses; what will only look poor is no fault."""
    for violation in check_print(pdf, profile).refused:
        yield Fault(Oracle.PRINT_CHECK, violation.sentence.removesuffix("."))


def _content(sheet: Sheet) -> Iterator[Box]:
    return (box for box in sheet.boxes if box.text or box.font == "picture")


def _meets(box: Box, zone: Rectangle) -> bool:
    across = min(box.left + box.width, zone.right) - max(box.left, zone.x)
    down = min(box.top + box.height, zone.bottom) - max(box.top, zone.y)
    return across > _SLACK and down > _SLACK


def _said(box: Box) -> str:
    return quoted(box.text) if box.text else f"a {box.font} of {box.width:g} × {box.height:g} mm"


def _place(box: Box) -> str:
    return f"{box.left:g} mm from the left and {box.top:g} mm from the top"
