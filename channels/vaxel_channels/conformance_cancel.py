"""The promises of a channel that takes back what it handed over, beside those of `conformance.py`."""

from typing import Protocol, cast

from vaxel_channels.conformance import Broken, Fault, Harness, Row, strict
from vaxel_channels.contract import CanBeCancelled, Channel
from vaxel_engine.errors import Unreachable


class _Cancelling(Channel, CanBeCancelled, Protocol):
    """A channel that takes back."""


def takes_back(harness: Harness) -> None:
    """What was handed over and has not reached anybody is taken back, and reaches nobody; a second time is harmless."""
    channel = _cancelling(harness.channel())
    consignment = channel.prepare(harness.order())
    channel.send(consignment)
    _require(channel.cancel(consignment), "it was not taken back")
    channel.cancel(consignment)
    _require(not harness.arrivals(), "what was taken back arrived")


def takes_back_what_never_came(harness: Harness) -> None:
    """Taking back what never came hands nothing over, and raises nothing."""
    channel = _cancelling(harness.channel())
    channel.cancel(channel.prepare(harness.order()))
    _require(not harness.arrivals(), "taking back handed something over")


def does_not_take_back_unplugged(harness: Harness) -> None:
    """Without a connection nobody is told that a consignment was taken back, or that it is too late."""
    channel = _cancelling(harness.channel())
    consignment = channel.prepare(harness.order())
    channel.send(consignment)
    harness.script(Fault.UNPLUGGED)
    try:
        channel.cancel(consignment)
    except Unreachable:
        return
    raise Broken("it was called taken back, or too late, without a connection")


CANCEL_ROWS: list[Row] = [strict(row) for row in (takes_back, takes_back_what_never_came, does_not_take_back_unplugged)]
"""For a harness that can be unplugged."""


def _cancelling(channel: Channel) -> _Cancelling:
    _require(isinstance(channel, CanBeCancelled), "it has no `cancel`")
    return cast("_Cancelling", channel)


def _require(kept: bool, sentence: str) -> None:
    if not kept:
        raise Broken(sentence)
