"""A ledger on a real database, documents to put in it, and a clock that stands still until told."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from tests.ledger.stage import KINDS, ROUTE, Clock, Letter, fresh_database

from vaxel_engine.errors import Rejected
from vaxel_engine.model import Document
from vaxel_ledger import Ledger
from vaxel_ledger.attempts import Intent, begin, idempotency_key
from vaxel_ledger.states import DocumentState
from vaxel_ledger.transitions import Move, move
from vaxel_ledger.vault import CONSIGNMENT, Item, record


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    with fresh_database(str(request.param), tmp_path) as address:
        yield address


@pytest.fixture
def open_ledger(url: str, tmp_path: Path, clock: Clock) -> Callable[[], Ledger]:
    return lambda: Ledger.open(
        url, store=tmp_path / "artifacts", tenant_key=tmp_path / "keys" / "tenant.key", clock=clock
    )


@pytest.fixture
def ledger(open_ledger: Callable[[], Ledger]) -> Generator[Ledger]:
    with open_ledger() as opened:
        yield opened


@pytest.fixture
def letter() -> Letter:
    def make(reference: str, **recipient: Any) -> Document:
        return Document.model_validate(
            {
                "kind": "message",
                "reference": reference,
                "sender": "nordljus",
                "recipient": {
                    "name": "Elin Forsberg",
                    "national_id": {"country_code": "SE", "value": "198001012387"},
                    "email": "elin.forsberg@example.se",
                    **recipient,
                },
                "message": {"subject": "Hej", "body": "Ett brev."},
            }
        )

    return make


@pytest.fixture
def broken() -> Callable[[int], Rejected]:
    return lambda record: Rejected(
        file="october.json",
        record=record,
        path="/invoice/currency",
        found="'KRONOR'",
        remedy="write a code of ISO 4217",
    )


@pytest.fixture
def one_document(ledger: Ledger, letter: Letter) -> str:
    """The id of the only document of a batch."""
    ledger.accept("a" * 64, "one.json", "main", [letter("A-1")])
    return ledger.documents("A-1")[0]


@pytest.fixture
def intended(ledger: Ledger, one_document: str, clock: Clock) -> str:
    """The key of a hand-over over Kivra that has begun."""
    at, key = clock(), idempotency_key("main", one_document, "kivra", 1)
    with ledger.writing() as connection:
        data_keys = ledger.vault.data_keys(connection, [one_document])
        kept = ledger.vault.keep([Item(one_document, CONSIGNMENT, "application/json", b"{}", key)], data_keys)
        record(connection, kept, at)
        step = Move(one_document, {"route": ROUTE.as_json(), "reason": ROUTE.sentence})
        move(connection, [step], expected=DocumentState.NEW, to=DocumentState.RENDERED, at=at, actor="test")
        begin(connection, [Intent(one_document, "kivra", 1, key, kept[0].place.sha)], executor_id="main", at=at)
    return key
