"""Paper again: asked for by the recipient alone, with the date from which it takes effect, and taken back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.portal.conftest import ANNA, ELIN, Desk
from tests.portal.test_pages import go, identify

from vaxel import settings
from vaxel.paper_wishes import PaperWishes
from vaxel_ledger import Ledger, Linked
from vaxel_simulators import BankIdSimulator

Browser = Callable[..., FlaskClient]


@pytest.fixture
def wishes(desk: Desk, tmp_path: Path) -> PaperWishes:
    """The real ones, of a ledger."""
    table = {"sender": {"nordljus": {"brand": "nordljus", "channels": ["email", "print"]}}}
    table["channel"] = {"email": {"host": "127.0.0.1", "domain": "nordljus.example"}, "print": {"folder": "drop"}}
    chosen = settings.parse(table, source=tmp_path / "vaxel.toml")
    place = {"store": tmp_path / "kept", "tenant_key": tmp_path / "key"}
    ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.db", **place, clock=lambda: desk.now)
    return PaperWishes.of(ledger, chosen)


def ask(client: FlaskClient, token: str, number: str, desk: Desk, simulator: BankIdSimulator) -> dict[str, str]:
    client.post(f"/{token}/open", data={"to": "paper"})
    identify(simulator, number)
    return go(client, token, desk)


def test_paper_is_asked_for_with_its_date_and_taken_back(
    desk: Desk, browser: Browser, simulator: BankIdSimulator, wishes: PaperWishes
) -> None:
    token, client = desk.add(), browser(paper=wishes)
    linked = desk.documents[token]
    assert "Hellre brev på papper?" in client.get(f"/{token}").get_data(as_text=True)
    assert ask(client, token, ELIN, desk, simulator) == {"go": f"/{token}/paper"}
    page = client.get(f"/{token}/paper").get_data(as_text=True)
    assert "från och med 29 november 2026" in page
    assert (wishes.since(linked), desk.opened) == (None, [])
    kept = client.post(f"/{token}/paper", follow_redirects=True).get_data(as_text=True)
    assert "Du får brev på papper" in kept
    assert "från och med 29 november 2026" in kept
    assert wishes.since(linked) == dt.date(2026, 11, 29)
    client.post(f"/{token}/paper/undo")
    assert wishes.since(linked) is None
    assert [kind for _, kind in desk.happened] == ["paper asked for", "paper taken back"]
    client.get(f"/{token}/document")
    client.get(f"/{token}/document")
    assert desk.opened == ["M-0"]


def test_paper_from_everyone_holds_for_another_sender(
    desk: Desk, browser: Browser, simulator: BankIdSimulator, wishes: PaperWishes
) -> None:
    token, client = desk.add(), browser(paper=wishes)
    ask(client, token, ELIN, desk, simulator)
    client.post(f"/{token}/paper", data={"every": "1"})
    one = desk.documents[token]
    other = one.document.model_copy(update={"sender": "fjordkraft"})
    assert wishes.since(Linked(one.document_id, one.tenant, other, one.since, None, None)) == dt.date(2026, 11, 29)


def test_nobody_else_asks_for_it(desk: Desk, browser: Browser, simulator: BankIdSimulator, wishes: PaperWishes) -> None:
    token, client = desk.add(), browser(paper=wishes)
    assert client.post(f"/{token}/paper").location == f"/{token}"
    assert ask(client, token, ANNA, desk, simulator)["title"] == "Dokumentet är till någon annan"
    assert client.post(f"/{token}/paper").location == f"/{token}"
    unnamed = desk.add(number=None)
    client.post(f"/{unnamed}/open")
    assert "papper" not in client.get(f"/{unnamed}").get_data(as_text=True)
    assert client.post(f"/{unnamed}/paper").location == f"/{unnamed}"
    assert [wishes.since(one) for one in desk.documents.values()] == [None, None]


@dataclass
class NoPaper:
    """A sender without letters."""

    asked: list[str] = field(default_factory=list[str])

    def offered(self, _linked: Linked) -> bool:
        return False

    def since(self, _linked: Linked) -> dt.date | None:
        return None

    def ask(self, linked: Linked, *, every_sender: bool) -> dt.date:
        self.asked.append(f"{linked.document_id} {every_sender}")
        return dt.date(2026, 11, 29)

    def take_back(self, linked: Linked) -> None:
        self.asked.append(linked.document_id)


def test_where_the_sender_has_no_paper_it_is_not_offered(
    desk: Desk, browser: Browser, simulator: BankIdSimulator
) -> None:
    token, without = desk.add(), NoPaper()
    client = browser(paper=without)
    assert "papper" not in client.get(f"/{token}").get_data(as_text=True)
    assert ask(client, token, ELIN, desk, simulator) == {"go": f"/{token}/document"}
    assert client.post(f"/{token}/paper").location == f"/{token}"
    assert without.asked == []
