"""Finished artifacts read back: bytes into the parts that a reader, a payer's app or an inbox meets."""

import email
import email.policy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unreadable
from vaxel_engine.parity.codes import drawn_codes, read_codes
from vaxel_engine.parity.einvoice import stated_in_ubl
from vaxel_engine.parity.markup import visible_text
from vaxel_engine.parity.spelling import compact, normal
from vaxel_engine.pdfium import page_pictures, page_texts

_DPI = 150
"""Enough for a code of 25 mm with 60 modules: two and a half pixels to a module."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an artifact as it was read back.

    name     for people: "pages", "QR code", "text part"
    column   of `policy.csv`
    text     normal words; empty for a code
    stated   values by slot of `Fact`, where the part says them by name instead of in words
    """

    name: str
    column: str
    text: str = ""
    stated: Mapping[str, tuple[str, ...]] | None = None


def read_back(artifact: Artifact, *, code_expected: bool) -> tuple[Part, ...]:
    """The parts of a finished artifact; raises Unreadable or Unrenderable when it is not what its kind says.

    With `code_expected` a missing QR code is a part that states nothing, so that its facts are missing there.
    """
    read = _READERS.get(artifact.kind)
    if read is None:
        raise Unreadable(f"{artifact.kind} has no reader for parity yet; leave it out")
    return tuple(read(artifact.body, code_expected))


@lru_cache(maxsize=4)  # the mailbox PDF is met again as what the e-mail attaches
def _pages(pdf: bytes, code_expected: bool) -> tuple[Part, ...]:
    text = normal("\n".join(page_texts(pdf)))
    codes: tuple[str, ...] = ()
    for picture in page_pictures(pdf, dpi=_DPI):
        codes = read_codes(picture)
        if codes or not code_expected:
            break
    return (Part("pages", "pages", text), *_codes(codes, "qr", code_expected))


def _web(html: bytes, code_expected: bool) -> Iterator[Part]:
    yield Part("page", "page", normal(visible_text(html)))
    yield from _codes(tuple(drawn_codes(html.decode())), "page_qr", code_expected)


def _still(column: str) -> Callable[[bytes, bool], Iterator[Part]]:
    """A page without a script and without a code: in a mailbox and in a bank the reader pays where it is shown."""

    def read(html: bytes, _code_expected: bool) -> Iterator[Part]:
        yield Part("page", column, normal(visible_text(html)))

    return read


def _sms(text: bytes, _code_expected: bool) -> Iterator[Part]:
    yield Part("text", "sms", normal(text.decode()))


def _email(message: bytes, code_expected: bool) -> Iterator[Part]:
    read = email.message_from_bytes(message, policy=email.policy.default)
    yield Part("subject", "subject", normal(str(read["Subject"])))
    for kind, name, column in (("plain", "text part", "text"), ("html", "HTML part", "html")):
        body = read.get_body((kind,))
        content = str(body.get_content()) if body is not None else ""
        yield Part(name, column, normal(visible_text(content.encode()) if kind == "html" else content))
    for attached in read.iter_attachments():
        if attached.get_content_type() == "application/pdf":
            for part in _pages(cast("bytes", attached.get_content()), code_expected):
                yield Part(f"attached {part.name}", part.column, part.text, part.stated)


def _card(body: bytes, _code_expected: bool) -> Iterator[Part]:
    card: dict[str, Any] = json.loads(body)
    stated: dict[str, tuple[str, ...]] = {}
    if card.get("amount") is not None:
        stated["amount_due"] = (str(card["amount"]),)
        stated["currency"] = (str(card.get("currency")),)
    if card.get("due_date") is not None:
        stated["due_date"] = (str(card["due_date"]).replace("-", ""),)
    stated["subject"] = (str(card.get("title", "")),)
    words = [str(card.get(name) or "") for name in ("amount_text", "summary", "title")]
    yield Part("card", "card", normal("\n".join(words)), stated)


def _einvoice(xml: bytes, _code_expected: bool) -> Iterator[Part]:
    yield Part("XML", "xml", stated=stated_in_ubl(xml))


def _codes(codes: tuple[str, ...], column: str, expected: bool) -> Iterator[Part]:
    for code in codes:
        yield Part("QR code", column, stated={slot: (value,) for slot, value in uqr(code).items()})
    if expected and not codes:
        yield Part("QR code", column, stated={})


def uqr(code: str) -> dict[str, str]:
    """The values of a UsingQR code, version 1, by slot of `Fact`; of any other code nothing."""
    try:
        read = cast("object", json.loads(code, parse_float=Decimal, parse_int=Decimal))
    except ValueError:
        return {}
    if not isinstance(read, dict):
        return {}
    values = cast("dict[str, object]", read)
    stated = {"currency": str(values.get("cur", "SEK"))}
    if isinstance(values.get("due"), Decimal):
        stated["amount_due"] = f"{values['due']:.2f}"
    for key, slot in (("ddt", "due_date"), ("nme", "payee")):
        if key in values:
            stated[slot] = str(values[key])
    if "iref" in values:
        stated["reference"] = compact(str(values["iref"]))
    kinds = {"BG": "bankgiro", "PG": "plusgiro", "IBAN": "iban"}
    kind = kinds.get(str(values.get("pt")))
    if kind is not None and "acc" in values:
        stated[kind] = compact(str(values["acc"]))
    return stated


_READERS: Mapping[ArtifactKind, Callable[[bytes, bool], Iterable[Part]]] = {
    ArtifactKind.PRINT_PDF: _pages,
    ArtifactKind.MAILBOX_PDF: _pages,
    ArtifactKind.EMAIL: _email,
    ArtifactKind.WEB: _web,
    ArtifactKind.SMS: _sms,
    ArtifactKind.CARD: _card,
    ArtifactKind.MAILBOX_HTML: _still("mailbox_page"),
    ArtifactKind.BANK: _still("bank"),
    ArtifactKind.EINVOICE_XML: _einvoice,
}

READABLE = tuple(_READERS)
"""The kinds of artifact that can be read back."""
