"""The domain vouches for what is handed over, and an independent checker (dkimpy, in the mail server) agrees."""

import base64
import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from vaxel_channels.contract import Order
from vaxel_channels.email import Email, EmailSettings
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_simulators import MailSimulator
from vaxel_simulators.mail.dkim_check import verify

KEY = rsa.generate_private_key(65537, 2048)
SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
NAME = "2026a._domainkey.nordljus.example"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes | None = None) -> str:
    closed = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closed).decode()


def published() -> dict[str, str]:
    public = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {NAME: f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"}


@pytest.fixture
def strict() -> Iterator[MailSimulator]:
    """A mail server that takes nothing unsigned."""
    with MailSimulator(dkim_keys=published(), require_dkim=True) as running:
        yield running


@pytest.fixture
def settings(strict: MailSimulator) -> EmailSettings:
    return EmailSettings(
        host="127.0.0.1",
        port=strict.port,
        domain="nordljus.example",
        security="none",
        dkim_selector="2026a",
        dkim_key=pem(KEY),
    )


BODIES: Mapping[str, Callable[[bytes], bytes]] = {
    "as it is": lambda body: body,
    "with empty lines at the end": lambda body: body + b"\r\n\r\n\r\n",
    "with a folded subject": lambda body: body.replace(b"Subject: Faktura ", b"Subject:  Faktura\r\n\t  "),
    "with an encoded subject": lambda body: body.replace(b"Subject: Fakt", b"Subject: =?utf-8?q?=C3=85?= "),
    "with trailing blanks": lambda body: body.replace(b"\r\n.en rad", b" \t\r\n.en rad"),
    "with a reply address": lambda body: b"Reply-To: kund@nordljus.example\r\n" + body,
    "without a body": lambda _body: (
        b"From: a@nordljus.example\r\nTo: b@example.se\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain"
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_every_message_passes_an_independent_check(
    name: str, strict: MailSimulator, settings: EmailSettings, make_order: Callable[..., Order]
) -> None:
    changed = BODIES[name](make_order().artifacts[ArtifactKind.EMAIL].body)
    with contextlib.closing(Email(settings)) as email:
        email.send(email.prepare(make_order(bodies={ArtifactKind.EMAIL: changed})))
    (mail,) = strict.mails()
    assert mail.dkim == "pass"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Subject: ", b"Subject: New "),
        (b"\r\n\r\n", b"\r\nSubject: another\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nFrom: another@nordljus.example\r\n\r\n"),
        (b"To: ", b"To: kim@example.se, "),
        (b"Hej Elin", b"Hej Kim"),
        (b"Message-ID: <", b"Message-ID: <0"),
    ],
)
def test_a_change_on_the_way_breaks_the_signature(
    before: bytes, after: bytes, settings: EmailSettings, make_order: Callable[..., Order]
) -> None:
    with contextlib.closing(Email(settings)) as email:
        payload = email.prepare(make_order()).payload
    assert verify(payload, published()) == "pass"
    assert verify(payload.replace(before, after, 1), published()) == "broken signature"


def test_the_key_shows_nowhere_and_may_come_from_a_file(settings: EmailSettings, tmp_path: Path) -> None:
    file = tmp_path / "dkim.pem"
    file.write_text(pem(KEY))
    table = {"host": "localhost", "domain": "nordljus.example", "dkim_selector": "2026a", "dkim_key_file": str(file)}
    read = EmailSettings.read(table, Mode.LIVE)
    assert read.signer is not None
    for shown in (repr(read), repr(read.signer), repr(settings)):
        assert "PRIVATE KEY" not in shown
        assert pem(KEY).splitlines()[1] not in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"dkim_key": None}, "one of `dkim_selector` and `dkim_key`"),
        ({"dkim_selector": ""}, "one of `dkim_selector` and `dkim_key`"),
        ({"dkim_selector": "2026 a"}, "`dkim_selector` is not a name"),
        ({"dkim_domain": "nord ljus"}, "`dkim_domain` is not a domain"),
        ({"dkim_key": "secret words"}, "`dkim_key` is not a private key in PEM"),
        ({"dkim_key": "nyckel på svenska"}, "`dkim_key` is not a private key in PEM"),
        ({"dkim_key": pem(SHORT)}, "`dkim_key` has 1024 bits; make one of 2048"),
        ({"dkim_key": pem(ec.generate_private_key(ec.SECP256R1()))}, "`dkim_key` is not an RSA key"),
        ({"dkim_key": pem(KEY, b"open sesame")}, "`dkim_key` is protected by a passphrase"),
    ],
)
def test_a_key_that_cannot_sign_is_named_without_being_shown(changes: dict[str, str], sentence: str) -> None:
    table: dict[str, object] = {"dkim_selector": "2026a", "dkim_key": pem(KEY), **changes}
    given = {key: value for key, value in table.items() if value is not None}
    with pytest.raises(Misconfigured, match=sentence) as caught:
        EmailSettings(host="localhost", domain="nordljus.example", **given)  # type: ignore[arg-type]
    assert "secret" not in str(caught.value)
