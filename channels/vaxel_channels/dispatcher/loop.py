"""The loop of one worker: chunk after chunk, claimed, until nothing is due; then what comes later."""

import datetime as dt
import logging
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
from vaxel_channels.dispatcher.following import Following
from vaxel_channels.dispatcher.frozen import thaw
from vaxel_channels.dispatcher.handing_over import Counter
from vaxel_channels.dispatcher.inviting import is_invited, put_off, what_became_of
from vaxel_channels.dispatcher.lookout import Lookout
from vaxel_channels.dispatcher.node import Held, Node
from vaxel_channels.dispatcher.settings import CommitPoint, DispatchSettings, Render
from vaxel_engine.errors import Unreachable, VaxelError
from vaxel_ledger import Ledger, cancelling, claims, counts, work
from vaxel_ledger.attempts import Attempted
from vaxel_ledger.claims import Chunk, TakenOver
from vaxel_ledger.inbox import apply
from vaxel_ledger.late import recalled
from vaxel_ledger.outcomes import Outcome, Retry, conclude, write
from vaxel_ledger.states import AttemptState, DocumentState
from vaxel_ledger.taking_back import in_their_hands, taken_back
from vaxel_ledger.transitions import Move, note
from vaxel_ledger.vault import CONSIGNMENT, find

_LOG = logging.getLogger(__name__)

_TELL_EVERY = dt.timedelta(milliseconds=500)

Progress = Callable[[int, int], None]
"""Called with how many documents are handed over or final, and of how many."""


class Dispatcher:
    """Takes documents from the ledger through a channel each, as far as it goes now; call it again when more is due.

    Any number of them may work on one ledger, each under a name of its own: a chunk of documents is claimed by one, and
    taken over by another when its worker has been silent for `takeover_after`. A process that starts under a name takes
    up at once what the name's earlier life left behind.
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
        self._workshop = Workshop(ledger, self._channels, render, settings, clock, Lookout.on(ledger, clock))
        self._counter = Counter(ledger, self._channels, settings, clock)
        self._following = Following(ledger, self._channels, settings, clock)
        self._node = Node(ledger, settings, clock)
        self._looked = settings.monotonic()

    def close(self) -> None:
        """Let another process take over this node's name; may be called twice. Channels stay open."""
        self._node.close()

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
        self._node.begin()
        told: dt.datetime | None = None
        held: Held | None = None
        while True:
            now = self._clock()
            with self._ledger.writing() as connection:
                self._node.beat(connection)
                if held is not None:
                    claims.release(connection, self._node.me, held.chunk)
                if self._settings.stopping():
                    break
                taken = claims.take(connection, self._node.me, at=now, limit=self._settings.chunk, batch_id=batch_id)
            if taken is None:
                break
            held = Held(self._node, taken[0])
            try:
                self._settings.passed(CommitPoint.CLAIMED)
                self._counter.hand_over(self._workshop.make_ready(taken[1], held), held)
            except TakenOver as lost:
                _LOG.warning("%s; this worker goes on with the next", lost)
            if told is None or now - told >= _TELL_EVERY:  # counting a large batch for each chunk would cost more
                self._tell(progress, batch_id)
                told = now
            if self._settings.monotonic() - self._looked >= self._settings.takeover_after.total_seconds() / 4:
                self._take_over(held.chunk.id)
        self._tell(progress, batch_id)
        self._close_batches()

    def resume(self) -> int:
        """Take up hand-overs that a crash left between intent and outcome, and answer how many there were.

        A provider that can be asked is asked, and believed that it has nothing when it says so once more after
        `question_wait`; one that recognises the key gets the same bytes again; any other leaves the document *outcome
        unknown*, for the provider's report or a person to settle.
        """
        return self._take_over()

    def _take_over(self, working_on: str | None = None) -> int:
        """Take up what earlier lives of this name, and nodes that fell silent, left between intent and outcome."""
        self._node.begin()
        self._looked, me = self._settings.monotonic(), self._node.me
        with self._ledger.writing() as connection:
            self._node.beat(connection)
            silent = self._node.watch.silent(connection) - {me.executor_id}
            taken = claims.take_over(connection, me, silent, working_on=working_on)
            unclaimed = claims.take_unclaimed(connection, me, at=self._clock())
        taken += [unclaimed] if unclaimed else []
        size = self._settings.sub_batch
        for chunk, behind in taken:
            held = Held(self._node, chunk)
            for start in range(0, len(behind), size):
                self._take_up(behind[start : start + size], held)
            self._let_go(held)
        return sum(len(behind) for _, behind in taken)

    def _let_go(self, held: Held) -> None:
        with self._ledger.writing() as connection:
            claims.release(connection, self._node.me, held.chunk)

    def settle(self, batch_id: str | None = None, progress: Progress | None = None) -> None:
        """What time brings: reports are applied, windows without bad news end, doubts are asked about, retries run.

        And what a provider holds of a document that another channel delivered late is asked back; what nobody has
        opened by its day goes the next way.
        """
        self._take_over()
        self.apply_receipts()
        now = self._clock()
        while self._windows_end(now):
            pass
        self._following.follow()
        self._recall(now)
        self._answer_wishes(now)
        while (doubts := self._doubts(now)) is not None:
            held = Held(self._node, doubts[0])
            self._take_up(doubts[1], held)
            self._let_go(held)
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
        cancelled = self._ledger.cancel(document_id) or bool(self._take_back(document_id))
        self._close_batches()
        return cancelled

    def _answer_wishes(self, now: dt.datetime) -> None:
        """Ask providers for what persons called off after it had been handed over."""
        with self._ledger.reading() as connection:
            wished = cancelling.wishes(connection, at=now, limit=self._settings.chunk)
        for document_id in wished:
            back = self._ledger.cancel(document_id) or self._take_back(document_id)
            with self._ledger.writing() as connection:
                again_at = now + self._settings.question_wait
                cancelling.answered(connection, document_id, back, at=now, again_at=again_at)

    def _take_back(self, document_id: str) -> bool | None:
        """Ask the provider to give back what it has not brought to anybody yet; its silence is no yes."""
        self.apply_receipts()  # what it told already counts
        with self._ledger.reading() as connection:
            one = in_their_hands(connection, document_id)
        if one is None:
            return False
        if not (back := self._gives_back(one)):
            return back
        with self._ledger.writing() as connection:
            return taken_back(connection, one, at=self._clock(), actor="person")

    def _gives_back(self, one: Attempted) -> bool | None:
        """Whether the provider gives a hand-over back; None when it did not say."""
        consignment = self._thawed(one)
        channel = self._channels.of(consignment.sender).get(one.channel)
        if not isinstance(channel, CanBeCancelled):
            return False
        try:
            return channel.cancel(consignment)
        except Unreachable as error:
            _LOG.warning("%s did not say whether it gives a consignment back (%s)", one.channel, type(error).__name__)
            return None

    def _recall(self, now: dt.datetime) -> None:
        """Ask providers for what they hold of documents that an earlier channel delivered late.

        A crash between the provider's yes and its record makes the next one hear "too late", and the ledger speaks of a
        copy that nobody got: the cautious mistake.
        """
        while True:
            with self._ledger.writing() as connection:
                taken = claims.take_recalls(connection, self._node.me, at=now, limit=self._settings.sub_batch)
            if taken is None:
                return
            chunk, held = taken
            answers = [(one, one.state is AttemptState.HANDED_OVER and self._gives_back(one)) for one in held]
            with self._ledger.writing() as connection:
                if claims.holds(connection, self._node.me, chunk):
                    recalled(
                        connection,
                        chunk.documents,
                        [one for one, answer in answers if answer],
                        {one.document_id for one, answer in answers if answer is None},
                        at=now,
                        again_at=now + self._settings.question_wait,
                    )
                claims.release(connection, self._node.me, chunk)

    def next_due(self, batch_id: str | None = None) -> dt.datetime | None:
        """When `settle` has something to do by itself; None if all that waits, waits for the outside."""
        with self._ledger.reading() as connection:
            return work.next_due(connection, batch_id)

    def _windows_end(self, now: dt.datetime) -> int:
        """Conclude a page of hand-overs whose time ended without news, and answer how many."""
        with self._ledger.writing() as connection:
            over = work.awaiting(connection, AttemptState.HANDED_OVER, at=now, limit=self._settings.chunk)
            invited = [one for one in over if is_invited(one)]
            put_off(connection, invited, at=now, until=now + self._settings.question_wait)
            ended = [(one, self._settings.without_news(one.channel)) for one in over if not is_invited(one)]
            outcomes = [Outcome(one.key, told[0], one.provider_ref, told[1]) for one, told in ended if told is not None]
            conclude(connection, outcomes, at=now, actor="dispatcher")
            # Its time was taken out of the settings while it waited: only news can tell now, and silence is no news.
            waits = [Move(one.document_id, {"due_at": None}) for one, told in ended if told is None]
            note(connection, waits, expected=DocumentState.AWAITING, kind="waits for news", at=now, actor="dispatcher")
        for one in invited:
            self._invitation_ends(one, now)
        return len(over)

    def _invitation_ends(self, one: Attempted, now: dt.datetime) -> None:
        """Conclude one invitation, where the provider says what became of it; a silent one is asked again."""
        consignment = self._thawed(one)
        outcome = what_became_of(one, consignment, self._channels.of(consignment.sender).get(one.channel))
        if outcome is not None:
            with self._ledger.writing() as connection:
                conclude(connection, [outcome], at=now, actor="dispatcher")

    def _doubts(self, now: dt.datetime) -> tuple[Chunk, list[Attempted]] | None:
        with self._ledger.writing() as connection:
            return claims.take_doubts(connection, self._node.me, at=now, limit=self._settings.sub_batch)

    def _take_up(self, open_ones: Sequence[Attempted], held: Held) -> None:
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
            if not held.still_ours(connection):  # whoever has it now asks again
                return
            write(connection, outcomes, retries, at=now, actor="dispatcher")

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
                if receipt is None and cut_off and not keyed:
                    # It may be taking in at this moment what a worker handed over before it was killed, and a worker
                    # that was taken over may still be at it: "not here" counts when it is said again later.
                    why = (
                        f"{one.channel} was asked and does not have it yet; it is asked once more before it goes again"
                    )
                    return self._counter.doubt(one.key, channel, why)
                if receipt is None:
                    return Retry(
                        one.key, f"{one.channel} was asked and does not have it; the same bytes go again", None
                    )
                due_at = self._settings.due_after_hand_over(one.channel, self._clock(), consignment.details)
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
