"""New blocks of many documents are set together, and what was seen in one kind of documents is known in the others."""

import pytest
from tests.engine.compiled.conftest import an_invoice

from vaxel_engine.compiled import Miss, compare, empty, gather, probe
from vaxel_engine.compiled.reading import AGAIN, read
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.model import DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of, typesetter


@pytest.fixture(scope="module")
def gathered(nordljus: Pack) -> Setter:
    setter = empty(nordljus)
    taught = [an_invoice(seed, lines=2) for seed in range(1, 8)]
    debits = (
        probe(seed, kind=DocumentKind.DIRECT_DEBIT_NOTICE, lines=2, language="sv", usage=False, balance=False)
        for seed in (11, 12)
    )
    assert gather(setter, nordljus, [*taught, *debits]).said == {}
    return setter


def test_documents_whose_blocks_were_set_together_are_equal(gathered: Setter, nordljus: Pack) -> None:
    known = 0
    for seed in range(1, 8):
        html, pictures, identifier = source_of(Rendering.of(an_invoice(seed, lines=2), nordljus))
        try:
            written = gathered.pdf(html, pictures, identifier)
        except Miss:
            continue
        known += 1
        if known < 4:
            assert compare(nordljus.once(typesetter).pdf(html, pictures, identifier), written) == []
    assert known >= 6


@pytest.mark.parametrize("begins", ['<div class="figures">', '<table class="totals">'])
def test_totals_of_one_kind_of_documents_are_known_in_another(gathered: Setter, begins: str) -> None:
    totals = {(number, text) for number, text in gathered.program.markups if text.startswith(begins)}
    places = {number for number, _ in totals}
    assert len(places) > 1
    assert totals == {(number, text) for number in places for _, text in totals}


def test_sheets_of_what_was_set_together_are_set_by_the_program_and_equal(gathered: Setter, nordljus: Pack) -> None:
    """The gate compares them, so that nothing has to be forgotten that no document shows."""
    documents = [an_invoice(seed, lines=2) for seed in range(1, 8)]
    again = empty(nordljus)
    sheets = [paper for paper in gather(again, nordljus, documents, stretch=False).papers if paper.again]
    assert sheets
    most = max(sheets, key=lambda paper: paper.html.count(AGAIN))

    written = again.pdf(most.html, most.pictures, most.identifier, again=True)
    assert compare(nordljus.once(typesetter).pdf(most.html, most.pictures, most.identifier), written) == []


def test_a_document_cannot_say_that_a_block_stands_again(gathered: Setter, nordljus: Pack) -> None:
    html, _, _ = source_of(Rendering.of(an_invoice(1, lines=2), nordljus))
    with pytest.raises(Miss):
        read(html.replace("<main>", f"{AGAIN}<main>"), gathered.program)
