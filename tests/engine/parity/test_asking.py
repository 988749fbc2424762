"""What is drawn is asked for nowhere: tried on every artifact as it was rendered, by a mandate and by the file."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.intake import read
from vaxel_engine.model import Document, DocumentKind, PaymentLeg
from vaxel_engine.packs import Pack
from vaxel_engine.parity import READABLE, parity
from vaxel_engine.rendering import render

SAMPLES = Path(__file__).parents[3] / "samples/november.json"
MakePack = Callable[[Mapping[str, str]], Pack]
LOOKED_AT = tuple(kind for kind in READABLE if kind is not ArtifactKind.EINVOICE_XML)
SET = (ArtifactKind.PRINT_PDF, ArtifactKind.MAILBOX_PDF, ArtifactKind.EMAIL)
"""What has pages; in one language, since the words are looked for alike in all."""
QUICK = tuple(kind for kind in LOOKED_AT if kind not in SET)


@pytest.fixture(scope="module")
def to_pay() -> Document:
    return next(iter(read(SAMPLES)))


@pytest.fixture(scope="module")
def drawn(to_pay: Document) -> Document:
    """The same invoice, with its accounts and its reference, and a mandate."""
    assert to_pay.invoice is not None
    assert to_pay.invoice.due_date is not None
    leg = PaymentLeg(scheme="autogiro", payer_number="104655", draw_date=to_pay.invoice.due_date, account_hint="4417")
    return to_pay.model_copy(update={"payment": leg})


def made(document: Document, pack: Pack) -> list[Artifact]:
    kinds = LOOKED_AT if document.recipient.language == "sv" and document.kind is DocumentKind.INVOICE else QUICK
    return [render(document, kind, pack=pack) for kind in kinds]


def in_english(document: Document) -> Document:
    recipient = document.recipient.model_copy(update={"language": "en"})
    return document.model_copy(update={"recipient": recipient})


def test_no_artifact_of_a_drawn_invoice_asks_for_payment(drawn: Document, nordljus: Pack) -> None:
    for document in (drawn, in_english(drawn), next(one for one in read(SAMPLES) if one.payment is not None)):
        found = parity(document, made(document, nordljus), pack=nordljus)
        assert found.faults == ()
        assert found.rows[-1].fact.name == "what asks for payment"


def test_every_artifact_that_asks_is_found(to_pay: Document, drawn: Document, nordljus: Pack) -> None:
    for asks, is_drawn in ((to_pay, drawn), (in_english(to_pay), in_english(drawn))):
        found = parity(is_drawn, made(asks, nordljus), pack=nordljus)
        asking = found.rows[-1]
        assert {kind for kind, cell in asking.cells.items() if cell.shown is None} == set()
    assert any("what asks for payment in sms (text) is different: " in one for one in found.faults)


@pytest.mark.parametrize(
    ("words", "shown"),
    [("Betala till 505-0109", "5050109"), ("Ange 2611000106", "2611000106")],
    ids=["an account", "a reference"],
)
def test_a_designers_own_words_that_lead_to_a_payment_are_found(
    words: str, shown: str, drawn: Document, make_pack: MakePack
) -> None:
    pack = make_pack({"sections/totals.email.txt": words + "\n"})
    found = parity(drawn, [render(drawn, ArtifactKind.EMAIL, pack=pack)], pack=pack)
    assert found.rows[-1].cells[ArtifactKind.EMAIL].shown == shown
