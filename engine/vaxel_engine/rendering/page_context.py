"""What every tier of the page shows beside the facts: its words, its style, its pictures; one definition for all."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from markupsafe import Markup

from vaxel_engine.rendering.charts import PAGE, PAGE_LOOK, PHONE, Bars, Chart, Steps, svg
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.rendering.web_shell import WebShell


class Tier(StrEnum):
    """How much a page may do where it is opened; templates see the value as `tier`."""

    FULL = "full"
    """Scripts, exploring, copying; it reads without a script too."""
    MAILBOX = "mailbox"
    """A digital mailbox: no script, nothing from outside, no link that names its reader."""
    BANK = "bank"
    """An internet bank: plain elements and one picture format, with links to the sender."""


def page_context(rendering: Rendering, shell: WebShell, tier: Tier) -> dict[str, object]:
    """The names that sections of a page may use in every tier; what a tier does without is None.

    A bank's page brings pictures of its own.
    """
    facts, words = rendering.facts, rendering.words
    return {
        "tier": str(tier),
        "style": trusted(shell.style),
        "logo": shell.logo,
        "logo_dark": shell.logo_dark,
        "pictures": {} if tier is Tier.BANK else rendering.once("page_pictures", _pictures),
        "months": {},
        "qr": None,
        "state": facts.to_pay.state if facts.to_pay else "message",
        "about": words.fill("web.from", title=words[f"title.{facts.kind}"], sender=facts.seller.brand),
        "greeting": words.fill("email.greeting", recipient=facts.recipient.name),
        "finished_pdf": None,
    }


def pictures_by_kind(drawn: Sequence[tuple[Chart, Mapping[str, object]]]) -> dict[str, dict[str, dict[str, object]]]:
    """Pictures as a section finds them: by "usage" or "balance", then by the series' identifier."""
    return {
        "usage": {chart.identifier: dict(view) for chart, view in drawn if isinstance(chart.shape, Bars)},
        "balance": {chart.identifier: dict(view) for chart, view in drawn if isinstance(chart.shape, Steps)},
    }


def trusted(markup: str) -> Markup:
    """What this package wrote itself, escaped where it holds words of a document."""
    return Markup(markup)  # noqa: S704


def _pictures(rendering: Rendering) -> dict[str, dict[str, dict[str, object]]]:
    """The static twins, for a phone and for a wide screen, and the number by which the script finds its figure."""
    return pictures_by_kind(
        [
            (
                chart,
                {
                    "at": at,
                    "phone": trusted(svg(chart, PAGE_LOOK, PHONE)),
                    "wide": trusted(svg(chart, PAGE_LOOK, PAGE)),
                    "png": None,
                },
            )
            for at, chart in enumerate(rendering.charts)
        ]
    )
