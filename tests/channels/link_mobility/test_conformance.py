"""LINK Mobility keeps every promise of a channel, over real HTTP against its simulator."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.link_mobility import LinkMobility, LinkMobilitySettings
from vaxel_simulators import Fault as Scripted
from vaxel_simulators import LinkMobilitySimulator

SCRIPTS = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_AFTER_ACCEPT,
    Fault.MALFORMED_ANSWER: Scripted.MALFORMED_JSON,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
}
ROWS = conformance.rows(
    {
        *SCRIPTS,
        Fault.COME_AGAIN_UNSAID,
        Fault.SLOW,
        Fault.UNPLUGGED,
        Fault.WRONG_CREDENTIALS,
        Fault.REFUSES_RECIPIENT,
    }
)


class LinkHarness:
    """The channel, orders for it, and a simulator that obeys."""

    retry_after = 2.0

    def __init__(
        self,
        simulator: LinkMobilitySimulator,
        make_settings: Callable[..., LinkMobilitySettings],
        make_order: Callable[..., Order],
        private_words: list[str],
        open_until_the_end: contextlib.ExitStack,
    ) -> None:
        self.simulator, self.make_order, self.stack = simulator, make_order, open_until_the_end
        self.current = make_settings()
        self.secrets = [simulator.password, "Basic ", *private_words]

    def settings(self) -> LinkMobilitySettings:
        return self.current

    def channel(self) -> LinkMobility:
        return self.stack.enter_context(contextlib.closing(LinkMobility(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        return self.make_order(recipient={"mobile": f"+46701740{'693' if refused else '605'}"})

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                self.current = dataclasses.replace(self.current, password="not the password")
            case Fault.COME_AGAIN_UNSAID:
                self.simulator.profile["errors"]["retry_after_seconds"] = 0
                self.simulator.script(Scripted.TOO_MANY_REQUESTS)
            case Fault.SLOW:
                self.current = dataclasses.replace(self.current, timeout_seconds=1.0)
                self.simulator.slow_seconds = 2.0
                self.simulator.script(Scripted.SLOW)
            case _:
                self.simulator.script(SCRIPTS[fault])

    def arrivals(self) -> Sequence[bytes]:
        return [arrival.body for arrival in self.simulator.arrivals()]


@pytest.fixture
def harness(
    simulator: LinkMobilitySimulator,
    make_settings: Callable[..., LinkMobilitySettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> Iterator[LinkHarness]:
    with contextlib.ExitStack() as stack:
        yield LinkHarness(simulator, make_settings, make_order, private_words, stack)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: LinkHarness) -> None:
    row(harness)
