"""The drawers of mails and links: what mail readers leave out, and where every link leads."""

import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from io import BytesIO
from urllib.parse import urlsplit

import pikepdf
from lxml import etree

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.inspection.mail import CLIENTS, lint
from vaxel_engine.inspection.mails import written_at
from vaxel_engine.rendering.stamps import STAMP, unstamped
from vaxel_preview.findings.finding import Drawer, Finding
from vaxel_preview.findings.where import HTML, PAPER, pane_of, plain, stamped_html
from vaxel_preview.kept import Kept
from vaxel_preview.panes import GMAIL_CUTS_AT, size

_PICTURE = re.compile(r"data:image/[a-z+]+;base64,[A-Za-z0-9+/=]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_SCHEMES = ("https", "mailto", "tel", "swish", "bankid")


def mail_drawer(kept: Mapping[str, Kept]) -> Drawer:
    """The lint of the mail, a row for each feature with all families of readers that lack it."""
    families = dict.fromkeys(client.family for client in CLIENTS)
    asked = (
        f"{len(CLIENTS)} readers by caniemail’s data: {', '.join(families)}. "
        "It has none of Swedish webmail: unknown, not fine."
    )
    if "email" not in kept:
        return Drawer("mail", "E-mail", asked)
    html = _as_sent(kept["email"])
    pack = kept["email"].sitting.pack
    sections = pack.sections(kept["email"].sitting.document.kind)
    rows: list[Finding] = []
    alike: dict[tuple[str, bool], list[str]] = {}
    first: dict[tuple[str, bool], Finding] = {}
    for found in lint(html):
        key = (found.feature, found.is_error)
        alike.setdefault(key, []).append(f"{found.family} {'not' if found.support == 'not shown' else 'in part'}")
        why = f"may be missing: {found.lost}" if found.lost is not None else "; ".join(found.notes)
        times = f"{found.uses} times, first in {found.element}"
        file, line = written_at(pack, sections, found.key)
        stamp = f"{file}:{line}" if line is not None else ""
        row = Finding(found.title, "email", stamp, found.is_error, more=f"{times}. {why}".strip())
        first.setdefault(key, row)
    for key, row in first.items():
        rows.append(Finding(f"{row.sentence}: {', '.join(alike[key])}", row.pane, row.stamp, row.grave, more=row.more))
    length = len(unstamped(_PICTURE.sub("", html)).encode())
    if length > GMAIL_CUTS_AT:
        said = f"{size(length)} of HTML; Gmail hides what comes after {size(GMAIL_CUTS_AT)}"
        rows.insert(0, Finding(said, "email"))
    return Drawer("mail", "E-mail", asked, rows)


def link_drawer(kept: Mapping[str, Kept]) -> Drawer:
    """Every link of every artifact, and what is wrong with those that lead nowhere; nothing is fetched."""
    rows: list[Finding] = []
    for one in kept.values():
        if one.sitting.printing is not None and one.sitting.printing.monochrome:
            continue
        seen: dict[str, Finding] = {}
        for target, words, stamp, why in _links(one):
            pane = pane_of(one.artifact.kind)
            row = Finding(why or target, pane, stamp, bool(why), words, f"{target} · {words}" if why else words)
            seen.setdefault(f"{why}{target}", row)
        rows += seen.values()
    rows.sort(key=lambda row: not row.grave)
    return Drawer(
        "links", "Links", "Every link of every artifact, read and not fetched: nothing leaves this machine.", rows
    )


def _as_sent(one: Kept) -> str:
    """The HTML part with its pictures where they are, in other parts of the mail."""
    part = message_from_bytes(one.artifact.body, policy=policy.default).get_body(("html",))
    return "" if part is None else str(part.get_content())


def _links(one: Kept) -> Iterator[tuple[str, str, str, str]]:
    kind = one.artifact.kind
    if kind in HTML:
        yield from _in_html(stamped_html(one), mail=kind is ArtifactKind.EMAIL)
    elif kind in PAPER:
        with pikepdf.open(BytesIO(one.artifact.body)) as pdf:
            for page in pdf.pages:
                for note in page.obj.get("/Annots", pikepdf.Array()):
                    action = note.get("/A")
                    if action is not None and "/URI" in action:
                        target = str(action["/URI"])
                        yield target, str(note.get("/Contents", "")), "", _wrong(target)
    elif kind is ArtifactKind.SMS:
        for found in _ADDRESS.finditer(one.artifact.body.decode()):
            yield found[0], "", "", _wrong(found[0])


def _in_html(html: str, *, mail: bool) -> Iterator[tuple[str, str, str, str]]:
    root = etree.fromstring(html.encode(), etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True))
    names = {str(one.get("id") or one.get("name")) for one in root.iter(etree.Element)}
    for link in root.iter("a"):
        target = link.get("href")
        if target is None:
            continue
        words = plain("".join(map(str, link.itertext()))) or (link.get("aria-label") or "")
        words = words or " ".join(image.get("alt") or "" for image in link.iter("img")).strip()
        stamped = next((one for one in (link, *link.iterancestors()) if one.get(STAMP)), None)
        why = _wrong(target) if not target.startswith("#") else ""
        if target.startswith("#") and (target[1:] not in names or target == "#"):
            why = "leads to a place that is not on this page"
        if target.startswith("#") and mail:
            why = "leads to a place in the mail; most readers do not go there"
        if not words and not why:
            why = "has no words: a screen reader says only that it is a link"
        yield target, words, "" if stamped is None else stamped.get(STAMP) or "", why


def _wrong(target: str) -> str:
    parts = urlsplit(target)
    if not parts.scheme:
        return "is no whole address; a recipient has no page that it could be a part of"
    if parts.scheme not in _SCHEMES:
        return f"begins with {parts.scheme}:, which is not encrypted or opens nothing"
    if parts.scheme == "https" and not parts.hostname:
        return "names no host"
    return ""
