"""Oracles of what a browser shows: too wide, cut off, printed over each other, and what axe-core finds."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, cast

from playwright.sync_api import Page

from vaxel_engine.errors import Misconfigured
from vaxel_regression.changes import quoted
from vaxel_regression.oracles.fault import Fault, Oracle

CLIP_BYTES = 102_000
"""Gmail shows that much of a mail's HTML and hides the rest behind a link (caniemail.com, 2026-06)."""

WHOLE_PAGE = ("region", "landmark-one-main", "page-has-heading-one", "html-has-lang", "document-title")
"""Rules of a whole page; a mail is a part of the mail program's, a letter in a mailbox a part of the mailbox's."""

_FAULTS = """() => {
    const found = [], beyond = new Set(), root = document.documentElement;
    const shown = (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 2 && box.height > 2 && box.right > 0 && box.bottom + scrollY > 0
            && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    };
    const short = (text) => text.data.trim().replace(/\\s+/g, ' ').slice(0, 60);
    const inside = (element) => element.closest('svg, [aria-hidden=true]');
    const lines = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const element = text.parentElement;
        if (!text.data.trim() || !shown(element) || inside(element)) continue;
        let clips = false;
        for (let around = element; around && !clips; around = around.parentElement) {
            const style = getComputedStyle(around), box = around.getBoundingClientRect();
            if (box.width <= 2 || box.height <= 2 || style.clipPath !== 'none') clips = true;  // for screen readers
        }
        if (clips) continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const line of range.getClientRects()) {
            if (line.width < 1) continue;
            const quarter = line.height / 4;
            lines.push({ text, said: short(text), left: line.left, right: line.right,
                top: line.top + quarter, bottom: line.bottom - quarter });
            if ((line.right > root.clientWidth + 1 || line.left < -1) && !element.closest('[tabindex]')) {
                beyond.add(short(text));
            }
        }
        for (let around = element; around && around !== document.body; around = around.parentElement) {
            const style = getComputedStyle(around);
            const cuts = (way) => ['hidden', 'clip'].includes(way);
            if (cuts(style.overflowX) && around.scrollWidth > around.clientWidth + 1
                || cuts(style.overflowY) && around.scrollHeight > around.clientHeight + 1) {
                const box = around.getBoundingClientRect(), own = range.getBoundingClientRect();
                if (own.right > box.right + 1 || own.bottom > box.bottom + 1) {
                    found.push(['clipped', `“${short(text)}” is cut off`]);
                    break;
                }
            }
        }
    }
    lines.sort((one, other) => one.top - other.top);
    lines.forEach((line, number) => {
        for (let next = number + 1; next < lines.length && lines[next].top < line.bottom; next += 1) {
            const other = lines[next];
            const across = Math.min(line.right, other.right) - Math.max(line.left, other.left);
            const down = Math.min(line.bottom, other.bottom) - other.top;
            if (other.text !== line.text && across > 2 && down > 2) {
                found.push(['overlap', `“${line.said}” and “${other.said}” are over each other`]);
            }
        }
    });
    const wide = root.scrollWidth - root.clientWidth, [first] = beyond;
    if (first !== undefined) {
        const more = beyond.size > 1 ? ` and ${beyond.size - 1} more` : '';
        found.unshift(['outside', `“${first}”${more} beyond the edge of the screen`]);
    } else if (wide > 1) found.unshift(['outside', `the page is ${wide} px wider than the screen`]);
    return JSON.stringify(found.slice(0, 50));
}"""
_AXE = """async (options) => {
    const inside = new Map(), marked = [], looks = new Map(), seen = new Set(), told = ['title', 'desc'];
    const look = (element) => {
        if (element === null) return '';
        if (!looks.has(element)) {
            const style = getComputedStyle(element), lifted = ['absolute', 'fixed', 'sticky'].includes(style.position);
            looks.set(element, [look(element.parentElement), style.color, style.opacity, style.backgroundColor,
                style.backgroundImage, style.fontSize, style.fontWeight, style.textShadow, style.filter, style.clipPath,
                style.display === 'none', style.visibility, lifted ? looks.size : ''].join('|'));
        }
        return looks.get(element);
    };
    for (const chart of document.querySelectorAll('svg')) {
        if (!chart.parentElement.closest('svg')) inside.set(chart, [...chart.childNodes]);
    }
    try {
        inside.forEach((parts, chart) => {
            chart.replaceChildren(...parts.filter((part) => told.includes(part.localName)));
        });
        for (const element of document.body.querySelectorAll('*')) {
            const words = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
            const judged = words || ['input', 'select', 'textarea'].includes(element.localName);
            if (!judged || seen.has(look(element))) continue;
            seen.add(look(element));
            marked.push(element);
            element.setAttribute('data-contrast', '');
        }
        axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-contrast]' }] });
        const { violations } = await axe.run(document, options);
        return JSON.stringify(violations.map((violation) => [violation.id, violation.help, violation.nodes.length,
            violation.nodes[0].html.replace(' data-contrast=""', '').slice(0, 90)]));
    } finally {
        marked.forEach((element) => element.removeAttribute('data-contrast'));
        inside.forEach((parts, chart) => chart.replaceChildren(...parts));
    }
}"""
"""Contrasts of texts that look alike, each in boxes that do, are judged once; those of a chart's words axe-core cannot
tell, so that what a chart draws is left out meanwhile."""


def laid_out(page: Page, view: str) -> Iterator[Fault]:
    """What is wider than the screen, cut off, or printed over other words, as the page is shown now."""
    for oracle, said in cast("list[tuple[str, str]]", json.loads(cast("str", page.evaluate(_FAULTS)))):
        yield Fault(Oracle(oracle), f"{said} ({view})")


def accessible(page: Page, view: str, *, part: bool, colours_alone: bool = False) -> Iterator[Fault]:
    """What axe-core finds; of a `part` of somebody else's page without the rules that are about a whole one.

    With `colours_alone` only contrasts are asked about, for a view that differs from one already seen in nothing else.

    Raises Misconfigured when axe-core is not installed.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe_source())
    rules = {name: {"enabled": False} for name in WHOLE_PAGE} if part else {}
    options: dict[str, Any] = {"rules": rules, "resultTypes": ["violations"], "preload": False}
    if colours_alone:
        options = {**options, "runOnly": ["color-contrast"]}
        del options["rules"]
    found = cast("list[tuple[str, str, int, str]]", json.loads(cast("str", page.evaluate(_AXE, options))))
    for name, said, count, first in found:
        times = "1 place" if count == 1 else f"{count} places"
        yield Fault(Oracle.ACCESSIBILITY, f"{name}: {said} ({times}, {view}, first {quoted(first)})")


def cut_by_gmail(html: str) -> Iterator[Fault]:
    """A mail that is too long to be shown whole."""
    size = len(html.encode())
    if size > CLIP_BYTES:
        yield Fault(Oracle.SIZE, f"the mail has {size:,} bytes of HTML; Gmail hides what comes after {CLIP_BYTES:,}")


@cache
def axe_source() -> str:
    """The script of axe-core; raises Misconfigured when it is not installed."""
    try:
        return (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    except ModuleNotFoundError as error:
        raise Misconfigured("axe-core is not installed; pip install 'vaxel[regression]' brings it") from error
