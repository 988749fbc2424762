"""Moving documents and attempts from state to state: guarded, told of in the same transaction, never otherwise.

Every UPDATE carries `WHERE state = <expected>` and answers with the rows it really moved, so that two workers, a
restart or a late receipt cannot move anything twice.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from vaxel_ledger import events, tables
from vaxel_ledger.states import ATTEMPT_TRANSITIONS, TRANSITIONS, AttemptState, DocumentState

_COLUMNS = frozenset({"chan_ix", "route", "reason", "due_at", "held_from"})


class IllegalTransition(Exception):
    """A programming error: the states allow no such step."""


@dataclass(frozen=True, slots=True)
class Move:
    """One document's step: columns that change with it (chan_ix, route, reason, due_at) and what the event tells."""

    document_id: str
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])
    told: Mapping[str, Any] = field(default_factory=dict[str, Any])


def move(
    connection: Connection,
    moves: Sequence[Move],
    *,
    expected: DocumentState,
    to: DocumentState,
    at: dt.datetime,
    actor: str,
    claimed: bool = False,
) -> set[str]:
    """Move documents from one state to another, and answer which were moved; a moment due does not outlive the step.

    Nor does a worker's claim, unless `claimed` says that it goes on with them. A document that is no longer in the
    expected state is left alone: somebody else moved it.

    Raises:
        IllegalTransition: `TRANSITIONS` has no such step.
    """
    if to not in TRANSITIONS[expected]:
        raise IllegalTransition(f"a document cannot go from {expected} to {to}")
    return _change(connection, moves, expected=expected, to=to, kind=to.value, at=at, actor=actor, claimed=claimed)


def note(
    connection: Connection,
    moves: Sequence[Move],
    *,
    expected: DocumentState,
    kind: str,
    at: dt.datetime,
    actor: str,
    claimed: bool = False,
) -> set[str]:
    """Change columns of documents that stay where they are, e.g. a new moment due; `kind` names the event."""
    return _change(connection, moves, expected=expected, to=expected, kind=kind, at=at, actor=actor, claimed=claimed)


def _change(
    connection: Connection,
    moves: Sequence[Move],
    *,
    expected: DocumentState,
    to: DocumentState,
    kind: str,
    at: dt.datetime,
    actor: str,
    claimed: bool,
) -> set[str]:
    if not moves:
        return set()
    document = tables.document.c
    values: dict[str, Any] = {"state": to, "due_at": None, "updated_at": at}
    if not claimed:
        values["chunk_id"] = None
    if expected is DocumentState.HELD is not to:
        values["held_from"] = None
    stepped = connection.execute(
        update(tables.document)
        .where(document.id.in_([one.document_id for one in moves]), document.state == expected)
        .values(values)
        .returning(document.id, document.batch_id)
    )
    moved = dict(stepped.all())
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for one in moves:
        if one.document_id in moved and one.values:
            alike[frozenset(one.values)].append({"_id": one.document_id, **one.values})
    for columns, rows in alike.items():
        if not columns <= _COLUMNS:
            raise IllegalTransition(f"a step may not change {sorted(columns - _COLUMNS)}")
        connection.execute(
            update(tables.document)
            .where(document.id == bindparam("_id"), document.state == to)
            .values({column: bindparam(column) for column in columns}),
            rows,
        )
    happened = [
        events.Event(moved[one.document_id], one.document_id, kind, one.told)
        for one in moves
        if one.document_id in moved
    ]
    events.write(connection, happened, actor=actor, at=at)
    return set(moved)


@dataclass(frozen=True, slots=True)
class Advance:
    """One attempt's step and the columns that change with it."""

    attempt_id: int
    values: Mapping[str, Any] = field(default_factory=dict[str, Any])


def advance(connection: Connection, steps: Sequence[Advance], *, expected: AttemptState, to: AttemptState) -> set[int]:
    """Move attempts from one state to another, and answer which were moved; the document's event tells of it.

    Raises:
        IllegalTransition: `ATTEMPT_TRANSITIONS` has no such step.
    """
    if to not in ATTEMPT_TRANSITIONS[expected]:
        raise IllegalTransition(f"an attempt cannot go from {expected} to {to}")
    if not steps:
        return set()
    attempt = tables.attempt.c
    moved = set(
        connection.execute(
            update(tables.attempt)
            .where(attempt.id.in_([step.attempt_id for step in steps]), attempt.state == expected)
            .values(state=to)
            .returning(attempt.id)
        ).scalars()
    )
    alike: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for step in steps:
        if step.attempt_id in moved and step.values:
            alike[frozenset(step.values)].append({"_id": step.attempt_id, **step.values})
    for columns, rows in alike.items():
        connection.execute(
            update(tables.attempt)
            .where(attempt.id == bindparam("_id"), attempt.state == to)
            .values({column: bindparam(column) for column in columns}),
            rows,
        )
    return moved


def state_of(connection: Connection, document_id: str) -> DocumentState | None:
    """The state a document is in; None if there is no such document."""
    document = tables.document.c
    return connection.execute(select(document.state).where(document.id == document_id)).scalar_one_or_none()
