"""The print house's channel keeps every promise that a folder can show, against a print house that reads strictly."""

from collections.abc import Callable, Sequence

import pytest

from vaxel_channels import conformance
from vaxel_channels.conformance import Fault
from vaxel_channels.conformance_cancel import CANCEL_ROWS
from vaxel_channels.contract import Order
from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_simulators import PrintHouseSimulator

ROWS = [*conformance.rows({Fault.UNPLUGGED}), *CANCEL_ROWS]


class PrintHouseHarness:
    """The channel, orders for it, and a print house that looks when something is asked of it."""

    retry_after = None

    def __init__(
        self,
        simulator: PrintHouseSimulator,
        make_settings: Callable[..., PrintHouseSettings],
        make_order: Callable[..., Order],
        private_words: list[str],
    ) -> None:
        self.simulator, self.make_order, self.secrets = simulator, make_order, private_words
        self.current = make_settings()

    def settings(self) -> PrintHouseSettings:
        return self.current

    def channel(self) -> PrintHouse:
        return PrintHouse(self.current)

    def order(self, *, refused: bool = False) -> Order:
        return self.make_order()

    def script(self, fault: Fault) -> None:
        assert fault is Fault.UNPLUGGED
        self.simulator.drop_folder.rename(self.simulator.drop_folder.with_name("unmounted"))

    def arrivals(self) -> Sequence[bytes]:
        self.simulator.scan()
        assert self.simulator.refused() == []
        return [arrival.body for arrival in self.simulator.arrivals() if arrival.delivered]


@pytest.fixture
def harness(
    simulator: PrintHouseSimulator,
    make_settings: Callable[..., PrintHouseSettings],
    make_order: Callable[..., Order],
    private_words: list[str],
) -> PrintHouseHarness:
    return PrintHouseHarness(simulator, make_settings, make_order, private_words)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_keeps_the_promise(row: conformance.Row, harness: PrintHouseHarness) -> None:
    row(harness)
