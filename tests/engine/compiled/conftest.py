"""One program for all tests of the room: taught a handful of documents, which costs a second or two."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled import Setter, empty, key_of, probe, render, setter_of, teach
from vaxel_engine.compiled.keeping import packed, unpacked
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


DOCUMENTS = (an_invoice(1), an_invoice(2, 3), an_invoice(3, 30), an_invoice(4, 1))


@pytest.fixture(scope="session")
def taught(nordljus: Pack) -> bytes:
    """A program that knows invoices of one page and of two, as it is kept."""
    setter = empty(nordljus)
    learned = teach(setter, nordljus, DOCUMENTS, stretch=False)
    assert learned.left == {}
    return packed(setter.program)


@pytest.fixture(scope="module")
def workshop(nordljus: Pack, taught: bytes) -> Workshop:
    """The program anew for each module, so that none learns what another has taught."""
    program = unpacked(taught, key_of(nordljus))
    assert program is not None
    return Workshop(nordljus, setter_of(nordljus, program), DOCUMENTS)


@pytest.fixture(scope="session")
def invoice() -> Callable[..., Document]:
    """Makes an ordinary invoice by seed and number of lines."""
    return an_invoice
