"""Kivra keeps every promise of a channel, over real HTTP against its simulator."""

import contextlib
from collections.abc import Callable, Iterator

import pytest
from tests.channels.staged import Staged

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.kivra import Kivra, KivraSettings
from vaxel_simulators import KivraSimulator

ROWS = conformance.rows(set(Fault))


@pytest.fixture(params=[False, True], ids=["production", "sandbox"])
def harness(
    request: pytest.FixtureRequest,
    simulator: KivraSimulator,
    make_settings: Callable[..., KivraSettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> Iterator[Staged[KivraSettings]]:
    sandbox = bool(request.param)
    simulator.duplicate_control = not sandbox

    def made(refused: bool) -> Order:
        number = "198001012395" if refused else "198001012387"
        return make_order(recipient={"national_id": {"country_code": "SE", "value": number}})

    with contextlib.ExitStack() as stack:
        yield Staged(
            simulator,
            make_settings(sandbox=sandbox),
            Kivra,
            made,
            wrong={"client_secret": "not the secret"},
            secrets=[simulator.client_secret, "Basic ", "Bearer ", *private_words],
            stack=stack,
            unsaid=("limits", "retry_after_seconds"),
        )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: Staged[KivraSettings]) -> None:
    row(harness)
