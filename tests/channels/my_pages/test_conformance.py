"""The customer pages' channel keeps every promise of a channel, and those of one that takes back."""

import base64
import contextlib
from collections.abc import Callable, Iterator

import pytest
from tests.channels.staged import Staged

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.conformance_cancel import CANCEL_ROWS
from vaxel_channels.contract import Order
from vaxel_channels.my_pages import MyPages, MyPagesSettings
from vaxel_simulators import MyPagesSimulator

ROWS = [*conformance.rows(set(Fault) - {Fault.EXPIRED_CREDENTIALS}), *CANCEL_ROWS]  # a secret does not run out
OTHER = f"whsec_{base64.b64encode(b'a secret of somebody else altogether').decode()}"


@pytest.fixture
def harness(
    simulator: MyPagesSimulator,
    make_settings: Callable[..., MyPagesSettings],
    make_push: Callable[..., Order],
    private_words: list[str],
) -> Iterator[Staged[MyPagesSettings]]:
    def made(refused: bool) -> Order:
        return make_push(customer="999999" if refused else "104501")

    with contextlib.ExitStack() as stack:
        yield Staged(
            simulator,
            make_settings(),
            MyPages,
            made,
            wrong={"secret": OTHER},
            secrets=[simulator.secret, *private_words, "104501"],
            stack=stack,
            unsaid=("pages", "retry_after_seconds"),
        )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: Staged[MyPagesSettings]) -> None:
    row(harness)
