"""Returned mail over IMAP: taken once it is stored, left for a person where nobody understands it, lost never."""

import logging
from collections.abc import Callable, Iterator

import pytest
from tests.channels.email.test_bounces import dsn, plain

from vaxel_channels.contract import KeepsReports, Order
from vaxel_channels.email import Email, EmailSettings
from vaxel_engine.errors import Misconfigured, Unreachable
from vaxel_ledger.states import Status
from vaxel_simulators import MailSimulator
from vaxel_simulators.mail.simulator import Bounce

MakeSettings = Callable[..., EmailSettings]


@pytest.fixture
def simulator() -> Iterator[MailSimulator]:
    """A mail server whose returned mail lies in an IMAP mailbox."""
    with MailSimulator(imap=True) as running:
        yield running


@pytest.fixture
def make_settings(simulator: MailSimulator) -> MakeSettings:
    def make(**changes: object) -> EmailSettings:
        value: dict[str, object] = {
            "host": simulator.host,
            "port": simulator.port,
            "security": "none",
            "domain": "nordljus.example",
            "imap_host": simulator.host,
            "imap_port": simulator.imap.port,
            "imap_security": "none",
            "imap_username": simulator.username,
            "imap_password": simulator.password,
            "timeout_seconds": 3.0,
            **changes,
        }
        return EmailSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def email_channel(make_settings: MakeSettings) -> Iterator[Email]:
    channel = Email(make_settings())
    yield channel
    channel.close()


def lay(simulator: MailSimulator, *bodies: bytes) -> None:
    for body in bodies:
        simulator.keep_bounce(Bounce("bounce@nordljus.example", body, simulator.clock()))


def test_a_bounce_is_reported_and_marked_once_it_is_stored(
    email_channel: Email, simulator: MailSimulator, make_order: Callable[..., Order]
) -> None:
    order = make_order(recipient={"email": "late.bounce@example.se"})
    email_channel.send(email_channel.prepare(order))
    assert isinstance(email_channel, KeepsReports)
    (report,) = email_channel.collect()
    assert (report.key, report.status) == (order.key, Status.FAILED)
    (again,) = email_channel.collect()
    assert (again.receipt_id, simulator.imap.seen) == (report.receipt_id, set())
    email_channel.stored()
    assert list(email_channel.collect()) == []
    assert simulator.imap.seen == {1}


def test_what_nobody_understands_stays_unseen_and_is_told_once(
    email_channel: Email, simulator: MailSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    lay(simulator, plain(), dsn(), dsn("delayed", "4.4.1"), plain("Auto-Submitted: auto-replied"))
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert [report.status for report in email_channel.collect()] in ([Status.FAILED], [])
            email_channel.stored()
    assert simulator.imap.seen == {2, 3, 4}
    assert [record.getMessage() for record in caplog.records] == [
        "returned mail 1 in INBOX is no bounce and no automatic reply; a person should read it"
    ]


def test_mail_with_any_bytes_is_read_whole(email_channel: Email, simulator: MailSimulator) -> None:
    lay(simulator, dsn() + bytes(range(256)) + b")\r\n* 9 FETCH (UID 9 BODY[]<0> {3}\r\nabc)\r\n")
    (report,) = email_channel.collect()
    assert report.raw == simulator.bounces()[0].body


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"imap_password": "wrong"}, "the server said no"), ({"imap_folder": "Elsewhere"}, "the server said no")],
)
def test_a_mailbox_that_does_not_open_is_told_without_the_password(
    make_settings: MakeSettings, changes: dict[str, object], why: str
) -> None:
    channel = Email(make_settings(**changes))
    with pytest.raises(Unreachable, match=rf"cannot be looked into \({why}\); check `imap_host`") as raised:
        list(channel.collect())
    channel.close()
    assert "wrong" not in str(raised.value)


def test_a_server_that_is_gone_is_tried_again_at_the_next_look(email_channel: Email, simulator: MailSimulator) -> None:
    simulator.stop()
    for _ in range(2):
        with pytest.raises(Unreachable, match="ConnectionRefusedError"):
            list(email_channel.collect())
    email_channel.stored()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"imap_security": "ssl"}, "`imap_security` is none of"),
        ({"imap_host": "imap.example.com"}, "the password would travel in the clear"),
        ({"imap_password": None}, "lacks `imap_username` or `imap_password`"),
        ({"imap_folder": 'INBOX" SELECT "x'}, "`imap_folder` is not a name"),
        ({"imap_port": 70_000}, "`imap_port` is not a port"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        make_settings(**changes)


def test_the_mailbox_is_a_host_that_the_sandbox_looks_at(make_settings: MakeSettings) -> None:
    settings = make_settings(imap_host="imap.example.com", imap_security="tls", imap_port=0)
    assert (set(settings.hosts), settings.imap_port) == ({"127.0.0.1", "imap.example.com"}, 993)
