"""Success that comes late: a channel was given up, the next was tried, and then the first one delivered after all.

What has not left us stays here; what a provider holds is asked back; what went out is marked as a copy.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from vaxel_ledger import events, follow_ups, tables
from vaxel_ledger.attempts import ATTEMPTED, Attempted, attempted
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.switch_tables import follow_up
from vaxel_ledger.transitions import Advance, Move, advance, move, note

_D, _A = DocumentState, AttemptState
COPY = "copy"
"""The event of a hand-over that brought the recipient a second one."""


@dataclass(frozen=True, slots=True)
class Late:
    """Good news of a hand-over that had been given up."""

    attempt: Attempted
    status: Status
    reference: str | None


def arrived_elsewhere(connection: Connection, document_ids: Collection[str]) -> dict[str, str]:
    """Of these documents those that some channel has delivered already, and which.

    What was delivered and not opened by its day does not count: the other hand-over is meant.
    """
    if not document_ids:
        return {}
    attempt = tables.attempt.c
    query = (
        select(attempt.document_id, attempt.channel)
        .outerjoin_from(tables.attempt, follow_up, follow_up.c.idem_key == attempt.idem_key)
        .where(attempt.document_id.in_(document_ids), attempt.state == _A.DELIVERED, ~follow_ups.given_up())
    )
    return dict(connection.execute(query).all())


def late_success(connection: Connection, news: Sequence[Late], *, at: dt.datetime, actor: str) -> list[Late]:
    """Take the news as true, and answer what of it changed nothing any more.

    What waits here is delivered and goes nowhere else; what another provider holds is delivered, and due to be asked
    back (`claims.take_recalls`); what is being handed over at this moment finds the news when it is concluded.
    """
    changes = [
        Advance(
            one.attempt.attempt_id,
            {
                "status": one.status.value,
                "provider_ref": one.reference or one.attempt.provider_ref,
                "reason": "delivered after it had been given up",
                "t_final": at,
            },
        )
        for one in news
    ]
    moved = advance(connection, changes, expected=_A.FAILED, to=_A.DELIVERED)
    taken = [one for one in news if one.attempt.attempt_id in moved]
    by_state: dict[DocumentState, list[Late]] = defaultdict(list)
    for one in taken:
        by_state[one.attempt.document_state].append(one)
    for state in (_D.RENDERED, _D.FALLBACK, _D.HELD, _D.FAILED, _D.AWAITING):
        due_at = at if state is _D.AWAITING else None
        steps = [_delivered(one, due_at) for one in by_state[state]]
        move(connection, steps, expected=state, to=_D.DELIVERED, at=at, actor=actor)
    here = by_state[_D.RENDERED] + by_state[_D.FALLBACK] + by_state[_D.HELD]
    follow_ups.spare(connection, [one.attempt.document_id for one in here], at)
    copies = [
        Move(one.attempt.document_id, {"reason": f"{one.attempt.channel} delivered it as well, late: it came twice"},
             {"channel": one.attempt.channel})
        for one in by_state[_D.DELIVERED]
    ]  # fmt: skip
    note(connection, copies, expected=_D.DELIVERED, kind=COPY, at=at, actor=actor)
    happened = [
        events.Event(
            one.attempt.batch_id,
            one.attempt.document_id,
            "delivered late",
            {"channel": one.attempt.channel, "status": one.status.value},
        )
        for one in by_state[_D.SENDING] + by_state[_D.CANCELLED] + by_state[_D.ARCHIVED]
    ]
    events.write(connection, happened, actor=actor, at=at)
    return [one for one in news if one.attempt.attempt_id not in moved]


def _delivered(one: Late, due_at: dt.datetime | None) -> Move:
    channel = one.attempt.channel
    values = {
        "chan_ix": one.attempt.route.order.index(channel),
        "reason": f"{channel} delivered it after it had been given up",
        "due_at": due_at,
    }
    return Move(one.attempt.document_id, values, {"channel": channel, "status": one.status.value, "late": True})


def to_recall(connection: Connection, document_ids: Collection[str]) -> list[Attempted]:
    """The hand-overs of delivered documents that another provider holds, or may hold."""
    attempt = tables.attempt.c
    query = ATTEMPTED.where(
        attempt.document_id.in_(document_ids), attempt.state.in_((_A.HANDED_OVER, _A.IN_DOUBT))
    ).order_by(attempt.id)
    return attempted(connection.execute(query))


def recalled(
    connection: Connection,
    document_ids: Collection[str],
    back: Sequence[Attempted],
    later: Collection[str],
    *,
    at: dt.datetime,
    again_at: dt.datetime,
) -> None:
    """Write what became of recalls: given `back`, to be asked for `later`, and everything else a copy."""
    values = {"status": Status.CANCELLED.value, "reason": "taken back: another channel had delivered it", "t_final": at}
    steps = [Advance(one.attempt_id, values) for one in back]
    taken = advance(connection, steps, expected=_A.HANDED_OVER, to=_A.FAILED)
    spared = {one.document_id for one in back if one.attempt_id in taken}
    waits = [Move(one, {"due_at": again_at}) for one in document_ids if one in later]
    copies = [
        Move(
            one, {"reason": "a channel that had been given up delivered it late, and what went out after it is a copy"}
        )
        for one in document_ids
        if one not in spared and one not in later
    ]
    for kind, moves in (("taken back", [Move(one) for one in spared]), (COPY, copies), ("recall waits", waits)):
        note(connection, moves, expected=_D.DELIVERED, kind=kind, at=at, actor="dispatcher")
