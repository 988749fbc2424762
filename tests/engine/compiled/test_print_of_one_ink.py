"""Print with ink of one colour and with the empty back of a last sheet, equal to the reference path."""

from io import BytesIO

import pikepdf
import pytest
from tests.engine.compiled.conftest import Workshop

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled import Miss, Reason, compare, empty, greys_of, probe, render, teach
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.monochrome import grey_lines

PRINT, MAILBOX = ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF


def both(workshop: Workshop, document: Document, printing: Printing) -> tuple[bytes, bytes]:
    rendering = Rendering.of(document, workshop.pack, printing=printing)
    return rendering.by_reference(PRINT), render(workshop.setter, rendering, PRINT)


@pytest.fixture(scope="module")
def greys(nordljus: Pack) -> Workshop:
    """A program that knows an invoice with a chart, in colour and for ink of one colour."""
    document = probe(1, kind=DocumentKind.INVOICE, lines=4, usage=True, balance=False)
    setter = empty(nordljus)
    assert teach(setter, nordljus, [document], stretch=False).left == {}
    assert teach(greys_of(setter, nordljus), nordljus, [document], stretch=False, grey=True).left == {}
    return Workshop(nordljus, setter, (document,))


def test_print_of_one_ink_is_equal_and_names_no_colour(greys: Workshop) -> None:
    reference, written = both(greys, greys.documents[0], Printing(monochrome=True))
    assert compare(reference, written) == []
    with pikepdf.open(BytesIO(written)) as pdf:
        assert not any(b" rg\n" in page.Contents.read_bytes() for page in pdf.pages)


def test_the_empty_back_of_a_last_sheet_is_equal(workshop: Workshop) -> None:
    reference, written = both(workshop, workshop.documents[0], Printing(blank_back=True))
    assert compare(reference, written) == []
    assert compare(workshop.reference(workshop.documents[0], PRINT), written) != []


@pytest.mark.parametrize("order", [(PRINT, MAILBOX), (MAILBOX, PRINT, MAILBOX)], ids=["print first", "mailbox first"])
def test_print_and_mailbox_share_their_pages_and_change_nothing_of_each_other(
    workshop: Workshop, order: tuple[ArtifactKind, ...]
) -> None:
    rendering = Rendering.of(workshop.documents[0], workshop.pack, printing=Printing(blank_back=True))
    for kind in order:
        assert compare(rendering.by_reference(kind), render(workshop.setter, rendering, kind)) == []


def test_a_program_that_learned_no_greys_leaves_them_to_the_reference_path(workshop: Workshop) -> None:
    with pytest.raises(Miss) as missed:
        both(workshop, workshop.documents[0], Printing(monochrome=True))
    assert missed.value.reason is Reason.PAGE


def test_a_colour_becomes_the_grey_that_is_as_light_and_nothing_else_changes() -> None:
    operators = b"q\n1 0 0 rg\n0 0.5 0 RG\n[<0001>] TJ\nQ"
    assert grey_lines(operators) == b"q\n0.4984 g\n0.4277 G\n[<0001>] TJ\nQ"
