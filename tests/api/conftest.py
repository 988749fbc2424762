"""The service on a ledger of its own, asked in process; and keys of two senders."""

import datetime as dt
import json
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from vaxel import http, settings
from vaxel_api import Desk, application
from vaxel_ledger import Ledger, api_keys

SAMPLES = Path(__file__).parents[2] / "samples"
CAP = 300_000
SETTINGS = """
[sender.nordljus]
brand = "nordljus"
channels = ["email"]

[sender.other]
brand = "nordljus"
channels = ["email"]

[channel.email]
stand_in = true
"""


@dataclass
class Service:
    """What is asked, and with what."""

    desk: Desk
    client: FlaskClient
    texts: dict[str, str]
    """The keys' texts by sender."""

    def ask(self, path: str, *, sender: str = "nordljus", **more: object) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.texts[sender]}", **more.pop("headers", {})}  # type: ignore[dict-item]
        return self.client.open(path, headers=headers, **more)  # type: ignore[arg-type]

    def send(self, body: bytes, key: str, *, sender: str = "nordljus") -> TestResponse:
        headers = {"Idempotency-Key": key}
        return self.ask("/send?file=november.json", sender=sender, method="POST", data=body, headers=headers)

    def batches(self) -> int:
        return len(self.desk.ledger.batches())


@pytest.fixture
def service(tmp_path: Path) -> Generator[Service]:
    (tmp_path / "vaxel.toml").write_text(SETTINGS, encoding="utf-8")
    chosen = settings.load(tmp_path / "vaxel.toml")
    place = chosen.ledger
    with Ledger.open(place.url, store=place.artifacts, tenant_key=place.tenant_key) as ledger:
        texts: dict[str, str] = {}
        for sender in chosen.senders:
            with ledger.writing() as connection:
                at = dt.datetime.now(dt.UTC)
                texts[sender] = api_keys.create(connection, "main", sender, "test", at=at, expires_at=None).text
        desk = http.desk(chosen, ledger, body_cap=CAP)
        yield Service(desk, application(desk).test_client(), texts)


@pytest.fixture(scope="session")
def documents() -> Callable[..., bytes]:
    """A file with so many good records, and with what is said otherwise in each."""
    records = json.loads((SAMPLES / "november.json").read_text(encoding="utf-8"))["documents"]

    def make(*references: str, **otherwise: object) -> bytes:
        return json.dumps(
            {"documents": [{**records[16], "reference": one, **otherwise} for one in references]}
        ).encode()

    return make
