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
_FOLDED = ((r"<details\b(?:[^>]*?( class=\"[^\"]*\"))?[^>]*>", r"<div\1>"), (r"</details>", "</div>"))
_TITLES = ((r"<summary\b[^>]*>", '<div class="summary">'), (r"</summary>", "</div>"))


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
        (chart, {"at": at, "phone": None, "wide": None, "png": _data(_chart_png(rendering, at))})
        for at, chart in enumerate(rendering.charts)
    ]
    context = page_context(rendering, pack.once(web_shell), Tier.BANK) | {
        "policy": policy_of(style),
        "style": trusted(style),
        "logo": pack.once(_logo),
        "pictures": pictures_by_kind(drawn),
        "more": rendering.words.fill("bank.more", sender=facts.seller.brand),
    }
    return rendering.emit("bank", _flat(rendering.fill("layouts/bank.html", **context))).encode()


def draw_charts(rendering: Rendering) -> None:
    """The pictures of the charts alone, which are the same as long as document, colours and fonts are."""
    for at in range(len(rendering.charts)):
        _chart_png(rendering, at)


def _flat(page: str) -> str:
    """Everything that folds, unfolded for good."""
    for pattern, plain in (*_FOLDED, *_TITLES):
        page = re.sub(pattern, plain, page)
    return page


def _style(pack: Pack) -> str:
    return fill_template(pack, "css/bank.css", {}).replace("\r\n", "\n")


def _light_look(pack: Pack) -> Look:
    return look(pack.tokens)


def _chart_png(rendering: Rendering, at: int) -> bytes:
    pack = rendering.pack
    return png(rendering.charts[at], pack.once(_light_look), BANK, font_files=pack.once(font_files))


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
