"""A Digipost simulator, the channel to it, and orders to people in Norway."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vaxel_channels.contract import Order
from vaxel_channels.digipost import Digipost, DigipostSettings
from vaxel_simulators import DigipostSimulator

NORWAY: dict[str, Any] = {
    "national_id": {"country_code": "NO", "value": "02018023833"},
    "postal_address": {"line_1": "Storgata 1 B", "post_code": "0155", "city": "Oslo", "country_code": "NO"},
}
KRONER: dict[str, Any] = {
    "currency": "NOK",
    "payment": [
        {
            "means_code": "30",
            "remittance_information": "2611000106",
            "credit_transfers": [{"account_identifier": "NO9386011117947"}],
        }
    ],
}


@pytest.fixture
def simulator() -> Iterator[DigipostSimulator]:
    """Digipost on loopback."""
    with DigipostSimulator() as running:
        yield running


@pytest.fixture
def make_settings(simulator: DigipostSimulator) -> Callable[..., DigipostSettings]:
    """Settings that fit the simulator; keywords change them."""

    def make(**changes: object) -> DigipostSettings:
        value: dict[str, object] = {
            "sender_id": simulator.user_id,
            "private_key": simulator.private_key,
            "base_url": simulator.url,
            "return_name": "Nordljus Energi AS",
            "return_street": "Postboks 1",
            "return_post_code": "0150",
            "return_city": "Oslo",
            "events_every_seconds": 0.0,
            "timeout_seconds": 5.0,
            **changes,
        }
        return DigipostSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def make_letter(make_order: Callable[..., Order]) -> Callable[..., Order]:
    """An order to somebody in Norway, in kroner."""

    def make(*, recipient: dict[str, Any] | None = None, invoice: dict[str, Any] | None = None, **more: Any) -> Order:
        return make_order(recipient={**NORWAY, **(recipient or {})}, invoice={**KRONER, **(invoice or {})}, **more)

    return make


@pytest.fixture
def digipost(make_settings: Callable[..., DigipostSettings]) -> Iterator[Digipost]:
    """The channel."""
    channel = Digipost(make_settings())
    yield channel
    channel.close()
