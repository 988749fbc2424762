"""Panes: what each artifact looks like to the one who gets it, as HTML; pure, for the live page and for folders."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.gsm import GSM7_PART, GSM7_SINGLE, UCS2_PART, UCS2_SINGLE, segments
from vaxel_preview.mail import Attachment, open_mail
from vaxel_regression.pages import page_sizes

TITLES = {
    ArtifactKind.PRINT_PDF: "Print",
    ArtifactKind.MAILBOX_PDF: "Mailbox",
    ArtifactKind.EMAIL: "E-mail",
    ArtifactKind.WEB: "Web",
    ArtifactKind.SMS: "SMS",
    ArtifactKind.CARD: "Card",
    ArtifactKind.MAILBOX_HTML: "Mailbox page",
    ArtifactKind.BANK: "Bank",
}
"""Every kind the board of a finished run shows, in the order of the desk, by the name in its pane's head.

An e-invoice has no look there; the live page has more panes than kinds: `table.py`."""

PAGES = (ArtifactKind.WEB, ArtifactKind.MAILBOX_HTML, ArtifactKind.BANK)
"""What is shown in a frame, as the page it is."""

LAYOUTS = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "layouts"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
GMAIL_CUTS_AT = 102_000
"""Bytes of HTML after which Gmail hides the rest behind "view entire message"; facts of caniemail's community, 2026."""

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Places:
    """Where a pane finds what it shows: relative paths in a folder, routes on a server.

    `file` is the artifact itself, `frame` the web page as a frame shows it, `page` the picture of a PDF's page.
    """

    file: str
    frame: str
    page: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class Pane:
    """One artifact on the desk; `digest` is its SHA-256, so that an unchanged pane is left alone."""

    kind: ArtifactKind
    digest: str
    html: Markup = field(repr=False)


def pane(artifact: Artifact, places: Places, *, milliseconds: float | None = None) -> Pane:
    """Show one artifact; `milliseconds` is how long rendering it took, where that is known.

    Raises Unrenderable when a PDF cannot be opened.
    """
    match artifact.kind:
        case ArtifactKind.PRINT_PDF | ArtifactKind.MAILBOX_PDF:
            facts, seen = _sheets(artifact, places)
        case ArtifactKind.EMAIL:
            facts, seen = _mail(artifact)
        case ArtifactKind.WEB | ArtifactKind.MAILBOX_HTML | ArtifactKind.BANK:
            facts, seen = [size(len(artifact.body))], {"frame": places.frame}
        case ArtifactKind.SMS:
            facts, seen = _text_message(artifact)
        case ArtifactKind.CARD:
            facts, seen = [size(len(artifact.body))], {"card": card_of(json.loads(artifact.body))}
        case ArtifactKind.EINVOICE_XML:
            raise Unrenderable("an e-invoice has no look to be shown; open the file itself")
    if milliseconds is not None:
        facts.append(f"{milliseconds:.0f} ms" if milliseconds >= 1 else "under 1 ms")
    html = LAYOUTS.get_template("pane.html").render(
        kind=artifact.kind.value,
        title=TITLES[artifact.kind],
        digest=artifact.sha256,
        facts=facts,
        file=places.file,
        **seen,
    )
    return Pane(artifact.kind, artifact.sha256, Markup(html))  # noqa: S704 - every value in it was escaped by its template


def absent_pane(kind: ArtifactKind, why: str) -> Pane:
    """An artifact that is not there (yet), with the reason in one sentence."""
    html = LAYOUTS.get_template("absent.html").render(kind=kind.value, title=TITLES[kind], why=why)
    return Pane(kind, "", Markup(html))  # noqa: S704 - every value in it was escaped by its template


def size(count: int) -> str:
    """Bytes for a reader: 912 B, 41 kB, 1.2 MB (decimal units)."""
    if count < 1_000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1_000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"


def counted(count: int, word: str) -> str:
    """ "1 page", "2 pages"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _sheets(artifact: Artifact, places: Places) -> tuple[list[str], dict[str, object]]:
    sizes = page_sizes(artifact.body)
    names = sorted({page.name for page in sizes})
    facts = [counted(len(sizes), "page"), ", ".join(names), size(len(artifact.body))]
    sheets = [
        {"number": number, "src": places.page(number), "width": page.width, "height": page.height}
        for number, page in enumerate(sizes, 1)
    ]
    return facts, {"sheets": sheets}


def _mail(artifact: Artifact) -> tuple[list[str], dict[str, object]]:
    mail = open_mail(artifact.body)
    html_size = len(mail.html.encode()) if not mail.inline_pictures else _without_pictures(mail.html)
    facts = [size(len(artifact.body)), f"HTML {size(html_size)}"]
    if html_size > GMAIL_CUTS_AT:
        facts.append("cut by Gmail at 102 kB")
    shown: dict[str, object] = {
        "mail": mail,
        "letter": _links_stay(mail.html),
        "attachments": [_chip(attachment) for attachment in mail.attachments],
    }
    return facts, shown


def _without_pictures(html: str) -> int:
    return len(re.sub(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+", "", html).encode())


def _links_stay(html: str) -> str:
    """Links open nothing inside the pane: a new window is asked for, and the sandbox does not grant it."""
    head = re.search(r"<head\b[^>]*>", html, re.IGNORECASE)
    at = head.end() if head else 0
    return f'{html[:at]}<base target="_blank">{html[at:]}'


def _chip(attachment: Attachment) -> str:
    return f"{attachment.name} · {size(len(attachment.body))}"


def _text_message(artifact: Artifact) -> tuple[list[str], dict[str, object]]:
    words = artifact.body.decode("utf-8")
    facts, measured = message_facts(words)
    return facts, {"message": marked(words), **measured}


def message_facts(words: str) -> tuple[list[str], dict[str, object]]:
    """What a text message costs, in words and as the units used and those there are room for."""
    cost = segments(words)
    single, part = (GSM7_SINGLE, GSM7_PART) if cost.encoding == "GSM-7" else (UCS2_SINGLE, UCS2_PART)
    room = single if cost.count == 1 else cost.count * part
    facts = [counted(cost.count, "segment"), cost.encoding, f"{cost.units} of {room}"]
    if cost.because is not None:
        facts.append(f"because of “{cost.because}”")
    return facts, {"units": cost.units, "room": room}


def marked(words: str) -> Markup:
    """The words with addresses underlined as a phone does; not links, since a preview opens nothing."""
    marked, at = Markup(), 0
    for found in _ADDRESS.finditer(words):
        marked += Markup("{}<u>{}</u>").format(words[at : found.start()], found[0])
        at = found.end()
    return marked + words[at:]


def card_of(card: dict[str, object]) -> dict[str, str]:
    """The values of a card, each as text."""
    return {str(name): "" if value is None else str(value) for name, value in card.items()}
