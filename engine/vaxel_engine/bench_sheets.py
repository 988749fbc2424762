"""What the reference path sets one mailbox PDF from, for those who set the same with another engine."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import typesetter, write_pages
from vaxel_engine.rendering.typesetting import AllowList, Typesetter


@dataclass(frozen=True, slots=True)
class Sheets:
    """One document's page: its HTML, its own pictures as SVG by address, and what all documents of the pack share."""

    rendering: Rendering
    html: str
    pictures: Mapping[str, str]
    style_sheet: str
    assets: Mapping[str, tuple[bytes, str]]


class _Listener(Typesetter):
    """Keeps what it is given, and sets nothing."""

    def pdf(
        self,
        html: str,
        pictures: Mapping[str, str],
        identifier: bytes,
        places: list[tuple[int, float, float, float, float, str]] | None = None,
    ) -> bytes:
        self.heard = html, dict(pictures)
        return b""


class Sheeting:
    """Fills the pack's layouts as the reference path does, up to the moment where WeasyPrint begins."""

    def __init__(self, pack: Pack) -> None:
        real = pack.once(typesetter)
        self._listener = _Listener(real.style_sheet, real.assets)
        self._pack = replace(pack)
        listener: Typesetter = self._listener
        self._pack.provide(typesetter, listener)

    def of(self, document: Document) -> Sheets:
        """What `document` is set from; raises as rendering does."""
        rendering = Rendering.of(document, self._pack)
        write_pages(rendering)
        html, pictures = self._listener.heard
        return Sheets(rendering, html, pictures, self._listener.style_sheet, self._listener.assets)


def set_plainly(sheets: Sheets) -> bytes:
    """As somebody does who reads WeasyPrint's first page of documentation: everything is loaded for each document."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    own = {address: (svg.encode(), "image/svg+xml") for address, svg in sheets.pictures.items()}
    fetcher, fonts = AllowList({**sheets.assets, **own}), FontConfiguration()
    style = CSS(string=sheets.style_sheet, url_fetcher=fetcher, font_config=fonts, base_url="pack:")
    page: Any = HTML(string=sheets.html, url_fetcher=fetcher, base_url="pack:")
    return bytes(page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a", pdf_tags=True) or b"")
