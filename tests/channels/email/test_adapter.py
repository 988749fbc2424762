"""What e-mail alone does: a kept connection, TLS or nothing, replies at every step of a transaction."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from vaxel_channels.contract import Order, Reach
from vaxel_channels.email import Email, EmailSettings
from vaxel_channels.email.bounces import verp
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_engine.model import Recipient
from vaxel_ledger.states import Status
from vaxel_simulators import Fault, MailSimulator
from vaxel_simulators.mail.certificate import self_signed

MakeOrder = Callable[..., Order]
MakeSettings = Callable[..., EmailSettings]


def test_a_message_arrives_with_its_envelope(
    email_channel: Email, make_order: MakeOrder, simulator: MailSimulator
) -> None:
    order = make_order()
    receipt = email_channel.send(email_channel.prepare(order))
    (mail,) = simulator.mailbox("elin.forsberg@example.se")
    assert mail.sender == verp(order.key, "bounce", "nordljus.example")
    assert f"Message-ID: <{order.key}@nordljus.example>".encode() in mail.body
    assert receipt.status is Status.HANDED_OVER
    assert receipt.reference is not None
    assert receipt.reference.startswith('250 "2.0.0 Taken as')


@pytest.mark.parametrize(
    ("address", "error", "words"),
    [
        ("unknown.user@example.se", Refused, "at RCPT: 550"),
        ("mailbox.full@example.se", Refused, "at RCPT: 552"),
        ("blocked@example.se", Refused, "at the end of DATA: 554"),
        ("greylisted@example.se", Unreachable, "at RCPT: 451"),
        ("always.later@example.se", Unreachable, "at RCPT: 451"),
        ("silence.after@example.se", OutcomeUnknown, "fell silent"),
        ("silence.before@example.se", OutcomeUnknown, "fell silent"),
    ],
)
def test_each_reply_ends_as_it_must(
    email_channel: Email, make_order: MakeOrder, address: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        email_channel.send(email_channel.prepare(make_order(recipient={"email": address})))


def test_one_refusal_does_not_spoil_the_connection(
    email_channel: Email, make_order: MakeOrder, simulator: MailSimulator
) -> None:
    with pytest.raises(Refused):
        email_channel.send(email_channel.prepare(make_order(recipient={"email": "unknown.user@example.se"})))
    email_channel.send(email_channel.prepare(make_order()))
    assert [mail.recipients for mail in simulator.mails()] == [("elin.forsberg@example.se",)]


def test_a_connection_that_the_server_closed_is_made_anew(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: MailSimulator
) -> None:
    port = simulator.port
    with contextlib.closing(Email(make_settings(security="none", username="", password=None))) as email:
        simulator.stop()
        with MailSimulator(port=port):
            email.send(email.prepare(make_order()))
        with MailSimulator(port=port) as reopened:
            email.send(email.prepare(make_order()))
            assert len(reopened.mails()) == 1


def test_what_is_not_offered_is_not_sent_in_the_clear(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    with MailSimulator() as bare, contextlib.closing(Email(make_settings(port=bare.port))) as email:
        consignment = email.prepare(make_order())
        with pytest.raises(Unreachable, match="nothing is sent in the clear"):
            email.send(consignment)
        assert bare.mails() == []


def test_a_certificate_of_a_stranger_is_not_trusted(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: MailSimulator
) -> None:
    with contextlib.closing(Email(make_settings(ca_file=None))) as email:
        consignment = email.prepare(make_order())
        with pytest.raises(Unreachable, match="its certificate is not to be trusted"):
            email.send(consignment)
    assert simulator.mails() == []


def test_a_certificate_for_another_name_is_not_trusted(
    make_settings: MakeSettings, make_order: MakeOrder, simulator: MailSimulator
) -> None:
    with _forwarded("127.8.8.8", simulator.port) as port:
        settings = make_settings(host="127.8.8.8", port=port)
        with contextlib.closing(Email(settings)) as email, pytest.raises(Unreachable, match="certificate is not to be"):
            email.send(email.prepare(make_order()))
    assert simulator.mails() == []


def test_tls_can_begin_with_the_first_byte(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    context, certificate = self_signed(dt.datetime.now(dt.UTC))
    with MailSimulator() as plain, _forwarded("127.0.0.1", plain.port, context) as port:
        settings = make_settings(port=port, security="tls", username="", password=None)
        assert settings.ca_file is not None
        settings.ca_file.write_text(certificate)
        with contextlib.closing(Email(settings)) as email:
            email.send(email.prepare(make_order()))
        assert len(plain.mails()) == 1


def test_a_message_too_large_for_the_server_is_refused_before_it_travels(
    make_settings: MakeSettings, make_order: MakeOrder
) -> None:
    plain = {"security": "none", "username": "", "password": None}
    with (
        MailSimulator(size_limit=2_000) as small,
        contextlib.closing(Email(make_settings(port=small.port, **plain))) as email,
    ):
        consignment = email.prepare(make_order())
        with pytest.raises(Refused, match="at MAIL: 552"):
            email.send(consignment)


def test_eight_bits_are_announced_or_refused(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    body = make_order().artifacts[ArtifactKind.EMAIL].body.replace(b"Hej Elin", "Hej Åsa".encode())
    order = make_order(bodies={ArtifactKind.EMAIL: body})
    plain = {"security": "none", "username": "", "password": None}
    with MailSimulator() as wide, contextlib.closing(Email(make_settings(port=wide.port, **plain))) as email:
        email.send(email.prepare(order))
        assert len(wide.mails()) == 1
    narrow = MailSimulator(eight_bit=False)
    with narrow, contextlib.closing(Email(make_settings(port=narrow.port, **plain))) as email:
        consignment = email.prepare(order)
        with pytest.raises(Refused, match="takes no 8-bit text"):
            email.send(consignment)


def test_an_address_beyond_ascii_is_announced_or_refused(make_settings: MakeSettings, make_order: MakeOrder) -> None:
    body = make_order().artifacts[ArtifactKind.EMAIL].body
    order = make_order(recipient={"email": "åsa@example.se"}, bodies={ArtifactKind.EMAIL: body})
    plain = {"security": "none", "username": "", "password": None}
    with MailSimulator() as wide, contextlib.closing(Email(make_settings(port=wide.port, **plain))) as email:
        email.send(email.prepare(order))
        assert len(wide.mailbox("åsa@example.se")) == 1
    with (
        MailSimulator(utf8=False) as narrow,
        contextlib.closing(Email(make_settings(port=narrow.port, **plain))) as email,
    ):
        consignment = email.prepare(order)
        with pytest.raises(Refused, match="takes ASCII addresses only"):
            email.send(consignment)


def test_rights_that_end_between_two_messages_refuse_no_document(
    email_channel: Email, make_order: MakeOrder, simulator: MailSimulator
) -> None:
    email_channel.send(email_channel.prepare(make_order()))
    simulator.script(Fault.EXPIRED_CREDENTIALS)
    with pytest.raises(Unreachable, match="did not let us in"):
        email_channel.send(email_channel.prepare(make_order()))


@pytest.mark.parametrize(
    ("replies", "error"),
    [
        ([b"220 hi\r\n", b"250 hi\r\n"], Unreachable),
        ([b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n"], Unreachable),
        ([b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n"], Unreachable),
        ([b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"], OutcomeUnknown),
        ([b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"250 what\r\n"], Unreachable),
        ([b"554 not today\r\n"], Unreachable),
    ],
    ids=["at MAIL", "at RCPT", "at DATA", "after the dot", "no go-ahead", "at the greeting"],
)
def test_the_final_dot_divides_retry_from_doubt(
    make_settings: MakeSettings, make_order: MakeOrder, replies: list[bytes], error: type[Exception]
) -> None:
    with _server_that_says(replies) as port:
        settings = make_settings(host="127.0.0.1", port=port, security="none", username="", password=None)
        with contextlib.closing(Email(settings)) as email, pytest.raises(error):
            email.send(email.prepare(make_order()))


def test_an_address_is_all_that_is_looked_up(email_channel: Email) -> None:
    asked = [Recipient(name="A", email="a@example.se"), Recipient(name="B")]
    assert email_channel.look_up(asked) == [Reach.HIT, Reach.NO_ADDRESS]


def test_a_document_without_an_address_is_refused(email_channel: Email, make_order: MakeOrder) -> None:
    with pytest.raises(Refused, match="NL-26110001: it states no e-mail address"):
        email_channel.prepare(make_order(recipient={"email": None}, bodies={ArtifactKind.EMAIL: b""}))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"security": "ssl"}, "`security` is none of"),
        ({"security": "none", "host": "mail.example.com"}, "would travel in the clear"),
        ({"ca_file": Path("absent.pem")}, "`ca_file` names absent.pem, which holds no certificates"),
        ({"bounce_folder": Path("absent")}, "`bounce_folder` names absent, which is no folder"),
        ({"domain": "nord ljus"}, "`domain` is not a domain"),
        ({"bounce_mailbox": "b@x"}, "`bounce_mailbox` is not"),
        ({"password": None}, "one of `username` and `password`"),
        ({"port": 70_000}, "`port` is not a port"),
    ],
)
def test_settings_that_contradict_themselves_are_named(
    make_settings: MakeSettings, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        Email(make_settings(**changes))


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_protection_has_its_usual_port(make_settings: MakeSettings, security: str, port: int) -> None:
    assert make_settings(security=security, port=0).port == port


@contextlib.contextmanager
def _server_that_says(replies: list[bytes]) -> Generator[int, None, None]:
    """A server that gives one reply to each thing it hears and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            line, _ = listener.accept()
            with line, contextlib.suppress(OSError):
                line.sendall(replies[0])
                for reply in replies[1:]:
                    line.recv(65_536)
                    line.sendall(reply)
                heard = b""
                while replies[-1].startswith(b"354") and not heard.endswith(b"\r\n.\r\n"):
                    heard += line.recv(65_536)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)


@contextlib.contextmanager
def _forwarded(host: str, to_port: int, context: ssl.SSLContext | None = None) -> Generator[int, None, None]:
    """The same server under another address of this machine, behind TLS when asked for, for one connection."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while heard := source.recv(65_536):
                sink.sendall(heard)
            sink.shutdown(socket.SHUT_WR)

    def serve(listener: socket.socket) -> None:
        here, _ = listener.accept()
        if context is not None:
            here = context.wrap_socket(here, server_side=True)
        with here, socket.create_connection(("127.0.0.1", to_port)) as there:
            back = threading.Thread(target=pump, args=(there, here), daemon=True)
            back.start()
            pump(here, there)
            back.join(5)

    with socket.create_server((host, 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
