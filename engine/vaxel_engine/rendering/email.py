"""The e-mail of a document: amount first, one button, the chart as a picture, the pages of the paper attached."""

import hashlib
import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.charts import MAIL, Bars, Chart, Look, Steps, look, png
from vaxel_engine.rendering.email_template import fill_email
from vaxel_engine.rendering.mail_safety import sanitised
from vaxel_engine.rendering.mime import Attachment, InlinePicture, Letter, message_bytes
from vaxel_engine.rendering.palette import dark_colours
from vaxel_engine.rendering.rendering import Rendering
from vaxel_engine.rendering.stamps import unstamped

LARGEST_HTML = 90_000
"""Bytes; Gmail cuts a message off at about 102 kB of HTML."""
MARGIN = 16
"""CSS pixels of paper around a chart, so that the picture is a card of its own where the mail is dark."""
LINES_SHOWN = (60, 20, 0)
"""How many lines of an invoice the mail itself shows: as many as keep it under `LARGEST_HTML`; the PDF has them all."""
_COLUMNS = 72


def render_email(rendering: Rendering) -> bytes:
    """A whole MIME message without Date and Message-ID, which whoever sends it adds; the same input, the same bytes.

    From is the brand, To the recipient where the document names an e-mail address. Raises Unrenderable for a value that
    may not stand in a header, TemplateError where the pack is wrong.
    """
    letter = rendering.once("letter", _letter)
    pdf = rendering.artifact(ArtifactKind.MAILBOX_PDF)
    return message_bytes(replace(letter, attachments=[Attachment(attachment_name(rendering), pdf.body)]))


def render_letter(rendering: Rendering) -> bytes:
    """The same message with nothing in its attachment: what a preview can show while the pages are set."""
    letter = rendering.once("letter", _letter)
    return message_bytes(replace(letter, attachments=[Attachment(attachment_name(rendering), b"")]))


def _letter(rendering: Rendering) -> Letter:
    document, facts, charts = rendering.document, rendering.facts, rendering.charts
    pictures = draw_charts(rendering)
    context = {**rendering.context(), **_own_context(rendering, charts, pictures)}
    return Letter(
        sender=(facts.seller.brand, facts.seller.email),
        recipient=(document.recipient.name, document.recipient.email) if document.recipient.email else None,
        subject=rendering.emit("subject", subject(rendering)),
        language=rendering.language,
        text=rendering.emit("text", _wrapped(rendering.fill("layouts/email.txt", **context))),
        html=rendering.emit("html", sanitised(_html(rendering, context), stamped=rendering.pack.stamped)),
        pictures=pictures,
        attachments=[],
    )


def subject(rendering: Rendering) -> str:
    """Title, amount and date in one line, so that the inbox alone answers how much and by when."""
    facts, words = rendering.facts, rendering.words
    pay = facts.to_pay
    values = {"title": facts.title, "sender": facts.seller.brand}
    if pay is None:
        return words.fill("email.subject_message", **values)
    dated = pay.date is not None or pay.state in ("nothing", "credit")
    name = f"email.subject_{pay.state}" if dated else f"email.subject_{pay.state}_undated"
    return words.fill(name, amount=pay.amount or "", date=pay.date.in_words if pay.date else "", **values)


def attachment_name(rendering: Rendering) -> str:
    """What the PDF is called: kind and number, nothing about a person; a message's subject stays out of it."""
    title = rendering.words[f"title.{rendering.document.kind}"]
    number = re.sub(r"[^0-9A-Za-z]+", "-", rendering.facts.number or "").strip("-")
    if rendering.document.kind in (DocumentKind.MESSAGE, DocumentKind.FINISHED_PDF) or not number:
        return rendering.words.fill("email.attachment_message", title=title)
    return rendering.words.fill("email.attachment", title=title, number=number)


def _own_context(rendering: Rendering, charts: tuple[Chart, ...], pictures: list[InlinePicture]) -> dict[str, object]:
    """What only an e-mail shows, beside the facts that every template has."""
    facts, words = rendering.facts, rendering.words
    state = facts.to_pay.state if facts.to_pay else "message"
    shown = [
        {
            "finding": chart.finding,
            "label": chart.label,
            "place": chart.place,
            "unit": chart.unit,
            "head": list(chart.table.head),
            "rows": [list(row) for row in chart.table.rows],
            "before": words["charts.year_before"],
            "src": f"cid:{picture.content_id}",
            "alt": words.fill("email.picture", figures=_said(chart)),
        }
        for chart, picture in zip(charts, pictures, strict=True)
    ]
    balance = [isinstance(chart.shape, Steps) for chart in charts]
    return {
        "subject": subject(rendering),
        "preheader": facts.to_pay.sentence if facts.to_pay else words.fill("card.message", sender=facts.seller.brand),
        "action": words[f"action.{state}"],
        "greeting": words.fill("email.greeting", recipient=rendering.document.recipient.name),
        "reason": words.fill("email.reason", sender=facts.seller.brand),
        "dark": rendering.pack.once(_dark),
        "usage_charts": [view for view, is_balance in zip(shown, balance, strict=True) if not is_balance],
        "balance_charts": [view for view, is_balance in zip(shown, balance, strict=True) if is_balance],
        "more_lines": None,
    }


def html_of(rendering: Rendering) -> str:
    """The HTML as the pack's templates write it, before it is sanitised; for whoever inspects a pack."""
    pictures = draw_charts(rendering)
    return _html(rendering, {**rendering.context(), **_own_context(rendering, rendering.charts, pictures)})


def _said(chart: Chart) -> str:
    """What a reader without pictures gets instead: the few figures that stand in the picture."""
    match chart.shape:
        case Bars() as shape:
            return "; ".join(f"{bar.name} {bar.value_text} {chart.unit}" for bar in shape.bars if bar.labelled)
        case Steps() as shape:
            ends = dict.fromkeys((shape.steps[0], shape.steps[-1]))
            return "; ".join(f"{step.date_text} {step.balance_text} {chart.unit}" for step in ends)


def _html(rendering: Rendering, context: Mapping[str, object]) -> str:
    """The HTML with as many lines as fit; a letter that is too long by itself is left whole."""
    lines = context["lines"]
    html = ""
    for most in LINES_SHOWN:
        shown = dict(context)
        if isinstance(lines, list) and len(lines) > most:  # pyright: ignore[reportUnknownArgumentType]
            hidden = len(lines) - most  # pyright: ignore[reportUnknownArgumentType]
            shown |= {"lines": lines[:most], "more_lines": rendering.words.fill("email.more_lines", count=str(hidden))}
        html = fill_email(rendering.pack, rendering.document.kind, shown)
        if len((unstamped(html) if rendering.pack.stamped else html).encode()) <= LARGEST_HTML:
            break
    return html


def _picture(chart: Chart, at: int, rendering: Rendering) -> InlinePicture:
    pack = rendering.pack
    body = png(chart, pack.once(_light_look), MAIL, font_files=pack.once(font_files), margin=MARGIN)
    domain = rendering.facts.seller.email.rpartition("@")[2]
    return InlinePicture(f"chart-{at}.{hashlib.sha256(body).hexdigest()[:16]}@{domain}", f"chart-{at}.png", body)


def _dark(pack: Pack) -> dict[str, str]:
    return dark_colours(pack.tokens)


def _light_look(pack: Pack) -> Look:
    return replace(look(pack.tokens), paper="#ffffff")


def font_files(pack: Pack) -> list[Path]:
    """The pack's faces as files, for whoever draws a picture."""
    found = {name: path for name, path in sorted(pack.files.items()) if name.endswith((".ttf", ".otf"))}
    pack.note(*found)
    return list(found.values())


def draw_charts(rendering: Rendering) -> list[InlinePicture]:
    """The pictures of the charts alone, which are the same as long as document, colours and fonts are."""
    return rendering.once("mail_pictures", _pictures)


def _pictures(rendering: Rendering) -> list[InlinePicture]:
    return [_picture(chart, at, rendering) for at, chart in enumerate(rendering.charts, 1)]


def _wrapped(text: str) -> str:
    """Lines of at most 72 characters, continued under their own indent; an address is never broken."""
    lines: list[str] = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip(" ")))
        if len(line) <= _COLUMNS or line.strip().startswith("https://"):
            lines.append(line if line == "-- " else line.rstrip())
            continue
        lines += textwrap.wrap(
            line,
            _COLUMNS,
            subsequent_indent=indent + ("  " if indent else ""),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"
