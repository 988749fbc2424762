"""Hand-overs: the intent that is committed before, and the outcome that is committed after, each exactly once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from vaxel_ledger import events, tables
from vaxel_ledger.decision import Decision
from vaxel_ledger.sealing import bound, sha256
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.transitions import Advance, Move, advance, move, note

_D, _A = DocumentState, AttemptState


def idempotency_key(tenant: str, document_id: str, channel: str, delivery_no: int) -> str:
    """sha256 over tenant, document, channel and delivery number, as 64 hexadecimal digits.

    The same for every retry, restart and take-over; only a person's deliberate resend raises the delivery number.
    """
    return sha256(bound(tenant, document_id, channel, str(delivery_no)))


@dataclass(frozen=True, slots=True)
class Intent:
    """A hand-over about to happen, with its bytes frozen."""

    document_id: str
    channel: str
    delivery_no: int
    key: str
    consignment_sha: str


def begin(
    connection: Connection, intents: Sequence[Intent], *, executor_id: str, at: dt.datetime, actor: str = "dispatcher"
) -> dict[str, int]:
    """Write intents and move their documents rendered → sending; answer the keys to hand over and which try each is.

    A key that was tried before and never left us is tried again on the same row. Commit before sending.
    """
    moves = [Move(one.document_id, told={"channel": one.channel}) for one in intents]
    won = move(connection, moves, expected=_D.RENDERED, to=_D.SENDING, at=at, actor=actor)
    ours = [one for one in intents if one.document_id in won]
    if not ours:
        return {}
    attempt = tables.attempt.c
    known = by_key(connection, [one.key for one in ours])
    again = [
        Advance(known[one.key].attempt_id, {"executor_id": executor_id, "tries": known[one.key].tries + 1})
        for one in ours
        if one.key in known
    ]
    reopened = advance(connection, again, expected=_A.INTENT, to=_A.INTENT)
    numbers = (
        select(attempt.document_id, func.max(attempt.seq))
        .where(attempt.document_id.in_([one.document_id for one in ours]))
        .group_by(attempt.document_id)
    )
    last = dict(connection.execute(numbers).all())
    fresh = [one for one in ours if one.key not in known]
    if fresh:
        rows: list[dict[str, Any]] = [
            {
                "document_id": one.document_id,
                "seq": last.get(one.document_id, 0) + 1,
                "channel": one.channel,
                "delivery_no": one.delivery_no,
                "idem_key": one.key,
                "state": _A.INTENT,
                "status": Status.ACCEPTED.value,
                "tries": 1,
                "consignment_sha": one.consignment_sha,
                "executor_id": executor_id,
                "t_intent": at,
            }
            for one in fresh
        ]
        connection.execute(insert(tables.attempt), rows)
    tries = {one.key: 1 for one in fresh}
    tries |= {key: one.tries + 1 for key, one in known.items() if one.attempt_id in reopened}
    return tries


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is now known of one hand-over; `due_at` is when to look at the document again if this is not the end."""

    key: str
    status: Status
    reference: str | None = None
    reason: str | None = None
    due_at: dt.datetime | None = None


_LEADS_TO = {
    Status.ACCEPTED: _A.HANDED_OVER,
    Status.HANDED_OVER: _A.HANDED_OVER,
    Status.DELIVERED: _A.DELIVERED,
    Status.READ: _A.DELIVERED,
    Status.FAILED: _A.FAILED,
    Status.REJECTED: _A.FAILED,
    Status.CANCELLED: _A.FAILED,
    Status.OUTCOME_UNKNOWN: _A.IN_DOUBT,
}

_STEPS = {
    # The states an attempt may be in for the news to change it; anything else is late, and harmless.
    _A.HANDED_OVER: (_A.INTENT, _A.IN_DOUBT),
    _A.DELIVERED: (_A.INTENT, _A.IN_DOUBT, _A.HANDED_OVER),
    _A.FAILED: (_A.INTENT, _A.IN_DOUBT, _A.HANDED_OVER),
    _A.IN_DOUBT: (_A.INTENT, _A.IN_DOUBT),
}


@dataclass(frozen=True, slots=True)
class Attempted:
    """A hand-over as the ledger has it, with its document."""

    attempt_id: int
    key: str
    state: AttemptState
    channel: str
    tries: int
    provider_ref: str | None
    consignment_sha: str
    executor_id: str
    t_intent: dt.datetime
    document_id: str
    batch_id: str
    document_state: DocumentState
    chan_ix: int
    route: Decision


_ATTEMPT, _DOCUMENT = tables.attempt.c, tables.document.c
ATTEMPTED = select(
    _ATTEMPT.id,
    _ATTEMPT.idem_key,
    _ATTEMPT.state,
    _ATTEMPT.channel,
    _ATTEMPT.tries,
    _ATTEMPT.provider_ref,
    _ATTEMPT.consignment_sha,
    _ATTEMPT.executor_id,
    _ATTEMPT.t_intent,
    _DOCUMENT.id,
    _DOCUMENT.batch_id,
    _DOCUMENT.state,
    _DOCUMENT.chan_ix,
    _DOCUMENT.route,
).join_from(tables.attempt, tables.document, _ATTEMPT.document_id == _DOCUMENT.id)
"""Attempts with their documents; add conditions and give it to `attempted`."""


def attempted(rows: Iterable[Sequence[Any]]) -> list[Attempted]:
    """Read rows of `ATTEMPTED`."""
    return [
        Attempted(
            attempt_id=row[0],
            key=row[1],
            state=row[2],
            channel=row[3],
            tries=row[4],
            provider_ref=row[5],
            consignment_sha=row[6],
            executor_id=row[7],
            t_intent=row[8],
            document_id=row[9],
            batch_id=row[10],
            document_state=row[11],
            chan_ix=row[12],
            route=Decision.from_json(row[13]),
        )
        for row in rows
    ]


def by_key(connection: Connection, keys: Collection[str]) -> dict[str, Attempted]:
    """The hand-overs with these keys."""
    found = connection.execute(ATTEMPTED.where(_ATTEMPT.idem_key.in_(keys)))
    return {one.key: one for one in attempted(found)}


def conclude(connection: Connection, outcomes: Sequence[Outcome], *, at: dt.datetime, actor: str) -> None:
    """Write what became of hand-overs, and move their documents accordingly; one outcome per key.

    Harmless when it runs twice and in any order: only an attempt that is still open moves its document, so neither a
    late receipt nor a hand-over committed after its receipt takes anything back.
    """
    known = by_key(connection, [one.key for one in outcomes])
    steps: dict[tuple[AttemptState, AttemptState], list[tuple[Attempted, Outcome]]] = defaultdict(list)
    late: list[tuple[Attempted, Outcome]] = []
    for one in outcomes:
        to, attempt = _LEADS_TO[one.status], known[one.key]
        (steps[attempt.state, to] if attempt.state in _STEPS[to] else late).append((attempt, one))
    for (expected, to), pairs in steps.items():
        changes = [Advance(attempt.attempt_id, _columns(attempt, one, to, at)) for attempt, one in pairs]
        moved = advance(connection, changes, expected=expected, to=to)
        late += [pair for pair in pairs if pair[0].attempt_id not in moved]
        _move_documents(connection, [pair for pair in pairs if pair[0].attempt_id in moved], to, at, actor)
    _take_late_news(connection, late, at, actor)


def _columns(attempt: Attempted, one: Outcome, to: AttemptState, at: dt.datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "status": one.status.value,
        "provider_ref": one.reference or attempt.provider_ref,
        "reason": one.reason,
    }
    if to is _A.HANDED_OVER or (to is _A.DELIVERED and attempt.state is not _A.HANDED_OVER):
        values["t_handed_over"] = at
    if to in (_A.DELIVERED, _A.FAILED):
        values["t_final"] = at
    return values


def _move_documents(
    connection: Connection, pairs: Sequence[tuple[Attempted, Outcome]], to: AttemptState, at: dt.datetime, actor: str
) -> None:
    moves: dict[tuple[DocumentState, DocumentState], list[Move]] = defaultdict(list)
    stays: list[Move] = []
    by_way: dict[DocumentState, list[Move]] = defaultdict(list)
    for attempt, one in pairs:
        now = attempt.document_state
        told = {"channel": attempt.channel, "status": one.status.value}
        match to:
            case _A.FAILED:
                target, step = fall_over(attempt.document_id, attempt.route, attempt.chan_ix, one.reason or one.status)
            case _A.DELIVERED:
                target, step = _D.DELIVERED, Move(attempt.document_id, {}, told)
            case _:
                values: dict[str, Any] = {"due_at": one.due_at}
                if to is _A.IN_DOUBT:
                    values["reason"] = one.reason
                target, step = _D.AWAITING, Move(attempt.document_id, values, told)
        if now is target is _D.AWAITING:  # the hand-over is surer or not, the document waits on
            stays.append(step)
            continue
        if now in (_D.RENDERED, _D.FALLBACK) and target is not _D.FAILED:
            # It was to be tried again, and the provider says it has it: the step through `sending` is made up for.
            by_way[now].append(Move(attempt.document_id, told=told))
            now = _D.SENDING
        if now in (_D.SENDING, _D.AWAITING, _D.RENDERED, _D.FALLBACK):
            moves[now, target].append(step)
    for state, steps in by_way.items():
        move(connection, steps, expected=state, to=_D.SENDING, at=at, actor=actor)
    for (expected, target), steps in moves.items():
        move(connection, steps, expected=expected, to=target, at=at, actor=actor)
    kind = "still in doubt" if to is _A.IN_DOUBT else "doubt cleared"
    note(connection, stays, expected=_D.AWAITING, kind=kind, at=at, actor=actor)


def fall_over(document_id: str, route: Decision, chan_ix: int, why: str) -> tuple[DocumentState, Move]:
    """The step after a channel said no: the next channel of the order, or the end; `why` is a sentence."""
    channel = route.order[chan_ix]
    after = route.without(channel, "failed", why)
    values: dict[str, Any] = {"route": after.as_json(), "reason": why}
    told = {"channel": channel, "why": why}
    if after.channel(chan_ix + 1) is None:
        return _D.FAILED, Move(document_id, values, told)
    return _D.FALLBACK, Move(document_id, {**values, "chan_ix": chan_ix + 1}, told)


_RANK = (Status.ACCEPTED, Status.HANDED_OVER, Status.DELIVERED, Status.READ)


def _take_late_news(
    connection: Connection, late: Sequence[tuple[Attempted, Outcome]], at: dt.datetime, actor: str
) -> None:
    """Keep what late news adds (the provider's reference, "read"), and tell of what it cannot change any more."""
    attempt_table, happened = tables.attempt, list[events.Event]()
    for attempt, one in late:
        columns = attempt_table.c
        if one.reference:
            connection.execute(
                update(attempt_table)
                .where(columns.id == attempt.attempt_id, columns.provider_ref.is_(None))
                .values(provider_ref=one.reference)
            )
        lower = [status.value for status in _RANK[: _RANK.index(one.status)]] if one.status in _RANK else []
        raised = connection.execute(
            update(attempt_table)
            .where(columns.id == attempt.attempt_id, columns.state == _A.DELIVERED, columns.status.in_(lower))
            .values(status=one.status.value)
            .returning(columns.id)
        ).first()
        kind = one.status.value if raised is not None else "late news"
        told = {"channel": attempt.channel, "status": one.status.value}
        happened.append(events.Event(attempt.batch_id, attempt.document_id, kind, told))
    events.write(connection, happened, actor=actor, at=at)


@dataclass(frozen=True, slots=True)
class Retry:
    """A hand-over that certainly did not take place, and when to try the same bytes again."""

    key: str
    reason: str
    due_at: dt.datetime | None


def put_back(connection: Connection, retries: Sequence[Retry], *, at: dt.datetime, actor: str) -> None:
    """Let documents wait for another try with the same frozen bytes; their attempts stay intents that never left us."""
    known = by_key(connection, [one.key for one in retries])
    steps: dict[DocumentState, list[Move]] = defaultdict(list)
    reasons: list[Advance] = []
    doubts: list[Advance] = []
    for one in retries:
        attempt = known[one.key]
        told = {"channel": attempt.channel, "why": one.reason}
        step = Move(attempt.document_id, {"reason": one.reason, "due_at": one.due_at}, told)
        steps[attempt.document_state].append(step)
        doubtful = attempt.state is _A.IN_DOUBT
        (doubts if doubtful else reasons).append(
            Advance(attempt.attempt_id, {"reason": one.reason, "status": "accepted"})
        )
    advance(connection, reasons, expected=_A.INTENT, to=_A.INTENT)
    advance(connection, doubts, expected=_A.IN_DOUBT, to=_A.INTENT)
    move(connection, steps[_D.SENDING], expected=_D.SENDING, to=_D.RENDERED, at=at, actor=actor)
    move(connection, steps[_D.AWAITING], expected=_D.AWAITING, to=_D.FALLBACK, at=at, actor=actor)
