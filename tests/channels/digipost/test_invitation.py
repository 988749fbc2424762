"""Who is not in Digipost is invited, and gets it there or after the day the next way; and who opens nothing."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.channels.dispatcher.stage import Provider, Stand, render
from tests.ledger.stage import Clock

from vaxel_channels.contract import INVITED_UNTIL, Order
from vaxel_channels.digipost import Digipost, DigipostSettings
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings, SenderPolicy
from vaxel_channels.routing import Rules
from vaxel_channels.routing.rules import ChannelRules, Invite, KindRules, Unopened
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Refused
from vaxel_engine.model import Document, DocumentKind, NationalId
from vaxel_ledger import Ledger, ReportLine
from vaxel_ledger.states import Status
from vaxel_simulators import DigipostSimulator, Fault

USER, STRANGER = "02018023833", "01018023985"
RULES = Rules(
    ("digipost", "print"),
    kinds={DocumentKind.INVOICE: KindRules(unopened=Unopened(after_days=5))},
    of_channels={"digipost": ChannelRules(invite=Invite(7))},
)


@dataclass
class Scene:
    """An invoice to one person, on its way from a ledger through Digipost and, after it, a print house."""

    ledger: Ledger
    dispatcher: Dispatcher
    clock: Clock
    paper: Stand
    simulator: DigipostSimulator
    order: Order

    def send(self, number: str) -> None:
        self.ledger.accept("a" * 64, "november.json", "main", [to(self.order, number).document])
        self.dispatcher.settle()

    def after(self, **by: float) -> ReportLine:
        self.clock.forward(**by)
        self.dispatcher.collect()
        self.dispatcher.settle()
        (line,) = self.ledger.report(self.ledger.batches()[0].batch_id)
        return line


def to(order: Order, number: str) -> Order:
    known = {"national_id": NationalId(country_code="NO", value=number), "mobile": "+4790000001"}
    recipient = order.document.recipient.model_copy(update=known)
    return replace(order, document=order.document.model_copy(update={"recipient": recipient, "sender": "nordljus"}))


@pytest.fixture
def scene(
    simulator: DigipostSimulator,
    make_settings: Callable[..., DigipostSettings],
    make_letter: Callable[..., Order],
    tmp_path: Path,
) -> Iterator[Scene]:
    clock, order = Clock(), make_letter()
    simulator.clock = clock
    paper = Stand(Provider(tmp_path / "taken", False), "print", artifacts=(ArtifactKind.PRINT_PDF,))

    def made(document: Document, kinds: Any, link: str | None, version: Any) -> Any:
        return {**render(document, kinds, link, version), **order.artifacts}

    place = {"store": tmp_path / "kept", "tenant_key": tmp_path / "key"}
    with (
        contextlib.closing(Digipost(make_settings(), clock=clock)) as digipost,
        Ledger.open(f"sqlite:///{tmp_path}/ledger.db", **place, clock=clock) as ledger,
        Dispatcher(
            ledger,
            {"digipost": digipost, "print": paper},
            made,
            clock,
            DispatchSettings(senders={"nordljus": SenderPolicy.of(RULES)}.get),
        ) as dispatcher,
    ):
        yield Scene(ledger, dispatcher, clock, paper, simulator, order)


def test_an_invitation_that_is_not_taken_by_its_day_goes_the_next_way(scene: Scene) -> None:
    scene.send(STRANGER)
    line = scene.after(days=6)
    assert (line.channel, line.status, scene.paper.sent) == ("digipost", Status.HANDED_OVER, [])
    assert line.reason == "Digipost invites the recipient to register by 2026-11-27, and the next way waits until then"
    scene.simulator.script(Fault.SERVER_ERROR_BEFORE, call="status")  # whoever does not answer has said nothing
    assert (scene.after(days=2).channel, scene.paper.sent) == ("digipost", [])
    line = scene.after(minutes=2)
    assert (line.channel, line.status, len(scene.paper.sent)) == ("print", Status.DELIVERED, 1)
    assert line.reason.endswith("Digipost invited the recipient, who had not registered by 2026-11-27")
    scene.simulator.register(STRANGER)
    assert scene.simulator.mailbox(STRANGER) == []


def test_who_takes_the_invitation_gets_it_in_the_mailbox_and_no_letter(scene: Scene) -> None:
    scene.send(STRANGER)
    scene.clock.forward(days=3)
    scene.simulator.register(STRANGER)
    line = scene.after(days=5)
    assert (line.channel, line.status, scene.paper.sent) == ("digipost", Status.DELIVERED, [])
    assert len(scene.simulator.mailbox(STRANGER)) == 1


def test_a_user_who_does_not_open_it_gets_a_letter_and_one_who_does_gets_none(scene: Scene) -> None:
    scene.send(USER)
    assert scene.after(days=1).status is Status.DELIVERED
    scene.simulator.script(Fault.SERVER_ERROR_BEFORE, call="status")
    assert (scene.after(days=4).channel, scene.paper.sent) == ("digipost", [])
    line = scene.after(hours=2)
    assert (line.channel, len(scene.paper.sent)) == ("print", 1)
    assert "Digipost delivered it, and nobody had opened it by" in line.reason


def test_an_invitation_says_until_when_and_where_the_recipient_is_reached(
    digipost: Digipost, make_letter: Callable[..., Order], clock_of: Clock
) -> None:
    order = replace(to(make_letter(), STRANGER), at=clock_of())
    until = clock_of.forward(days=7)
    consignment = digipost.prepare(replace(order, invite_until=until))
    assert consignment.details == {INVITED_UNTIL: until.isoformat()}
    assert f"<registration-deadline>{until.isoformat()}</registration-deadline>".encode() in consignment.payload
    assert b"<phone-number>+4790000001</phone-number>" in consignment.payload
    with pytest.raises(Refused, match="the day by which to register has passed"):
        digipost.prepare(replace(order, invite_until=order.at))


@pytest.fixture
def clock_of() -> Clock:
    return Clock()
