"""What the program writes is what WeasyPrint writes, object for object, or it says that it cannot."""

from collections.abc import Callable

import pytest
from tests.engine.compiled.conftest import ON_PAPER, Workshop

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled import Miss, Reason, compare, empty, probe, teach
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.pdf_structure import structure_findings

Invoice = Callable[..., Document]


@pytest.mark.parametrize("kind", ON_PAPER)
def test_documents_it_was_taught_are_equal_object_for_object(workshop: Workshop, kind: ArtifactKind) -> None:
    for document in workshop.documents:
        assert compare(workshop.reference(document, kind), workshop.compiled(document, kind)) == []


def test_a_document_it_never_saw_is_equal_too(workshop: Workshop) -> None:
    for document, name in zip(
        workshop.documents, ("Pär Ek", "Łukasz Wójcik", "Ayşe Yıldırım", "Ek & Lind"), strict=True
    ):
        recipient = document.recipient.model_copy(update={"name": name, "customer_number": "77 01"})
        unseen = document.model_copy(update={"recipient": recipient})
        assert compare(workshop.reference(unseen), workshop.compiled(unseen)) == []


def test_the_same_document_gives_the_same_bytes(workshop: Workshop) -> None:
    document = workshop.documents[0]
    assert workshop.compiled(document) == workshop.compiled(document)


def test_what_it_writes_is_tagged_pdf_a(workshop: Workshop) -> None:
    assert structure_findings(workshop.compiled(workshop.documents[2])) == ()


def test_an_empty_program_leaves_every_document_to_the_reference_path(workshop: Workshop) -> None:
    stranger = Workshop(workshop.pack, empty(workshop.pack), ())
    with pytest.raises(Miss) as missed:
        stranger.compiled(workshop.documents[0])
    assert missed.value.reason is Reason.HEAD


def test_another_kind_of_document_is_a_miss_until_it_was_learned(workshop: Workshop, invoice: Invoice) -> None:
    note = invoice(7, 2).model_copy(update={"kind": DocumentKind.CREDIT_NOTE})
    with pytest.raises(Miss) as missed:
        workshop.compiled(note)
    assert missed.value.reason is Reason.PLACE
    assert teach(workshop.setter, workshop.pack, [note], stretch=False).left == {}
    assert compare(workshop.reference(note), workshop.compiled(note)) == []


def test_a_letter_with_its_heading_is_equal(workshop: Workshop) -> None:
    letter = probe(31, kind=DocumentKind.MESSAGE)
    assert teach(workshop.setter, workshop.pack, [letter], stretch=False).left == {}
    assert compare(workshop.reference(letter), workshop.compiled(letter)) == []


@pytest.mark.parametrize("name", ["Αγγελική", "Ольга Петрова"])
def test_words_beyond_latin_script_are_a_miss(workshop: Workshop, name: str) -> None:
    document = workshop.documents[0]
    recipient = document.recipient.model_copy(update={"name": name})
    with pytest.raises(Miss) as missed:
        workshop.compiled(document.model_copy(update={"recipient": recipient}))
    assert missed.value.reason is Reason.CHARACTER


def test_an_artifact_that_is_not_of_paper_is_a_miss(workshop: Workshop) -> None:
    with pytest.raises(Miss):
        workshop.compiled(workshop.documents[0], ArtifactKind.WEB)


def test_a_line_that_ends_before_a_tag_is_drawn_with_the_space_that_the_reference_keeps(workshop: Workshop) -> None:
    words = "Du behöver inte göra något. Är du inte nöjd kan du klaga hos oss eller hos"
    letter = probe(3, kind=DocumentKind.MESSAGE, language="sv")
    assert letter.message is not None
    message = letter.message.model_copy(
        update={"body": f"{words} [Energimarknadsbyrån](https://nordljus.example/klaga)."}
    )
    wrapped = letter.model_copy(update={"message": message})
    assert teach(workshop.setter, workshop.pack, [wrapped]).left == {}
    assert compare(workshop.reference(wrapped), workshop.compiled(wrapped)) == []
