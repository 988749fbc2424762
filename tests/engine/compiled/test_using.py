"""A published pack with a program renders as without one, only faster; a program that is wrong is withdrawn."""

from dataclasses import replace

import pytest
from tests.engine.compiled.conftest import ON_PAPER, Workshop

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled import compare
from vaxel_engine.compiled.keeping import packed
from vaxel_engine.compiled.using import in_use, is_shadowed
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering


@pytest.fixture
def compiled(workshop: Workshop) -> Pack:
    return replace(workshop.pack, published=True, program=packed(workshop.setter.program))


@pytest.mark.parametrize("kind", ON_PAPER)
def test_a_pack_with_a_program_writes_what_the_reference_path_writes(
    workshop: Workshop, compiled: Pack, kind: ArtifactKind
) -> None:
    rendering = Rendering.of(workshop.documents[0], compiled)
    written = rendering.artifact(kind).body
    assert rendering.misses == {}
    assert written == workshop.compiled(workshop.documents[0], kind)
    assert compare(workshop.reference(workshop.documents[0], kind), written) == []
    assert "pages" in rendering.emitted  # parity compares what was emitted, on both paths


def test_what_the_program_does_not_know_is_made_by_the_reference_path_and_said(
    workshop: Workshop, compiled: Pack
) -> None:
    document = workshop.documents[0]
    stranger = document.model_copy(update={"recipient": document.recipient.model_copy(update={"name": "Ольга"})})
    rendering = Rendering.of(stranger, compiled)
    written = rendering.artifact(ArtifactKind.MAILBOX_PDF).body
    assert rendering.misses == {ArtifactKind.MAILBOX_PDF: "character"}
    assert written == workshop.reference(stranger)


def test_a_damaged_program_costs_its_speed_and_nothing_else(workshop: Workshop, compiled: Pack) -> None:
    damaged = replace(compiled, program=compiled.program[:-9])
    rendering = Rendering.of(workshop.documents[0], damaged)
    written = rendering.artifact(ArtifactKind.MAILBOX_PDF).body
    assert rendering.misses == {ArtifactKind.MAILBOX_PDF: "withdrawn"}
    assert written == workshop.reference(workshop.documents[0])


def test_a_difference_in_a_shadowed_document_withdraws_the_program(workshop: Workshop, compiled: Pack) -> None:
    document, compiled = workshop.documents[0], replace(compiled, compared_one_in=1)
    used = compiled.once(in_use)
    assert used.setter is not None
    gaps = used.setter.program.gaps
    gaps.update({key: (gap and gap + 0.01, kept) for key, (gap, kept) in gaps.items()})
    rendering = Rendering.of(document, compiled)
    written = rendering.artifact(ArtifactKind.MAILBOX_PDF).body
    assert compare(workshop.reference(document), written) == []
    assert rendering.misses == {ArtifactKind.MAILBOX_PDF: "withdrawn"}
    assert document.reference in used.withdrawn
    after = Rendering.of(workshop.documents[1], compiled)
    after.artifact(ArtifactKind.MAILBOX_PDF)
    assert after.misses == {ArtifactKind.MAILBOX_PDF: "withdrawn"}


def test_one_document_in_so_many_is_shadowed_and_the_same_ones_again(workshop: Workshop) -> None:
    document = workshop.documents[0]
    documents = [document.model_copy(update={"reference": f"R-{number}"}) for number in range(40)]
    renderings = [Rendering.of(one, workshop.pack) for one in documents]
    chosen = [is_shadowed(one, of=4) for one in renderings]
    assert 3 < sum(chosen) < 20
    assert chosen == [is_shadowed(one, of=4) for one in renderings]
    assert [any(is_shadowed(one, of) for one in renderings) for of in (0, 1)] == [False, True]
