"""Where ink stands on a page: in edges and zones that must stay clear, in and around the window; measured on pictures.

A picture sees everything that is printed, whatever draws it; letters are asked for where only they count.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pypdfium2.raw
from PIL import Image, ImageDraw

from vaxel_engine.mailing.finding import Rule, Violation, area, place
from vaxel_engine.mailing.profile import SHEET_HEIGHT, SHEET_WIDTH, Mark, Profile, Rectangle, What, Zone
from vaxel_engine.pdfium import opened

DPI = 100
_PIXELS = DPI / 25.4
_PAPER = 250
"""Shades of grey from here on are paper."""
_SLACK = 0.15
"""Millimetres; half a pixel of a picture at 100 dpi."""
_LEAST_LINES = 2
"""An address has a name and a town."""

MM = 25.4 / 72
pdfium: Any = pypdfium2.raw
"""PDFium has no types."""


@dataclass(frozen=True, slots=True)
class _Page:
    number: int
    picture: Image.Image
    """Black where there is ink, white where there is none; the profile's own marks are left out."""
    letters: tuple[Rectangle, ...]


def look_at(pdf: bytes, profile: Profile, *, duplex: bool) -> Iterator[Violation]:
    """Everything on the pages that `profile` refuses, in their order; raises Unrenderable when the bytes are no PDF."""
    with opened(pdf) as document:
        for number in range(1, min(len(document), profile.max_pages) + 1):
            page = document[number - 1]
            if not _may_be_drawn(page):
                page.close()
                continue
            seen = _Page(number, _inked(page, profile.mark), tuple(_letters(page)))
            coarse = list(_coarse_pictures(page, number, profile))
            upright = page.get_height() >= page.get_width()
            page.close()
            yield from coarse
            if not upright:
                continue
            yield from _edges(seen, profile.edge)
            for zone in profile.clear:
                if zone.holds_on(number, duplex=duplex):
                    yield from _zone(seen, zone)
            if number == 1:
                yield from _window(seen, profile)


def _may_be_drawn(page: Any) -> bool:
    """Whether a page is about as large as A4; another size is told of anyway, and a huge picture fills the memory."""
    longest, shortest = max(page.get_height(), page.get_width()), min(page.get_height(), page.get_width())
    return bool(longest < 1.2 * SHEET_HEIGHT / MM and shortest > 0.8 * SHEET_WIDTH / MM)


def _inked(page: Any, marks: tuple[Mark, ...]) -> Image.Image:
    drawn: Any = page.render(scale=DPI / 72, grayscale=True).to_pil()  # Pillow's tables have half a type
    for mark in marks:
        around = tuple(
            round(edge * _PIXELS) for edge in (mark.x - 0.5, mark.y - 0.5, mark.right + 0.5, mark.bottom + 0.5)
        )
        ImageDraw.Draw(drawn).rectangle(around, fill=255)
    inked: Image.Image = drawn.point([255 if shade < _PAPER else 0 for shade in range(256)])
    return inked


def _edges(seen: _Page, edge: float) -> Iterator[Violation]:
    if not edge:
        return
    strips = {
        "left": Rectangle.model_construct(x=0, y=0, width=edge, height=SHEET_HEIGHT),
        "right": Rectangle.model_construct(x=SHEET_WIDTH - edge, y=0, width=edge, height=SHEET_HEIGHT),
        "upper": Rectangle.model_construct(x=0, y=0, width=SHEET_WIDTH, height=edge),
        "lower": Rectangle.model_construct(x=0, y=SHEET_HEIGHT - edge, width=SHEET_WIDTH, height=edge),
    }
    for name, strip in strips.items():
        found = _ink_in(seen.picture, strip)
        if found is not None:
            said = f"prints at the {name} edge of page {seen.number} ({place(found)}), where {edge:g} mm stay clear"
            yield Violation(Rule.EDGE, seen.number, said, "move it inwards", found)


def _zone(seen: _Page, zone: Zone) -> Iterator[Violation]:
    if zone.what is What.TEXT:
        found = _around(
            letter
            for letter in seen.letters
            if letter.x < zone.right - _SLACK
            and letter.right > zone.x
            and letter.y < zone.bottom - _SLACK
            and letter.bottom > zone.y
        )
    else:
        found = _ink_in(seen.picture, zone)
    if found is not None:
        kind = "text" if zone.what is What.TEXT else "something"
        said = f"has {kind} in the {zone.name} of page {seen.number} ({place(found)})"
        yield Violation(Rule.ZONE, seen.number, said, f"keep {place(zone)} clear", found)


def _window(seen: _Page, profile: Profile) -> Iterator[Violation]:
    window = profile.window
    if window is None:
        return
    inner = area(
        window.x + window.tolerance,
        window.y + window.tolerance,
        window.right - window.tolerance,
        window.bottom - window.tolerance,
    )
    touching = [
        letter
        for letter in seen.letters
        if letter.x < window.right and letter.right > window.x and letter.y < window.bottom and letter.bottom > window.y
    ]
    cut = _around(letter for letter in touching if not _within(letter, inner))
    if cut is not None:
        said = f"has text on page 1 that the window cuts when the letter slides ({place(cut)})"
        yield Violation(Rule.WINDOW, 1, said, f"keep the address within {place(inner)} and all else out", cut)
    lines = {round(letter.bottom / 2) for letter in touching}
    if len(lines) < _LEAST_LINES and (touching or _ink_in(seen.picture, window) is None):
        said = f"shows no address in the window ({place(window)})"
        yield Violation(Rule.WINDOW, 1, said, f"put the address within {place(inner)}", window)


def _ink_in(picture: Image.Image, zone: Rectangle) -> Rectangle | None:
    left, top = round(zone.x * _PIXELS), round(zone.y * _PIXELS)
    # A pixel that a neighbour outside the zone touches is not ink inside it.
    right, bottom = round((zone.right - _SLACK) * _PIXELS), round((zone.bottom - _SLACK) * _PIXELS)
    box = picture.crop((left, top, right, bottom)).getbbox()
    if box is None:
        return None
    return area(*((edge + start) / _PIXELS for edge, start in zip(box, (left, top, left, top), strict=True)))


def _around(letters: Iterator[Rectangle]) -> Rectangle | None:
    boxes = list(letters)
    if not boxes:
        return None
    return area(
        min(box.x for box in boxes),
        min(box.y for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _within(one: Rectangle, other: Rectangle) -> bool:
    return (
        one.x >= other.x - _SLACK
        and one.y >= other.y - _SLACK
        and one.right <= other.right + _SLACK
        and one.bottom <= other.bottom + _SLACK
    )


def _letters(page: Any) -> Iterator[Rectangle]:
    """The boxes of all visible characters as the page is looked at."""
    layer, height = page.get_textpage(), float(page.get_height())
    edges = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = edges
    scale = MM
    for at in range(layer.count_chars()):
        if chr(cast("int", pdfium.FPDFText_GetUnicode(layer, at))).isspace():
            continue
        pdfium.FPDFText_GetCharBox(layer, at, *(ctypes.byref(edge) for edge in edges))
        yield Rectangle.model_construct(
            x=left.value * scale,
            y=(height - top.value) * scale,
            width=(right.value - left.value) * scale,
            height=(top.value - bottom.value) * scale,
        )
    layer.close()


def _coarse_pictures(page: Any, number: int, profile: Profile) -> Iterator[Violation]:
    """Pictures drawn by the page itself whose dots will be seen; inside a form their size is not known here."""
    height, scale = float(page.get_height()), MM
    for drawn in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        metadata = drawn.get_metadata()
        dpi = min(float(metadata.horizontal_dpi), float(metadata.vertical_dpi))
        if 0 < dpi < profile.coarsest_dpi:
            left, bottom, right, top = (float(edge) * scale for edge in drawn.get_bounds())
            where = area(left, height * scale - top, right, height * scale - bottom)
            said = f"has a picture of {dpi:.0f} dpi on page {number} ({place(where)})"
            yield Violation(
                Rule.PICTURE, number, said, f"use one of at least {profile.coarsest_dpi} dpi", where, refused=False
            )
