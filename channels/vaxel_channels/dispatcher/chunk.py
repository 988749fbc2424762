"""A chunk of documents made ready: each gets a channel, its artifacts and its frozen bytes, in one transaction."""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Channel, Consignment, Order
from vaxel_channels.dispatcher.choosing import Chooser, Step
from vaxel_channels.dispatcher.following import to_watch
from vaxel_channels.dispatcher.frozen import MEDIA, freeze, thaw
from vaxel_channels.dispatcher.looking_ahead import LookingAhead
from vaxel_channels.dispatcher.lookout import Lookout, as_wished
from vaxel_channels.dispatcher.node import Held
from vaxel_channels.dispatcher.settings import CommitPoint, DispatchSettings, Render
from vaxel_channels.routing import invited_until
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Refused, Unreadable, VaxelError
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, follow_ups
from vaxel_ledger.attempts import idempotency_key
from vaxel_ledger.mandates import select_legs
from vaxel_ledger.pausing import stopped
from vaxel_ledger.rates import waits_its_turn
from vaxel_ledger.states import DocumentState
from vaxel_ledger.transitions import Move, move, note
from vaxel_ledger.vault import CONSIGNMENT, DOCUMENT, DataKey, Item, Kept, find, record
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
    waited: bool = False
    """For its turn at a provider that has a rate."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What it takes to make documents ready: the ledger, open channels, the renderer, and a clock."""

    ledger: Ledger
    channels: Accounts
    render: Render
    settings: DispatchSettings
    clock: Callable[[], dt.datetime]
    lookout: Lookout

    def make_ready(self, chunk: Sequence[Due], held: Held) -> list[Parcel]:
        """Route, render, prepare and freeze; answer the parcels, after bytes and states are committed.

        A document that cannot be made ready fails or waits with its own sentence, and the others go on.

        Raises:
            TakenOver: another worker has the chunk by now; nothing was committed.
        """
        now, ids = self.clock(), [one.document_id for one in chunk]
        with self.ledger.reading() as connection:
            loaded = load(connection, self.ledger.vault, ids)
            loaded = as_wished(connection, self.ledger, self.settings, loaded, chunk)
            kept = find(connection, ids)
            halted = stopped(connection)
        stored: dict[str, list[Kept]] = defaultdict(list)
        seen: set[str] = set()
        for one in kept:  # the oldest first
            if one.kind == DOCUMENT and one.document_id in seen:  # corrected: artifacts of before are another's
                stored[one.document_id] = [earlier for earlier in stored[one.document_id] if earlier.idem_key]
            elif one.kind == DOCUMENT:
                seen.add(one.document_id)
            stored[one.document_id].append(one)
        frozen = {one.idem_key for one in kept if one.kind == CONSIGNMENT}
        LookingAhead(self.ledger, self.channels, self.settings, self.lookout).ask(chunk, loaded)
        chooser = Chooser(self.channels, self.settings, self.lookout, halted, frozen)
        steps = chooser.choose(chunk, loaded, now)
        for step in steps:
            if step.to is None and step.due_at is None:
                self._prepare(step, chooser, loaded, stored[step.due.document_id], now)
        return self._commit(steps, loaded, held, now)

    def _prepare(self, step: Step, chooser: Chooser, loaded: Loaded, stored: Sequence[Kept], now: dt.datetime) -> None:
        """Freeze the bytes for the channel whose turn it is, or for the next one where that channel refuses."""
        due = step.due
        data_key, document = loaded.data_keys[due.document_id], loaded.documents[due.document_id]
        policy = self.settings.senders(document.sender)
        channels = self.channels.of(document.sender)
        while step.to is None and step.due_at is None and (name := step.decision.channel(step.ix)) is not None:
            key = idempotency_key(due.tenant, due.document_id, name, due.delivery_no)
            try:
                frozen = next((one for one in stored if one.kind == CONSIGNMENT and one.idem_key == key), None)
                if frozen is not None:
                    step.consignment, step.kept = thaw(self.ledger.vault.open(frozen, data_key)), frozen
                    step.to = _D.RENDERED
                    return
                artifacts, made = self._artifacts(due, document, channels[name], stored, data_key)
                order = Order(document, artifacts, key, now)
                if policy is not None:
                    rules = policy.in_force
                    until = invited_until(step.decision, name, rules)
                    order = replace(order, invite_until=until, co_envelope=rules.shares_envelope(name, document.kind))
                step.consignment = replace(channels[name].prepare(order), sender=document.sender)
            except Refused as error:
                _LOG.info("document %s was refused by %s before it was handed over", due.document_id, name)
                step.decision = step.decision.without(name, "refused", str(error))
                step.ix += 1
                if policy is not None:
                    chooser.go_on(step, document.sender, policy, {}, now)
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
        rendered = self.render(document, missing, self.settings.link_for(due.document_id), due.pack_version)
        made = [rendered[kind] for kind in missing]
        return {**there, **{one.kind: one for one in made}}, made

    def _commit(self, steps: Sequence[Step], loaded: Loaded, held: Held, now: dt.datetime) -> list[Parcel]:
        items = [item for step in steps for item in step.items]
        kept = self.ledger.vault.keep(items, loaded.data_keys)
        frozen = {one.document_id: one for one in kept if one.kind == CONSIGNMENT}
        moved: set[str] = set()
        with self.ledger.writing() as connection:
            held.check(connection)
            record(connection, kept, now)
            for state in (_D.NEW, _D.RENDERED, _D.FALLBACK):
                here = [step for step in steps if step.due.state is state]
                ready = [_move(step) for step in here if step.to is _D.RENDERED]
                if state is _D.RENDERED:
                    moved |= note(
                        connection, ready, expected=state, kind="prepared", at=now, actor="dispatcher", claimed=True
                    )
                elif ready:
                    moved |= move(
                        connection, ready, expected=state, to=_D.RENDERED, at=now, actor="dispatcher", claimed=True
                    )
                drawn = {step.due.document_id for step in here if step.to is _D.RENDERED} & set(loaded.documents)
                for tenant in {step.due.tenant for step in here if step.due.document_id in drawn}:
                    of_tenant = [step.due.document_id for step in here if step.due.tenant == tenant]
                    theirs = {name: loaded.documents[name] for name in of_tenant if name in drawn}
                    select_legs(connection, tenant, theirs, loaded.data_keys, at=now)
                self._end(connection, [step for step in here if step.to is _D.FAILED], state, now)
                waits = [_move(step) for step in here if step.to is None]
                note(connection, waits, expected=state, kind="held", at=now, actor="dispatcher")
            follow_ups.watch(connection, self._to_watch(steps, loaded, moved, now))
        self.lookout.watch.keep()
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
                waited=step.due.reason == waits_its_turn(step.consignment.channel),
            )
            for step in steps
            if step.to is _D.RENDERED and step.consignment is not None and step.due.document_id in moved
        ]

    def _end(self, connection: Connection, over: Sequence[Step], state: DocumentState, now: dt.datetime) -> None:
        """Nothing carries them; one that was delivered and not opened before stays delivered."""
        first = follow_ups.followed(connection, [step.due.document_id for step in over if step.ix > 0])
        kept = [
            follow_ups.stays_delivered(_move(step), step.decision, first[step.due.document_id], step.reason)
            for step in over
            if step.due.document_id in first
        ]
        failed = [_move(step) for step in over if step.due.document_id not in first]
        move(connection, failed, expected=state, to=_D.FAILED, at=now, actor="dispatcher")
        if kept:
            move(connection, kept, expected=state, to=_D.DELIVERED, at=now, actor="dispatcher")

    def _to_watch(
        self, steps: Sequence[Step], loaded: Loaded, moved: Collection[str], now: dt.datetime
    ) -> list[follow_ups.Watched]:
        found: list[follow_ups.Watched] = []
        for step in steps:
            document = loaded.documents.get(step.due.document_id)
            policy = self.settings.senders(document.sender) if document is not None else None
            if document is None or policy is None or step.consignment is None or step.due.document_id not in moved:
                continue
            if policy.in_force.kind(document.kind).unopened is None:
                continue
            channel = self.channels.of(document.sender)[step.consignment.channel]
            one = to_watch(step, document, policy, channel, self.settings.link_for(step.due.document_id), now)
            found += [one] if one is not None else []
        return found


def _move(step: Step) -> Move:
    values = {
        "route": step.decision.as_json(),
        "chan_ix": step.ix,
        "reason": step.reason,
        "due_at": step.due_at,
    }
    channel = step.decision.channel(step.ix)
    return Move(step.due.document_id, values, {"channel": channel} if channel else {"why": step.reason})
