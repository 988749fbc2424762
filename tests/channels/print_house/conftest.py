"""A print house behind a drop folder, and the channel to it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from vaxel_channels.print_house import PrintHouse, PrintHouseSettings
from vaxel_simulators import PrintHouseSimulator


@pytest.fixture
def simulator(tmp_path: Path) -> Iterator[PrintHouseSimulator]:
    """A print house that looks into its folder when it is told to."""
    folder = tmp_path / "drop"
    folder.mkdir()
    with PrintHouseSimulator(folder, poll=False) as running:
        yield running


@pytest.fixture
def make_settings(simulator: PrintHouseSimulator) -> Callable[..., PrintHouseSettings]:
    """Settings that fit the simulator; keywords change them."""

    def make(**changes: object) -> PrintHouseSettings:
        return PrintHouseSettings(**{"folder": simulator.drop_folder, **changes})  # type: ignore[arg-type]  # see kivra

    return make


@pytest.fixture
def print_house(make_settings: Callable[..., PrintHouseSettings]) -> PrintHouse:
    """The channel to the drop folder."""
    return PrintHouse(make_settings())
