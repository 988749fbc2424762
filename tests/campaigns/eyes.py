"""Whether a planted change shows: pictures for what is looked at, the artifact's own content for the rest.

A rule may change a file and nothing that anybody sees, as a shift of a table's cell does on paper: that is no place for
a change. Pictures are taken here anew, by other means than those that the guard compares with.
"""

import hashlib
import io
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import pikepdf
import pypdfium2
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

LOOKS = {"kerning unit": 24, "moved line": 24, "other font file": 24, "colour by 2/255": 1, "broken dark style": 1}
"""Classes that are a matter of looks alone, and by how much of 255 some point must differ for it.

What only is drawn in another group differs by one or two, as rounding has it.
"""

_SCALE = 2.0
"""Pixels per point: half a millimetre is nearly three of them."""
_WIDTHS = {"web": (390, 1280), "email": (600, 390)}
_UNFOLD = """async () => {
    document.querySelectorAll('details').forEach((part) => { part.open = true; });
    await document.fonts.ready;
    await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
}"""
_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)


class Eye:
    """Takes pictures of PDFs and of pages, and keeps them.

    Its browser starts when a page is first looked at, unless one is given: Playwright runs one in each process.
    """

    def __init__(self, browser: Browser | None = None) -> None:
        self._given, self._browser = browser is not None, browser
        self._playwright: Playwright | None = None
        self._known: dict[tuple[str, bool, bytes], tuple[bytes, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._browser is not None and not self._given:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def sees(self, artifact: str, body: bytes, *, dark: bool) -> tuple[bytes, ...]:
        """What the artifact looks like, page by page or width by width."""
        key = (artifact, dark, hashlib.sha256(body).digest())
        if key not in self._known:
            self._known[key] = _pages(body) if artifact.endswith("_pdf") else self._screens(artifact, body, dark)
        return self._known[key]

    def _screens(self, artifact: str, body: bytes, dark: bool) -> tuple[bytes, ...]:
        html = _SCRIPT.sub("", body.decode())  # what a chart library draws later has its place already
        page = self._page(dark)
        try:
            page.set_content(html, wait_until="load")
            page.evaluate(_UNFOLD)
            shots: list[bytes] = []
            for width in _WIDTHS[artifact]:
                page.set_viewport_size({"width": width, "height": 800})
                shots.append(page.screenshot(full_page=True, animations="disabled", caret="hide"))
        finally:
            page.close()
        return tuple(shots)

    def _page(self, dark: bool) -> Page:
        if self._browser is None:
            self._playwright = sync_playwright().start()
            path = shutil.which("chromium-headless-shell")
            self._browser = self._playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        return self._browser.new_page(color_scheme="dark" if dark else "light")


def shows(kind: str, artifact: str, before: bytes, after: bytes, eye: Eye) -> bool:
    """Whether a change of this class is one, to somebody who looks, listens or follows a link."""
    if before == after:
        return False
    if kind in LOOKS:
        dark = kind == "broken dark style"
        pairs = eye.sees(artifact, before, dark=dark), eye.sees(artifact, after, dark=dark)
        return len(pairs[0]) != len(pairs[1]) or any(map(_differ, *pairs, [LOOKS[kind]] * len(pairs[0])))
    if kind == "reordered section":
        pages = [_count(artifact, body) for body in (before, after)]  # another page count is another class of change
        return pages[0] == pages[1] and _reads_otherwise(_lines(artifact, before), _lines(artifact, after))
    return not artifact.endswith("_pdf") or _said(before) != _said(after) or _pages(before) != _pages(after)


def _differ(before: bytes, after: bytes, least: int) -> bool:
    one, other = (Image.open(io.BytesIO(picture)).convert("RGB") for picture in (before, after))
    if one.size != other.size:
        return True
    bands = ImageChops.difference(one, other).split()
    return any(any(band.histogram()[least:]) for band in bands)


def _reads_otherwise(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether lines that both have once follow each other otherwise: two columns may keep their order."""
    once = {line for line, times in Counter(before).items() if times == 1}
    both = once & {line for line, times in Counter(after).items() if times == 1}
    return [line for line in before if line in both] != [line for line in after if line in both]


def _count(artifact: str, body: bytes) -> int:
    return len(_pages(body)) if artifact.endswith("_pdf") else 1


def _lines(artifact: str, body: bytes) -> list[str]:
    if artifact.endswith("_pdf"):
        with_pages: Any = pypdfium2.PdfDocument(body)  # its types are unknown
        try:
            text = "\n".join(with_pages[number].get_textpage().get_text_range() for number in range(len(with_pages)))
        finally:
            with_pages.close()
    else:
        text = re.sub(r"<[^>]*>", "\n", _SCRIPT.sub("", body.decode().partition("<body")[2]))
    return [line.strip() for line in text.splitlines() if line.strip()]


def _pages(pdf: bytes) -> tuple[bytes, ...]:
    document: Any = pypdfium2.PdfDocument(pdf)  # its types are unknown
    try:
        return tuple(_png(document[number].render(scale=_SCALE).to_pil()) for number in range(len(document)))
    finally:
        document.close()


def _png(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "PNG", compress_level=1)
    return kept.getvalue()


def _said(pdf: bytes) -> list[str]:
    """Tags, alternative texts and links in the order they are kept."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = [str(document.Root.get("/Lang", ""))]
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and ("/S" in thing or thing.get("/Subtype") == "/Link"):
                action = thing.get("/A")
                link = action.get("/URI", "") if isinstance(action, pikepdf.Dictionary) else ""
                told.append(" ".join(str(thing.get(name, "")) for name in ("/S", "/Alt", "/Contents")) + f" {link}")
        return told
