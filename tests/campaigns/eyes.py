"""Whether a planted change shows: pictures for what is looked at, the artifact's own content for the rest.

A rule may change a file and nothing that anybody sees, as a shift of a table's cell does on paper: that is no place for
a change. Pictures are taken here anew, by other means than those that the guard compares with.
"""

import hashlib
import io
import re
import shutil
from types import TracebackType
from typing import Any, Self

import pikepdf
import pypdfium2
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

LOOKS = frozenset({"kerning unit", "colour by 2/255", "moved line", "other font file", "broken dark style"})
"""Classes that are a matter of looks alone."""

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
    """Takes pictures of PDFs and of pages, and keeps their hashes.

    Its browser starts when a page is first looked at, unless one is given: Playwright runs one in each process.
    """

    def __init__(self, browser: Browser | None = None) -> None:
        self._given, self._browser = browser is not None, browser
        self._playwright: Playwright | None = None
        self._known: dict[tuple[str, bool, bytes], tuple[str, ...]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._browser is not None and not self._given:
            self._browser.close()
        if self._playwright is not None:
            self._playwright.stop()

    def sees(self, artifact: str, body: bytes, *, dark: bool) -> tuple[str, ...]:
        """What the artifact looks like, page by page or width by width."""
        key = (artifact, dark, hashlib.sha256(body).digest())
        if key not in self._known:
            self._known[key] = _pages(body) if artifact.endswith("_pdf") else self._screens(artifact, body, dark)
        return self._known[key]

    def _screens(self, artifact: str, body: bytes, dark: bool) -> tuple[str, ...]:
        html = _SCRIPT.sub("", body.decode())  # what a chart library draws later has its place already
        page = self._page(dark)
        try:
            page.set_content(html, wait_until="load")
            page.evaluate(_UNFOLD)
            shots: list[str] = []
            for width in _WIDTHS[artifact]:
                page.set_viewport_size({"width": width, "height": 800})
                shots.append(_hash(page.screenshot(full_page=True, animations="disabled", caret="hide")))
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
        return eye.sees(artifact, before, dark=dark) != eye.sees(artifact, after, dark=dark)
    if artifact.endswith("_pdf"):
        return _said(before) != _said(after) or _pages(before) != _pages(after)
    return True


def _pages(pdf: bytes) -> tuple[str, ...]:
    document: Any = pypdfium2.PdfDocument(pdf)  # its types are unknown
    try:
        return tuple(_hash(bytes(document[number].render(scale=_SCALE).buffer)) for number in range(len(document)))
    finally:
        document.close()


def _hash(picture: bytes) -> str:
    return hashlib.sha256(picture).hexdigest()


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
