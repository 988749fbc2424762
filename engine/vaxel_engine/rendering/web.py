"""The page of a document: one file that opens from disk, explores without a network, and reads without a script."""

import base64
import json
from typing import Any

from markupsafe import Markup

from vaxel_engine.rendering.charts import PAGE, PAGE_LOOK, PHONE, Bars, Chart, Steps, svg
from vaxel_engine.rendering.charts.plot import figure
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
    page = rendering.fill("layouts/web.html", **_own_context(rendering, shell)).encode()
    if rendering.document.pdf is not None:
        embedded = b"data:application/pdf;base64," + base64.b64encode(rendering.document.pdf.content)
        page = page.replace(b'href="%s"' % _FINISHED_PDF.encode(), b'href="%s"' % embedded)
    before, mark, after = page.partition(_PLOTLY.encode())
    return before + shell.plotly + after if mark else page


def json_for_script(value: Any) -> Markup:
    """`value` as JSON that cannot end the script element it stands in, nor a line of it (U+2028, U+2029)."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  # escaped


def _own_context(rendering: Rendering, shell: WebShell) -> dict[str, object]:
    """What only a page shows, beside the facts that every template has."""
    facts, words, charts = rendering.facts, rendering.words, rendering.charts
    state = facts.to_pay.state if facts.to_pay else "message"
    drawn = [(chart, _pictures(chart, at)) for at, chart in enumerate(charts)]
    qr = facts.payment.qr if facts.payment else None
    return {
        "policy": shell.policy_with_plotly if charts else shell.policy,
        "style": _trusted(shell.style),
        "script": _trusted(shell.script),
        "plotly": _trusted(_PLOTLY) if charts else None,
        "figures": json_for_script([figure(chart) for chart in charts]) if charts else None,
        "logo": shell.logo,
        "logo_dark": shell.logo_dark,
        "pictures": {
            "usage": {chart.identifier: view for chart, view in drawn if isinstance(chart.shape, Bars)},
            "balance": {chart.identifier: view for chart, view in drawn if isinstance(chart.shape, Steps)},
        },
        "qr": _trusted(qr_svg(qr)) if qr else None,
        "state": state,
        "about": words.fill("web.from", title=words[f"title.{facts.kind}"], sender=facts.seller.brand),
        "greeting": words.fill("email.greeting", recipient=facts.recipient.name),
        "finished_pdf": _FINISHED_PDF if rendering.document.pdf is not None else None,
    }


def _pictures(chart: Chart, at: int) -> dict[str, object]:
    """The static twins, for a phone and for a wide screen, and the number by which the script finds its figure."""
    return {
        "at": at,
        "phone": _trusted(svg(chart, PAGE_LOOK, PHONE)),
        "wide": _trusted(svg(chart, PAGE_LOOK, PAGE)),
    }


def _trusted(markup: str) -> Markup:
    """What this package wrote itself, escaped where it holds words of a document."""
    return Markup(markup)  # noqa: S704
