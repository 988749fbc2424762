"""Taking records in: each becomes a document or a rejection, once, whatever happens in between."""

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, text, update

from vaxel_engine.errors import Refused, Rejected
from vaxel_engine.intake.control_totals import ControlTotals, Tally
from vaxel_engine.model import Document
from vaxel_ledger import events, holding, tables
from vaxel_ledger.database import reading, writing
from vaxel_ledger.sealing import bound, seal, sha256
from vaxel_ledger.states import BatchState, DocumentState
from vaxel_ledger.vault import DOCUMENT, Item, Kept, Vault, record

SLICE = 5_000
"""Records per transaction."""

Entry = Document | Rejected
"""One record of a source: a document, or why it is none."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to a source: which batch it is, and whether it was known already."""

    batch_id: str
    repeated: bool
    """The same file was taken in before; nothing was added."""


def _nothing(_document: Document) -> str | None:
    """Let it go its way."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from: whose, which bytes, called what."""

    tenant: str
    sha256: str
    name: str
    pack_version: Mapping[str, str] | None = None
    """By brand, the published pack to render with; None where working packs are rendered."""
    sender: str | None = None
    """The only sender that may look at it over HTTP; None where it did not come in that way."""
    priority: int = 0
    """Of its documents, for everybody's turn; lower goes first."""
    hold: str | None = None
    """Why all of it waits for a person; None where it goes its way."""
    holds: Callable[[Document], str | None] = _nothing
    """Why a document waits for a person, by itself; None where it goes its way."""
    totals: Callable[[], Sequence[ControlTotals]] = tuple
    """What its sender says is in it; asked at its end, since a file may say so there."""


def accept(
    engine: Engine,
    vault: Vault,
    source: Source,
    records: Iterable[Entry],
    *,
    clock: Callable[[], dt.datetime],
    new_batch_id: Callable[[dt.datetime], str],
) -> Accepted:
    """Take a source in, in slices of one transaction each; durable when it returns.

    Where the sender's totals differ from what was read, all of it is held, and nothing of it has left.

    `records` are all records of the source in their order. A source that was interrupted is continued: what was taken
    in already is skipped by its ordinal. A reference that another document of the tenant has becomes a rejection.

    Raises:
        Misconfigured: the tenant's key is lost, or the store cannot be written.
        Refused: a person cancelled the batch while it was being taken in.
    """
    vault.keys.of(source.tenant)  # a lost key must be restored before anything more is sealed
    found = _open_batch(engine, source, clock(), new_batch_id)
    if found.repeated:
        return found
    batch_id, n, tally = found.batch_id, 0, Tally()
    for entries in _slices(enumerate(_counted(records, tally), start=1)):
        n = entries[-1][0]
        _take(engine, vault, source, batch_id, entries, clock())
    stated = source.totals() or _announced_before(engine, batch_id)
    differs = next((why for one in stated if (why := tally.difference(one)) is not None), None)
    with writing(engine) as connection:
        batch, at = tables.batch.c, clock()
        if differs is not None:
            whole = holding.Target.batch(batch_id)
            holding.hold(connection, whole, f"{holding.TOTALS_DIFFER}{differs}", at=at, actor="intake")
        closed = connection.execute(
            update(tables.batch)
            .where(batch.id == batch_id, batch.state == BatchState.RECEIVING)
            .values(state=BatchState.RECEIVED, n=n, totals=stated[0].as_json() if stated else None, updated_at=at)
            .returning(batch.id)
        ).first()
        if closed is not None:
            events.write(connection, [events.Event(batch_id, None, "received", {"n": n})], actor="intake", at=at)
    return found


def _open_batch(
    engine: Engine, source: Source, at: dt.datetime, new_batch_id: Callable[[dt.datetime], str]
) -> Accepted:
    batch = tables.batch.c
    with writing(engine) as connection:
        _one_at_a_time(connection, source.tenant)
        first = connection.execute(
            select(batch.id, batch.state).where(
                batch.tenant == source.tenant,
                batch.source_sha256 == source.sha256,
                batch.state != BatchState.CANCELLED,
            )
        ).first()
        if first is not None:
            return Accepted(first[0], repeated=first[1] is not BatchState.RECEIVING)
        batch_id = new_batch_id(at)
        connection.execute(
            insert(tables.batch).values(
                id=batch_id,
                tenant=source.tenant,
                source_sha256=source.sha256,
                source_name=source.name,
                sender=source.sender,
                hold=source.hold,
                totals=stated[0].as_json() if (stated := source.totals()) else None,
                pack_version=None if source.pack_version is None else dict(source.pack_version),
                state=BatchState.RECEIVING,
                created_at=at,
                updated_at=at,
            )
        )
        events.write(connection, [events.Event(batch_id, None, "receiving")], actor="intake", at=at)
    return Accepted(batch_id, repeated=False)


def _one_at_a_time(connection: Connection, tenant: str) -> None:
    """Serialise intake per tenant, so that looking for a reference and inserting it are one; SQLite does so anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:tenant, 0))"), {"tenant": tenant})


def _announced_before(engine: Engine, batch_id: str) -> Sequence[ControlTotals]:
    """What was said of a file when it was begun, where whoever goes on with it says nothing."""
    with reading(engine) as connection:
        kept = connection.execute(select(tables.batch.c.totals).where(tables.batch.c.id == batch_id)).scalar_one()
    return (ControlTotals.parse(kept),) if kept is not None else ()


def _counted(records: Iterable[Entry], tally: Tally) -> Iterator[Entry]:
    for one in records:
        tally.add(one)
        yield one


def _slices(entries: Iterator[tuple[int, Entry]]) -> Iterator[list[tuple[int, Entry]]]:
    while chunk := list(itertools.islice(entries, SLICE)):
        yield chunk


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A document ready to be inserted."""

    position: int
    document: Document
    row: dict[str, Any]
    dek: dict[str, Any]
    kept: Kept


def _take(
    engine: Engine, vault: Vault, source: Source, batch_id: str, entries: Sequence[tuple[int, Entry]], at: dt.datetime
) -> None:
    with reading(engine) as connection:
        fresh = _not_taken(connection, batch_id, entries)
    sealed = _seal(vault, source, batch_id, [(p, entry) for p, entry in fresh if isinstance(entry, Document)], at)
    with writing(engine) as connection:
        _one_at_a_time(connection, source.tenant)
        hold = _hold_of(connection, batch_id)
        fresh = _not_taken(connection, batch_id, fresh)
        open_positions = {position for position, _ in fresh}
        taken = _references(connection, source.tenant, [one.document.reference for one in sealed])
        rejections = [_rejection(batch_id, p, entry, at) for p, entry in fresh if isinstance(entry, Rejected)]
        new: list[_Sealed] = []
        for one in sealed:
            if one.position not in open_positions:
                continue
            reference = one.document.reference
            if reference in taken:
                again = _same_reference(source.name, one.position, reference, taken[reference])
                rejections.append(_rejection(batch_id, one.position, again, at))
                continue
            taken[reference] = str(one.row["id"])
            if (why := hold or source.holds(one.document)) is not None:
                one.row.update(state=DocumentState.HELD, held_from=DocumentState.NEW, reason=why)
            new.append(one)
        _insert(connection, batch_id, new, rejections, at)


def _hold_of(connection: Connection, batch_id: str) -> str | None:
    """Why a batch that is being taken in is held.

    Raises:
        Refused: a person cancelled it meanwhile.
    """
    batch = tables.batch.c
    state, hold = connection.execute(
        select(batch.state, batch.hold).where(batch.id == batch_id).with_for_update()
    ).one()
    if state is BatchState.CANCELLED:
        raise Refused(
            f"the batch {batch_id} was cancelled while its file was being taken in; nothing more of it was accepted, "
            "hand the file in again if that was a mistake"
        )
    return hold


def _insert(
    connection: Connection,
    batch_id: str,
    new: Sequence[_Sealed],
    rejections: Sequence[dict[str, Any]],
    at: dt.datetime,
) -> None:
    happened = [events.Event(batch_id, None, "rejected", {"record": row["position"]}) for row in rejections]
    if new:
        connection.execute(insert(tables.dek), [one.dek for one in new])
        record(connection, [one.kept for one in new], at)
        connection.execute(insert(tables.document), [one.row for one in new])
        happened += [events.Event(batch_id, str(one.row["id"]), "accepted") for one in new]
    if rejections:
        connection.execute(insert(tables.rejection), list(rejections))
    events.write(connection, happened, actor="intake", at=at)


def _not_taken(connection: Connection, batch_id: str, entries: Sequence[tuple[int, Entry]]) -> list[tuple[int, Entry]]:
    if not entries:
        return []
    first, last = entries[0][0], entries[-1][0]
    document, rejection = tables.document.c, tables.rejection.c
    taken = set(
        connection.execute(
            select(document.record).where(document.batch_id == batch_id, document.record.between(first, last))
        ).scalars()
    )
    taken |= set(
        connection.execute(
            select(rejection.position).where(rejection.batch_id == batch_id, rejection.position.between(first, last))
        ).scalars()
    )
    return [(position, entry) for position, entry in entries if position not in taken]


def _references(connection: Connection, tenant: str, references: Sequence[str]) -> dict[str, str]:
    document = tables.document.c
    found = connection.execute(
        select(document.ext_id, document.id).where(
            document.tenant == tenant,
            document.ext_id.in_(references),
            document.state != DocumentState.CANCELLED,
        )
    )
    return dict(found.all())


def _seal(
    vault: Vault, source: Source, batch_id: str, documents: Sequence[tuple[int, Document]], at: dt.datetime
) -> list[_Sealed]:
    keys = {position: vault.make_key(source.tenant, f"{batch_id}-{position:07d}", at) for position, _ in documents}
    items = [
        Item(keys[position][0].document_id, DOCUMENT, "application/json", document.model_dump_json().encode())
        for position, document in documents
    ]
    kept = vault.keep(items, {key.document_id: key for key, _ in keys.values()})
    kek = vault.keys.of(source.tenant)
    sealed: list[_Sealed] = []
    for (position, document), one in zip(documents, kept, strict=True):
        key, dek_row = keys[position]
        row: dict[str, Any] = {
            "id": key.document_id,
            "tenant": source.tenant,
            "batch_id": batch_id,
            "record": position,
            "ext_id": document.reference,
            "kind": document.kind.value,
            "prio": source.priority,
            "state": DocumentState.NEW,
            "held_from": None,
            "reason": None,
            "chan_ix": 0,
            "delivery_no": 1,
            "due_at": document.delivery.not_before,
            "artifact_sha": one.place.sha,
            "recipient": seal(
                key.key, document.recipient.name.encode(), bound("recipient", source.tenant, key.document_id)
            ),
            "link_sha256": sha256(kek.link_token(key.document_id, 1).encode()),
            "dek_id": key.document_id,
            "created_at": at,
            "updated_at": at,
        }
        sealed.append(_Sealed(position, document, row, dek_row, one))
    return sealed


def _rejection(batch_id: str, position: int, rejected: Rejected, at: dt.datetime) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "position": position,
        "file": rejected.file,
        "record": rejected.record,
        "line": rejected.line,
        "path": rejected.path,
        "term": rejected.term,
        "found": rejected.found,
        "remedy": rejected.remedy,
        "created_at": at,
    }


def _same_reference(file: str, position: int, reference: str, first: str) -> Rejected:
    return Rejected(
        file=file,
        record=position,
        path="/reference",
        found=f"the reference {reference}, which document {first} already has",
        remedy="give it a reference of its own, or cancel the first document and hand it in again",
    )
