"""The card is small, exact JSON that an app can rely on."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document, DocumentKind, Message
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import render
from vaxel_engine.rendering.card import render_card


def card(document: Document, pack: Pack) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(render(document, ArtifactKind.CARD, pack=pack, link="https://n.example/d/1").body)
    return made


def test_an_invoice_has_exact_amount_date_and_action(build: Callable[..., Document], nordljus: Pack) -> None:
    made = card(build(due="1145.00"), nordljus)
    assert (made["title"], made["amount"], made["currency"]) == ("Faktura", "1145.00", "SEK")
    assert (made["due_date"], made["state"], made["action"]) == ("2026-12-20", "pay", "Se och betala")
    assert (made["link"], made["sender"]) == ("https://n.example/d/1", "Nordljus")


@pytest.mark.parametrize(
    ("kind", "due", "state", "amount", "date"),
    [
        (DocumentKind.DIRECT_DEBIT_NOTICE, "99.00", "direct_debit", "99.00", "2026-12-28"),
        (DocumentKind.CREDIT_NOTE, "50.00", "credit", "50.00", None),
        (DocumentKind.INVOICE, "0.00", "nothing", None, None),
        (DocumentKind.INVOICE, "-12.50", "credit", "12.50", None),
        (DocumentKind.REMINDER, "99.00", "reminder", "99.00", "2026-12-20"),
    ],
)
def test_each_kind_says_what_the_reader_has_to_do(
    build: Callable[..., Document],
    nordljus: Pack,
    kind: DocumentKind,
    due: str,
    state: str,
    amount: str | None,
    date: str | None,
) -> None:
    made = card(build(kind=kind, due=due), nordljus)
    assert (made["state"], made["amount"], made["due_date"]) == (state, amount, date)


def test_a_message_has_no_amount_and_its_subject_as_title(build: Callable[..., Document], nordljus: Pack) -> None:
    made = card(build(kind=DocumentKind.MESSAGE, message=Message(subject="Elavbrott", body="Hej.")), nordljus)
    assert (made["title"], made["state"], made["amount"], made["currency"]) == ("Elavbrott", "message", None, None)


def test_keys_are_sorted_and_each_is_documented(build: Callable[..., Document], nordljus: Pack) -> None:
    made = card(build(), nordljus)
    assert list(made) == sorted(made)
    documented = {line.split()[0] for line in (render_card.__doc__ or "").splitlines() if line.strip()}
    assert set(made) <= documented
