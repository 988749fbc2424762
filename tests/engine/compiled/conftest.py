"""One program for all tests of the room: taught a handful of documents, which costs a second or two."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled import Setter, empty, probe, render, teach
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering

ON_PAPER = (ArtifactKind.MAILBOX_PDF, ArtifactKind.PRINT_PDF)


@dataclass(frozen=True, slots=True)
class Workshop:
    """A pack's program, and the documents that it was taught."""

    pack: Pack
    setter: Setter
    documents: tuple[Document, ...]

    def compiled(self, document: Document, kind: ArtifactKind = ArtifactKind.MAILBOX_PDF) -> bytes:
        return render(self.setter, Rendering.of(document, self.pack), kind)

    def reference(self, document: Document, kind: ArtifactKind = ArtifactKind.MAILBOX_PDF) -> bytes:
        return Rendering.of(document, self.pack).artifact(kind).body


def an_invoice(seed: int, lines: int = 4) -> Document:
    """An ordinary invoice of `lines` lines without pictures of figures."""
    return probe(seed, kind=DocumentKind.INVOICE, lines=lines, usage=False, balance=False)


@pytest.fixture(scope="session")
def workshop(nordljus: Pack) -> Workshop:
    """A program that knows invoices of one page and of two."""
    documents = (an_invoice(1), an_invoice(2, 3), an_invoice(3, 30), an_invoice(4, 1))
    setter = empty(nordljus)
    learned = teach(setter, nordljus, documents, stretch=False)
    assert learned.left == {}
    return Workshop(nordljus, setter, documents)


@pytest.fixture(scope="session")
def invoice() -> Callable[..., Document]:
    """Makes an ordinary invoice by seed and number of lines."""
    return an_invoice
