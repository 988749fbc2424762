"""What an internet bank shows of an e-invoice: alike in look, with links to the sender, in the plainest of HTML.

No bank publishes what its presentation may hold (docs/bank.md), so the page keeps to what any of them shows: no script,
no form, no `details`, no SVG, no variables, no font of its own, one style sheet, PNG pictures inside the page.
"""

import base64
import re

import resvg_py

from vaxel_engine.errors import Unrenderable
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.charts import BANK, Look, look, png
from vaxel_engine.rendering.email import font_files
from vaxel_engine.rendering.environment import fill_template
from vaxel_engine.rendering.page_context import Tier, page_context, pictures_by_kind, trusted
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.rendering.web_shell import policy_of, web_shell
from vaxel_engine.writing import claims

_LOGO_HEIGHT = 34
_FOLDED = re.compile(r"<details\b(?:[^>]*?( class=\"[^\"]*\"))?[^>]*>")
_TITLE = re.compile(r"<summary\b[^>]*>")


def render_bank(rendering: Rendering) -> bytes:
    """The page as UTF-8 HTML. Raises Unrenderable for what is no e-invoice, TemplateError where the pack is wrong."""
    document, facts = rendering.document, rendering.facts
    if not claims(document):
        raise Unrenderable(
            f"{document.reference}: is of kind {document.kind}, and an internet bank shows invoices, credit notes and "
            "direct-debit notices only; choose another artifact"
        )
    pack = rendering.pack
    style = pack.once(_style)
    drawn = [
        (chart, {"at": at, "phone": None, "wide": None, "png": picture})
        for at, (chart, picture) in enumerate(zip(rendering.charts, draw_charts(rendering), strict=True))
    ]
    context = page_context(rendering, pack.once(web_shell), Tier.BANK) | {
        "policy": policy_of(style),
        "style": trusted(style),
        "logo": pack.once(_logo),
        "pictures": pictures_by_kind(drawn),
        "more": rendering.words.fill("bank.more", sender=facts.seller.brand),
    }
    return rendering.emit("bank", _flat(rendering.fill("layouts/bank.html", **context))).encode()


def draw_charts(rendering: Rendering) -> list[str]:
    """The pictures of the charts alone, as addresses; they are the same as long as document, colours and fonts are."""
    return rendering.once("bank_pictures", _pictures)


def _pictures(rendering: Rendering) -> list[str]:
    pack = rendering.pack
    wear, faces = pack.once(_light_look), pack.once(font_files)
    return [_data(png(chart, wear, BANK, font_files=faces)) for chart in rendering.charts]


def _flat(page: str) -> str:
    """Everything that folds, unfolded for good."""
    page = _TITLE.sub('<div class="summary">', _FOLDED.sub(r"<div\1>", page))
    return page.replace("</summary>", "</div>").replace("</details>", "</div>")


def _style(pack: Pack) -> str:
    return fill_template(pack, "css/bank.css", {}).replace("\r\n", "\n")


def _light_look(pack: Pack) -> Look:
    return look(pack.tokens)


def _logo(pack: Pack) -> str | None:
    """The logo as PNG, two pixels to each of the page."""
    if not pack.has("logo.svg"):
        return None
    drawn = resvg_py.svg_to_bytes(
        svg_string=pack.read("logo.svg").decode(), height=2 * _LOGO_HEIGHT, skip_system_fonts=True
    )
    return _data(bytes(drawn))


def _data(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
