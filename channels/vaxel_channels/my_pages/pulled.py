"""The channel to customer pages that fetch: a hand-over puts nothing on the wire, it lies ready in the ledger."""

import dataclasses
from collections.abc import Sequence

from vaxel_channels.contract import Capabilities, Consignment, Opening, Order, Reach, Receipt
from vaxel_channels.my_pages.adapter import MyPages, capabilities, frozen
from vaxel_channels.my_pages.settings import MyPagesSettings
from vaxel_engine.model import Recipient
from vaxel_ledger.states import Status


class PulledPages:
    """The channel to pages that pull (`pull = true`); `my_pages/pulling.py` is where they come to."""

    def __init__(self, settings: MyPagesSettings) -> None:
        self._settings = settings

    @property
    def capabilities(self) -> Capabilities:
        """What the pages carry; what lies ready lies there once, however often it is put there."""
        return dataclasses.replace(
            capabilities(self._settings),
            delivered_means="the pages fetched it and told that the customer can see it",
            opening=Opening.TOLD,
            receipts="told by the pages, each with a signed call",
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """A customer number is all that can be known beforehand: nobody is called."""
        return [Reach.HIT if one.customer_number else Reach.NO_ADDRESS for one in recipients]

    def prepare(self, order: Order) -> Consignment:
        """Freeze what the pages fetch; raises Refused as for pages that are pushed to."""
        return frozen(order, self._settings)

    def send(self, consignment: Consignment) -> Receipt:
        """Let it lie ready; harmless when repeated."""
        return Receipt(Status.HANDED_OVER, consignment.key)

    def ask(self, consignment: Consignment) -> Receipt | None:
        """It lies ready as soon as the ledger says so."""
        return Receipt(Status.HANDED_OVER, consignment.key)

    def cancel(self, consignment: Consignment) -> bool:
        """Take it from the list: the pages show nothing before they were told that it is still theirs to show."""
        return True

    def close(self) -> None:
        """Nothing is open."""


def pages(settings: MyPagesSettings) -> MyPages | PulledPages:
    """The channel that these settings ask for."""
    return PulledPages(settings) if settings.pull else MyPages(settings)
