"""Who is enrolled for the bank's e-invoice; nothing is handed over, since the banks document no layout."""

import datetime as dt
from collections.abc import Callable, Sequence

from vaxel_channels.bank.settings import BankSettings
from vaxel_channels.contract import Capabilities, Consignment, Order, Reach, Receipt, Repeat
from vaxel_channels.enrolment import EnrolmentList
from vaxel_engine.errors import Refused
from vaxel_engine.model import DocumentKind, Recipient


class Bank:
    """The channel that knows who would get it in their bank."""

    def __init__(
        self, settings: BankSettings, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self._list = EnrolmentList(settings.enrolled, dt.timedelta(days=settings.fresh_days))
        self._clock = clock

    @property
    def capabilities(self) -> Capabilities:
        """Invoices; eligibility alone."""
        return Capabilities(
            name="bank",
            title="Bank e-invoice",
            kinds=frozenset({DocumentKind.INVOICE}),
            artifacts=(),
            repeat=Repeat.NEITHER,
            delivered_means="nothing: no file is written, since the banks document no layout",
            receipts="none",
            unwritten=True,
        )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """Say for each recipient whether the list has them; a list that is too old says nothing."""
        return self._list.look_up(recipients, self._clock().date())

    def prepare(self, order: Order) -> Consignment:
        """Refuse: nobody documents what would have to be written."""
        raise Refused(
            f"The bank's e-invoice cannot carry document {order.document.reference}: no file is written, since the "
            "banks document no layout; it goes the next way."
        )

    def send(self, consignment: Consignment) -> Receipt:
        """Refuse: nothing was prepared."""
        raise Refused(f"The bank's e-invoice takes no consignment {consignment.key[:12]}: no file is written.")

    def close(self) -> None:
        """Nothing is open."""
