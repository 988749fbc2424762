"""The customer pages' channel keeps every promise of a channel, and those of one that takes back."""

import base64
import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.conformance_cancel import CANCEL_ROWS
from vaxel_channels.contract import Order
from vaxel_channels.my_pages import MyPages, MyPagesSettings
from vaxel_simulators import Fault as Scripted
from vaxel_simulators import MyPagesSimulator

SCRIPTS = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_AFTER_ACCEPT,
    Fault.MALFORMED_ANSWER: Scripted.MALFORMED_JSON,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
}
ROWS = [*conformance.rows(set(Fault) - {Fault.EXPIRED_CREDENTIALS}), *CANCEL_ROWS]  # a secret does not run out
OTHER = f"whsec_{base64.b64encode(b'a secret of somebody else altogether').decode()}"


class MyPagesHarness:
    """The channel, orders for it, and pages that obey."""

    retry_after = 2.0

    def __init__(
        self,
        simulator: MyPagesSimulator,
        make_settings: Callable[..., MyPagesSettings],
        make_push: Callable[..., Order],
        private_words: list[str],
        open_until_the_end: contextlib.ExitStack,
    ) -> None:
        self.simulator, self.make_push, self.stack = simulator, make_push, open_until_the_end
        self.current = make_settings()
        self.secrets = [simulator.secret, *private_words, "104501"]

    def settings(self) -> MyPagesSettings:
        return self.current

    def channel(self) -> MyPages:
        return self.stack.enter_context(contextlib.closing(MyPages(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        return self.make_push(customer="999999" if refused else "104501")

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                self.current = dataclasses.replace(self.current, secret=OTHER)
            case Fault.COME_AGAIN_UNSAID:
                self.simulator.profile["pages"]["retry_after_seconds"] = 0
                self.simulator.script(Scripted.TOO_MANY_REQUESTS)
            case Fault.SLOW:
                self.current = dataclasses.replace(self.current, timeout_seconds=1.0)
                self.simulator.slow_seconds = 2.0
                self.simulator.script(Scripted.SLOW)
            case _:
                self.simulator.script(SCRIPTS[fault])

    def arrivals(self) -> Sequence[bytes]:
        return [arrival.body for arrival in self.simulator.arrivals() if arrival.delivered]


@pytest.fixture
def harness(
    simulator: MyPagesSimulator,
    make_settings: Callable[..., MyPagesSettings],
    make_push: Callable[..., Order],
    private_words: list[str],
) -> Iterator[MyPagesHarness]:
    with contextlib.ExitStack() as stack:
        yield MyPagesHarness(simulator, make_settings, make_push, private_words, stack)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: MyPagesHarness) -> None:
    row(harness)
