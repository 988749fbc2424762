"""What providers tell later: every report lands here first, and is applied to its hand-over in its own time."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, bindparam, func, literal, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_ledger import tables
from vaxel_ledger.attempts import ATTEMPTED, Attempted, attempted
from vaxel_ledger.columns import Moment
from vaxel_ledger.database import writing
from vaxel_ledger.keys import TenantKey
from vaxel_ledger.outcomes import Outcome, conclude
from vaxel_ledger.states import InboxState, Status
from vaxel_ledger.vault import RECEIPT, Item, Vault, record

PAGE = 500
"""Reports per transaction."""

HASTE = dt.timedelta(minutes=5)
"""A report may overtake the record of its hand-over by so much before anybody is told of it."""
PATIENCE = dt.timedelta(days=30)
"""How long a report may wait for its hand-over before it is set aside as a stray."""

_KEY_NAME = "(inbox)"  # the inbox does not know yet whose reports it holds; no tenant can be called so
_STRONGEST_FIRST = (
    Status.READ,
    Status.DELIVERED,
    Status.FAILED,
    Status.REJECTED,
    Status.CANCELLED,
    Status.HANDED_OVER,
    Status.ACCEPTED,
    Status.OUTCOME_UNKNOWN,
)


class Told(Protocol):
    """A provider's report, as the contract of channels has it; `key` or `reference` names the hand-over."""

    @property
    def provider(self) -> str:
        """The channel's name."""
        ...

    @property
    def receipt_id(self) -> str:
        """Unique per provider."""
        ...

    @property
    def status(self) -> Status:
        """What is now known."""
        ...

    @property
    def key(self) -> str | None:
        """The idempotency key of the hand-over."""
        ...

    @property
    def reference(self) -> str | None:
        """The provider's own reference."""
        ...

    @property
    def at(self) -> dt.datetime | None:
        """When it happened, by the provider's clock."""
        ...

    @property
    def reason(self) -> str | None:
        """Why, in one sentence without personal data."""
        ...

    @property
    def raw(self) -> bytes:
        """What the provider wrote, for the evidence."""
        ...


def take_in(engine: Engine, vault: Vault, reports: Iterable[Told], *, at: dt.datetime) -> int:
    """Keep reports durably and answer how many were new; a report that comes twice is kept once."""
    new = 0
    received = list(reports)
    for start in range(0, len(received), PAGE):
        page = received[start : start + PAGE]
        rows = [_row(vault, report, at) for report in page]
        with writing(engine) as connection:
            new += _insert_unknown(connection, rows)
    return new


def _row(vault: Vault, report: Told, at: dt.datetime) -> dict[str, Any]:
    body = _inbox_key(vault).wrap(report.raw, _name(report.provider, report.receipt_id)) if report.raw else None
    return {
        "provider": report.provider,
        "receipt_id": report.receipt_id,
        "status": Status(report.status).value,
        "idem_key": report.key,
        "provider_ref": report.reference,
        "reason": report.reason,
        "reported_at": report.at,
        "received_at": at,
        "body": body,
        "applied": InboxState.PENDING,
    }


def _name(provider: str, receipt_id: str) -> str:
    return f"{provider}\n{receipt_id}"


def _inbox_key(vault: Vault) -> TenantKey:
    return vault.keys.of(_KEY_NAME)


def _insert_unknown(connection: Connection, rows: Sequence[dict[str, Any]]) -> int:
    inbox = tables.receipt_inbox
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(inbox).values(list(rows)).on_conflict_do_nothing().returning(inbox.c.receipt_id)
    return len(connection.execute(insert).all())


@dataclass(frozen=True, slots=True)
class _Entry:
    provider: str
    receipt_id: str
    status: Status
    key: str | None
    reference: str | None
    reason: str | None
    received_at: dt.datetime
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a drain of the inbox did."""

    applied: int
    waiting: int
    """Reports whose hand-over is not known (yet)."""


def apply(engine: Engine, vault: Vault, *, at: dt.datetime, due_at: Callable[[str], dt.datetime | None]) -> Applied:
    """Apply what lies in the inbox, a page per transaction; harmless when it runs twice or beside another.

    `due_at` says for a channel when a hand-over without further news counts as delivered.
    """
    applied = waiting = 0
    after: tuple[dt.datetime, str, str] | None = None
    while True:
        with writing(engine) as connection:
            page = _page(connection, after)
            if not page:
                return Applied(applied, waiting)
            matched = _match(connection, page)
            _conclude(connection, matched, at, due_at)
            _keep_evidence(connection, vault, matched, at)
            _mark(connection, [entry for entry, _ in matched], InboxState.APPLIED, at)
            known = {(entry.provider, entry.receipt_id) for entry, _ in matched}
            unmatched = [entry for entry in page if (entry.provider, entry.receipt_id) not in known]
            _mark(connection, [e for e in unmatched if e.received_at < at - PATIENCE], InboxState.STRAY, at)
        applied += len(matched)
        waiting += len(unmatched)
        after = (page[-1].received_at, page[-1].provider, page[-1].receipt_id)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Reports of a provider that name no hand-over of ours; they are kept."""

    provider: str
    number: int
    newest: dt.datetime


def unmatched(connection: Connection, *, at: dt.datetime) -> list[Unmatched]:
    """Reports that named no hand-over of ours for longer than one takes to be written down, by provider."""
    inbox = tables.receipt_inbox.c
    query = (
        select(inbox.provider, func.count(), func.max(inbox.received_at))
        .where(inbox.applied != InboxState.APPLIED, inbox.received_at < at - HASTE)
        .group_by(inbox.provider)
        .order_by(inbox.provider)
    )
    return [Unmatched(*row) for row in connection.execute(query)]


def _page(connection: Connection, after: tuple[dt.datetime, str, str] | None) -> list[_Entry]:
    inbox = tables.receipt_inbox.c
    place = (inbox.received_at, inbox.provider, inbox.receipt_id)
    query = (
        select(
            inbox.provider,
            inbox.receipt_id,
            inbox.status,
            inbox.idem_key,
            inbox.provider_ref,
            inbox.reason,
            inbox.received_at,
            inbox.body,
        )
        .where(inbox.applied == InboxState.PENDING)
        .order_by(*place)
        .limit(PAGE)
    )
    if after is not None:
        last = tuple_(literal(after[0], Moment()), literal(after[1]), literal(after[2]))
        query = query.where(tuple_(*place) > last)
    return [
        _Entry(provider, receipt_id, Status(status), key, reference, reason, received_at, body)
        for provider, receipt_id, status, key, reference, reason, received_at, body in connection.execute(query)
    ]


def _match(connection: Connection, page: Sequence[_Entry]) -> list[tuple[_Entry, Attempted]]:
    attempt = tables.attempt.c
    keys = [entry.key for entry in page if entry.key]
    references = [entry.reference for entry in page if entry.reference]
    by_key = {one.key: one for one in attempted(connection.execute(ATTEMPTED.where(attempt.idem_key.in_(keys))))}
    by_reference = {
        (one.channel, one.provider_ref): one
        for one in attempted(connection.execute(ATTEMPTED.where(attempt.provider_ref.in_(references))))
    }
    matched: list[tuple[_Entry, Attempted]] = []
    for entry in page:
        found = by_key.get(entry.key or "") or by_reference.get((entry.provider, entry.reference))
        if found is not None and (entry.reference or entry.key):
            matched.append((entry, found))
    return matched


def _conclude(
    connection: Connection,
    matched: Sequence[tuple[_Entry, Attempted]],
    at: dt.datetime,
    due_at: Callable[[str], dt.datetime | None],
) -> None:
    """Apply by order of state, not of arrival: per hand-over the strongest news first, the rest can only be late."""
    told: dict[str, list[tuple[_Entry, Attempted]]] = defaultdict(list)
    for entry, attempt in sorted(matched, key=lambda pair: _STRONGEST_FIRST.index(pair[0].status)):
        told[attempt.key].append((entry, attempt))
    for turn in range(max((len(news) for news in told.values()), default=0)):
        outcomes = [
            Outcome(
                key=key,
                status=news[turn][0].status,
                reference=news[turn][0].reference,
                reason=news[turn][0].reason,
                due_at=due_at(news[turn][1].channel),
            )
            for key, news in told.items()
            if turn < len(news)
        ]
        conclude(connection, outcomes, at=at, actor="provider")


def _keep_evidence(
    connection: Connection, vault: Vault, matched: Sequence[tuple[_Entry, Attempted]], at: dt.datetime
) -> None:
    """Move what the provider wrote into the document's own evidence, so that erasing the document erases it too."""
    with_body = [(entry, attempt) for entry, attempt in matched if entry.body is not None]
    if not with_body:
        return
    data_keys = vault.data_keys(connection, [attempt.document_id for _, attempt in with_body])
    items = [
        Item(
            document_id=attempt.document_id,
            kind=RECEIPT,
            media="application/octet-stream",
            content=_inbox_key(vault).unwrap(entry.body or b"", _name(entry.provider, entry.receipt_id)),
            idem_key=attempt.key,
        )
        for entry, attempt in with_body
        if attempt.document_id in data_keys
    ]
    record(connection, vault.keep(items, data_keys), at)


def _mark(connection: Connection, entries: Sequence[_Entry], state: InboxState, at: dt.datetime) -> None:
    if not entries:
        return
    inbox = tables.receipt_inbox.c
    connection.execute(
        update(tables.receipt_inbox)
        .where(
            inbox.provider == bindparam("_provider"),
            inbox.receipt_id == bindparam("_receipt_id"),
            inbox.applied == InboxState.PENDING,
        )
        .values(applied=state, applied_at=at, body=None),
        [{"_provider": entry.provider, "_receipt_id": entry.receipt_id} for entry in entries],
    )
