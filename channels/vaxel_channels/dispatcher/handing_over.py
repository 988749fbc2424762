"""Handing parcels over in small sub-batches: intents committed before, outcomes committed after."""

import datetime as dt
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import CanBeAsked, Channel
from vaxel_channels.dispatcher.chunk import Parcel
from vaxel_channels.dispatcher.node import Held
from vaxel_channels.dispatcher.settings import CommitPoint, DispatchSettings
from vaxel_engine.errors import Misconfigured, OutcomeUnknown, Refused, Unreachable
from vaxel_ledger import Ledger
from vaxel_ledger.attempts import Intent, begin
from vaxel_ledger.outcomes import Outcome, Retry, write
from vaxel_ledger.rates import postpone, take_turns, waits_its_turn
from vaxel_ledger.states import Status
from vaxel_ledger.vault import RECEIPT, DataKey, Item, Kept, record

_LOG = logging.getLogger(__name__)

_TAKEN = (Status.ACCEPTED, Status.HANDED_OVER, Status.DELIVERED, Status.READ)
_FIRST = 4
"""Parcels of the first sub-batch, while nobody knows how long a hand-over takes."""
_DATABASE_AGAIN = 0.5
"""Seconds between two tries to write to a database that is away."""


@dataclass(slots=True)
class _Results:
    """What is known and not yet committed."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    retries: list[Retry] = field(default_factory=list[Retry])
    evidence: list[Item] = field(default_factory=list[Item])
    data_keys: dict[str, DataKey] = field(default_factory=dict[str, DataKey])


@dataclass(slots=True)
class Counter:
    """Where parcels are handed over."""

    ledger: Ledger
    channels: Accounts
    settings: DispatchSettings
    clock: Callable[[], dt.datetime]
    size: int = _FIRST
    """Parcels of the next sub-batch: what lately could be handed over within `sub_batch_time`."""

    def hand_over(self, parcels: Sequence[Parcel], held: Held) -> None:
        """Hand all parcels over; at most a sub-batch is in doubt if the process dies.

        Also an interrupt leaves the ledger right: what was handed over is concluded, what was not is put back, and only
        the parcel in hand stays an intent for `resume`.

        Raises:
            TakenOver: another worker has the chunk by now.
        """
        begun = 0
        while begun < len(parcels):
            if self.settings.stopping():  # what is left is frozen and ready for whoever goes on
                return
            part = parcels[begun : begun + min(self.size, self.settings.sub_batch)]
            since = self.settings.monotonic()
            self._hand_over(part, held)
            begun += len(part)
            # With a slow provider fewer intents are open, so that fewer are in doubt after a crash.
            took, allowed = self.settings.monotonic() - since, self.settings.sub_batch_time.total_seconds()
            fits = int(len(part) * allowed / took) if took > 0 else self.settings.sub_batch
            self.size = max(1, min(fits, 2 * len(part), self.settings.sub_batch))

    def _hand_over(self, parcels: Sequence[Parcel], held: Held) -> None:
        now = self.clock()
        with self.ledger.writing() as connection:
            held.check(connection)
            may_go = self._may_go(connection, parcels, now)
            intents = [
                Intent(
                    one.document_id,
                    one.channel,
                    one.delivery_no,
                    one.key,
                    one.consignment_sha,
                    self.settings.cost(one.consignment),
                )
                for one in parcels
                if one.key in may_go
            ]
            tries = begin(connection, intents, executor_id=self.settings.executor_id, at=now)
        self.settings.passed(CommitPoint.INTENDED)
        ours = [one for one in parcels if one.key in tries]
        results, since, begun = _Results(), self.settings.monotonic(), 0
        try:
            for parcel in ours:
                if not held.alive():  # somebody may be asking the provider about what is left at this moment
                    break
                begun += 1
                self._send(parcel, tries[parcel.key], results)
                self.settings.passed(CommitPoint.HANDED_OVER)
                if self.settings.monotonic() - since >= self.settings.sub_batch_time.total_seconds():
                    self._conclude(results, held)
                    results, since = _Results(), self.settings.monotonic()
        except BaseException:
            results.retries += [Retry(one.key, "the dispatcher was stopped", None) for one in ours[begun:]]
            self._conclude(results, held)
            raise
        results.retries += [Retry(one.key, "the worker had lost touch with the ledger", None) for one in ours[begun:]]
        self._conclude(results, held)
        self.settings.passed(CommitPoint.CONCLUDED)

    def _may_go(self, connection: Connection, parcels: Sequence[Parcel], now: dt.datetime) -> set[str]:
        """The keys whose channel is open and has a turn for them; the others wait until it has."""
        may_go: set[str] = set()
        by_account: dict[str, list[Parcel]] = defaultdict(list)
        for one in parcels:
            if (closed := self.settings.closed_until(one.channel, now)) is not None:
                postpone(connection, [(one.document_id, closed[0])], closed[1], at=now)
                continue
            if self._rate(one.channel) is None:
                may_go.add(one.key)
            else:
                by_account[self._account(one)].append(one)
        for account, group in by_account.items():
            channel = group[0].channel
            turns = take_turns(connection, account, [one.waited for one in group], self._rate(channel) or 1.0, now)
            may_go |= {one.key for one in group[: turns.now]}
            later = [(one.document_id, due) for one, due in zip(group[turns.now :], turns.later, strict=True)]
            postpone(connection, later, waits_its_turn(channel), at=now)
        return may_go

    def _rate(self, channel: str) -> float | None:
        service = self.settings.services.get(channel)
        return service.per_second if service is not None else None

    def _account(self, parcel: Parcel) -> str:
        """Whose rate it is: what all senders share, or a sender's own account."""
        own = self.channels.of(parcel.consignment.sender)[parcel.channel]
        shared = self.channels.get(parcel.channel)
        return parcel.channel if own is shared else f"{parcel.channel}/{parcel.consignment.sender}"

    def _send(self, parcel: Parcel, tried: int, results: _Results) -> None:
        channel, now = self.channels.of(parcel.consignment.sender)[parcel.channel], self.clock()
        try:
            receipt = channel.send(parcel.consignment)
        except Refused as error:
            results.outcomes.append(Outcome(parcel.key, Status.FAILED, reason=str(error)))
        except Unreachable as error:
            again = now + self.settings.wait(tried, error.retry_after)
            results.retries.append(Retry(parcel.key, str(error), again))
        except Misconfigured as error:
            results.retries.append(Retry(parcel.key, str(error), now + self.settings.longest_wait))
        except OutcomeUnknown as error:
            results.outcomes.append(self.doubt(parcel.key, channel, str(error)))
        except Exception as error:  # noqa: BLE001  # nobody knows how far it came: that is a doubt, not a failure
            _LOG.error(
                "%s stopped unexpectedly while handing over %s (%s)", parcel.channel, parcel.key, type(error).__name__
            )
            why = f"{parcel.channel} stopped unexpectedly ({type(error).__name__}) and it may have arrived; see the log"
            results.outcomes.append(self.doubt(parcel.key, channel, why))
        else:
            due_at = self.settings.due_after_hand_over(parcel.channel, now, parcel.consignment.details)
            said = f"{channel.capabilities.title} answered: {receipt.status}"
            results.outcomes.append(Outcome(parcel.key, receipt.status, receipt.reference, said, due_at))
            if receipt.raw:
                item = Item(parcel.document_id, RECEIPT, "application/octet-stream", receipt.raw, parcel.key)
                results.evidence.append(item)
                results.data_keys[parcel.document_id] = parcel.data_key

    def doubt(self, key: str, channel: Channel | None, why: str, since: dt.datetime | None = None) -> Outcome:
        """An outcome that is unknown, with a moment to ask again where the channel can be asked: later each time."""
        if not isinstance(channel, CanBeAsked):
            return Outcome(key, Status.OUTCOME_UNKNOWN, reason=why)
        now = self.clock()
        wait = max(self.settings.question_wait, now - (since or now))
        return Outcome(key, Status.OUTCOME_UNKNOWN, reason=why, due_at=now + min(wait, self.settings.longest_wait))

    def _conclude(self, results: _Results, held: Held) -> None:
        """Commit what is known, and wait for a database that is away or a disk that is full.

        What was handed over must not be forgotten; what the provider answered word for word is given up before that.
        """
        now, until = self.clock(), time.monotonic() + self.settings.database_patience.total_seconds()
        evidence = results.evidence
        while True:
            try:
                kept = self.ledger.vault.keep(evidence, results.data_keys)
                with self.ledger.writing() as connection:
                    self._write(connection, results, kept, held, now)
            except (OperationalError, Misconfigured) as error:
                over = time.monotonic() >= until
                if over and (isinstance(error, OperationalError) or not evidence):
                    raise
                evidence = [] if over else evidence
                _LOG.warning("the ledger cannot be written (%s); trying again", type(error).__name__)
                time.sleep(_DATABASE_AGAIN)
            else:
                return

    def _write(
        self, connection: Connection, results: _Results, kept: Sequence[Kept], held: Held, now: dt.datetime
    ) -> None:
        ours = held.still_ours(connection)
        record(connection, kept, now)
        # A provider's yes is true whoever works on it by now; what only leads to another try is the other's to say.
        outcomes = [one for one in results.outcomes if ours or one.status in _TAKEN]
        write(connection, outcomes, results.retries if ours else [], at=now, actor="dispatcher")
