"""What a pane of the live board shows, by the row of its table; frames are asked for by an address of their own."""

import json
import re

from markupsafe import Markup, escape

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.rendering.stamps import unstamped
from vaxel_preview.forced_dark import forced_dark
from vaxel_preview.mail import OpenedMail, open_mail
from vaxel_preview.panes import GMAIL_CUTS_AT, LAYOUTS, card_of, counted, marked, message_facts, size
from vaxel_preview.pictures import page_address
from vaxel_preview.table import Dress, Row, Show
from vaxel_regression.pages import page_sizes

_PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")
_DARK_ASKED = re.compile(r"\(\s*prefers-color-scheme:\s*dark\s*\)", re.IGNORECASE)
_TAG = re.compile(r"(<[^>]*>)")


def wall_pane(
    row: Row,
    artifact: Artifact,
    key: str,
    *,
    look: str = "",
    milliseconds: float | None = None,
    whole: Artifact | None = None,
) -> str:
    """The pane's HTML; `key` is what addresses call the artifact, `look` its pages or frames.

    `milliseconds` is how long rendering took, `whole` an e-mail with what it carries. Raises Unrenderable when a PDF
    cannot be opened.
    """
    facts, seen = _shown(row, artifact, whole or artifact)
    if milliseconds is not None:
        facts.append(f"{milliseconds:.0f} ms" if milliseconds >= 1 else "under 1 ms")
    return LAYOUTS.get_template("wall_pane.html").render(
        row=row, key=key, look=look, page=page_address, facts=facts, why=None, **{"gauge": None, **seen}
    )


def absent_wall_pane(row: Row, why: str) -> str:
    """A pane that has nothing to show (yet), with the reason in one sentence."""
    return LAYOUTS.get_template("wall_pane.html").render(row=row, key="", look="", facts=[], why=why, gauge=None)


def framed(row: Row, body: bytes) -> bytes:
    """The HTML that the frame of a row shows of an artifact's `body`."""
    if row.made.kind is not ArtifactKind.EMAIL:
        return body
    html = open_mail(body).html
    asked = "(min-width:0px)" if row.dress is Dress.DARK else "(max-width:0px)"  # whatever this machine prefers
    match row.dress:
        case Dress.PLAIN | Dress.DARK:
            html = _DARK_ASKED.sub(asked, html)
        case Dress.FORCED:
            html = forced_dark(html)
        case _:
            html = _DARK_ASKED.sub(asked, html)
            html = re.sub(r"(<img\b[^>]*?\ssrc=\")[^\"]*\"", r'\1data:,"', html, flags=re.IGNORECASE)
    return html.encode()


def _shown(row: Row, artifact: Artifact, whole: Artifact) -> tuple[list[str], dict[str, object]]:
    body = artifact.body
    match row.show:
        case Show.SHEETS:
            sizes = page_sizes(body)
            names = sorted({page.name for page in sizes})
            pages = counted(len(sizes), "page")
            if artifact.kind is ArtifactKind.PRINT_PDF:
                pages += f" on {counted(Printing(duplex=True).sheets(len(sizes)), 'sheet')}"
            return [pages, ", ".join(names), size(len(body))], {"sizes": sizes}
        case Show.FRAME if artifact.kind is ArtifactKind.EMAIL:
            html = len(unstamped(_PICTURE.sub("", open_mail(body).html)).encode())
            cut = ["cut by Gmail at 102 kB"] if html > GMAIL_CUTS_AT else []
            meter = {
                "part": min(1, html / GMAIL_CUTS_AT),
                "of": f"{size(html)} of the {size(GMAIL_CUTS_AT)} that Gmail shows",
            }
            return [f"HTML {size(html)}", *cut], {"gauge": meter}
        case Show.FRAME:
            return [size(len(body))], {}
        case Show.INBOX:
            mail = open_mail(body)
            return [counted(len(mail.subject), "character")], {"mail": mail, "files": _files(open_mail(whole.body))}
        case Show.TEXT:
            words = open_mail(body).text
            return [counted(words.count("\n"), "line")], {"words": words.rstrip("\n").split("\n")}
        case Show.BUBBLE:
            words = body.decode("utf-8")
            facts, measured = message_facts(words)
            used = {"part": float(str(measured["units"])) / float(str(measured["room"])), "of": " · ".join(facts)}
            return facts, {"message": marked(words), "gauge": used, **measured}
        case Show.CARD:
            return [], {"card": card_of(json.loads(body))}
        case Show.MARKUP:
            return [size(len(body))], {"markup": _coloured(body.decode("utf-8"))}


def _files(mail: OpenedMail) -> list[str]:
    """By name, and by size as far as the pages are set."""
    return [f"{one.name} · {size(len(one.body))}" if one.body else one.name for one in mail.attachments]


def _coloured(xml: str) -> Markup:
    """XML with its tags in a softer ink than its values."""
    shown = Markup()
    for piece in _TAG.split(xml):
        shown += Markup("<i>{}</i>").format(piece) if piece.startswith("<") else escape(piece)
    return shown
