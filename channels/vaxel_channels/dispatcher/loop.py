"""The simple loop: chunk after chunk, in one process, until nothing is due; then what comes later."""

import datetime as dt
import fcntl
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Self

from vaxel_channels.accounts import accounts
from vaxel_channels.contract import (
    CanBeAsked,
    CanBeCancelled,
    Channel,
    Consignment,
    KeepsReports,
    Repeat,
    Reports,
)
from vaxel_channels.dispatcher.chunk import Workshop
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.dispatcher.handing_over import Counter
from vaxel_channels.dispatcher.settings import DispatchSettings, Render
from vaxel_engine.errors import Misconfigured, Unreachable, VaxelError
from vaxel_ledger import Ledger, counts, work
from vaxel_ledger.attempts import Attempted
from vaxel_ledger.inbox import apply
from vaxel_ledger.outcomes import Outcome, Retry, conclude, put_back
from vaxel_ledger.states import AttemptState, Status
from vaxel_ledger.taking_back import in_their_hands, taken_back
from vaxel_ledger.vault import CONSIGNMENT, find

_LOG = logging.getLogger(__name__)

_TELL_EVERY = dt.timedelta(milliseconds=500)

Progress = Callable[[int, int], None]
"""Called with how many documents are handed over or final, and of how many."""


class Dispatcher:
    """Takes documents from the ledger through a channel each, as far as it goes now; call it again when more is due.

    One process per node name: an operating-system lock says so, since only then may what an earlier life left behind
    be taken up at once.
    """

    def __init__(
        self,
        ledger: Ledger,
        channels: Mapping[str, Channel],
        render: Render,
        clock: Callable[[], dt.datetime],
        settings: DispatchSettings,
    ) -> None:
        self._ledger, self._clock, self._settings = ledger, clock, settings
        self._channels = accounts(channels)
        self._workshop = Workshop(ledger, self._channels, render, settings, clock)
        self._counter = Counter(ledger, self._channels, settings, clock)
        self._lock: int | None = None

    def close(self) -> None:
        """Let another process take over this node's name; may be called twice. Channels stay open."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def dispatch(self, batch_id: str | None = None, progress: Progress | None = None) -> None:
        """Work on everything that is due now, of one batch or of all.

        Raises:
            Misconfigured: another process works under this node's name, the tenant key is lost, the disk is full.
        """
        self._claim()
        told: dt.datetime | None = None
        while not self._settings.stopping():
            now = self._clock()
            with self._ledger.writing() as connection:
                work.beat(connection, self._settings.executor_id, now)
                chunk = work.due(connection, at=now, limit=self._settings.chunk, batch_id=batch_id)
            if not chunk:
                break
            self._counter.hand_over(self._workshop.make_ready(chunk))
            if told is None or now - told >= _TELL_EVERY:  # counting a large batch for each chunk would cost more
                self._tell(progress, batch_id)
                told = now
        self._tell(progress, batch_id)
        self._close_batches()

    def resume(self) -> int:
        """Take up hand-overs that a crash left between intent and outcome, and answer how many there were.

        A provider that can be asked is asked; one that recognises the key gets the same bytes again; any other leaves
        the document *outcome unknown*, for the provider's report or a person to settle.
        """
        self._claim()
        with self._ledger.writing() as connection:
            now = self._clock()
            work.beat(connection, self._settings.executor_id, now)
            behind = work.left_behind(connection, executor_id=self._settings.executor_id, at=now)
        size = self._settings.sub_batch
        for start in range(0, len(behind), size):
            self._take_up(behind[start : start + size])
        return len(behind)

    def settle(self, batch_id: str | None = None, progress: Progress | None = None) -> None:
        """What time brings: reports are applied, windows without bad news end, doubts are asked about, retries run."""
        self._claim()
        self.apply_receipts()
        now, size = self._clock(), self._settings.chunk
        while over := self._due(AttemptState.HANDED_OVER, now, size):
            why = "no bad news within the channel's window"
            outcomes = [Outcome(one.key, Status.DELIVERED, one.provider_ref, why) for one in over]
            with self._ledger.writing() as connection:
                conclude(connection, outcomes, at=now, actor="dispatcher")
        while doubts := self._due(AttemptState.IN_DOUBT, now, self._settings.sub_batch):
            self._take_up(doubts)
        self.dispatch(batch_id, progress)

    def apply_receipts(self) -> int:
        """Apply the reports that providers left in the inbox, and answer how many."""
        now = self._clock()
        done = apply(
            self._ledger.engine,
            self._ledger.vault,
            at=now,
            due_at=lambda channel: self._settings.due_after_hand_over(channel, now),
        )
        self._close_batches()
        return done.applied

    def collect(self) -> int:
        """Fetch reports from the channels that keep them for us, into the inbox; answer how many were new."""
        new = 0
        for name, channel in self._channels.each():
            if isinstance(channel, Reports):
                try:
                    new += self._ledger.receive(channel.collect())
                    if isinstance(channel, KeepsReports):
                        channel.stored()
                except VaxelError as error:
                    _LOG.warning("the reports of %s could not be fetched (%s)", name, type(error).__name__)
        return new

    def cancel(self, document_id: str) -> bool:
        """Cancel a document while nothing of it can have left us, or its provider gives it back; say whether it was."""
        cancelled = self._ledger.cancel(document_id) or self._take_back(document_id)
        self._close_batches()
        return cancelled

    def _take_back(self, document_id: str) -> bool:
        """Ask the provider to give back what it has not brought to anybody yet; its silence is no yes."""
        self.apply_receipts()  # what it told already counts
        with self._ledger.reading() as connection:
            one = in_their_hands(connection, document_id)
        if one is None:
            return False
        consignment = self._thawed(one)
        channel = self._channels.of(consignment.sender).get(one.channel)
        if not isinstance(channel, CanBeCancelled):
            return False
        try:
            if not channel.cancel(consignment):
                return False
        except Unreachable as error:
            _LOG.warning("%s did not say whether it gives a consignment back (%s)", one.channel, type(error).__name__)
            return False
        with self._ledger.writing() as connection:
            return taken_back(connection, one, at=self._clock(), actor="person")

    def next_due(self, batch_id: str | None = None) -> dt.datetime | None:
        """When `settle` has something to do by itself; None if all that waits, waits for the outside."""
        with self._ledger.reading() as connection:
            return work.next_due(connection, batch_id)

    def _due(self, state: AttemptState, now: dt.datetime, limit: int) -> list[Attempted]:
        with self._ledger.reading() as connection:
            return work.awaiting(connection, state, at=now, limit=limit)

    def _take_up(self, open_ones: Sequence[Attempted]) -> None:
        outcomes: list[Outcome] = []
        retries: list[Retry] = []
        for one in open_ones:
            match self._find_out(one):
                case Outcome() as outcome:
                    outcomes.append(outcome)
                case Retry() as retry:
                    retries.append(retry)
        now = self._clock()
        with self._ledger.writing() as connection:
            conclude(connection, outcomes, at=now, actor="dispatcher")
            put_back(connection, retries, at=now, actor="dispatcher")

    def _find_out(self, one: Attempted) -> Outcome | Retry:
        consignment = self._thawed(one)
        channel = self._channels.of(consignment.sender).get(one.channel)
        # What fell silent stays in doubt; only what a crash cut off is handed over again, and only with a key.
        cut_off = one.state is AttemptState.INTENT
        keyed = cut_off and channel is not None and channel.capabilities.repeat is Repeat.DEDUPLICATES
        if isinstance(channel, CanBeAsked):
            try:
                receipt = channel.ask(consignment)
            except Unreachable as error:
                if not keyed:
                    return self._counter.doubt(one.key, channel, str(error), since=one.t_intent)
            else:
                if receipt is None:
                    return Retry(
                        one.key, f"{one.channel} was asked and does not have it; the same bytes go again", None
                    )
                due_at = self._settings.due_after_hand_over(one.channel, self._clock())
                said = f"{one.channel} was asked and answered: {receipt.status}"
                return Outcome(one.key, receipt.status, receipt.reference, said, due_at)
        if keyed:
            return Retry(one.key, f"{one.channel} recognises the key, so the same bytes go again", None)
        why = f"{one.channel} may or may not have it: we stopped while handing it over, and the channel cannot be asked"
        return self._counter.doubt(one.key, channel, why)

    def _thawed(self, one: Attempted) -> Consignment:
        vault = self._ledger.vault
        with self._ledger.reading() as connection:
            kept = next(k for k in find(connection, [one.document_id], [CONSIGNMENT]) if k.idem_key == one.key)
            data_key = vault.data_keys(connection, [one.document_id]).get(one.document_id)
        return thaw(vault.open(kept, data_key))

    def _tell(self, progress: Progress | None, batch_id: str | None) -> None:
        if progress is not None:
            with self._ledger.reading() as connection:
                done, total = work.progress(connection, batch_id)
            progress(done, total)

    def _close_batches(self) -> None:
        with self._ledger.writing() as connection:
            for one in work.finished_batches(connection):
                counts.close_if_done(connection, one, at=self._clock(), actor="dispatcher")

    def _claim(self) -> None:
        if self._lock is not None:
            return
        file = self._ledger.vault.store.folder / f".dispatcher-{self._settings.executor_id}.lock"
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise Misconfigured(
                f"another process dispatches on this ledger as {self._settings.executor_id!r}; "
                "wait for it to end, or give this one a name of its own"
            ) from error
        self._lock = descriptor
