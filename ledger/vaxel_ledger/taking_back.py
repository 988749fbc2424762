"""Hand-overs taken back: what a provider holds and has not brought to anybody yet."""

import datetime as dt

from sqlalchemy import Connection

from vaxel_ledger import follow_ups, tables
from vaxel_ledger.attempts import ATTEMPTED, Attempted, attempted
from vaxel_ledger.states import AttemptState, DocumentState, Status
from vaxel_ledger.transitions import Advance, Move, advance, move


def in_their_hands(connection: Connection, document_id: str) -> Attempted | None:
    """The hand-over of a document that a provider has without the final word; None when there is none."""
    query = ATTEMPTED.where(
        tables.attempt.c.document_id == document_id,
        tables.attempt.c.state == AttemptState.HANDED_OVER,
        tables.document.c.state == DocumentState.AWAITING,
    )
    found = attempted(connection.execute(query).all())
    return found[-1] if found else None


def taken_back(connection: Connection, one: Attempted, *, at: dt.datetime, actor: str) -> bool:
    """Write that the provider gave it back, and say whether it could be: final news may have come meanwhile."""
    why = "taken back after it was handed over"
    values = {"status": Status.CANCELLED.value, "reason": why, "t_final": at}
    back = [Advance(one.attempt_id, values)]
    if not advance(connection, back, expected=AttemptState.HANDED_OVER, to=AttemptState.FAILED):
        return False
    told = {"channel": one.channel, "status": Status.CANCELLED.value}
    step, to = Move(one.document_id, {"reason": why}, told), DocumentState.CANCELLED
    first = follow_ups.followed(connection, [one.document_id]).get(one.document_id)
    if first is not None:  # nobody had opened it, and this was its second way
        step, to = follow_ups.stays_delivered(step, one.route, first, why), DocumentState.DELIVERED
    return bool(move(connection, [step], expected=DocumentState.AWAITING, to=to, at=at, actor=actor))
