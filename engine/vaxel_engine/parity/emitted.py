"""Parity of what the writers emitted: every fact looked for in the very text that was set, in microseconds.

A writer leaves what it wrote in its `Rendering`: the page before it is set, the letter before it is packed. Each fact
that `policy.csv` says is shown there is looked for in its usual spellings, spaces aside. What is not found is not
condemned, since a designer may spell it in a way of their own: its artifact is suspicious and is read back in full.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from html import unescape

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Mismatched
from vaxel_engine.model import Document
from vaxel_engine.parity.asking import is_drawn, numbers_to_pay_by
from vaxel_engine.parity.bulk import check
from vaxel_engine.parity.canonical import Fact, Sort, canonical_facts
from vaxel_engine.parity.policy import is_shown
from vaxel_engine.parity.report import parity
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.facts import Facts

_HTML = frozenset({"pages", "html", "page", "mailbox_page", "bank"})
_COLUMNS: Mapping[ArtifactKind, tuple[str, ...]] = {
    ArtifactKind.PRINT_PDF: ("pages",),
    ArtifactKind.MAILBOX_PDF: ("pages",),
    ArtifactKind.EMAIL: ("subject", "text", "html", "pages"),
    ArtifactKind.WEB: ("page",),
    ArtifactKind.SMS: ("sms",),
    ArtifactKind.CARD: ("card",),
    ArtifactKind.MAILBOX_HTML: ("mailbox_page",),
    ArtifactKind.BANK: ("bank",),
    ArtifactKind.EINVOICE_XML: ("xml",),
}
"""The columns of `policy.csv` that an artifact is made of; a code is proved by `check`, a drawn one by reading back."""


def demand(rendering: Rendering, artifacts: Iterable[Artifact], *, complete: bool) -> None:
    """Raise Mismatched unless `artifacts` say what the document says.

    In bulk: the words the templates were handed are the document's, and every fact stands in what the writers emitted.
    Where one does not, and always when `complete`, the finished artifact is read back and decides.
    """
    document, made = rendering.document, tuple(artifacts)
    for mismatch in check(document, rendering.facts):
        raise Mismatched(
            f"document {document.reference}: {mismatch.name} would say {mismatch.said!r}, the document says "
            f"{mismatch.expected!r}; it was stopped before anybody got it, report it"
        )
    read = made if complete else tuple(one for one in made if not stands(rendering, one.kind))
    if not read:
        return
    faults = list(parity(document, read, pack=rendering.pack).faults)
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise Mismatched(f"document {faults[0]}{more}; it was stopped before anybody got it, mend the pack")


def stands(rendering: Rendering, kind: ArtifactKind) -> bool:
    """Whether every fact that an artifact of `kind` has to show stands in what its writer emitted."""
    document, pack, emitted = rendering.document, rendering.pack, rendering.emitted
    facts = canonical_facts(document)
    by = numbers_to_pay_by(document) if is_drawn(document) else ()
    for column in _COLUMNS[kind]:
        shown = [
            fact for fact in facts if fact.sort is not Sort.CURRENCY and is_shown(fact, column, document.kind, pack)
        ]
        if not shown:
            continue
        text = emitted.get(column, "")
        if column in _HTML:
            text = unescape(text.partition("</style>")[2] or text)
        text = _squeezed(text)
        bare = text.replace("-", "")
        if not all(_stands(fact, text, bare, rendering.facts) for fact in shown):
            return False
        if column != "xml" and any(number in bare for number in by):
            return False
    return True


def _stands(fact: Fact, text: str, bare: str, facts: Facts) -> bool:
    match fact.sort:
        case Sort.MONEY:
            return any(spelling in text for spelling in _amounts(fact.value))
        case Sort.DATE:
            return any(spelling in text for spelling in _dates(fact, facts))
        case Sort.NUMBER:
            return fact.value in bare or fact.value.casefold() in bare.casefold()
        case _:
            return _squeezed(fact.value) in text


def _amounts(value: str) -> Iterator[str]:
    """As Swedish, English and machines write it; the sign stands before it or is said in words."""
    plain = value.removeprefix("-")
    yield plain.replace(".", ",")
    yield plain
    whole, _, rest = plain.partition(".")
    yield f"{int(whole):,}.{rest}"


def _dates(fact: Fact, facts: Facts) -> Iterator[str]:
    yield fact.shown
    day = facts.to_pay.date if facts.to_pay is not None else None
    if day is not None and day.iso == fact.shown:  # the spellings are the date's: `check` has seen to it
        yield from (_squeezed(form) for form in (day.in_words, day.short, day.numeric))


def _squeezed(text: str) -> str:
    return "".join(text.split())


def sampled(document: Document, one_in: int) -> bool:
    """Whether a document is the one in `one_in` that is read back in full: by its own digest, so always or never."""
    if one_in <= 1:
        return one_in == 1
    digest = hashlib.sha256(f"{document.sender}\0{document.reference}".encode()).digest()
    return int.from_bytes(digest[:8]) % one_in == 0
