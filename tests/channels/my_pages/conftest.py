"""A sender's customer pages, and the channel to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from vaxel_channels.contract import Order
from vaxel_channels.my_pages import MyPages, MyPagesSettings
from vaxel_simulators import MyPagesSimulator


@pytest.fixture
def simulator() -> Iterator[MyPagesSimulator]:
    """The pages on loopback."""
    with MyPagesSimulator() as running:
        yield running


@pytest.fixture
def make_settings(simulator: MyPagesSimulator) -> Callable[..., MyPagesSettings]:
    """Settings that fit the pages; keywords change them."""

    def make(**changes: object) -> MyPagesSettings:
        value: dict[str, object] = {
            "base_url": simulator.url,
            "secret": simulator.secret,
            "list_every_seconds": 0.0,
            "timeout_seconds": 5.0,
            **changes,
        }
        return MyPagesSettings(**value)  # type: ignore[arg-type]  # the names are the fields'

    return make


@pytest.fixture
def make_push(make_order: Callable[..., Order]) -> Callable[..., Order]:
    """An order to a customer."""

    def make(*, customer: str | None = "104501", **more: Any) -> Order:
        return make_order(recipient={"customer_number": customer}, **more)

    return make


@pytest.fixture
def my_pages(make_settings: Callable[..., MyPagesSettings]) -> Iterator[MyPages]:
    """The channel."""
    channel = MyPages(make_settings())
    yield channel
    channel.close()
