"""Kivra keeps every promise of a channel, over real HTTP against its simulator."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.kivra import Kivra, KivraSettings
from vaxel_simulators import Fault as Scripted
from vaxel_simulators import KivraSimulator

SCRIPTS = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_AFTER_ACCEPT,
    Fault.MALFORMED_ANSWER: Scripted.MALFORMED_JSON,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
    Fault.EXPIRED_CREDENTIALS: Scripted.EXPIRED_CREDENTIALS,
}
ROWS = conformance.rows(list(Fault))


class KivraHarness:
    """The channel, orders for it, and a simulator that obeys."""

    retry_after = 2.0

    def __init__(
        self,
        simulator: KivraSimulator,
        make_settings: Callable[..., KivraSettings],
        make_order: Callable[..., Order],
        private_words: list[str],
        open_until_the_end: contextlib.ExitStack,
        *,
        sandbox: bool,
    ) -> None:
        self.simulator, self.make_order, self.stack = simulator, make_order, open_until_the_end
        self.current = make_settings(sandbox=sandbox)
        self.secrets = [simulator.client_secret, "Basic ", "Bearer ", *private_words]

    def settings(self) -> KivraSettings:
        return self.current

    def channel(self) -> Kivra:
        return self.stack.enter_context(contextlib.closing(Kivra(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        number = "198001012395" if refused else "198001012387"
        return self.make_order(recipient={"national_id": {"country_code": "SE", "value": number}})

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                self.current = dataclasses.replace(self.current, client_secret="not the secret")
            case Fault.COME_AGAIN_UNSAID:
                self.simulator.profile["limits"]["retry_after_seconds"] = 0
                self.simulator.script(Scripted.TOO_MANY_REQUESTS)
            case Fault.SLOW:
                self.current = dataclasses.replace(self.current, timeout_seconds=1.0)
                self.simulator.slow_seconds = 2.0
                self.simulator.script(Scripted.SLOW)
            case _:
                self.simulator.script(SCRIPTS[fault])

    def arrivals(self) -> Sequence[bytes]:
        return [arrival.body for arrival in self.simulator.arrivals() if arrival.delivered]


@pytest.fixture(params=[False, True], ids=["production", "sandbox"])
def harness(
    request: pytest.FixtureRequest,
    simulator: KivraSimulator,
    make_settings: Callable[..., KivraSettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> Iterator[KivraHarness]:
    sandbox = bool(request.param)
    simulator.duplicate_control = not sandbox
    with contextlib.ExitStack() as stack:
        yield KivraHarness(simulator, make_settings, make_order, private_words, stack, sandbox=sandbox)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: KivraHarness) -> None:
    row(harness)
