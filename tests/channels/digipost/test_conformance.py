"""Digipost keeps every promise of a channel, over real HTTP against its simulator."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.digipost import Digipost, DigipostSettings
from vaxel_simulators import DigipostSimulator
from vaxel_simulators import Fault as Scripted
from vaxel_simulators.digipost.signing import KeyPair

SCRIPTS = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_AFTER_ACCEPT,
    Fault.MALFORMED_ANSWER: Scripted.MALFORMED_JSON,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
}
ROWS = conformance.rows(set(Fault) - {Fault.EXPIRED_CREDENTIALS})  # a key does not run out within a session
NUMBER, STRANGER = "02018023833", "01018023985"


class DigipostHarness:
    """The channel, orders for it, and a simulator that obeys."""

    retry_after = 2.0

    def __init__(
        self,
        simulator: DigipostSimulator,
        make_settings: Callable[..., DigipostSettings],
        make_letter: Callable[..., Order],
        private_words: list[str],
        open_until_the_end: contextlib.ExitStack,
    ) -> None:
        self.simulator, self.make_letter, self.stack = simulator, make_letter, open_until_the_end
        self.current = make_settings()
        self.secrets = [simulator.private_key.splitlines()[1], *private_words, "Storgata", NUMBER]

    def settings(self) -> DigipostSettings:
        return self.current

    def channel(self) -> Digipost:
        return self.stack.enter_context(contextlib.closing(Digipost(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        if not refused:
            return self.make_letter()
        return self.make_letter(recipient={"national_id": {"country_code": "NO", "value": STRANGER}})

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                other = KeyPair("somebody else", self.simulator.clock())
                self.current = dataclasses.replace(self.current, private_key=other.private_pem)
            case Fault.COME_AGAIN_UNSAID:
                self.simulator.profile["http"]["retry_after_seconds"] = 0
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
    simulator: DigipostSimulator,
    make_settings: Callable[..., DigipostSettings],
    make_letter: Callable[..., Order],
    private_words: list[str],
) -> Iterator[DigipostHarness]:
    with contextlib.ExitStack() as stack:
        yield DigipostHarness(simulator, make_settings, make_letter, private_words, stack)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: DigipostHarness) -> None:
    row(harness)
