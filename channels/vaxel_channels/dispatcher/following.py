"""Delivered and not opened: which hand-overs are watched, and what follows when the day has come."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import INVITED_UNTIL, CanBeAsked, Channel, Consignment, Opening
from vaxel_channels.dispatcher.choosing import Step
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.dispatcher.settings import DispatchSettings
from vaxel_channels.routing import Rules, SenderPolicy
from vaxel_channels.routing.words import reason
from vaxel_engine.errors import Unreachable
from vaxel_engine.model import Document, DocumentKind
from vaxel_ledger import Ledger, follow_ups
from vaxel_ledger.decision import Reason
from vaxel_ledger.follow_ups import Unopened, Watched
from vaxel_ledger.outcomes import Outcome, conclude
from vaxel_ledger.states import Status
from vaxel_ledger.vault import CONSIGNMENT, find

_LOG = logging.getLogger(__name__)


def to_watch(
    step: Step, document: Document, policy: SenderPolicy, channel: Channel, link: str | None, now: dt.datetime
) -> Watched | None:
    """What is kept of a document made ready, where its sender's rules say by when it is to be opened.

    None where the channel does not tell of opening, or nothing could follow.
    """
    rules, consignment = policy.in_force, step.consignment
    rule, how = rules.kind(document.kind).unopened, channel.capabilities.opening
    if rule is None or how is None or consignment is None:
        return None
    if (how is Opening.LINK and link is None) or (how is Opening.ASKED and not isinstance(channel, CanBeAsked)):
        return None
    then = _following(step.decision.order, step.ix + 1, rules, document.kind)
    due = document.invoice.due_date if document.invoice is not None else None
    until = consignment.details.get(INVITED_UNTIL)  # who is invited has the time after it, too
    begin = now if until is None else dt.datetime.fromisoformat(until)
    open_by = rule.open_by(begin.astimezone(rules.time_zone), due)
    if then is None or open_by is None:
        return None
    name, by_link = consignment.channel, how is Opening.LINK
    return Watched(step.due.document_id, consignment.key, name, open_by, then, by_link)


def _following(order: tuple[str, ...], begin: int, rules: Rules, kind: DocumentKind) -> int | None:
    """The place of the order that follows by the rules in force; None where nothing may."""
    of_kind = rules.kind(kind)
    wanted = of_kind.unopened.then if of_kind.unopened is not None else None
    for ix in range(begin, len(order)):
        name = order[ix]
        lawful = of_kind.lawful is None or name in of_kind.lawful
        if lawful and name in rules.channels and (wanted is None or name == wanted):
            return ix
    return None


@dataclass(frozen=True, slots=True)
class Following:
    """What it takes to let the next channel follow: the ledger, open channels, what each sender allows, a clock."""

    ledger: Ledger
    channels: Accounts
    settings: DispatchSettings
    clock: Callable[[], dt.datetime]

    def follow(self) -> int:
        """Let the next channel carry what nobody has opened by now, and answer how many documents.

        Where a provider is to be asked, its silence is no answer: nothing follows until it has said so.
        """
        now, total = self.clock(), 0
        with self.ledger.reading() as connection:  # asked with every look: no write while nothing is due
            first = follow_ups.next_moment(connection)
        if first is None or first > now:
            return 0
        while True:
            with self.ledger.writing() as connection:
                page = follow_ups.due(connection, at=now, limit=self.settings.chunk)
            if not page:
                return total
            read: list[Outcome] = []
            silent: list[str] = []
            ended: list[str] = []
            goes: list[tuple[Unopened, Reason]] = []
            for one in page:
                match self._look(one):
                    case Outcome() as outcome:
                        read.append(outcome)
                    case (Unopened(), Reason()) as found:
                        goes.append(found)
                    case None:
                        ended.append(one.document_id)
                    case _:
                        silent.append(one.document_id)
            with self.ledger.writing() as connection:
                conclude(connection, read, at=now, actor="provider")
                follow_ups.end(connection, ended)
                follow_ups.postpone(connection, silent, until=now + self.settings.longest_wait)
                total += len(follow_ups.follow(connection, goes, at=now))

    def _look(self, one: Unopened) -> Outcome | tuple[Unopened, Reason] | str | None:
        """News that it is opened; what follows; None where nothing may follow any more; or why nobody knows."""
        if (consignment := self._thawed(one)) is None:
            return None
        policy = self.settings.senders(consignment.sender)
        channel = self.channels.of(consignment.sender).get(one.channel)
        if policy is None or channel is None:
            return "the sender or the channel is not set up at present"
        rules = policy.in_force
        if rules.kind(one.kind).unopened is None:
            return None
        if channel.capabilities.opening is Opening.ASKED and isinstance(channel, CanBeAsked):
            try:
                receipt = channel.ask(consignment)
            except Unreachable as error:
                _LOG.warning("%s did not say whether a document is opened (%s)", one.channel, type(error).__name__)
                return "it did not answer"
            if receipt is not None and receipt.status is Status.READ:
                return Outcome(one.key, Status.READ, receipt.reference)
        then = _following(one.route.order, one.next_ix, rules, one.kind)
        if then is None:
            return None
        day = (one.open_by - dt.timedelta(seconds=1)).astimezone(rules.time_zone).date().isoformat()
        return one.then(then), reason(False, follow_ups.UNOPENED, title=channel.capabilities.title, date=day)

    def _thawed(self, one: Unopened) -> Consignment | None:
        """What was handed over; None where it was erased."""
        vault = self.ledger.vault
        with self.ledger.reading() as connection:
            kept = [k for k in find(connection, [one.document_id], [CONSIGNMENT]) if k.idem_key == one.key]
            data_key = vault.data_keys(connection, [one.document_id]).get(one.document_id)
        return thaw(vault.open(kept[0], data_key)) if kept and data_key is not None else None
