"""What an artifact says and looks like, as a few texts that a person can review and git can compare."""

import hashlib
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage

from playwright.sync_api import Page

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.mailing import Printing
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.facts import plain
from vaxel_engine.rendering.web_fonts import font_faces
from vaxel_regression.boxes import written
from vaxel_regression.browser import Camera
from vaxel_regression.oracles import Fault, on_paper, said_otherwise
from vaxel_regression.oracles import written as written_faults
from vaxel_regression.oracles.screen import accessible, cut_by_gmail, laid_out
from vaxel_regression.pages import drawn_pages, page_picture, page_sizes
from vaxel_regression.pictures import pixels_hash
from vaxel_regression.screens import MAIL_VIEWS, STILL_VIEWS, WEB_VIEWS, View, look
from vaxel_regression.tags import reading, structure

Observation = Mapping[str, str]
"""The content of each file of a case by its name: `sha256.txt`, `text.txt`, `boxes.json`, …"""

FACTS = "facts"
"""The case beside the artifacts: the facts view that all of them are made from."""

MONOCHROME = "print_pdf_monochrome"
"""The case of the print PDF in greys, of documents whose figures colour helps to tell apart."""

PAGE_DPI = 72


def made(rendering: Rendering, of: str) -> Artifact:
    """The artifact that a case is about; raises as rendering does."""
    if of == MONOCHROME:
        return rendering.printed(Printing(monochrome=True))
    return rendering.artifact(ArtifactKind(of))


def kind_of(of: str) -> ArtifactKind:
    """The kind of artifact that a case is about."""
    return ArtifactKind.PRINT_PDF if of == MONOCHROME else ArtifactKind(of)


def fingerprint(rendering: Rendering, of: str) -> str:
    """The SHA-256 that ends a comparison when it is equal: of everything a reader can meet in the artifact.

    For an e-mail without its attached PDF, which is a case of its own and drawn by another engine.
    """
    if of == FACTS:
        return _sha256(_facts(rendering).encode())
    artifact = made(rendering, of)
    if artifact.kind is ArtifactKind.EMAIL:
        return _sha256(_letter(artifact).encode())
    return artifact.sha256


def observe(
    rendering: Rendering, of: str, camera: Callable[[], Camera], *, shots: dict[str, bytes] | None = None
) -> Observation:
    """Everything about the artifact `of` of this document, and what the oracles find wrong with it.

    `camera` is asked for a browser only where one is needed. Where `shots` are wanted, what `draw` would draw of a mail
    or a page is put there, while it is open anyway.
    """
    if of == FACTS:
        return {"sha256.txt": f"artifact {fingerprint(rendering, of)}\n", "facts.json": _facts(rendering)}
    artifact = made(rendering, of)
    faults: list[Fault] = list(said_otherwise(rendering, artifact))
    first = {"sha256.txt": f"artifact {fingerprint(rendering, of)}\n"}
    seen = _observed(rendering, artifact, camera, first, faults, shots)
    return {**seen, "oracles.txt": written_faults(faults)}


def _observed(
    rendering: Rendering,
    artifact: Artifact,
    camera: Callable[[], Camera],
    first: Observation,
    faults: list[Fault],
    shots: dict[str, bytes] | None,
) -> Observation:
    """The texts of an artifact; whatever the oracles of its kind find on the way is added to `faults`."""
    media_type = artifact.media_type.partition(";")[0]
    if media_type == "application/pdf":
        seen = _pdf(rendering, artifact, first["sha256.txt"], faults)
        return {**seen, "fonts.txt": _font_files(rendering.pack)}
    if media_type == "message/rfc822":
        return _mail(artifact, rendering.pack, camera(), first["sha256.txt"], faults, shots)
    if media_type == "text/html":
        seen = _screens(artifact.body.decode(), _views(artifact), camera(), first["sha256.txt"], faults, shots)
        return {**seen, "fonts.txt": _font_files(rendering.pack)}
    text = artifact.body.decode()
    if media_type == "application/xml":
        return {**first, "einvoice.xml": text}
    if media_type == "application/json":
        return {**first, "facts.json": _json(json.loads(text))}
    return {**first, "text.txt": text if text.endswith("\n") else text + "\n"}


def draw(rendering: Rendering, of: str, camera: Callable[[], Camera], *, dpi: int = 96) -> Mapping[str, bytes]:
    """What a person would look at, as PNG by name: "page 1", "390 px, dark"; nothing for what is only words."""
    if of == FACTS:
        return {}
    artifact = made(rendering, of)
    match artifact.media_type.partition(";")[0]:
        case "application/pdf":
            pages = range(1, len(page_sizes(artifact.body)) + 1)
            return {f"page {number}": page_picture(artifact.body, number, dpi=dpi) for number in pages}
        case "message/rfc822":
            html = _shown(message_from_bytes(artifact.body, policy=policy.default), rendering.pack)
            return look(html, MAIL_VIEWS, camera(), pictures=True).pictures
        case "text/html":
            return look(artifact.body.decode(), _views(artifact), camera(), pictures=True).pictures
        case _:
            return {}


def _views(artifact: Artifact) -> tuple[View, ...]:
    return WEB_VIEWS if artifact.kind is ArtifactKind.WEB else STILL_VIEWS


def _pdf(rendering: Rendering, artifact: Artifact, first: str, faults: list[Fault]) -> Observation:
    body = artifact.body
    pages = drawn_pages(body)
    tags = structure(body, pages)
    pictures = "".join(
        f"{page.sheet.name} {_sha256(page_picture(body, number, dpi=PAGE_DPI))}\n"
        for number, page in enumerate(pages, start=1)
    )
    text = reading(tags) or "".join(f"{box.text}\n" for page in pages for box in page.sheet.boxes if box.text)
    sheets = [page.sheet for page in pages]
    faults += on_paper(rendering, artifact, pages)
    return {"sha256.txt": first + pictures, "text.txt": text, "tags.txt": tags, "boxes.json": written(sheets)}


def _mail(
    artifact: Artifact, pack: Pack, camera: Camera, first: str, faults: list[Fault], shots: dict[str, bytes] | None
) -> Observation:
    mail = message_from_bytes(artifact.body, policy=policy.default)
    hashes = first + "".join(f"picture {number} {sha}\n" for number, sha in enumerate(_pictures(mail), start=1))
    words = {"fonts.txt": _font_files(pack), "plain.txt": _part(mail, "plain"), "head.txt": _head(mail)}
    faults += cut_by_gmail(_part(mail, "html"))
    return {**words, **_screens(_shown(mail, pack), MAIL_VIEWS, camera, hashes, faults, shots)}


def _shown(mail: EmailMessage, pack: Pack) -> str:
    """The letter with its pictures, as on a machine that has the brand's first font; its others are not guarded."""
    html = _part(mail, "html").replace("<head>", f"<head><style>{font_faces(pack)}</style>", 1)
    for part in mail.walk():
        name, body = (part["Content-ID"] or "").strip("<> "), part.get_payload(decode=True)
        if name and isinstance(body, bytes):
            html = html.replace(f"cid:{name}", f"data:{part.get_content_type()};base64,{b64encode(body).decode()}")
    return html


def _screens(
    html: str,
    views: tuple[View, ...],
    camera: Camera,
    hashes: str,
    faults: list[Fault],
    shots: dict[str, bytes] | None,
) -> Observation:
    part = views is not WEB_VIEWS  # shown within the page of a mail program, a mailbox or a bank

    def examine(page: Page, view: View) -> None:
        if not view.dark:
            faults.extend(laid_out(page, view.name))
        if view is views[0] or view.dark:  # what axe-core finds depends on colours and order, not on width
            faults.extend(accessible(page, view.name, part=part, colours_alone=view.dark))

    seen = look(html, views, camera, pictures=shots is not None, examine=examine)
    if shots is not None:
        shots.update(seen.pictures)
    forced = [view.name for view in views if view.forced]
    hashes += "".join(f"view {name} {pixels_hash(seen.pictures[name])}\n" for name in forced)
    texts = {"text.txt": seen.text, "aria.yml": seen.aria, "boxes.json": written(seen.sheets)}
    return {"sha256.txt": hashes, **texts}


def _font_files(pack: Pack) -> str:
    """The pack's font files by what they hold: another file under the same name is a substituted font."""
    names = sorted(name for name in pack.files if name.endswith((".ttf", ".otf", ".woff2")))
    return "".join(f"{name} {_sha256(pack.read(name))}\n" for name in names)


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
