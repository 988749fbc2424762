"""The channel of each document of a chunk: registers asked once per channel, decisions made, silent ones waited for."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Capabilities, Channel, Consignment, Reach
from vaxel_channels.dispatcher.lookout import Lookout
from vaxel_channels.dispatcher.settings import DispatchSettings
from vaxel_channels.routing import SenderPolicy, decide, explain, is_paper, occasion, worth_asking
from vaxel_channels.routing.words import reason
from vaxel_engine.model import Document
from vaxel_ledger import Decision
from vaxel_ledger.attempts import idempotency_key
from vaxel_ledger.follow_ups import UNOPENED
from vaxel_ledger.pausing import Stopped, drained_because, held_because
from vaxel_ledger.states import DocumentState
from vaxel_ledger.vault import Item, Kept
from vaxel_ledger.work import Due, Loaded

_D = DocumentState
_MISSES = frozenset({"not registered", "unmatched skipped"})
_WISHED = frozenset({"wish", "tag"})


@dataclass(slots=True)
class Step:
    """What becomes of one document of the chunk; filled in as it is worked on."""

    due: Due
    decision: Decision
    ix: int
    to: DocumentState | None = None
    """Where it goes; None while it stays and waits."""
    reason: str = ""
    due_at: dt.datetime | None = None
    items: list[Item] = field(default_factory=list[Item])
    consignment: Consignment | None = None
    kept: Kept | None = None


@dataclass(frozen=True, slots=True)
class Chooser:
    """What it takes to choose: open channels, and what each sender allows."""

    channels: Accounts
    settings: DispatchSettings
    lookout: Lookout
    stopped: Stopped = field(default_factory=Stopped)
    """Channels that a person has stopped; whose turn is theirs waits."""
    frozen: Collection[str | None] = ()
    """The keys of hand-overs whose bytes are there."""

    def choose(self, chunk: Sequence[Due], loaded: Loaded, now: dt.datetime) -> list[Step]:
        """Ask the registers, once per channel and account for the whole chunk, and decide."""
        senders = {one.sender for one in loaded.documents.values()}
        declared = {sender: _declared(self.channels.of(sender)) for sender in senders}
        policies = {
            one.document_id: self.settings.senders(loaded.documents[one.document_id].sender)
            for one in chunk
            if one.document_id in loaded.documents
        }
        questions: dict[tuple[str, int], list[Due]] = defaultdict(list)

        def ask(name: str, one: Due, sender: str) -> None:
            questions[name, id(self.channels.of(sender)[name])].append(one)

        for one in chunk:
            document, policy = loaded.documents.get(one.document_id), policies.get(one.document_id)
            if document is None or policy is None:
                continue
            capabilities = declared[document.sender]
            if one.state is _D.NEW or one.route is None:
                for name in worth_asking(document.kind, policy, capabilities):
                    ask(name, one, document.sender)
            else:
                for name in one.route.unanswered:
                    if name in capabilities and name == one.route.channel(one.chan_ix):
                        ask(name, one, document.sender)
        answers: dict[str, dict[str, Reach]] = defaultdict(dict)
        for (name, _account), asked in questions.items():
            reaches = self._look_up(name, asked, loaded.documents, policies)
            for one, reach in zip(asked, reaches, strict=True):
                answers[one.document_id][name] = reach
        steps = [
            self._decide(one, loaded, policies.get(one.document_id), declared, answers[one.document_id], now)
            for one in chunk
        ]
        self._watch(steps, loaded.documents, declared)
        return steps

    def _look_up(
        self,
        name: str,
        asked: Sequence[Due],
        documents: Mapping[str, Document],
        policies: Mapping[str, SenderPolicy | None],
    ) -> Sequence[Reach]:
        recipients = [documents[one.document_id].recipient for one in asked]
        channel = self.channels.of(documents[asked[0].document_id].sender)[name]
        policy = policies.get(asked[0].document_id)
        fresh = policy.in_force.channel(name).fresh if policy else None
        return self.lookout.look_up(asked[0].tenant, name, channel, recipients, fresh=fresh)

    def _watch(
        self,
        steps: Sequence[Step],
        documents: Mapping[str, Document],
        declared: Mapping[str, Mapping[str, Capabilities]],
    ) -> None:
        """Count what goes to paper and what took a second way, of what is decided and not held."""
        by_sender: dict[tuple[str, str], list[Step]] = defaultdict(list)
        for step in steps:
            if step.due.document_id in documents and step.due_at is None:
                by_sender[step.due.tenant, documents[step.due.document_id].sender].append(step)
        for (tenant, sender), theirs in by_sender.items():
            channels = declared[sender]
            names = [step.decision.channel(step.ix) for step in theirs]
            paper = [name in channels and is_paper(channels[name]) for name in names if name is not None]
            fell = [step.due.state is _D.FALLBACK and not _unopened(step.decision) for step in theirs]
            self.lookout.watch.decided(tenant, sender, paper=paper, fell=fell)

    def _decide(
        self,
        one: Due,
        loaded: Loaded,
        policy: SenderPolicy | None,
        declared: Mapping[str, Mapping[str, Capabilities]],
        answers: Mapping[str, Reach],
        now: dt.datetime,
    ) -> Step:
        nothing = Decision((), "")
        document = loaded.documents.get(one.document_id)
        if document is None:
            why = loaded.unreadable.get(one.document_id, "the kept document is gone from the ledger; restore it")
            return Step(one, one.route or nothing, one.chan_ix, None, why, now + self.settings.longest_wait)
        if policy is None:
            why = f"the sender {document.sender} is not set up; add it to the settings, or cancel the document"
            return Step(one, one.route or nothing, one.chan_ix, None, why, now + self.settings.longest_wait)
        if one.state is _D.NEW or one.route is None:
            prices, currency = self.settings.prices(document.sender)
            stopped = self.lookout.ramps.stopped(one.tenant, policy)
            moment = occasion(document, now, stopped=stopped, prices=prices, currency=currency)
            wishes, channels = document.recipient.wishes, declared[document.sender]
            decision = decide(document.kind, wishes, policy, channels, answers, moment)
            step = Step(one, decision, 0, reason=decision.sentence)
            if decision.hold_until is not None and decision.hold_until > now:
                step.due_at = decision.hold_until
                return step
        else:
            step = Step(one, one.route, one.chan_ix, reason=explain(one.route, one.chan_ix))
            name = one.route.order[one.chan_ix]
            begun = self._begun(one, name)
            if (
                begun and name not in declared[document.sender]
            ):  # its hand-over is open: only a person may turn it elsewhere
                step.reason = (
                    f"{name} is no longer set up, and the document was ready for it; set it up again or cancel"
                )
                step.due_at = now + self.settings.longest_wait
                return step
        self.go_on(step, document.sender, policy, answers, now)
        if one.state is _D.NEW:
            self._doubt(step, declared[document.sender], now)
        return step

    def _doubt(self, step: Step, declared: Mapping[str, Capabilities], now: dt.datetime) -> None:
        """Let a letter wait that is one because of a register which matches nobody at present."""
        name, reasons = step.decision.channel(step.ix), step.decision.reasons
        if name is None or step.due_at is not None or name not in declared or not is_paper(declared[name]):
            return
        if reasons[name].code in _WISHED:
            return
        for other, against in reasons.items():
            if against.code in _MISSES and self.lookout.watch.doubts(step.due.tenant, other):
                waits = reason(True, "register doubted", title=declared[other].title)
                step.reason, step.due_at = f"{waits.sentence}; {step.reason}", now + self.settings.register_wait
                return

    def go_on(
        self, step: Step, sender: str, policy: SenderPolicy, answers: Mapping[str, Reach], now: dt.datetime
    ) -> None:
        """Skip channels whose register says no by now; stop at the end of the order; wait for one that is silent."""
        channels = self.channels.of(sender)
        while (name := step.decision.channel(step.ix)) is not None:
            if name not in channels:
                step.decision = step.decision.without(name, "not set up", f"{name} is no longer set up")
            elif name not in step.decision.unanswered:
                break
            else:
                title = channels[name].capabilities.title
                match answers.get(name, Reach.UNKNOWN):
                    case Reach.UNKNOWN:
                        step.due_at = now + self.settings.register_wait
                        break
                    case Reach.HIT:
                        step.decision = step.decision.answered(name)
                        break
                    case Reach.UNMATCHED if policy.try_unmatched:
                        step.decision = step.decision.answered(name)
                        break
                    case _:
                        step.decision = step.decision.without(
                            name, "not registered", f"{title} does not have the recipient"
                        ).answered(name)
            step.ix += 1
        step.reason = explain(step.decision, step.ix)
        if name is None:
            step.to = _D.FAILED
        elif name in self.stopped.paused:
            step.reason, step.due_at = held_because(name), now + self.settings.longest_wait
        elif name in self.stopped.draining and not self._begun(step.due, name):
            step.reason, step.due_at = drained_because(name), now + self.settings.longest_wait
        elif step.due_at is None and (until := policy.in_force.quiet_until(name, now)) is not None:
            quiet = reason(True, "quiet hours", title=channels[name].capabilities.title, until=f"{until:%H:%M}")
            step.reason, step.due_at = f"{quiet.sentence}; {step.reason}", until
        elif (closed := self.settings.closed_until(name, now)) is not None:
            step.due_at, step.reason = closed

    def _begun(self, one: Due, channel: str) -> bool:
        """Whether what goes through a channel is frozen."""
        return idempotency_key(one.tenant, one.document_id, channel, one.delivery_no) in self.frozen


def _unopened(decision: Decision) -> bool:
    """Whether it takes another way because nobody opened it, and not because something failed."""
    return any(one.code == UNOPENED for one in decision.reasons.values())


def _declared(channels: Mapping[str, Channel]) -> Mapping[str, Capabilities]:
    """What each open channel declares, by the name the settings give it."""
    return {name: channel.capabilities for name, channel in channels.items()}
