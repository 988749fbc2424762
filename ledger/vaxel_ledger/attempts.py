"""Hand-overs begun: the key that is the same for every try, and the intent that is committed before anything leaves."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, insert, select

from vaxel_ledger import tables
from vaxel_ledger.decision import Decision
from vaxel_ledger.sealing import bound, sha256
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.transitions import Advance, Move, advance, move

_D, _A = DocumentState, AttemptState


def idempotency_key(tenant: str, document_id: str, channel: str, delivery_no: int) -> str:
    """sha256 over tenant, document, channel and delivery number, as 64 hexadecimal digits.

    The same for every retry, restart and take-over. The delivery number is raised by a person's deliberate resend, and
    once where nobody opened what was delivered by its day (`follow_ups`).
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
    cost: tuple[Decimal, str] | None = None
    """What it costs by the operator's prices, and in which currency."""


def begin(
    connection: Connection, intents: Sequence[Intent], *, executor_id: str, at: dt.datetime, actor: str = "dispatcher"
) -> dict[str, int]:
    """Write intents and move their documents rendered → sending; answer the keys to hand over and which try each is.

    A key that was tried before and never left us is tried again on the same row. Commit before sending.
    """
    known = by_key(connection, [one.key for one in intents])  # attempts before documents, as everybody who locks both
    moves = [Move(one.document_id, told={"channel": one.channel}) for one in intents]
    won = move(connection, moves, expected=_D.RENDERED, to=_D.SENDING, at=at, actor=actor, claimed=True)
    ours = [one for one in intents if one.document_id in won]
    if not ours:
        return {}
    attempt = tables.attempt.c
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
                "cost": None if one.cost is None else format(one.cost[0], "f"),
                "currency": None if one.cost is None else one.cost[1],
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
    """The hand-overs with these keys, locked in one order for all, so that no two who write wait for each other."""
    wanted = ATTEMPTED.where(_ATTEMPT.idem_key.in_(keys)).order_by(_ATTEMPT.id).with_for_update()
    found = connection.execute(wanted)
    return {one.key: one for one in attempted(found)}
