"""46elks keeps every promise of a channel, over real HTTP against its simulator."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from tests.channels.staged import Staged

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.elks import Elks, ElksSettings
from vaxel_simulators import ElksSimulator

ROWS = conformance.rows(set(Fault) - {Fault.EXPIRED_CREDENTIALS})  # a password does not run out within a session


@pytest.fixture
def harness(
    simulator: ElksSimulator,
    make_settings: Callable[..., ElksSettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> Iterator[Staged[ElksSettings]]:
    def made(refused: bool) -> Order:
        return make_order(recipient={"mobile": f"+46701740{'693' if refused else '605'}"})

    with contextlib.ExitStack() as stack:
        yield Staged(
            simulator,
            make_settings(),
            Elks,
            made,
            wrong={"password": "not the password"},
            secrets=[simulator.password, "Basic ", *private_words],
            stack=stack,
            unsaid=("errors", "retry_after_seconds"),
            repeats_arrive=True,
        )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: Staged[ElksSettings]) -> None:
    row(harness)
