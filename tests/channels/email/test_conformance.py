"""E-mail keeps every promise of a channel, over real SMTP with STARTTLS and sign-in against its simulator."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from tests.channels.staged import SCRIPTS, Staged

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.email import Email, EmailSettings
from vaxel_simulators import Fault as Scripted
from vaxel_simulators import MailSimulator

ROWS = conformance.rows(set(Fault) - {Fault.EXPIRED_CREDENTIALS, Fault.COME_AGAIN_UNSAID})  # SMTP never says when


@pytest.fixture
def harness(
    simulator: MailSimulator,
    make_settings: Callable[..., EmailSettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> Iterator[Staged[EmailSettings]]:
    def made(refused: bool) -> Order:
        return make_order(recipient={"email": f"{'unknown.user' if refused else 'elin.forsberg'}@example.se"})

    with contextlib.ExitStack() as stack:
        yield Staged(
            simulator,
            make_settings(),
            Email,
            made,
            wrong={"password": "not the password"},
            secrets=[simulator.password, *private_words],
            stack=stack,
            retry_after=None,
            repeats_arrive=True,
            scripts={**SCRIPTS, Fault.SERVER_ERROR: Scripted.SERVER_ERROR_BEFORE},
        )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: Staged[EmailSettings]) -> None:
    row(harness)
