"""SMS and card say who, how much, by when and where, in every kind and both languages."""

import json
from collections.abc import Callable

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.gsm import plain, segments
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering

LINK = "https://nordljus.example/d/8J3kQm2nV5tRz7yXw1bLcA"
KINDS = [kind for kind in DocumentKind if kind is not DocumentKind.FINISHED_PDF]
LETTER = Message(subject="Nytt pris på elnätet", body="Från årsskiftet.")


@pytest.fixture(
    params=[(kind, language) for kind in KINDS for language in ("sv", "en")], ids=lambda pair: "-".join(pair)
)
def rendering(request: pytest.FixtureRequest, build: Callable[..., Document], nordljus: Pack) -> Rendering:
    kind, language = request.param
    message = LETTER if kind is DocumentKind.MESSAGE else None
    return Rendering.of(build(kind=kind, language=language, message=message), nordljus, LINK)


def test_the_sms_is_one_message_with_all_four(rendering: Rendering) -> None:
    text = rendering.artifact(ArtifactKind.SMS).body.decode()
    cost = segments(text)
    assert (cost.count, cost.encoding) == (1, "GSM-7")
    assert text.startswith("Nordljus: ")
    assert text.endswith(f" {LINK}")
    pay = rendering.facts.to_pay
    if pay is None:
        assert LETTER.subject in text
        return
    assert pay.amount is not None
    assert plain(pay.amount) in text
    if pay.date is not None:
        assert plain(pay.date.in_words) in text


def test_the_card_has_all_four_and_every_key(rendering: Rendering) -> None:
    card = json.loads(rendering.artifact(ArtifactKind.CARD).body)
    pay, language = rendering.facts.to_pay, rendering.document.recipient.language
    assert (card["sender"], card["link"], card["language"]) == ("Nordljus", LINK, language)
    assert card["kind"] == rendering.document.kind
    assert card["title"] == rendering.facts.title
    assert card["action"]
    assert card["summary"]
    assert card["amount_text"] == (pay.amount if pay else None)
    assert card["due_date"] == (pay.date.iso if pay and pay.date else None)
