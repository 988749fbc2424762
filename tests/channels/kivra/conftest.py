"""A Kivra simulator and the channel to it."""

from collections.abc import Callable, Iterator

import pytest

from vaxel_channels.kivra import Kivra, KivraSettings
from vaxel_simulators import KivraSimulator


@pytest.fixture
def simulator() -> Iterator[KivraSimulator]:
    """Kivra on loopback, with the duplicate control of production."""
    with KivraSimulator() as running:
        yield running


@pytest.fixture
def make_settings(simulator: KivraSimulator) -> Callable[..., KivraSettings]:
    """Settings that fit the simulator; keywords change them."""

    def make(**changes: object) -> KivraSettings:
        value: dict[str, object] = {
            "tenant_key": simulator.tenant_key,
            "client_id": simulator.client_id,
            "client_secret": simulator.client_secret,
            "base_url": simulator.url,
            "timeout_seconds": 5.0,
            **changes,
        }
        return KivraSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def kivra(make_settings: Callable[..., KivraSettings]) -> Iterator[Kivra]:
    """The channel as production has it."""
    channel = Kivra(make_settings())
    yield channel
    channel.close()
