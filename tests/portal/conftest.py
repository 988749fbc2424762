"""A BankID on loopback, documents with links, and the pages behind them as a browser would ask for them."""

import datetime as dt
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_ledger import Linked
from vaxel_portal import BankId, BankIdSettings, Doors, portal
from vaxel_simulators import BankIdSimulator

NOON = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
ELIN, ANNA = "198001012387", "196611022382"


@dataclass
class Desk:
    """Documents by their tokens, as a ledger gives them out; what happened; and a clock that is moved."""

    documents: dict[str, Linked] = field(default_factory=dict[str, Linked])
    happened: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    opened: list[str] = field(default_factory=list[str])
    now: dt.datetime = NOON

    def add(self, *, number: str | None = ELIN, language: str = "sv", country: str = "SE") -> str:
        token = secrets.token_urlsafe(32)
        recipient: dict[str, Any] = {"name": "Elin Forsberg", "language": language, "mobile": "+46701740605"}
        if number:
            recipient["national_id"] = {"country_code": country, "value": number}
        document = Document.model_validate(
            {
                "kind": "message",
                "reference": f"M-{len(self.documents)}",
                "sender": "nordljus",
                "recipient": recipient,
                "message": {"subject": "Avbrott", "body": "Hej"},
            }
        )
        self.documents[token] = Linked(document.reference, "main", document, self.now, "sms", "k" * 64)
        return token

    def linked(self, token: str) -> Linked | None:
        return self.documents.get(token)

    def artifact(self, document_id: str, kind: ArtifactKind) -> bytes:
        return f"<!doctype html><title>{document_id}</title>{kind}".encode()

    def open(self, linked: Linked) -> None:
        self.opened.append(linked.document_id)

    def tell(self, document_id: str, kind: str, *, actor: str) -> None:
        self.happened.append((document_id, kind))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def simulator(desk: Desk) -> Iterator[BankIdSimulator]:
    with BankIdSimulator(clock=lambda: desk.now) as running:
        yield running


@pytest.fixture
def bankid(simulator: BankIdSimulator) -> Iterator[BankId]:
    client = BankId(BankIdSettings(base_url=simulator.rp_url, app_url=simulator.app_url, timeout_seconds=2.0))
    yield client
    client.close()


@pytest.fixture
def browser(desk: Desk, bankid: BankId) -> Callable[..., FlaskClient]:
    """A new browser at the pages; keywords change the doors."""

    def make(**changes: Any) -> FlaskClient:
        doors: dict[str, Any] = {
            "shelf": desk,
            "bankid": bankid,
            "opened": desk.open,
            "clock": lambda: desk.now,
            "secure": False,
        }
        return portal(Doors(**{**doors, **changes})).test_client()

    return make
