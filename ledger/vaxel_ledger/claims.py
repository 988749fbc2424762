"""Which worker works on which documents: claimed chunk by chunk, kept by a heartbeat, taken over from the silent.

Nothing here compares the clocks of two machines. A node counts its beats, and whoever watches it measures by its own
clock for how long the count has stood still; see `Watch`.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import tables
from vaxel_ledger.attempts import ATTEMPTED, Attempted, attempted
from vaxel_ledger.late import to_recall
from vaxel_ledger.states import AttemptState, DocumentState
from vaxel_ledger.work import Due, due

_D = DocumentState


class TakenOver(Exception):
    """The chunk is another worker's by now: what this one meant to do with it is not its business any more."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """A worker: the name of its node, and which life of that name it is."""

    executor_id: str
    life: str = field(default_factory=lambda: secrets.token_hex(8))


@dataclass(frozen=True, slots=True)
class Chunk:
    """Documents that one worker works on, and nobody else."""

    id: str
    documents: tuple[str, ...]


def begin_life(connection: Connection, me: Claimant, at: dt.datetime) -> None:
    """Say that this node lives from now on; an earlier life of its name ends with that."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    born = {"life": me.life, "beats": 0, "beat": at}
    connection.execute(
        dialect.insert(tables.node)
        .values(executor_id=me.executor_id, **born)
        .on_conflict_do_update(index_elements=["executor_id"], set_=born)
    )


def beat(connection: Connection, me: Claimant, at: dt.datetime) -> bool:
    """Say that this node is alive, and answer whether its name is still its own."""
    node = tables.node.c
    changed = connection.execute(
        update(tables.node)
        .where(node.executor_id == me.executor_id, node.life == me.life)
        .values(beats=node.beats + 1, beat=at)
    )
    return changed.rowcount == 1


def take(
    connection: Connection, me: Claimant, *, at: dt.datetime, limit: int, batch_id: str | None = None
) -> tuple[Chunk, list[Due]] | None:
    """Claim the next documents that are due and nobody's; None where there are none."""
    found = due(connection, at=at, limit=limit, batch_id=batch_id)
    if not found:
        return None
    return _claim(connection, me, [one.document_id for one in found], at), found


def take_doubts(
    connection: Connection, me: Claimant, *, at: dt.datetime, limit: int
) -> tuple[Chunk, list[Attempted]] | None:
    """Claim hand-overs in doubt that are due to be asked about; None where there are none."""
    document = tables.document.c
    due_now = (document.state == _D.AWAITING, document.due_at <= at)
    found = _attempts(connection, AttemptState.IN_DOUBT, *due_now, limit=limit)
    return (_claim(connection, me, [one.document_id for one in found], at), found) if found else None


def take_recalls(
    connection: Connection, me: Claimant, *, at: dt.datetime, limit: int
) -> tuple[Chunk, list[Attempted]] | None:
    """Claim delivered documents of which another provider may hold a copy that is due to be asked back."""
    document = tables.document.c
    query = (
        select(document.id)
        .where(document.state == _D.DELIVERED, document.due_at <= at, document.chunk_id.is_(None))
        .order_by(document.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.execute(query).scalars())
    return (_claim(connection, me, ids, at), to_recall(connection, ids)) if ids else None


def take_unclaimed(connection: Connection, me: Claimant, *, at: dt.datetime) -> tuple[Chunk, list[Attempted]] | None:
    """Claim hand-overs under way that belong to no chunk: a version without chunks left them behind."""
    found = _attempts(connection, AttemptState.INTENT, tables.document.c.state == _D.SENDING)
    return (_claim(connection, me, [one.document_id for one in found], at), found) if found else None


def _attempts(
    connection: Connection, state: AttemptState, *where: ColumnElement[bool], limit: int | None = None
) -> list[Attempted]:
    document, attempt = tables.document.c, tables.attempt.c
    query = (
        ATTEMPTED.where(attempt.state == state, document.chunk_id.is_(None), *where)
        .order_by(document.due_at, attempt.id)
        .limit(limit)
        .with_for_update(of=tables.document, skip_locked=True)
    )
    return attempted(connection.execute(query))


def _claim(connection: Connection, me: Claimant, ids: Sequence[str], at: dt.datetime) -> Chunk:
    chunk = Chunk(secrets.token_hex(8), tuple(ids))
    connection.execute(
        insert(tables.chunk).values(
            id=chunk.id, executor_id=me.executor_id, life=me.life, documents=list(ids), taken_at=at
        )
    )
    connection.execute(update(tables.document).where(tables.document.c.id.in_(ids)).values(chunk_id=chunk.id))
    return chunk


def holds(connection: Connection, me: Claimant, chunk: Chunk) -> bool:
    """Whether the chunk is still this worker's; it stays so until the transaction ends."""
    mine = tables.chunk.c
    query = select(mine.life).where(mine.id == chunk.id).with_for_update()
    return connection.execute(query).scalar_one_or_none() == me.life


def release(connection: Connection, me: Claimant, chunk: Chunk) -> None:
    """Let go of a chunk: what is left of it may be claimed by anybody. Harmless where it is another's by now."""
    gone = connection.execute(delete(tables.chunk).where(tables.chunk.c.id == chunk.id, tables.chunk.c.life == me.life))
    if gone.rowcount:
        document = tables.document.c
        connection.execute(
            update(tables.document)
            .where(document.id.in_(chunk.documents), document.chunk_id == chunk.id)
            .values(chunk_id=None)
        )


@dataclass(slots=True)
class Watch:
    """What one worker has seen of the others: since when, by its own clock, a node has not moved."""

    monotonic: Callable[[], float]
    patience: float
    """Seconds without a beat after which a node is taken for dead."""
    seen: dict[str, tuple[tuple[str, int], float]] = field(default_factory=dict[str, tuple[tuple[str, int], float]])

    def silent(self, connection: Connection) -> set[str]:
        """The nodes that have not moved for `patience` seconds under this worker's eyes."""
        now, node = self.monotonic(), tables.node.c
        for executor_id, life, beats in connection.execute(select(node.executor_id, node.life, node.beats)):
            before = self.seen.get(executor_id)
            if before is None or before[0] != (life, beats):
                self.seen[executor_id] = ((life, beats), now)
        return {name for name, (_, since) in self.seen.items() if now - since >= self.patience}


def take_over(
    connection: Connection, me: Claimant, silent: set[str], *, working_on: str | None = None
) -> list[tuple[Chunk, list[Attempted]]]:
    """Take the chunks of this node's earlier lives and of silent nodes, with the hand-overs that were under way.

    What was not under way is let go of at once; the chunk in hand (`working_on`) is left alone.
    """
    chunk, taken = tables.chunk.c, list[tuple[Chunk, list[Attempted]]]()
    query = (
        select(chunk.id, chunk.documents)
        .where(chunk.executor_id.in_({me.executor_id, *silent}), chunk.id != (working_on or ""))
        .order_by(chunk.taken_at)
        .with_for_update(skip_locked=True)
    )
    for chunk_id, documents in connection.execute(query).all():
        one = Chunk(chunk_id, tuple(documents))
        mine = {"executor_id": me.executor_id, "life": me.life}
        connection.execute(update(tables.chunk).where(chunk.id == one.id).values(mine))
        open_ones = attempted(
            connection.execute(
                ATTEMPTED.where(
                    tables.attempt.c.state == AttemptState.INTENT,
                    tables.document.c.state == _D.SENDING,
                    tables.document.c.chunk_id == one.id,
                    tables.document.c.id.in_(one.documents),
                ).order_by(tables.attempt.c.id)
            )
        )
        if open_ones:
            taken.append((one, open_ones))
        else:
            release(connection, me, one)
    return taken


def claimed(connection: Connection, executor_id: str) -> int:
    """How many chunks a node holds at this moment."""
    found = connection.execute(select(tables.chunk.c.id).where(tables.chunk.c.executor_id == executor_id))
    return len(found.all())
