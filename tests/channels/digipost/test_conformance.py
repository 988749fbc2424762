"""Digipost keeps every promise of a channel, over real HTTP against its simulator."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from tests.channels.staged import Staged

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.digipost import Digipost, DigipostSettings
from vaxel_simulators import DigipostSimulator
from vaxel_simulators.digipost.signing import KeyPair

ROWS = conformance.rows(set(Fault) - {Fault.EXPIRED_CREDENTIALS})  # a key does not run out within a session
NUMBER, STRANGER = "02018023833", "01018023985"


@pytest.fixture
def harness(
    simulator: DigipostSimulator,
    make_settings: Callable[..., DigipostSettings],
    make_letter: Callable[..., Order],
    private_words: list[str],
) -> Iterator[Staged[DigipostSettings]]:
    def made(refused: bool) -> Order:
        if not refused:
            return make_letter()
        return make_letter(recipient={"national_id": {"country_code": "NO", "value": STRANGER}})

    with contextlib.ExitStack() as stack:
        yield Staged(
            simulator,
            make_settings(),
            Digipost,
            made,
            wrong={"private_key": KeyPair("somebody else", simulator.clock()).private_pem},
            secrets=[simulator.private_key.splitlines()[1], *private_words, "Storgata", NUMBER],
            stack=stack,
            unsaid=("http", "retry_after_seconds"),
        )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: Staged[DigipostSettings]) -> None:
    row(harness)
