"""A chunk of documents made ready: each gets a channel, its artifacts and its frozen bytes, in one transaction."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from vaxel_channels.contract import Capabilities, Channel, Consignment, Order, Reach
from vaxel_channels.dispatcher.frozen import MEDIA, freeze, thaw
from vaxel_channels.dispatcher.settings import CommitPoint, DispatchSettings, Render
from vaxel_channels.routing import SenderPolicy, decide, explain, worth_asking
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Refused, Unreadable, VaxelError
from vaxel_engine.model import Document
from vaxel_ledger import Decision, Ledger
from vaxel_ledger.attempts import idempotency_key
from vaxel_ledger.states import DocumentState
from vaxel_ledger.transitions import Move, move, note
from vaxel_ledger.vault import CONSIGNMENT, DataKey, Item, Kept, find, record
from vaxel_ledger.work import Due, Loaded, load

_D = DocumentState
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A document with its frozen bytes, ready for the channel whose turn it is."""

    document_id: str
    channel: str
    delivery_no: int
    key: str
    consignment: Consignment
    consignment_sha: str
    data_key: DataKey


@dataclass(slots=True)
class _Step:
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
class Workshop:
    """What it takes to make documents ready: the ledger, open channels, the renderer, and a clock."""

    ledger: Ledger
    channels: Mapping[str, Channel]
    render: Render
    settings: DispatchSettings
    clock: Callable[[], dt.datetime]

    @property
    def capabilities(self) -> Mapping[str, Capabilities]:
        """What each open channel declares, by the name the settings give it."""
        return {name: channel.capabilities for name, channel in self.channels.items()}

    def make_ready(self, chunk: Sequence[Due]) -> list[Parcel]:
        """Route, render, prepare and freeze; answer the parcels, after bytes and states are committed.

        A document that cannot be made ready fails or waits with its own sentence, and the others go on.
        """
        now, ids = self.clock(), [one.document_id for one in chunk]
        with self.ledger.reading() as connection:
            loaded = load(connection, self.ledger.vault, ids)
            kept = find(connection, ids)
        stored: dict[str, list[Kept]] = defaultdict(list)
        for one in kept:
            stored[one.document_id].append(one)
        frozen = {one.idem_key for one in kept if one.kind == CONSIGNMENT}
        steps = self._route(chunk, loaded, frozen, now)
        for step in steps:
            if step.to is None and step.due_at is None:
                self._prepare(step, loaded, stored[step.due.document_id], now)
        return self._commit(steps, loaded, now)

    def _route(
        self, chunk: Sequence[Due], loaded: Loaded, frozen: Collection[str | None], now: dt.datetime
    ) -> list[_Step]:
        """Ask the registers, once per channel for the whole chunk, and decide."""
        capabilities = self.capabilities
        policies = {
            one.document_id: self.settings.senders(loaded.documents[one.document_id].sender)
            for one in chunk
            if one.document_id in loaded.documents
        }
        questions: dict[str, list[Due]] = defaultdict(list)
        for one in chunk:
            document, policy = loaded.documents.get(one.document_id), policies.get(one.document_id)
            if document is None or policy is None:
                continue
            if one.state is _D.NEW or one.route is None:
                for name in worth_asking(document.kind, policy, capabilities):
                    questions[name].append(one)
            else:
                for name in one.route.unanswered:
                    if name in capabilities and name == one.route.channel(one.chan_ix):
                        questions[name].append(one)
        answers: dict[str, dict[str, Reach]] = defaultdict(dict)
        for name, asked in questions.items():
            for one, reach in zip(asked, self._look_up(name, asked, loaded.documents), strict=True):
                answers[one.document_id][name] = reach
        return [
            self._decide(one, loaded, frozen, policies.get(one.document_id), answers[one.document_id], now)
            for one in chunk
        ]

    def _look_up(self, name: str, asked: Sequence[Due], documents: Mapping[str, Document]) -> Sequence[Reach]:
        recipients = [documents[one.document_id].recipient for one in asked]
        try:
            reached = self.channels[name].look_up(recipients)
        except Exception as error:  # noqa: BLE001  # a channel by others must not stop the batch; unknown waits
            _LOG.warning("the look-up of %s stopped unexpectedly (%s)", name, type(error).__name__)
            return [Reach.UNKNOWN] * len(recipients)
        return reached if len(reached) == len(recipients) else [Reach.UNKNOWN] * len(recipients)

    def _decide(
        self,
        one: Due,
        loaded: Loaded,
        frozen: Collection[str | None],
        policy: SenderPolicy | None,
        answers: Mapping[str, Reach],
        now: dt.datetime,
    ) -> _Step:
        nothing = Decision((), "")
        document = loaded.documents.get(one.document_id)
        if document is None:
            why = loaded.unreadable.get(one.document_id, "the kept document is gone from the ledger; restore it")
            return _Step(one, one.route or nothing, one.chan_ix, None, why, now + self.settings.longest_wait)
        if policy is None:
            why = f"the sender {document.sender} is not set up; add it to the settings and hand the document in again"
            return _Step(one, one.route or nothing, one.chan_ix, _D.FAILED, why)
        if one.state is _D.NEW or one.route is None:
            decision = decide(document.kind, document.recipient.wishes, policy, self.capabilities, answers)
            step = _Step(one, decision, 0, reason=decision.sentence)
        else:
            step = _Step(one, one.route, one.chan_ix, reason=explain(one.route, one.chan_ix))
            name = one.route.order[one.chan_ix]
            begun = idempotency_key(one.tenant, one.document_id, name, one.delivery_no) in frozen
            if begun and name not in self.channels:  # its hand-over is open: only a person may turn it elsewhere
                step.reason = (
                    f"{name} is no longer set up, and the document was ready for it; set it up again or cancel"
                )
                step.due_at = now + self.settings.longest_wait
                return step
        self._stop_or_wait(step, policy, answers, now)
        return step

    def _stop_or_wait(self, step: _Step, policy: SenderPolicy, answers: Mapping[str, Reach], now: dt.datetime) -> None:
        """Skip channels whose register says no by now; stop at the end of the order; wait for one that is silent."""
        while (name := step.decision.channel(step.ix)) is not None:
            if name not in self.channels:
                step.decision = step.decision.without(name, "not set up", f"{name} is no longer set up")
            elif name not in step.decision.unanswered:
                break
            else:
                title = self.channels[name].capabilities.title
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

    def _prepare(self, step: _Step, loaded: Loaded, stored: Sequence[Kept], now: dt.datetime) -> None:
        """Freeze the bytes for the channel whose turn it is, or for the next one where that channel refuses."""
        due = step.due
        data_key, document = loaded.data_keys[due.document_id], loaded.documents[due.document_id]
        policy = self.settings.senders(document.sender)
        while step.to is None and step.due_at is None and (name := step.decision.channel(step.ix)) is not None:
            key = idempotency_key(due.tenant, due.document_id, name, due.delivery_no)
            try:
                frozen = next((one for one in stored if one.kind == CONSIGNMENT and one.idem_key == key), None)
                if frozen is not None:
                    step.consignment, step.kept = thaw(self.ledger.vault.open(frozen, data_key)), frozen
                    step.to = _D.RENDERED
                    return
                artifacts, made = self._artifacts(due, document, self.channels[name], stored, data_key)
                order = Order(document=document, artifacts=artifacts, key=key, at=now)
                step.consignment = self.channels[name].prepare(order)
            except Refused as error:
                _LOG.info("document %s was refused by %s before it was handed over", due.document_id, name)
                step.decision = step.decision.without(name, "refused", str(error))
                step.ix += 1
                if policy is not None:
                    self._stop_or_wait(step, policy, {}, now)
                continue
            except Unreadable as error:
                step.reason, step.due_at = str(error), now + self.settings.longest_wait
                return
            except VaxelError as error:
                step.to, step.reason = _D.FAILED, str(error)
                return
            except Exception as error:  # noqa: BLE001  # one document's bug must not stop a million others
                _LOG.error("document %s could not be made ready (%s)", due.document_id, type(error).__name__)
                step.to = _D.FAILED
                step.reason = (
                    f"it could not be made ready for {name}: an unexpected {type(error).__name__}; see the log"
                )
                return
            step.items = [Item(due.document_id, one.kind.value, one.media_type, one.body) for one in made]
            step.items.append(Item(due.document_id, CONSIGNMENT, MEDIA, freeze(step.consignment), key))
            step.to = _D.RENDERED

    def _artifacts(
        self, due: Due, document: Document, channel: Channel, stored: Sequence[Kept], data_key: DataKey
    ) -> tuple[dict[ArtifactKind, Artifact], Collection[Artifact]]:
        """What the channel needs, and what of it had to be rendered; what was made for another channel serves again."""
        needed = channel.capabilities.artifacts
        there = {
            kind: Artifact(kind, self.ledger.vault.open(one, data_key))
            for one in stored
            for kind in needed
            if one.kind == kind.value
        }
        missing = [kind for kind in needed if kind not in there]
        if not missing:
            return there, ()
        rendered = self.render(document, missing, self.settings.link_for(due.document_id))
        made = [rendered[kind] for kind in missing]
        return {**there, **{one.kind: one for one in made}}, made

    def _commit(self, steps: Sequence[_Step], loaded: Loaded, now: dt.datetime) -> list[Parcel]:
        items = [item for step in steps for item in step.items]
        kept = self.ledger.vault.keep(items, loaded.data_keys)
        frozen = {one.document_id: one for one in kept if one.kind == CONSIGNMENT}
        with self.ledger.writing() as connection:
            record(connection, kept, now)
            moved: set[str] = set()
            for state in (_D.NEW, _D.RENDERED, _D.FALLBACK):
                here = [step for step in steps if step.due.state is state]
                for to in (_D.RENDERED, _D.FAILED):
                    moves = [_move(step) for step in here if step.to is to]
                    if to is state:
                        moved |= note(connection, moves, expected=state, kind="prepared", at=now, actor="dispatcher")
                    elif moves:
                        moved |= move(connection, moves, expected=state, to=to, at=now, actor="dispatcher")
                waits = [_move(step) for step in here if step.to is None]
                note(connection, waits, expected=state, kind="held", at=now, actor="dispatcher")
        self.settings.passed(CommitPoint.FROZEN)
        return [
            Parcel(
                document_id=step.due.document_id,
                channel=step.consignment.channel,
                delivery_no=step.due.delivery_no,
                key=step.consignment.key,
                consignment=step.consignment,
                consignment_sha=(step.kept or frozen[step.due.document_id]).place.sha,
                data_key=loaded.data_keys[step.due.document_id],
            )
            for step in steps
            if step.to is _D.RENDERED and step.consignment is not None and step.due.document_id in moved
        ]


def _move(step: _Step) -> Move:
    values = {
        "route": step.decision.as_json(),
        "chan_ix": step.ix,
        "reason": step.reason,
        "due_at": step.due_at,
    }
    channel = step.decision.channel(step.ix)
    return Move(step.due.document_id, values, {"channel": channel} if channel else {"why": step.reason})
