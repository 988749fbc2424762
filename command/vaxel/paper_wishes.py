"""Recipients' wishes for paper, from the page behind a link into the ledger."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from vaxel.sender_rules import policies
from vaxel.settings import Settings
from vaxel_channels.routing import SenderPolicy, winning_wish
from vaxel_ledger import Ledger, Linked, wishes
from vaxel_ledger.recipients import marks
from vaxel_ledger.wishes import Wished

PAPER = "print"
"""The channel that letters go through."""


@dataclass(frozen=True, slots=True)
class PaperWishes:
    """One ledger's; a wish is found again by each identity that the document states."""

    ledger: Ledger
    chosen: Settings
    policies: Mapping[str, SenderPolicy]

    @classmethod
    def of(cls, ledger: Ledger, chosen: Settings) -> "PaperWishes":
        """With the senders' rules of these settings."""
        return cls(ledger, chosen, policies(chosen))

    def offered(self, linked: Linked) -> bool:
        """Whether the sender's opt-in has paper, and the kind of this document may go on it."""
        sender = linked.document.sender
        named = (name for name, one in self.chosen.senders.items() if sender == name or sender in one.identifiers)
        policy = self.policies.get(next(named, ""))
        return policy is not None and PAPER in policy.channels

    def since(self, linked: Linked) -> dt.date | None:
        """From which day on the newest wish asks for paper; None where it does not."""
        marked = self._marks(linked)
        with self.ledger.reading() as connection:
            found = wishes.standing(connection, linked.tenant, linked.document.sender, set(marked))
        every = list(dict.fromkeys(wish for mark in marked for wish in found.get(mark, ())))
        newest = winning_wish(every, self._today())
        return newest.date if newest is not None and newest.channel == PAPER else None

    def ask(self, linked: Linked, *, every_sender: bool) -> dt.date:
        """Keep the wish of today, for this sender's documents or for every sender's of this ledger."""
        today = self._today()
        self._keep(linked, PAPER, today, "" if every_sender else linked.document.sender)
        return today

    def take_back(self, linked: Linked) -> None:
        """Take back what was asked for of this sender and of every sender."""
        for sender in ("", linked.document.sender):
            self._keep(linked, None, self._today(), sender)

    def _keep(self, linked: Linked, channel: str | None, day: dt.date, sender: str) -> None:
        wished = Wished(self._marks(linked), channel, day, sender)
        with self.ledger.writing() as connection:
            wishes.record(connection, linked.tenant, [wished], source="link", at=self.ledger.clock())

    def _marks(self, linked: Linked) -> list[str]:
        return list(marks(self.ledger.vault.keys.of(linked.tenant), linked.document.recipient))

    def _today(self) -> dt.date:
        return self.ledger.clock().astimezone(ZoneInfo("Europe/Stockholm")).date()
