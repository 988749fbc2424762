"""The facts inspector: every name a template can use, with its value for this document and the panes that show it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.pdfium import page_texts
from vaxel_preview.mail import open_mail

_LONGEST = 400
_MOST = 1_500


@dataclass(frozen=True, slots=True)
class Fact:
    """One value: `name` is how a template says it, `shown` the ids of the artifacts whose words have it."""

    name: str
    value: str
    shown: tuple[str, ...]


def facts_of(context: Mapping[str, object], texts: Mapping[str, str]) -> list[Fact]:
    """Every leaf of what a template may name; `texts` are the words of each artifact."""
    found: list[Fact] = []
    for name, value in _leaves(context, ""):
        if len(found) == _MOST:
            break
        said = _plain(re.sub(r"<[^>]+>", " ", value))
        shown = tuple(made for made, text in texts.items() if len(said) > 1 and _said_in(said, text))
        found.append(Fact(name, value[:_LONGEST], shown))
    return found


def _said_in(said: str, text: str) -> bool:
    """Whether `said` stands in the text as words of its own, not as a part of longer ones."""
    at = text.find(said)
    while at >= 0:
        around = text[at - 1 : at] + text[at + len(said) : at + len(said) + 1]
        if not any(character.isalnum() for character in around):
            return True
        at = text.find(said, at + 1)
    return False


def words_of(artifact: Artifact) -> str:
    """What a reader of an artifact sees, as one line."""
    body = artifact.body
    match artifact.kind:
        case ArtifactKind.PRINT_PDF | ArtifactKind.MAILBOX_PDF:
            return _plain(" ".join(page_texts(body)))
        case ArtifactKind.EMAIL:
            mail = open_mail(body)
            return _plain(f"{mail.subject} {_visible(mail.html.encode())} {mail.text}")
        case ArtifactKind.WEB | ArtifactKind.MAILBOX_HTML | ArtifactKind.BANK:
            return _plain(_visible(body))
        case ArtifactKind.SMS | ArtifactKind.CARD | ArtifactKind.EINVOICE_XML:
            return _plain(body.decode("utf-8"))


def _visible(html: bytes) -> str:
    root = etree.fromstring(html, etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True))
    etree.strip_elements(root, "script", "style", with_tail=False)
    return " ".join(map(str, root.itertext()))


def _plain(text: str) -> str:
    return " ".join(text.replace("\u00ad", "").replace("\u2212", "-").split())


def _leaves(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():  # pyright: ignore[reportUnknownVariableType]
            part = str(key)  # pyright: ignore[reportUnknownArgumentType]
            step = part if not name else f".{part}" if part.isidentifier() else f'["{part}"]'
            yield from _leaves(inner, f"{name}{step}")  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, (list, tuple)):
        for at, inner in enumerate(value):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
            yield from _leaves(inner, f"{name}[{at}]")  # pyright: ignore[reportUnknownArgumentType]
    else:
        yield name, "" if value is None else str(value)
