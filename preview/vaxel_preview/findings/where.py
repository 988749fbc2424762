"""Where words stand: the line of a template that wrote what a pane shows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import cast

from lxml import etree

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.rendering.rendering import Place
from vaxel_engine.rendering.stamps import STAMP
from vaxel_preview.kept import Kept
from vaxel_preview.mail import open_mail
from vaxel_preview.table import BY_ID, ROWS
from vaxel_regression.pages import Drawn, drawn_pages

HTML = (ArtifactKind.EMAIL, ArtifactKind.WEB, ArtifactKind.MAILBOX_HTML, ArtifactKind.BANK)
PAPER = (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF)


def pane_of(kind: ArtifactKind) -> str:
    """The pane that shows an artifact first: the desktop of a mail, the phone of a page."""
    preferred = {ArtifactKind.EMAIL: "email", ArtifactKind.WEB: "web_phone"}
    return preferred.get(kind) or next(row.id for row in ROWS if row.made.kind is kind)


def stamped_html(kept: Kept) -> str:
    """The HTML of a page or mail with the stamps of its lines."""
    body = kept.artifact.body
    return open_mail(body).html if kept.artifact.kind is ArtifactKind.EMAIL else body.decode()


def stamp_at(kept: Kept, words: str) -> str:
    """The line that wrote `words` in an artifact; empty where it cannot be told.

    A figure is found however it is grouped: 2218.48 in "2 218,48 kr", 5050109 in "505-0109".
    """
    kind, said = kept.artifact.kind, plain(words)
    if not said:
        return ""
    if kind in HTML:
        return _in_html(stamped_html(kept), said)
    return _on_paper(taken_apart(kept.artifact.body), kept.sitting.places, said) if kind in PAPER else ""


def spellings(value: str, facts: object) -> list[str]:
    """A fact's value and, of a date, each way in which templates may write it."""
    found = [value]
    if isinstance(facts, Mapping):
        inside = cast("Mapping[str, object]", facts)
        if inside.get("iso") == value:
            found += [said for said in inside.values() if isinstance(said, str)]
        for part in inside.values():
            found += spellings(value, part)[1:]
    elif isinstance(facts, (list, tuple)):
        for part in cast("Sequence[object]", facts):
            found += spellings(value, part)[1:]
    return found


def plain(words: str) -> str:
    """Words as they are compared: no soft hyphens, one kind of space and of minus, no ellipsis at the end."""
    return " ".join(words.replace("\u00ad", "").replace("\u2212", "-").rstrip("…").split())


@lru_cache(maxsize=12)
def taken_apart(pdf: bytes) -> tuple[Drawn, ...]:
    """The pages of a PDF as boxes; kept, since several drawers ask for the same."""
    return drawn_pages(pdf)


def smallest(places: Iterable[Place], page: int, x: float, y: float) -> str:
    """The stamp of the smallest box of a page that holds a point, in per cent of it; empty where none does."""
    hit = [
        one for one in places if one[0] == page and one[1] <= x <= one[1] + one[3] and one[2] <= y <= one[2] + one[4]
    ]
    return min(hit, key=lambda one: one[3] * one[4])[5] if hit else ""


def row_title(pane: str) -> str:
    """What a pane is called."""
    return BY_ID[pane].title if pane in BY_ID else ""


def _says(text: str, said: str) -> bool:
    flat = plain(text)
    if said in flat:
        return True
    figures = _UNGROUPED.sub("", said)
    return len(figures) > 2 and figures.isdigit() and figures in re.findall(r"\d+", _GROUPS.sub("", flat))


def _in_html(html: str, said: str) -> str:
    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True))
    for unseen in root.iter("script", "style"):
        unseen.text = ""
    found = None
    for element in root.iter(etree.Element):
        if element.get(STAMP) is not None and _says("".join(map(str, element.itertext())), said):
            if found is not None and found not in element.iterancestors():
                break  # the first place of several; inside it the innermost element
            found = element
    return "" if found is None else found.get(STAMP) or ""


def _on_paper(pages: Sequence[Drawn], places: Sequence[Place], said: str) -> str:
    for number, page in enumerate(pages, start=1):
        sheet = page.sheet
        for box in sheet.boxes:
            if box.text and _says(box.text, said):
                x, y = box.left + box.width / 2, box.top + box.height / 2
                found = smallest(places, number, 100 * x / sheet.width, 100 * y / sheet.height)
                if found:
                    return found
    return ""


_UNGROUPED = re.compile(r"[ .,-]")
_GROUPS = re.compile(r"(?<=\d)[ .,-](?=\d)")
_QUOTED = re.compile(r"“([^”]+)”")


def quoted_in(sentence: str) -> str:
    """The first words that a sentence quotes."""
    found = _QUOTED.search(sentence)
    return found[1] if found else ""
