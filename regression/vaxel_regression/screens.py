"""Mails and pages as a browser lays them out: words, accessibility tree and boxes, at each width that matters."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

from playwright.sync_api import Page

from vaxel_regression.boxes import Box, Sheet
from vaxel_regression.browser import Camera, emulate

MM_PER_PIXEL = 25.4 / 96  # CSS Values 4, 6.2
HEIGHT = 800
_SCRIPT = re.compile(r"(?<=<script>).*?(?=</script>)", re.DOTALL)
_UNFOLD = """async () => {
    document.querySelectorAll('details').forEach((part) => { part.open = true; });
    await document.fonts.ready;
}"""
_PAINTED = "() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))"
_RESIZED = """async (width) => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    for (const began = performance.now(); innerWidth !== width && performance.now() - began < 5000;) await frame();
    await frame();
    await frame();
    await new Promise((drawn) => setTimeout(drawn, 150));
}"""
"""Charts draw themselves anew a moment after a page was told of its width, which happens with the next frame: on a busy
machine that may be late, and the moment begins then."""
_BOXES = """() => {
    const found = [], edges = new Map(), half = (length) => Math.round(length * 2) / 2;
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
        const sides = ['Top', 'Right', 'Bottom', 'Left'].filter((side) => parseFloat(style[`border${side}Width`]) > 0
            && style[`border${side}Style`] !== 'none' && style[`border${side}Color`] !== 'rgba(0, 0, 0, 0)');
        if (sides.length && box.width + box.height > 0) {
            const colour = [...new Set(sides.map((side) => style[`border${side}Color`]))].join(' ');
            const edge = edges.get(colour) ?? { count: 0, at: place(box) };
            edges.set(colour, { ...edge, count: edge.count + 1 });
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
            found.push([child.data.trim().replace(/\\s+/g, ' '), ...place(lines), font, colour, lines.width]);
        }
    };
    visit(document.body);
    for (const [colour, edge] of edges) found.push(['', ...edge.at, `${edge.count} borders`, colour]);
    return JSON.stringify({
        size: [document.documentElement.scrollWidth, document.documentElement.scrollHeight], boxes: found,
    });
}"""


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at a page: CSS pixels wide, in the light or the dark design, with or without scripts, printed.

    `forced` is the darkness that a mail program makes of the light design by itself; it exists as a picture only.
    """

    width: int
    dark: bool = False
    forced: bool = False
    scripts: bool = True
    printed: bool = False

    @property
    def name(self) -> str:
        """What a finding calls it: "390 px", "390 px, dark", "600 px, forced dark"."""
        more = (
            ("dark", self.dark),
            ("forced dark", self.forced),
            ("no scripts", not self.scripts),
            ("printed", self.printed),
        )
        return ", ".join([f"{self.width} px", *(word for word, is_so in more if is_so)])


WEB_VIEWS = (
    View(390),
    View(820),
    View(1280),
    View(794, printed=True),
    View(390, dark=True),
    View(390, scripts=False),
)
"""Phone, tablet, desktop, paper (A4 is 794 CSS pixels wide), the dark design, and a browser that runs no scripts."""

STILL_VIEWS = (View(390), View(700))
"""A page without scripts in a mailbox's or a bank's window."""

MAIL_VIEWS = (View(600), View(390), View(600, dark=True), View(600, forced=True))
"""A mail program's column, a phone, the dark design, and the darkness that Gmail and Outlook make by themselves."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a browser makes of a page: its words in order, its accessibility tree, and the boxes of each view.

    `pictures` holds the views that only exist as pictures; of all views where pictures were asked for.
    """

    text: str
    aria: str
    sheets: tuple[Sheet, ...]
    pictures: Mapping[str, bytes]


Examine = Callable[[Page, View], None]


def look(
    html: str, views: Iterable[View], camera: Camera, *, pictures: bool = False, examine: Examine | None = None
) -> Seen:
    """Open `html` in each view, with everything unfolded; words and tree are taken from the first.

    `examine` is given the page in each view. All views share one page, opened anew only where scripts or a mail
    program's own darkness come or go: the others are a tablet turned, a page printed, a night that falls.
    """
    text = aria = ""
    sheets: list[Sheet] = []
    shots: dict[str, bytes] = {}
    with camera.page(HEIGHT) as page:
        for (forced, scripts), alike in groupby(views, lambda view: (view.forced, view.scripts)):
            shown: View | None = None
            for view in alike:
                _turn(page, shown, view)
                if shown is None:
                    _open(page, html, scripts=scripts, forced=forced)
                elif scripts:
                    page.evaluate(_RESIZED, view.width)
                shown = view
                if scripts:
                    page.evaluate(_PAINTED)
                if not (sheets or shots):
                    text, aria = _words(page), _tree(page)
                if not forced:
                    sheets.append(_sheet(page, view.name))
                    if examine is not None:
                        examine(page, view)
                if forced or pictures:
                    shots[view.name] = page.screenshot(full_page=True, animations="disabled", caret="hide")
    return Seen(text, aria, tuple(sheets), shots)


def _open(page: Page, html: str, *, scripts: bool, forced: bool) -> None:
    if not scripts or forced:
        emulate(page, scripts=scripts, forced_dark=forced)
        page.goto("about:blank")
    # What does not run need not be read: a chart library takes longer than the page.
    page.set_content(html if scripts else _SCRIPT.sub("", html), wait_until="load")
    page.evaluate(_UNFOLD)


def _turn(page: Page, shown: View | None, view: View) -> None:
    """Go from one view to the next; what is as it was is not said again, since each word makes the page anew."""
    if shown is None or view.width != shown.width:
        page.set_viewport_size({"width": view.width, "height": HEIGHT})
    if shown is None or (view.printed, view.dark) != (shown.printed, shown.dark):
        medium: Literal["print", "screen"] = "print" if view.printed else "screen"
        page.emulate_media(media=medium, color_scheme="dark" if view.dark else "light")


def _tree(page: Page) -> str:
    """The accessibility tree under its language and title, which a screen reader says first."""
    language = page.locator("html").get_attribute("lang") or "none"
    return f"language {language}\ntitle {page.title()}\n{page.locator('body').aria_snapshot()}\n"


_HIDDEN = """() => [...document.querySelectorAll('[hidden]')].flatMap((part) => [
    ...(part.textContent.trim() ? [part.textContent.trim().replace(/\\s+/g, ' ')] : []),
    ...[...part.querySelectorAll('a[href]')].map((link) => `link ${link.getAttribute('href')}`)])"""
"""What a script may show later: a bar that comes with scrolling, a button that works only with a script."""


def _words(page: Page) -> str:
    lines = (" ".join(line.split()) for line in page.inner_text("body").splitlines())
    hidden = [f"(hidden) {part}" for part in cast("list[str]", page.evaluate(_HIDDEN))]
    return "".join(f"{line}\n" for line in (*lines, *hidden) if line)


def _sheet(page: Page, name: str) -> Sheet:
    found = cast("dict[str, list[object]]", json.loads(cast("str", page.evaluate(_BOXES))))
    width, height = (_mm(length) for length in cast("list[float]", found["size"]))
    rows = cast("list[tuple[str, float, float, float, float, str, str, *tuple[float, ...]]]", found["boxes"])
    boxes = tuple(
        Box(text, _mm(left), _mm(top), _mm(across), _mm(down), font, colour, *(round(_mm(w, 3) * 1000) for w in fine))
        for text, left, top, across, down, font, colour, *fine in rows
    )
    return Sheet(name, width, height, boxes)


def _mm(pixels: float, digits: int = 1) -> float:
    return round(pixels * MM_PER_PIXEL, digits)
