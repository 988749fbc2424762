"""A ledger with a batch in it, a receiver on this machine, and the postman between them."""

import datetime as dt
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.channels.webhooks.receiver import Receiver
from tests.ledger.stage import KINDS, fresh_database

from vaxel_channels.webhooks import Postman
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, webhook_outbox, webhooks
from vaxel_ledger.webhooks import Endpoint, NewEndpoint, Standing, Tried


class Clock:
    """The machine's clock, and how far a test has moved it."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def until(self, moment: dt.datetime) -> None:
        self.ahead = moment - dt.datetime.now(dt.UTC)


@dataclass
class Post:
    """What a test holds."""

    ledger: Ledger
    receiver: Receiver
    clock: Clock
    letter: Callable[[str], Document]
    postman: Postman = field(init=False)
    taken: int = 0

    def __post_init__(self) -> None:
        self.postman = self.hire()

    def hire(self) -> Postman:
        return Postman(self.ledger, "main", allow_loopback=True, clock=self.clock, jitter=lambda: 0.0)

    def add(self, *kinds: str, url: str = "", sender: str | None = None) -> NewEndpoint:
        key = self.ledger.vault.keys.of("main")
        with self.ledger.writing() as connection:
            where = url or self.receiver.url
            return webhooks.create(connection, key, where, sender=sender, kinds=kinds, at=self.clock())

    def take_in(self, *references: str, sender: str | None = None) -> str:
        self.taken += 1
        records = [self.letter(one) for one in references]
        return self.ledger.accept(f"{self.taken:064}", "a.json", "main", records, sender=sender).batch_id

    def now(self, endpoint: Endpoint) -> Endpoint:
        with self.ledger.reading() as connection:
            return next(one for one in webhooks.every(connection, "main") if one.id == endpoint.id)

    def standing(self, endpoint: Endpoint) -> Standing:
        with self.ledger.reading() as connection:
            return webhooks.standing(connection, endpoint.id)

    def log(self, endpoint: Endpoint) -> list[Tried]:
        with self.ledger.reading() as connection:
            return webhooks.log(connection, endpoint.id)

    def next_due(self) -> dt.datetime | None:
        with self.ledger.reading() as connection:
            return webhook_outbox.next_due(connection, "main")


@pytest.fixture
def letter() -> Callable[[str], Document]:
    def make(reference: str) -> Document:
        return Document.model_validate(
            {
                "kind": "message",
                "reference": reference,
                "sender": "nordljus",
                "recipient": {"name": "Elin Forsberg", "email": "elin.forsberg@example.se"},
                "message": {"subject": "Hej", "body": "Ett brev."},
            }
        )

    return make


@pytest.fixture(params=KINDS)
def post(request: pytest.FixtureRequest, tmp_path: Path, letter: Callable[[str], Document]) -> Generator[Post]:
    clock = Clock()
    with (
        fresh_database(str(request.param), tmp_path) as url,
        Ledger.open(url, store=tmp_path / "artifacts", tenant_key=tmp_path / "tenant.key", clock=clock) as ledger,
        Receiver() as receiver,
    ):
        yield Post(ledger, receiver, clock, letter)
