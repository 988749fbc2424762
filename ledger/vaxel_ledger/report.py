"""What became of each record, for people and for the sender's systems; and why, with the reasons for and against."""

import datetime as dt
import heapq
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from vaxel_engine.errors import Rejected
from vaxel_ledger import events, tables
from vaxel_ledger.decision import Decision, Reason
from vaxel_ledger.follow_ups import FollowUp, of_documents
from vaxel_ledger.mandates import Leg, legs
from vaxel_ledger.sealing import bound, unseal
from vaxel_ledger.standing import NOT_LOOKED_AT
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.vault import CONSIGNMENT, DOCUMENT, RECEIPT, Kept, Vault, find

_INTERNAL = frozenset({CONSIGNMENT, DOCUMENT, RECEIPT})
ERASED = "(erased)"


@dataclass(frozen=True, slots=True)
class ArtifactLine:
    """One artifact that was rendered for a document."""

    kind: str
    sha256: str
    """Of the plain bytes; empty after erasure."""
    size: int


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One record of the source."""

    document: str
    """The sender's reference; for a rejected record `file#record`."""
    document_id: str | None
    recipient: str
    kind: str
    channel: str | None
    """The channel of the last hand-over; None where there was none."""
    status: Status
    reason: str
    artifacts: tuple[ArtifactLine, ...]
    accepted_at: dt.datetime
    handed_over_at: dt.datetime | None
    final_at: dt.datetime | None
    cost: Decimal | None = None
    """Of every hand-over that took place, by the operator's prices; None where they are not known."""
    currency: str | None = None

    def as_json(self) -> dict[str, Any]:
        """With plain values; times in ISO 8601, UTC."""
        return {
            "document": self.document,
            "document_id": self.document_id,
            "recipient": self.recipient,
            "kind": self.kind,
            "channel": self.channel,
            "status": self.status.value,
            "reason": self.reason,
            "artifacts": [{"kind": one.kind, "sha256": one.sha256, "bytes": one.size} for one in self.artifacts],
            "accepted_at": self.accepted_at.isoformat(),
            "handed_over_at": self.handed_over_at.isoformat() if self.handed_over_at else None,
            "final_at": self.final_at.isoformat() if self.final_at else None,
            "cost": None if self.cost is None else format(self.cost, "f"),
            "currency": self.currency,
        }


@dataclass(frozen=True, slots=True)
class _Last:
    """A document's last hand-over."""

    channel: str
    state: AttemptState
    status: Status
    t_handed_over: dt.datetime | None
    t_final: dt.datetime | None


PAGE = 1_000
"""Records that are read at a time."""


def lines(connection: Connection, vault: Vault, batch_id: str) -> Iterator[ReportLine]:
    """One line per record of a batch, in the source's order; no more than a page of them is held at a time."""
    both = heapq.merge(
        _documents(connection, vault, batch_id), _rejections(connection, batch_id), key=lambda pair: pair[0]
    )
    return (line for _, line in both)


def _documents(connection: Connection, vault: Vault, batch_id: str) -> Iterator[tuple[int, ReportLine]]:
    document = tables.document.c
    query = (
        select(
            document.id,
            document.tenant,
            document.record,
            document.ext_id,
            document.kind,
            document.state,
            document.reason,
            document.recipient,
            document.created_at,
        )
        .where(document.batch_id == batch_id)
        .order_by(document.record)
        .limit(PAGE)
    )
    record = 0
    while page := connection.execute(query.where(document.record > record)).all():
        ids = [row[0] for row in page]
        data_keys = vault.data_keys(connection, ids)
        last = _last_attempts(connection, ids)
        kept, costs = _artifacts(connection, ids), _costs(connection, ids)
        for document_id, tenant, position, ext_id, kind, state, reason, sealed, created_at in page:
            data_key = data_keys.get(document_id)
            name = ERASED
            if data_key is not None:
                place = bound("recipient", tenant, document_id)
                name = unseal(data_key.key, sealed, place, what=f"the recipient of {document_id}").decode()
            attempt = last.get(document_id)
            cost, currency = costs.get(document_id, (None, None))
            record = position
            yield (
                position,
                ReportLine(
                    document=ext_id,
                    document_id=document_id,
                    recipient=name,
                    kind=kind,
                    channel=attempt.channel if attempt else None,
                    status=status_of(state, attempt.state if attempt else None, attempt.status if attempt else None),
                    reason=reason or NOT_LOOKED_AT,
                    artifacts=tuple(
                        ArtifactLine(one.kind, vault.plain_sha256(one, data_key) or "", one.size)
                        for one in kept[document_id]
                    ),
                    accepted_at=created_at,
                    handed_over_at=attempt.t_handed_over if attempt else None,
                    final_at=attempt.t_final if attempt else None,
                    cost=cost,
                    currency=currency,
                ),
            )


def _costs(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[Decimal, str]]:
    """What the hand-overs of documents cost that took place, also those that failed after it."""
    attempt = tables.attempt.c
    query = select(attempt.document_id, attempt.cost, attempt.currency).where(
        attempt.document_id.in_(document_ids), attempt.t_handed_over.is_not(None), attempt.cost.is_not(None)
    )
    costs: dict[str, tuple[Decimal, str]] = {}
    for document_id, cost, currency in connection.execute(query):
        before, _ = costs.get(document_id, (Decimal(), ""))
        costs[document_id] = (before + Decimal(cost or 0), currency or "")
    return costs


def status_of(state: DocumentState, attempt: AttemptState | None, said: Status | None) -> Status:
    """The word for people, from a document's state and its last hand-over."""
    match state:
        case (
            DocumentState.NEW
            | DocumentState.RENDERED
            | DocumentState.SENDING
            | DocumentState.FALLBACK
            | DocumentState.HELD
        ):
            return Status.ACCEPTED
        case DocumentState.AWAITING:
            return Status.OUTCOME_UNKNOWN if attempt is AttemptState.IN_DOUBT else Status.HANDED_OVER
        case DocumentState.DELIVERED | DocumentState.ARCHIVED:
            return Status.READ if said is Status.READ else Status.DELIVERED
        case DocumentState.FAILED:
            return Status.FAILED
        case DocumentState.CANCELLED:
            return Status.CANCELLED


def _last_attempts(connection: Connection, document_ids: Sequence[str]) -> dict[str, _Last]:
    """The hand-over that delivered each document, else its last; of one on its second way the second counts."""
    attempt, document = tables.attempt.c, tables.document.c
    over = document.state.in_((DocumentState.DELIVERED, DocumentState.ARCHIVED))
    query = (
        select(
            attempt.document_id,
            attempt.channel,
            attempt.state,
            attempt.status,
            attempt.t_handed_over,
            attempt.t_final,
        )
        .join_from(tables.attempt, tables.document, attempt.document_id == document.id)
        .where(attempt.document_id.in_(document_ids))
        .order_by(attempt.document_id, (attempt.state == AttemptState.DELIVERED) & over, attempt.seq)
    )
    return {
        document_id: _Last(channel, state, Status(status), t_handed_over, t_final)
        for document_id, channel, state, status, t_handed_over, t_final in connection.execute(query)
    }


def _artifacts(connection: Connection, document_ids: Sequence[str]) -> Mapping[str, list[Kept]]:
    by_document: dict[str, list[Kept]] = defaultdict(list)
    for one in find(connection, document_ids):
        if one.kind not in _INTERNAL:
            by_document[one.document_id].append(one)
    return by_document


def _rejections(connection: Connection, batch_id: str) -> Iterator[tuple[int, ReportLine]]:
    rejection = tables.rejection.c
    query = (
        select(
            rejection.position,
            rejection.file,
            rejection.record,
            rejection.line,
            rejection.path,
            rejection.term,
            rejection.found,
            rejection.remedy,
            rejection.created_at,
        )
        .where(rejection.batch_id == batch_id)
        .order_by(rejection.position)
        .limit(PAGE)
    )
    before = 0
    while page := connection.execute(query.where(rejection.position > before)).all():
        for position, file, record, line, path, term, found, remedy, created_at in page:
            why = Rejected(file=file, record=record, line=line, path=path, term=term, found=found, remedy=remedy)
            before = position
            yield (
                position,
                ReportLine(
                    document=f"{file}#{record}",
                    document_id=None,
                    recipient="",
                    kind="",
                    channel=None,
                    status=Status.REJECTED,
                    reason=why.sentence,
                    artifacts=(),
                    accepted_at=created_at,
                    handed_over_at=None,
                    final_at=None,
                ),
            )


@dataclass(frozen=True, slots=True)
class HandOver:
    """One attempt, for whoever asks why."""

    channel: str
    state: AttemptState
    tries: int
    reference: str | None
    reason: str | None
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Why:
    """Everything that decided what became of a document."""

    document: str
    document_id: str
    state: DocumentState
    sentence: str
    order: tuple[str, ...]
    reasons: Mapping[str, Reason]
    hand_overs: tuple[HandOver, ...]
    happened: tuple[events.Happened, ...]
    status: Status = Status.ACCEPTED
    """The word for people, as in the report."""
    route: Decision = field(default_factory=lambda: Decision((), ""))
    """The decision as it is kept, with what it was made on."""
    chan_ix: int = 0
    """Which channel of the order it is at."""
    leg: Leg | None = None
    """Its payment leg, where the amount is drawn."""
    opening: FollowUp | None = None
    """By when it is to be opened, where the sender's rules say so."""

    def as_json(self) -> dict[str, Any]:
        """With plain values; times in ISO 8601, UTC."""
        return {
            "document": self.document,
            "document_id": self.document_id,
            "state": self.state.value,
            "status": self.status.value,
            "sentence": self.sentence,
            "order": list(self.order),
            "given": dict(self.route.given),
            "payment": self.leg.as_json() if self.leg else None,
            "opening": self.opening.as_json() if self.opening else None,
            "channels": [{"channel": channel, **reason.as_json()} for channel, reason in self.reasons.items()],
            "hand_overs": [
                {
                    "channel": one.channel,
                    "state": one.state.value,
                    "tries": one.tries,
                    "reference": one.reference,
                    "reason": one.reason,
                    "at": one.at.isoformat(),
                }
                for one in self.hand_overs
            ],
            "events": [
                {"at": one.at.isoformat(), "kind": one.kind, "actor": one.actor, "data": dict(one.data)}
                for one in self.happened
            ],
        }


def why(connection: Connection, document_id: str) -> Why:
    """All reasons for and against, the hand-overs, and everything that happened.

    Raises:
        LookupError: there is no such document.
    """
    document, attempt = tables.document.c, tables.attempt.c
    found = connection.execute(
        select(document.ext_id, document.state, document.reason, document.route, document.chan_ix).where(
            document.id == document_id
        )
    ).first()
    if found is None:
        raise LookupError(f"the ledger has no document {document_id}")
    ext_id, state, reason, kept, chan_ix = found
    last = _last_attempts(connection, [document_id]).get(document_id)
    route = Decision.from_json(kept) if kept else Decision((), "no channel has been chosen yet")
    query = (
        select(attempt.channel, attempt.state, attempt.tries, attempt.provider_ref, attempt.reason, attempt.t_intent)
        .where(attempt.document_id == document_id)
        .order_by(attempt.seq)
    )
    return Why(
        document=ext_id,
        document_id=document_id,
        state=state,
        sentence=reason or route.sentence,
        order=route.order,
        reasons=route.reasons,
        hand_overs=tuple(
            HandOver(channel, attempt_state, tries, reference, said, at)
            for channel, attempt_state, tries, reference, said, at in connection.execute(query)
        ),
        happened=tuple(events.of_document(connection, document_id)),
        status=status_of(state, last.state if last else None, last.status if last else None),
        route=route,
        chan_ix=chan_ix,
        leg=legs(connection, [document_id]).get(document_id),
        opening=of_documents(connection, [document_id]).get(document_id),
    )
