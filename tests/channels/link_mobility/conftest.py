"""A LINK Mobility simulator and the channel to it."""

from collections.abc import Callable, Iterator

import pytest

from vaxel_channels.link_mobility import LinkMobility, LinkMobilitySettings
from vaxel_simulators import LinkMobilitySimulator


@pytest.fixture
def simulator() -> Iterator[LinkMobilitySimulator]:
    """LINK Mobility on loopback."""
    with LinkMobilitySimulator() as running:
        yield running


@pytest.fixture
def make_settings(simulator: LinkMobilitySimulator) -> Callable[..., LinkMobilitySettings]:
    """Settings that fit the simulator; keywords change them."""

    def make(**changes: object) -> LinkMobilitySettings:
        value: dict[str, object] = {
            "sender_name": "Nordljus",
            "username": simulator.username,
            "password": simulator.password,
            "base_url": simulator.url,
            "platform_id": simulator.platform_id,
            "platform_partner_id": simulator.platform_partner_id,
            "timeout_seconds": 5.0,
            **changes,
        }
        return LinkMobilitySettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def link(make_settings: Callable[..., LinkMobilitySettings]) -> Iterator[LinkMobility]:
    """The channel without delivery reports."""
    channel = LinkMobility(make_settings())
    yield channel
    channel.close()
