"""The page as a digital mailbox shows it beside the PDF: the same sections, nothing that runs, fetches or follows."""

import re
from collections.abc import Iterable

from vaxel_engine.errors import TemplateError
from vaxel_engine.mailboxes import Breach, breaches_anywhere
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.page_context import Tier, page_context
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.rendering.stamps import unstamped
from vaxel_engine.rendering.web_shell import web_shell

LAYOUT = "layouts/mailbox.html"
_FOLDED = re.compile(r'<details((?:\s[^>]*?)?\sclass="section(?:\s[^"]*)?")>')


def render_mailbox_html(rendering: Rendering) -> bytes:
    """The page as UTF-8 HTML, every section open, within what each mailbox documents.

    Raises TemplateError for a wrong pack, and for one whose page breaks a rule of `mailboxes.csv`.
    """
    shell = rendering.pack.once(web_shell)
    context = page_context(rendering, shell, Tier.MAILBOX)
    page = rendering.emit("mailbox_page", rendering.fill(LAYOUT, **context, policy=shell.policy_without_script))
    body = _FOLDED.sub(r"<details\1 open>", page).encode()
    sent = unstamped(body) if rendering.pack.stamped else body
    _demand(breaches_anywhere(sent, link=rendering.link, examined=rendering.pack.once(_style)), rendering.pack)
    return body


def _style(pack: Pack) -> bytes:
    """The style as it stands in every page, once it is known that mailboxes take it."""
    style = f"<style>{pack.once(web_shell).style}</style>".encode()
    _demand(breaches_anywhere(style), pack)
    return style


def _demand(breaches: Iterable[Breach], pack: Pack) -> None:
    for breach in breaches:
        raise TemplateError(f"{breach.sentence}; {breach.remedy}", file=str(pack.files[LAYOUT]))
