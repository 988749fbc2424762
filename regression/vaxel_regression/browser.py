"""The system's headless Chromium, set up so that one page gives one picture and nothing leaves the machine."""

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Route, sync_playwright

from vaxel_engine.errors import Misconfigured

EXECUTABLES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--font-render-hinting=none",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--disable-lcd-text",
)
"""Without Chromium's own sandbox, which refuses root and most containers: only a pack's pages are shown, offline."""
_FONTS_THEN_TWO_FRAMES = """document.fonts.ready.then(
    () => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))))"""
_LOCAL = ("file:", "data:", "about:", "blob:", "http://127.0.0.1:")


@dataclass(frozen=True, slots=True)
class Camera:
    """A running browser that takes pictures of pages."""

    browser: Browser

    @property
    def family(self) -> str:
        """The name of the references this browser draws, e.g. "chromium-156"."""
        return f"chromium-{self.browser.version.partition('.')[0]}"

    @contextmanager
    def page(self, width: int, height: int = 800, *, dark: bool = False) -> Generator[Page]:
        """A fresh page of `width` × `height` CSS pixels, in Swedish and in Stockholm, without motion or network."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
        )
        try:
            context.route("**/*", _stay_here)
            yield context.new_page()
        finally:
            context.close()

    def picture(self, address: str, width: int, height: int = 800) -> bytes:
        """The whole page at `address` (file: or 127.0.0.1) as PNG, `width` CSS pixels wide, with its fonts."""
        with self.page(width, height) as page:
            page.goto(address, wait_until="load")
            page.evaluate(_FONTS_THEN_TWO_FRAMES)
            return page.screenshot(full_page=True, animations="disabled", caret="hide")


@contextmanager
def camera() -> Generator[Camera]:
    """Start the browser for the block.

    Raises Misconfigured when there is no browser on this machine, with what to type.
    """
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=executable(), args=list(ARGUMENTS))
        except Error as error:
            raise Misconfigured(
                "no headless browser can be started; sudo apt-get install -y chromium-headless-shell, "
                "or without root: python -m playwright install chromium-headless-shell"
            ) from error
        try:
            yield Camera(browser)
        finally:
            browser.close()


def emulate(page: Page, *, scripts: bool, forced_dark: bool) -> None:
    """Let what is opened next in this page run no scripts, or be inverted as some mail programs do.

    Chromium's own way to make a light design dark stands for theirs.
    """
    session: Any = page.context.new_cdp_session(page)  # its answers have no types
    session.send("Emulation.setScriptExecutionDisabled", {"value": not scripts})
    session.send("Emulation.setAutoDarkModeOverride", {"enabled": True} if forced_dark else {})


def executable() -> Path | None:
    """The system's browser; None lets Playwright look for its own."""
    return next((Path(found) for name in EXECUTABLES if (found := shutil.which(name))), None)


def _stay_here(route: Route) -> None:
    if route.request.url.startswith(_LOCAL):
        route.continue_()
    else:
        route.abort("internetdisconnected")
