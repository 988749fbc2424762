"""The page of a document: one file that opens from disk, explores without a network, and reads without a script."""

import base64
import json
from typing import Any

from markupsafe import Markup

from vaxel_engine.rendering.charts.plot import figure
from vaxel_engine.rendering.page_context import Tier, page_context, trusted
from vaxel_engine.rendering.page_months import page_months
from vaxel_engine.rendering.qr import qr_svg
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.rendering.web_shell import WebShell, web_shell

_PLOTLY = "<!--plotly-->"
"""Where the chart library goes; put in as bytes at the end, so that a megabyte is not carried through the template."""

_FINISHED_PDF = "document:finished.pdf"
"""The address of the finished pages in the template; becomes their bytes at the end, as a data address."""


def render_web(rendering: Rendering) -> bytes:
    """The page as UTF-8 HTML; without a chart it carries no chart library. Raises TemplateError for a wrong pack."""
    shell = rendering.pack.once(web_shell)
    page = rendering.emit("page", rendering.fill("layouts/web.html", **_own_context(rendering, shell))).encode()
    if rendering.document.pdf is not None:
        embedded = b"data:application/pdf;base64," + base64.b64encode(rendering.document.pdf.content)
        page = page.replace(b'href="%s"' % _FINISHED_PDF.encode(), b'href="%s"' % embedded)
    before, mark, after = page.partition(_PLOTLY.encode())
    return b"".join((before, shell.plotly, after)) if mark else page


def draw_charts(rendering: Rendering) -> None:
    """The pictures of the months and the code alone, which are the same as long as the document is."""
    page_months(rendering)
    payment = rendering.facts.payment
    if payment is not None and payment.qr:
        qr_svg(payment.qr)


def json_for_script(value: Any) -> Markup:
    """`value` as JSON that cannot end the script element it stands in, nor a line of it (U+2028, U+2029)."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  # escaped


def _own_context(rendering: Rendering, shell: WebShell) -> dict[str, object]:
    """What only this tier of the page shows, beside what all three have."""
    facts, charts = rendering.facts, rendering.charts
    qr = facts.payment.qr if facts.payment else None
    return {
        **page_context(rendering, shell, Tier.FULL),
        "months": page_months(rendering),
        "policy": shell.policy_with_plotly if charts else shell.policy,
        "script": trusted(shell.script),
        "plotly": trusted(_PLOTLY) if charts else None,
        "figures": json_for_script([figure(chart) for chart in charts]) if charts else None,
        "qr": trusted(qr_svg(qr)) if qr else None,
        "finished_pdf": _FINISHED_PDF if rendering.document.pdf is not None else None,
    }
