"""Hand-overs concluded: what became of each is written once, whoever says it first and however often it is said."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, update

from vaxel_ledger import events, follow_ups, tables
from vaxel_ledger.attempts import Attempted, by_key
from vaxel_ledger.decision import Decision
from vaxel_ledger.late import Late, arrived_elsewhere, late_success
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.transitions import Advance, Move, advance, move, note

_D, _A = DocumentState, AttemptState


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
    good = {
        attempt.key: Late(attempt, one.status, one.reference)
        for attempt, one in late
        if attempt.state is _A.FAILED and _LEADS_TO[one.status] is _A.DELIVERED
    }
    if good:
        unchanged = {one.attempt.key for one in late_success(connection, list(good.values()), at=at, actor=actor)}
        late = [pair for pair in late if pair[0].key not in good or pair[0].key in unchanged]
    _take_late_news(connection, late, at, actor)
    read = {attempt.key for attempt, one in late if one.status is Status.READ and attempt.state is _A.DELIVERED}
    follow_ups.opened_after_all(connection, read, at=at, actor=actor)


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
    held: list[Move] = []
    by_way: dict[DocumentState, list[Move]] = defaultdict(list)
    elsewhere = arrived_elsewhere(connection, _second_choices(pairs))
    unopened = follow_ups.followed(connection, _second_choices(pairs) if to is _A.FAILED else ())
    for attempt, one in pairs:
        now = attempt.document_state
        told = {"channel": attempt.channel, "status": one.status.value}
        match to:
            case _ if to is not _A.DELIVERED and attempt.document_id in elsewhere:
                # While this was handed over, a channel that had been given up delivered; what went out is asked back.
                why = f"{elsewhere[attempt.document_id]} delivered it after it had been given up"
                back = {"reason": why, "due_at": None if to is _A.FAILED else at}
                target, step = _D.DELIVERED, Move(attempt.document_id, back, told)
            case _A.FAILED:
                why = one.reason or one.status
                target, step = fall_over(attempt.document_id, attempt.route, attempt.chan_ix, why)
                if target is _D.FAILED and attempt.document_id in unopened:
                    first = unopened[attempt.document_id]
                    target, step = _D.DELIVERED, follow_ups.stays_delivered(step, attempt.route, first, why)
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
        if now is _D.HELD and target is _D.FALLBACK:  # news do not release what a person holds
            then = {name: value for name, value in step.values.items() if name != "reason"}
            held.append(Move(attempt.document_id, {**then, "held_from": _D.FALLBACK}, told))
            continue
        if now in (_D.RENDERED, _D.FALLBACK, _D.HELD) and target is not _D.FAILED:
            # It was to be tried again, and the provider says it has it: the step through `sending` is made up for.
            by_way[now].append(Move(attempt.document_id, told=told))
            now = _D.SENDING
        if now in (_D.SENDING, _D.AWAITING, _D.RENDERED, _D.FALLBACK, _D.HELD):
            moves[now, target].append(step)
    for state, steps in by_way.items():
        move(connection, steps, expected=state, to=_D.SENDING, at=at, actor=actor)
    for (expected, target), steps in moves.items():
        move(connection, steps, expected=expected, to=target, at=at, actor=actor)
    kind = "still in doubt" if to is _A.IN_DOUBT else "doubt cleared"
    note(connection, stays, expected=_D.AWAITING, kind=kind, at=at, actor=actor)
    note(connection, held, expected=_D.HELD, kind="held", at=at, actor=actor)


def _second_choices(pairs: Sequence[tuple[Attempted, Outcome]]) -> list[str]:
    """Documents that went through another channel before, and may have arrived through it."""
    return [attempt.document_id for attempt, _ in pairs if attempt.chan_ix > 0]


def fall_over(document_id: str, route: Decision, chan_ix: int, why: str) -> tuple[DocumentState, Move]:
    """The step after a channel said no: the next channel of the order, or the end; `why` is a sentence."""
    channel = route.order[chan_ix]
    after = route.without(channel, "failed", why)
    values: dict[str, Any] = {"route": after.as_json(), "reason": why}
    told = {"channel": channel, "why": why}
    if after.channel(chan_ix + 1) is None:
        return _D.FAILED, Move(document_id, values, told)
    return _D.FALLBACK, Move(document_id, {**values, "chan_ix": chan_ix + 1}, told)


def write(
    connection: Connection, outcomes: Sequence[Outcome], retries: "Sequence[Retry]", *, at: dt.datetime, actor: str
) -> None:
    """Conclude hand-overs and put others back, in one transaction.

    All of them are locked first, in the one order that everybody keeps to, so that PostgreSQL finds nobody waiting for
    somebody who waits for them.
    """
    if outcomes and retries:
        by_key(connection, [*(one.key for one in outcomes), *(one.key for one in retries)])
    conclude(connection, outcomes, at=at, actor=actor)
    put_back(connection, retries, at=at, actor=actor)


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
    second = [one.document_id for one in known.values() if one.chan_ix > 0]
    elsewhere = arrived_elsewhere(connection, second)
    needless = [Outcome(one.key, Status.CANCELLED, reason="another channel delivered it first") for one in retries
                if known[one.key].document_id in elsewhere]  # fmt: skip
    conclude(connection, needless, at=at, actor=actor)
    retries = [one for one in retries if known[one.key].document_id not in elsewhere]
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
