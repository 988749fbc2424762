"""E-mail keeps every promise of a channel, over real SMTP with STARTTLS and sign-in against its simulator."""

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.contract import Order
from vaxel_channels.email import Email, EmailSettings
from vaxel_simulators import Fault as Scripted
from vaxel_simulators import MailSimulator

SCRIPTS = {
    Fault.SILENCE_BEFORE_ACCEPT: Scripted.SILENCE_BEFORE_ACCEPT,
    Fault.SILENCE_AFTER_ACCEPT: Scripted.SILENCE_AFTER_ACCEPT,
    Fault.HALF_AN_ANSWER: Scripted.RESET_MID_ANSWER,
    Fault.COME_AGAIN: Scripted.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: Scripted.SERVER_ERROR_BEFORE,
    Fault.MALFORMED_ANSWER: Scripted.MALFORMED_JSON,
    Fault.HTML_ANSWER: Scripted.HTML_ANSWER,
}
ROWS = conformance.rows({*SCRIPTS, Fault.SLOW, Fault.UNPLUGGED, Fault.WRONG_CREDENTIALS, Fault.REFUSES_RECIPIENT})


class EmailHarness:
    """The channel, orders for it, and a mail server that obeys."""

    retry_after = None

    def __init__(
        self,
        simulator: MailSimulator,
        make_settings: Callable[..., EmailSettings],
        make_order: Callable[..., Order],
        private_words: list[str],
        open_until_the_end: contextlib.ExitStack,
    ) -> None:
        self.simulator, self.make_order, self.stack = simulator, make_order, open_until_the_end
        self.current = make_settings()
        self.secrets = [simulator.password, *private_words]

    def settings(self) -> EmailSettings:
        return self.current

    def channel(self) -> Email:
        return self.stack.enter_context(contextlib.closing(Email(self.current)))

    def order(self, *, refused: bool = False) -> Order:
        return self.make_order(recipient={"email": f"{'unknown.user' if refused else 'elin.forsberg'}@example.se"})

    def script(self, fault: Fault) -> None:
        match fault:
            case Fault.UNPLUGGED:
                self.simulator.stop()
            case Fault.WRONG_CREDENTIALS:
                self.current = dataclasses.replace(self.current, password="not the password")
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
    simulator: MailSimulator,
    make_settings: Callable[..., EmailSettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> Iterator[EmailHarness]:
    with contextlib.ExitStack() as stack:
        yield EmailHarness(simulator, make_settings, make_order, private_words, stack)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: EmailHarness) -> None:
    row(harness)
