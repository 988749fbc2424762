"""Facts in running text: a message's letter, the pack's blocks and the invoice's own notes."""

import functools
from dataclasses import dataclass

from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.facts_parties import SHORT_TERMS
from vaxel_engine.rendering.markdown import markdown_html, markdown_text, plain_html


@dataclass(frozen=True, slots=True)
class Notice:
    """One short message beside the matter itself.

    title   None where it has none
    html    safe as it is
    text    the same in plain words
    """

    title: str | None
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """A message's subject and body.

    subject
    html    the body, safe as it is; headings begin at level two
    text    the same in plain words
    """

    subject: str
    html: str
    text: str


def letter_facts(document: Document) -> LetterFacts | None:
    """The body of a message; None for every other kind."""
    if document.message is None:
        return None
    body = document.message.body
    return LetterFacts(document.message.subject, markdown_html(body), markdown_text(body))


def notices(document: Document, pack: Pack, *, state: str | None) -> tuple[Notice, ...]:
    """The invoice's notes (BG-1) and long payment terms (BT-20), then the pack's blocks that suit.

    The blocks of the highest priority stay where there are more than `[blocks] most` in `brand.toml`.
    """
    found: list[Notice] = []
    issued = None
    if document.invoice is not None:
        issued = document.invoice.issue_date
        own = [note.text for note in document.invoice.notes]
        terms = document.invoice.payment_terms or ""
        own += [terms] if len(terms) > SHORT_TERMS else []
        found += [Notice(None, plain_html(text), text) for text in own]
    language = document.recipient.language
    fitting = [
        block for block in pack.blocks if block.suits(language=language, kind=document.kind, state=state, day=issued)
    ]
    found += [Notice(block.title, *_set(block.body)) for block in fitting[: pack.most_blocks]]
    return tuple(found)


@functools.lru_cache(maxsize=256)
def _set(body: str) -> tuple[str, str]:
    """A block of a pack as HTML and as text: the same in document after document."""
    return markdown_html(body), markdown_text(body)
