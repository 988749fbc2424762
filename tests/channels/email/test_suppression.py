"""Addresses that failed for good get no more mail; a forged bounce changes nothing, and a person may lift it."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from vaxel.cli import cli
from vaxel_channels.contract import Order, Reach
from vaxel_channels.dispatcher import Dispatcher, DispatchSettings
from vaxel_channels.email import Email, EmailSettings
from vaxel_channels.routing import SenderPolicy
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unreachable
from vaxel_engine.model import Document, Recipient
from vaxel_ledger import Ledger, tables
from vaxel_simulators import MailSimulator

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


class House:
    """A ledger, a mail server with a bounce folder, the channel, and the dispatcher that knows them all."""

    def __init__(self, folder: Path, server: MailSimulator, ledger: Ledger, make_order: Callable[..., Order]) -> None:
        self.folder, self.server, self.ledger, self.make_order = folder, server, ledger, make_order
        self.email = Email(
            EmailSettings(
                host="127.0.0.1",
                port=server.port,
                domain="nordljus.example",
                security="none",
                bounce_folder=folder / "bounces",
            )
        )
        self.email.use_suppression(ledger.suppression("main", "email"))
        settings = DispatchSettings(senders=lambda _sender: SenderPolicy(("email",)))
        self.dispatcher = Dispatcher(ledger, {"email": self.email}, self._render, lambda: NOW, settings)
        self.sent = 0

    def _render(self, document: Document, *_rest: object) -> dict[ArtifactKind, Artifact]:
        order = self.make_order(recipient={"email": document.recipient.email})
        return {ArtifactKind.EMAIL: order.artifacts[ArtifactKind.EMAIL]}

    def send(self, address: str) -> str:
        """Hand one document over, collect what came back, and say why it is where it is."""
        self.sent += 1
        reference = f"R{self.sent}"
        document = self.make_order(recipient={"email": address}, reference=reference).document
        self.ledger.accept(f"{self.sent:064x}", "f.json", "main", [document])
        self.dispatcher.dispatch()
        self.dispatcher.collect()
        self.dispatcher.settle()
        why = self.ledger.why(self.ledger.documents(reference)[0])
        return why.sentence

    def reach(self, address: str) -> Reach:
        return self.email.look_up([Recipient(name="A", email=address)])[0]


@pytest.fixture
def house(tmp_path: Path, make_order: Callable[..., Order]) -> Iterator[House]:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(MailSimulator(bounce_folder=tmp_path / "bounces"))
        address = f"sqlite:///{tmp_path / 'vaxel-ledger' / 'ledger.sqlite'}"
        place = tmp_path / "vaxel-ledger"
        opened = Ledger.open(address, store=place / "artifacts", tenant_key=place / "tenant.key", clock=lambda: NOW)
        built = House(tmp_path, server, stack.enter_context(opened), make_order)
        stack.enter_context(contextlib.closing(built.email))
        stack.enter_context(built.dispatcher)
        yield built


@pytest.mark.parametrize("address", ["late.bounce@example.se", "unknown.user@example.se"])
def test_an_address_that_bounced_for_good_gets_no_more_mail(house: House, address: str) -> None:
    house.send(address)
    taken = len(house.server.mails())
    assert house.reach(address.upper()) is Reach.SUPPRESSED
    assert "suppression list" in house.send(address)
    assert len(house.server.mails()) == taken


@pytest.mark.parametrize(
    "address", ["late.delay@example.se", "auto.reply@example.se", "mailbox.full@example.se", "blocked@example.se"]
)
def test_what_may_pass_suppresses_nobody(house: House, address: str) -> None:
    house.send(address)
    assert house.reach(address) is Reach.HIT


def test_a_forged_bounce_suppresses_nobody(house: House) -> None:
    house.send("elin@example.se")
    house.send("late.bounce@example.se")
    (real,) = house.server.bounces()
    forged = real.body.replace(b"late.bounce@example.se", b"elin@example.se")
    stranger = real.body.replace(b"+", b"+aaaa", 1)
    for number, body in enumerate((forged, stranger)):
        (house.folder / "bounces" / "new" / f"9{number}").write_bytes(body)
    house.dispatcher.collect()
    assert house.reach("elin@example.se") is Reach.HIT
    assert house.reach("late.bounce@example.se") is Reach.SUPPRESSED


def test_the_list_keeps_no_address_and_a_person_can_take_one_off(house: House) -> None:
    house.send("late.bounce@example.se")
    with house.ledger.reading() as connection:
        (row,) = connection.execute(select(tables.suppression)).all()
    assert "late.bounce" not in repr(row)
    config = house.folder / "vaxel.toml"
    config.write_text('[sender.nordljus]\nbrand = "nordljus"\nchannels = ["print"]\n[channel.print]\n')
    listed = CliRunner().invoke(cli, ["suppressed", "--config", str(config)])
    assert listed.output == "2026-11-20 09:00  email  hard bounce 5.1.1\n1 suppressed, 0 lifted.\n"
    lifted = CliRunner().invoke(cli, ["suppressed", "--config", str(config), "--lift", " Late.Bounce@example.se"])
    assert lifted.output == "The address is off the list.\n"
    assert house.reach("late.bounce@example.se") is Reach.HIT
    again = CliRunner().invoke(cli, ["suppressed", "--config", str(config), "--lift", "late.bounce@example.se"])
    assert again.exit_code == 1
    assert again.output == "Error: this address is not on the list of email; nothing was changed\n"
    house.send("late.bounce@example.se")
    assert house.reach("late.bounce@example.se") is Reach.SUPPRESSED


def test_a_domain_gets_its_pace_and_each_message_waits_once(make_order: Callable[..., Order]) -> None:
    now = [100.0]
    with MailSimulator() as server:
        settings = EmailSettings(
            host="127.0.0.1",
            port=server.port,
            domain="nordljus.example",
            security="none",
            domain_per_minute=600,
            domains_per_minute=("slow.example 10",),
        )
        with contextlib.closing(Email(settings, clock=lambda: now[0])) as email:
            orders = [make_order(reference=f"S{n}", recipient={"email": f"p{n}@slow.example"}) for n in range(4)]
            slow = [email.prepare(order) for order in orders]
            waits: list[float] = []
            for consignment in slow:
                try:
                    email.send(consignment)
                except Unreachable as error:
                    waits.append(error.retry_after or 0)
            assert waits == [6.0, 12.0]
            email.send(email.prepare(make_order(recipient={"email": "elin@fast.example"})))
            now[0] += 6.0
            email.send(slow[2])
            with pytest.raises(Unreachable, match="lets consignment"):
                email.send(slow[3])
            now[0] += 6.0
            email.send(slow[3])
        assert len(server.mails()) == 5
