"""WeasyPrint, which has no types, stays in this module: HTML in, a tagged PDF/A-3a out, the same bytes every time."""

import logging
import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any

from vaxel_engine.rendering import libraries as _  # noqa: F401  # before WeasyPrint

# isort: split
from weasyprint import CSS, HTML
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from vaxel_engine.errors import TemplateError
from vaxel_engine.rendering.glyph_widths import pin_widths
from vaxel_engine.rendering.stamps import STAMP

_NO_FONTS = '<?xml version="1.0"?><fontconfig><cachedir prefix="xdg">vaxel</cachedir></fontconfig>'
_REHEARSAL = (
    '<p>A<b>b</b></p><img src="document:dot.svg">'
    '<table><tr><td style="background: linear-gradient(red, blue)">1</td></tr></table>'
)
_DOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0L1 1Z" fill="red"/>'
    '<rect width="1" height="1" fill="#00f"/><text x="0" y="9">1</text></svg>'
)
MOST_PAGES = 500
"""No letter is longer, and no envelope or mailbox takes one that is; more is a template that runs away."""
_LOCK = RLock()
"""Pango's font map belongs to one thread at a time."""

pin_widths()


class AllowList(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Gives what it was handed and nothing else; answers everything else with an empty file.

    It never raises, since WeasyPrint is of two minds about errors in here: an image's is swallowed, a colour profile's
    ends the render half-way. `refused` says what was asked for in vain, once the render is done.
    """

    def __init__(self, assets: Mapping[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)  # pyright: ignore[reportUnknownMemberType]
        self.refused: list[str] = []
        self._assets = assets

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
        """The asset at `url`, or nothing."""
        body, media_type = self._assets.get(url, (b"", "application/octet-stream"))
        if url not in self._assets:
            self.refused.append(url[:200])
        return URLFetcherResponse(url, body, {"Content-Type": media_type})


class Typesetter:
    """One pack's fonts and style sheet, loaded once; fonts of the machine are never used.

    `assets` are the pack's files by address ("pack:logo.svg") with their media types.
    """

    def __init__(self, style_sheet: str, assets: Mapping[str, tuple[bytes, str]]) -> None:
        self.style_sheet = style_sheet
        self._assets = dict(assets)
        self._pictures: dict[str, Any] = {}
        with _LOCK, _no_fonts_of_the_machine():
            self._fonts: Any = FontConfiguration()
        with _LOCK:
            fetcher = AllowList(self._assets)
            self._style: Any = CSS(string=style_sheet, url_fetcher=fetcher, font_config=self._fonts, base_url="pack:")
            _refuse(fetcher)

    @property
    def assets(self) -> Mapping[str, tuple[bytes, str]]:
        """The pack's files that a page may ask for, with their media types."""
        return self._assets

    def rehearse(self) -> None:
        """Set a page that nobody sees: the types of the C libraries are parsed at their first use, some 90 ms."""
        self.pdf(_REHEARSAL, {"document:dot.svg": _DOT}, b"rehearsal")

    def pdf(
        self,
        html: str,
        pictures: Mapping[str, str],
        identifier: bytes,
        places: list[tuple[int, float, float, float, float, str]] | None = None,
    ) -> bytes:
        """`html` as PDF/A-3a with structure tags; `pictures` are this document's own SVGs by address.

        Where `places` is given, the boxes of stamped elements are added to it; the file is the same, byte for byte.
        `identifier` becomes the file's identifier, which would otherwise be random. Raises TemplateError when something
        is asked for that the pack does not have (no letter leaves with an empty place where a logo should be), and when
        there are more than MOST_PAGES.
        """
        own = {address: (svg.encode(), "image/svg+xml") for address, svg in pictures.items()}
        with _LOCK:
            cache = dict(self._pictures)
            fetcher = AllowList({**self._assets, **own})
            document: Any = HTML(string=html, url_fetcher=fetcher, base_url="pack:")
            with _told_of_pictures() as left_out:
                options: dict[str, Any] = {
                    "stylesheets": [self._style],
                    "cache": cache,
                    "pdf_variant": "pdf/a-3a",
                    "pdf_tags": True,
                    "pdf_identifier": identifier,
                }
                pages: Any = document.render(font_config=self._fonts, **options)
                if len(pages.pages) > MOST_PAGES:
                    said = f"there are {len(pages.pages):,} pages; {MOST_PAGES} are the most: shorten the document"
                    raise TemplateError(f"{said}, or look for what makes its pages so many", file="layouts/paper.html")
                written: Any = pages.write_pdf(finisher=None if places is None else _finder(places), **options)
            _refuse(fetcher)
            for said in left_out:
                raise TemplateError(f"{said}; mend the picture", file="layouts/paper.html")
            self._pictures.update((address, kept) for address, kept in cache.items() if address not in own)
        return bytes(written)

    @property
    def configuration(self) -> Any:
        """WeasyPrint's configuration of this pack's fonts."""
        return self._fonts

    def watched(self, html: str, pictures: Mapping[str, str], keep: Callable[[Any, Any], None]) -> Any:
        """The laid-out document of `html`, after it was written; `keep` is given it with the file, not yet in bytes.

        For the block program, which learns from it. Raises as `pdf` does.
        """
        own = {address: (svg.encode(), "image/svg+xml") for address, svg in pictures.items()}
        with _LOCK:
            fetcher = AllowList({**self._assets, **own})
            document: Any = HTML(string=html, url_fetcher=fetcher, base_url="pack:")
            options: dict[str, Any] = {
                "stylesheets": [self._style],
                "cache": dict(self._pictures),
                "pdf_variant": "pdf/a-3a",
                "pdf_tags": True,
                "pdf_identifier": b"watched",
                "uncompressed_pdf": True,
            }
            pages: Any = document.render(font_config=self._fonts, **options)
            pages.write_pdf(finisher=keep, **options)
            _refuse(fetcher)
        return pages


_INSIDE = frozenset({"LineBox", "TextBox"})
"""Boxes of the element around them, which has its own."""


def _finder(places: list[tuple[int, float, float, float, float, str]]) -> Callable[[Any, Any], None]:
    """What WeasyPrint calls with the finished layout: it notes each box of a stamped element."""

    def find(document: Any, _pdf: Any) -> None:
        seen: set[tuple[int, float, float, float, float, str]] = set()
        for number, page in enumerate(document.pages, 1):
            for box in page._page_box.descendants():  # no other way to the boxes
                element = getattr(box, "element", None)
                stamp = None if element is None else element.get(STAMP)
                if (
                    stamp is None
                    or type(box).__name__ in _INSIDE
                    or not isinstance(box.width, (int, float))
                    or not isinstance(box.height, (int, float))
                ):
                    continue
                left, top = 100 / page.width, 100 / page.height
                found = (
                    number,
                    round(box.border_box_x() * left, 2),
                    round(box.border_box_y() * top, 2),
                    round(box.border_width() * left, 2),
                    round(box.border_height() * top, 2),
                    stamp,
                )
                if found not in seen:
                    seen.add(found)
                    places.append(found)

    return find


def _refuse(fetcher: AllowList) -> None:
    if fetcher.refused:
        raise TemplateError(
            f'something in it asks for "{fetcher.refused[0]}"; only files of the pack can be had, as "pack:logo.svg"',
            file="layouts/paper.html",
        )


class _Pictures(logging.Handler):
    """WeasyPrint leaves out a picture that it cannot draw, and says so in its log alone."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.left_out: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said of pictures."""
        said = record.getMessage()
        if "image" in said:
            self.left_out.append(f"a picture cannot be drawn ({said[:200]})")


@contextmanager
def _told_of_pictures() -> Generator[list[str]]:
    pictures = _Pictures()
    LOGGER.addHandler(pictures)
    try:
        yield pictures.left_out
    finally:
        LOGGER.removeHandler(pictures)


@contextmanager
def _no_fonts_of_the_machine() -> Generator[None]:
    """Let fontconfig find an empty configuration while WeasyPrint asks it for the fonts that are there.

    A glyph taken from whatever the machine has would make the same document look different on another one.
    """
    before = os.environ.get("FONTCONFIG_FILE")
    with TemporaryDirectory(prefix="vaxel-fonts-") as folder:
        configuration = Path(folder) / "fonts.conf"
        configuration.write_text(_NO_FONTS, encoding="utf-8")
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before
