"""A 46elks simulator and the channel to it."""

from collections.abc import Callable, Iterator

import pytest

from vaxel_channels.elks import Elks, ElksSettings
from vaxel_simulators import ElksSimulator


@pytest.fixture
def simulator() -> Iterator[ElksSimulator]:
    """46elks on loopback."""
    with ElksSimulator() as running:
        yield running


@pytest.fixture
def make_settings(simulator: ElksSimulator) -> Callable[..., ElksSettings]:
    """Settings that fit the simulator; keywords change them."""

    def make(**changes: object) -> ElksSettings:
        value: dict[str, object] = {
            "sender_name": "Nordljus",
            "username": simulator.username,
            "password": simulator.password,
            "base_url": simulator.url,
            "timeout_seconds": 5.0,
            **changes,
        }
        return ElksSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def elks(make_settings: Callable[..., ElksSettings]) -> Iterator[Elks]:
    """The channel without delivery reports."""
    channel = Elks(make_settings())
    yield channel
    channel.close()
