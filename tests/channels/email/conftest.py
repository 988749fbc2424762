"""A mail server with TLS and sign-in, and the channel to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vaxel_channels.email import Email, EmailSettings
from vaxel_simulators import MailSimulator


@pytest.fixture
def simulator() -> Iterator[MailSimulator]:
    """An SMTP server on loopback that offers STARTTLS and demands sign-in."""
    with MailSimulator(starttls=True, auth=True) as running:
        yield running


@pytest.fixture
def make_settings(simulator: MailSimulator, tmp_path: Path) -> Callable[..., EmailSettings]:
    """Settings that fit the simulator and trust its certificate; keywords change them."""
    certificate = tmp_path / "mail.pem"
    certificate.write_text(simulator.certificate)

    def make(**changes: object) -> EmailSettings:
        value: dict[str, object] = {
            "host": "localhost",
            "port": simulator.port,
            "domain": "nordljus.example",
            "username": simulator.username,
            "password": simulator.password,
            "ca_file": certificate,
            "timeout_seconds": 5.0,
            **changes,
        }
        return EmailSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def email_channel(make_settings: Callable[..., EmailSettings]) -> Iterator[Email]:
    """The channel over STARTTLS."""
    channel = Email(make_settings())
    yield channel
    channel.close()
