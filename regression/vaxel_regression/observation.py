"""What an artifact says and looks like, as a few texts that a person can review and git can compare."""

import hashlib
import json
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.facts import plain
from vaxel_engine.rendering.web_fonts import font_faces
from vaxel_regression.boxes import written
from vaxel_regression.browser import Camera
from vaxel_regression.pages import drawn_pages, page_picture
from vaxel_regression.screens import View, look
from vaxel_regression.tags import reading, structure

Observation = Mapping[str, str]
"""The content of each file of a case by its name: `sha256.txt`, `text.txt`, `boxes.json`, …"""

FACTS = "facts"
"""The case beside the artifacts: the facts view that all of them are made from."""

WEB_VIEWS = (View(390), View(1280), View(390, dark=True))
MAIL_VIEWS = (View(600), View(600, dark=True))
PAGE_DPI = 72


def fingerprint(rendering: Rendering, of: str) -> str:
    """The SHA-256 that ends a comparison when it is equal: of everything a reader can meet in the artifact.

    For an e-mail without its attached PDF, which is a case of its own and drawn by another engine.
    """
    if of == FACTS:
        return _sha256(_facts(rendering).encode())
    artifact = rendering.artifact(ArtifactKind(of))
    if artifact.kind is ArtifactKind.EMAIL:
        return _sha256(_letter(artifact).encode())
    return artifact.sha256


def observe(rendering: Rendering, of: str, camera: Callable[[], Camera]) -> Observation:
    """Everything about the artifact `of` of this document; `camera` is asked for a browser only where one is needed."""
    first = {"sha256.txt": f"artifact {fingerprint(rendering, of)}\n"}
    if of == FACTS:
        return {**first, "facts.json": _facts(rendering)}
    artifact = rendering.artifact(ArtifactKind(of))
    media_type = artifact.media_type.partition(";")[0]
    if media_type == "application/pdf":
        return {**first, **_pdf(artifact.body, first["sha256.txt"])}
    if media_type == "message/rfc822":
        return {**first, **_mail(artifact, rendering.pack, camera(), first["sha256.txt"])}
    if media_type == "text/html":
        return {**first, **_screens(artifact.body.decode(), WEB_VIEWS, camera())}
    text = artifact.body.decode()
    if media_type == "application/xml":
        return {**first, "einvoice.xml": text}
    if media_type == "application/json":
        return {**first, "facts.json": _json(json.loads(text))}
    return {**first, "text.txt": text if text.endswith("\n") else text + "\n"}


def _pdf(body: bytes, first: str) -> Observation:
    pages = drawn_pages(body)
    tags = structure(body, pages)
    pictures = "".join(
        f"{page.sheet.name} {_sha256(page_picture(body, number, dpi=PAGE_DPI))}\n"
        for number, page in enumerate(pages, start=1)
    )
    text = reading(tags) or "".join(f"{box.text}\n" for page in pages for box in page.sheet.boxes if box.text)
    sheets = [page.sheet for page in pages]
    return {"sha256.txt": first + pictures, "text.txt": text, "tags.txt": tags, "boxes.json": written(sheets)}


def _mail(artifact: Artifact, pack: Pack, camera: Camera, first: str) -> Observation:
    mail = message_from_bytes(artifact.body, policy=policy.default)
    html = _part(mail, "html")
    # As on a machine that has the brand's first font: which others a machine has is not what is guarded.
    shown = html.replace("<head>", f"<head><style>{font_faces(pack)}</style>", 1)
    hashes = first + "".join(f"picture {number} {sha}\n" for number, sha in enumerate(_pictures(mail), start=1))
    words = {"sha256.txt": hashes, "plain.txt": _part(mail, "plain"), "head.txt": _head(mail)}
    return {**_screens(shown, MAIL_VIEWS, camera), **words}


def _screens(html: str, views: tuple[View, ...], camera: Camera) -> Observation:
    seen = look(html, views, camera)
    return {"text.txt": seen.text, "aria.yml": seen.aria, "boxes.json": written(seen.sheets)}


def _head(mail: EmailMessage) -> str:
    """What a mail program shows around the letter, and what comes with it."""
    lines = [f"{name}: {mail[name]}" for name in ("From", "Subject") if mail[name] is not None]
    lines += [f"attached {part.get_filename()} ({part.get_content_type()})" for part in mail.iter_attachments()]
    return "\n".join(lines) + "\n"


def _pictures(mail: EmailMessage) -> list[str]:
    """The hash of each picture in the letter."""
    bodies = [part.get_payload(decode=True) for part in mail.walk() if part.get_content_maintype() == "image"]
    return [_sha256(body if isinstance(body, bytes) else b"") for body in bodies]


def _letter(artifact: Artifact) -> str:
    mail = message_from_bytes(artifact.body, policy=policy.default)
    return "\0".join((_head(mail), _part(mail, "html"), _part(mail, "plain"), *_pictures(mail)))


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=(subtype,))
    return str(part.get_content()) if part is not None else ""


def _facts(rendering: Rendering) -> str:
    return _json(plain(rendering.facts))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
