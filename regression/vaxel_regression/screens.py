"""Mails and pages as a browser lays them out: words, accessibility tree and boxes, at each width that matters."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from playwright.sync_api import Page

from vaxel_regression.boxes import Box, Sheet
from vaxel_regression.browser import Camera

MM_PER_PIXEL = 25.4 / 96  # CSS Values 4, 6.2
_READY = """async () => {
    document.querySelectorAll('details').forEach((part) => { part.open = true; });
    await document.fonts.ready;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
}"""
_BOXES = """() => {
    const found = [], half = (length) => Math.round(length * 2) / 2;
    const place = (box) => [half(box.left + scrollX), half(box.top + scrollY), half(box.width), half(box.height)];
    const drawn = new Set(['rect', 'path', 'circle', 'line', 'polyline', 'polygon']);
    const visit = (element) => {
        const style = getComputedStyle(element);
        if (style.display === 'none' || style.visibility === 'hidden') return;
        const box = element.getBoundingClientRect();
        if (drawn.has(element.localName)) {
            if (box.width + box.height > 0) {
                found.push(['', ...place(box), element.localName, `${style.fill} ${style.stroke}`]);
            }
        } else if (element.localName === 'img') {
            found.push(['', ...place(box), 'picture', '']);
        } else if (style.backgroundColor !== 'rgba(0, 0, 0, 0)' && box.width * box.height > 0) {
            found.push(['', ...place(box), 'ground', style.backgroundColor]);
        }
        for (const child of element.childNodes) {
            if (child.nodeType === Node.ELEMENT_NODE) visit(child);
            if (child.nodeType !== Node.TEXT_NODE || !child.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(child);
            const lines = range.getBoundingClientRect();
            if (lines.width * lines.height === 0) continue;
            const family = style.fontFamily.split(',')[0].replaceAll('"', '');
            const colour = element instanceof SVGElement ? style.fill : style.color;
            const font = `${family} ${style.fontWeight} ${style.fontSize}`;
            found.push([child.data.trim().replace(/\\s+/g, ' '), ...place(lines), font, colour]);
        }
    };
    visit(document.body);
    return JSON.stringify({
        size: [document.documentElement.scrollWidth, document.documentElement.scrollHeight], boxes: found,
    });
}"""


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a page: CSS pixels wide, in the light or the dark design."""

    width: int
    dark: bool = False

    @property
    def name(self) -> str:
        """What a finding calls it: "390 px", "390 px, dark"."""
        return f"{self.width} px, dark" if self.dark else f"{self.width} px"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser makes of a page: its words in order, its accessibility tree, and the boxes of each view."""

    text: str
    aria: str
    sheets: tuple[Sheet, ...]


def look(html: str, views: Iterable[View], camera: Camera) -> Seen:
    """Open `html` in each view, with everything unfolded; words and tree are taken from the first."""
    text = aria = ""
    sheets: list[Sheet] = []
    for view in views:
        with camera.page(view.width, dark=view.dark) as page:
            page.set_content(html, wait_until="load")
            page.evaluate(_READY)
            if not sheets:
                text, aria = _words(page), page.locator("body").aria_snapshot()
            sheets.append(_sheet(page, view.name))
    return Seen(text, aria + "\n", tuple(sheets))


def _words(page: Page) -> str:
    lines = (" ".join(line.split()) for line in page.inner_text("body").splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def _sheet(page: Page, name: str) -> Sheet:
    found = cast("dict[str, list[object]]", json.loads(cast("str", page.evaluate(_BOXES))))
    width, height = (_mm(length) for length in cast("list[float]", found["size"]))
    rows = cast("list[tuple[str, float, float, float, float, str, str]]", found["boxes"])
    boxes = tuple(
        Box(text, _mm(left), _mm(top), _mm(across), _mm(down), font, colour)
        for text, left, top, across, down, font, colour in rows
    )
    return Sheet(name, width, height, boxes)


def _mm(pixels: float) -> float:
    return round(pixels * MM_PER_PIXEL, 1)
