"""Delivered and not opened: by a day, once, the next channel carries the document under another delivery number.

A document that nobody has opened by its day leaves *delivered* for *fallback*, in one transaction with the event that
says so. What it was delivered through stays delivered: if nothing else can carry it, or a person calls the second way
off, or the recipient opens it after all, the document is delivered by that channel again.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_engine.model import DocumentKind
from vaxel_ledger import tables
from vaxel_ledger.decision import Decision, Reason
from vaxel_ledger.states import AttemptState, BatchState, DocumentState, Status
from vaxel_ledger.switch_tables import FollowUpState, follow_up
from vaxel_ledger.transitions import Advance, Move, advance, move

_D, _A, _F = DocumentState, AttemptState, FollowUpState
_ROW, _DOCUMENT, _ATTEMPT = follow_up.c, tables.document.c, tables.attempt.c

UNOPENED = "unopened"
"""The event of a second way begun, and the code of the reason against the first."""
_NOT_YET = dt.timedelta(days=1)
"""After so long a document is looked at again that is not delivered by its day."""
_UNDER_WAY = (_D.NEW, _D.RENDERED, _D.SENDING, _D.AWAITING, _D.FALLBACK, _D.HELD)


@dataclass(frozen=True, slots=True)
class Watched:
    """A hand-over that is to be opened by a moment, and which place of the order follows if it is not."""

    document_id: str
    key: str
    channel: str
    open_by: dt.datetime
    next_ix: int
    by_link: bool
    """It is opened on our own page behind the link."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """A delivered document whose moment has come."""

    document_id: str
    batch_id: str
    key: str
    channel: str
    kind: DocumentKind
    route: Decision
    next_ix: int
    delivery_no: int
    open_by: dt.datetime

    def then(self, ix: int) -> "Unopened":
        """The same with another place of the order to follow."""
        return replace(self, next_ix=ix)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is known of a document's opening, for whoever asks why."""

    channel: str
    open_by: dt.datetime
    state: FollowUpState
    next_ix: int

    def as_json(self) -> dict[str, Any]:
        """With plain values; times in ISO 8601, UTC."""
        return {"channel": self.channel, "open_by": self.open_by.isoformat(), "state": self.state.value}


def watch(connection: Connection, watched: Sequence[Watched]) -> None:
    """Keep by when documents are to be opened; a document whose second way has begun once is left as it is."""
    if not watched:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(follow_up)
    new = statement.excluded
    columns = ("idem_key", "channel", "open_by", "next_ix", "by_link", "state")
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["document_id"],
            set_={name: new[name] for name in columns},
            where=_ROW.followed_at.is_(None),
        ),
        [
            {
                "document_id": one.document_id,
                "idem_key": one.key,
                "channel": one.channel,
                "open_by": one.open_by,
                "next_ix": one.next_ix,
                "by_link": one.by_link,
                "state": _F.WATCHING,
                "followed_at": None,
            }
            for one in watched
        ],
    )


def due(connection: Connection, *, at: dt.datetime, limit: int) -> list[Unopened]:
    """Delivered documents whose moment has come; what is opened, or needs no watching any more, is settled here."""
    query = (
        select(
            _ROW.document_id, _ROW.idem_key, _ROW.channel, _ROW.next_ix, _ROW.open_by,
            _DOCUMENT.state, _DOCUMENT.due_at, _DOCUMENT.batch_id, _DOCUMENT.route, _DOCUMENT.delivery_no,
            _DOCUMENT.kind, _ATTEMPT.state, _ATTEMPT.status,
        )
        .join_from(follow_up, tables.document, _ROW.document_id == _DOCUMENT.id)
        .outerjoin(tables.attempt, _ATTEMPT.idem_key == _ROW.idem_key)
        .where(_ROW.state == _F.WATCHING, _ROW.open_by <= at)
        .order_by(_ROW.open_by, _ROW.document_id)
        .limit(limit)
    )  # fmt: skip
    while rows := connection.execute(query).all():
        if found := _sorted_out(connection, rows, at):
            return found
    return []


def _sorted_out(connection: Connection, rows: Sequence[Sequence[Any]], at: dt.datetime) -> list[Unopened]:
    """What of a page is delivered and not opened; the rest is settled, or looked at again later."""
    found: list[Unopened] = []
    over: dict[FollowUpState, list[str]] = defaultdict(list)
    later: list[str] = []
    for row in rows:
        document_id, key, channel, next_ix, open_by, state, due_at, batch_id, route, number = row[:10]
        kind, attempt_state, status = row[10:]
        if status == Status.READ.value:
            over[_F.OPENED].append(document_id)
        elif state in _UNDER_WAY:
            later.append(document_id)
        elif state is not _D.DELIVERED or attempt_state is not _A.DELIVERED or due_at is not None:
            over[_F.ENDED].append(document_id)
        else:
            kept = Decision.from_json(route)
            of_kind = DocumentKind(kind)
            found.append(Unopened(document_id, batch_id, key, channel, of_kind, kept, next_ix, number, open_by))
    for outcome, ids in over.items():
        _settle(connection, ids, outcome)
    postpone(connection, later, until=at + _NOT_YET)
    return found


def postpone(connection: Connection, document_ids: Collection[str], *, until: dt.datetime) -> None:
    """Look again later: it is not delivered yet, or whoever can tell whether it is opened did not say."""
    if document_ids:
        where = (_ROW.document_id.in_(document_ids), _ROW.state == _F.WATCHING)
        connection.execute(update(follow_up).where(*where).values(open_by=until))


def end(connection: Connection, document_ids: Collection[str]) -> None:
    """Nothing follows any more: the rules have changed, or there is no channel left that may."""
    _settle(connection, document_ids, _F.ENDED)


def follow(connection: Connection, unopened: Sequence[tuple[Unopened, Reason]], *, at: dt.datetime) -> set[str]:
    """Let the next channel carry what nobody has opened, each once, and answer which documents it was.

    The delivery number is raised, so that the second hand-over has a key of its own. The link stays as it was given
    out. Of two workers at once one moves a document, since it must still be delivered.
    """
    moves: list[Move] = []
    for one, why in unopened:
        route = one.route.with_reason(one.channel, why)
        values = {"route": route.as_json(), "chan_ix": one.next_ix, "reason": why.sentence}
        told = {"channel": one.channel, "why": why.sentence, "open_by": one.open_by.isoformat()}
        moves.append(Move(one.document_id, values, {**told, "delivery_no": one.delivery_no + 1}))
    moved = move(connection, moves, expected=_D.DELIVERED, to=_D.FALLBACK, at=at, actor="dispatcher")
    if not moved:
        return moved
    connection.execute(
        update(tables.document).where(_DOCUMENT.id.in_(moved)).values(delivery_no=_DOCUMENT.delivery_no + 1)
    )
    connection.execute(update(follow_up).where(_ROW.document_id.in_(moved)).values(state=_F.FOLLOWED, followed_at=at))
    batch = tables.batch.c
    batches = {one.batch_id for one, _ in unopened if one.document_id in moved}
    connection.execute(
        update(tables.batch)
        .where(batch.id.in_(batches), batch.state == BatchState.DONE)
        .values(state=BatchState.RECEIVED, updated_at=at)
    )
    return moved


def _settle(connection: Connection, document_ids: Collection[str], outcome: FollowUpState) -> None:
    if document_ids:
        where = (_ROW.document_id.in_(document_ids), _ROW.state == _F.WATCHING)
        connection.execute(update(follow_up).where(*where).values(state=outcome))


def followed(connection: Connection, document_ids: Collection[str]) -> dict[str, str]:
    """Of these documents those whose second way has begun, and the channel that had delivered them."""
    if not document_ids:
        return {}
    query = select(_ROW.document_id, _ROW.channel).where(
        _ROW.document_id.in_(document_ids), _ROW.followed_at.is_not(None)
    )
    return dict(connection.execute(query).all())


def stays_delivered(step: Move, route: Decision, channel: str, why: str) -> Move:
    """The step back of a document whose second way ended: what it was delivered through stays its delivery."""
    values = {**step.values, "chan_ix": route.order.index(channel), "reason": f"{channel} delivered it; {why}"}
    return Move(step.document_id, values, {**step.told, "stays": channel})


def given_up() -> ColumnElement[bool]:
    """Of attempts joined with `follow_up` by their key: a delivery that was not opened and is followed by another."""
    return _ROW.followed_at.is_not(None) & (_ATTEMPT.status != Status.READ.value)


def opened_after_all(connection: Connection, keys: Collection[str], *, at: dt.datetime, actor: str) -> None:
    """The recipient has opened what was followed: what waits here is spared, what a provider holds is asked back.

    A second hand-over that is under way at this moment finds the news when it is concluded.
    """
    if not keys:
        return
    query = (
        select(_ROW.document_id, _ROW.channel, _DOCUMENT.state, _DOCUMENT.route)
        .join_from(follow_up, tables.document, _ROW.document_id == _DOCUMENT.id)
        .where(_ROW.idem_key.in_(keys), _ROW.state == _F.FOLLOWED)
    )
    by_state: dict[DocumentState, list[Move]] = defaultdict(list)
    for document_id, channel, state, route in connection.execute(query):
        if route is None:  # what was followed has a route
            continue
        ix = Decision.from_json(route).order.index(channel)
        why = f"the recipient opened it in {channel} after all"
        due_at = at if state is _D.AWAITING else None
        by_state[state].append(
            Move(document_id, {"chan_ix": ix, "reason": why, "due_at": due_at}, {"channel": channel, "opened": True})
        )
    for state in (_D.RENDERED, _D.FALLBACK, _D.HELD, _D.AWAITING):
        moved = move(connection, by_state[state], expected=state, to=_D.DELIVERED, at=at, actor=actor)
        if moved:
            connection.execute(update(follow_up).where(_ROW.document_id.in_(moved)).values(state=_F.OPENED))
        if state is not _D.AWAITING:
            spare(connection, moved, at)


def spare(connection: Connection, document_ids: Collection[str], at: dt.datetime) -> None:
    """Close hand-overs that never left us and that nobody needs any more."""
    query = select(_ATTEMPT.id).where(_ATTEMPT.document_id.in_(document_ids), _ATTEMPT.state == _A.INTENT)
    values = {"status": Status.CANCELLED.value, "reason": "another channel delivered it first", "t_final": at}
    steps = [Advance(attempt_id, values) for attempt_id in connection.execute(query).scalars()]
    advance(connection, steps, expected=_A.INTENT, to=_A.FAILED)


def next_moment(connection: Connection, batch_id: str | None = None) -> dt.datetime | None:
    """When the next document is to be opened by; None where none is watched."""
    query = select(_ROW.open_by).where(_ROW.state == _F.WATCHING).order_by(_ROW.open_by).limit(1)
    if batch_id is not None:
        query = query.join_from(follow_up, tables.document, _ROW.document_id == _DOCUMENT.id).where(
            _DOCUMENT.batch_id == batch_id
        )
    return connection.execute(query).scalar_one_or_none()


def of_documents(connection: Connection, document_ids: Collection[str]) -> Mapping[str, FollowUp]:
    """By document, what is known of its opening."""
    query = select(_ROW.document_id, _ROW.channel, _ROW.open_by, _ROW.state, _ROW.next_ix)
    rows = connection.execute(query.where(_ROW.document_id.in_(document_ids)))
    return {row[0]: FollowUp(*row[1:]) for row in rows}


def call_off(connection: Connection, document_ids: Collection[str], *, at: dt.datetime, actor: str) -> set[str]:
    """A person wants no second way: what has not left us stays delivered by the first. Answer which documents."""
    back = followed(connection, document_ids)
    routes: dict[str, Any] = dict(
        connection.execute(select(_DOCUMENT.id, _DOCUMENT.route).where(_DOCUMENT.id.in_(back))).all()
    )
    done: set[str] = set()
    for state in (_D.RENDERED, _D.FALLBACK, _D.HELD):
        steps = [
            stays_delivered(Move(one), Decision.from_json(routes[one]), channel, "its second way was called off")
            for one, channel in back.items()
        ]
        moved = move(connection, steps, expected=state, to=_D.DELIVERED, at=at, actor=actor)
        spare(connection, moved, at)
        done |= moved
    return done
