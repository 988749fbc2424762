"""What is to be told to which address: events become messages, messages are claimed, and every try is written down.

A message is claimed by moving its due moment beyond the time that a try may take. A worker that is killed while it
sends leaves it to be sent again then, under the same `webhook-id`, by which a receiver knows it.
"""

import datetime as dt
import difflib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection, Engine, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from vaxel_engine.errors import Refused
from vaxel_ledger import event_stream, tables, webhooks
from vaxel_ledger.database import reading, writing
from vaxel_ledger.event_stream import Told
from vaxel_ledger.keys import TenantKey
from vaxel_ledger.webhook_tables import EndpointState, MessageState, webhook_attempt, webhook_endpoint, webhook_outbox
from vaxel_ledger.webhooks import TRIAL, Endpoint

SCHEDULE = tuple(
    dt.timedelta(seconds=seconds)
    for seconds in (0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""The wait before each try, as Standard Webhooks recommends; after the last one the address is disabled."""
LONGEST_REST = dt.timedelta(minutes=5)
"""After a failure no other message of the address is tried for so long."""
LEASE = dt.timedelta(seconds=120)
"""For so long a claimed message is nobody else's; longer than the tries of one claim take."""
KEPT = dt.timedelta(days=30)
"""For so long messages that were delivered can be replayed by their id, and their tries be read."""
PAGE = 500
TYPES: Mapping[str, str] = MappingProxyType(
    {
        "batch.receiving": "a file is being taken in",
        "batch.rejected": "a record of it was not accepted; `details.record` says which",
        "batch.received": "it was taken in to its end; `details.n` records",
        "batch.held": "nothing more leaves of it until a person releases it; `details.why`",
        "batch.released": "a person let it go on",
        "batch.done": "nothing of it waits any more; `details` is its line of the ledger",
        "batch.cancelled": "it was cancelled",
        "document.accepted": "a record became a document",
        "document.rendered": "it is ready to be handed over",
        "document.prepared": "it was made ready once more",
        "document.held": "it waits; its report says why",
        "document.released": "a person let it go on",
        "document.sending": "it is being handed over",
        "document.awaiting": "it was handed over, and the final word is to come",
        "document.still_in_doubt": "nobody knows yet whether it arrived",
        "document.doubt_cleared": "the provider has it",
        "document.delivered": "it was delivered; `details.channel` says by which channel",
        "document.read": "its recipient read it",
        "document.delivered_late": "a channel that had been given up delivered it while the next one was at it",
        "document.copy": "it reached its recipient twice; its report says how",
        "document.taken_back": "a provider gave back what another channel had delivered",
        "document.recall_waits": "a provider did not say yet whether it gives it back",
        "document.not_given_back": "it was called off, and its provider had brought it already, or gives nothing back",
        "document.late_news": "a provider said something that changes nothing any more",
        "document.fallback": "the next channel is tried, since one said no, or nobody opened it in time; `details.why`",
        "document.failed": "no channel took it; `details.why`",
        "document.cancelled": "it was cancelled before it reached anybody",
        "document.archived": "it was put away",
        "document.erased": "everything kept of it was made unreadable",
        "document.wrong_person_at_the_link": "somebody else than its recipient tried its link",
        "document.invitation_over": "the time to register is over, and its provider is asked what became of it",
        "document.waits_for_news": "its channel has no time for a confirmation any more; only a report can tell",
        "document.paper_asked_for": "its recipient asked for paper on the page behind its link",
        "document.paper_taken_back": "its recipient took that back",
    }
)
"""What a message can tell of; a newer version may add to them."""
_GONE = 410


@dataclass(frozen=True, slots=True)
class Message:
    """One message on its way."""

    id: str
    body: bytes
    tries: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """Messages of one address that this process sends now."""

    endpoint: Endpoint
    secrets: tuple[bytes, ...]
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of one try."""

    message: Message
    status: int | None
    said: str
    ms: int
    retry_after: dt.timedelta | None = None

    @property
    def delivered(self) -> bool:
        """Whether the receiver took it: any status of 2xx, and nothing else."""
        return self.status is not None and 200 <= self.status < 300


def check_types(kinds: Sequence[str]) -> None:
    """See that each is a type there is.

    Raises:
        Refused: one is not.
    """
    for kind in kinds:
        if kind not in TYPES:
            near = difflib.get_close_matches(kind, TYPES, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(TYPES)}"
            raise Refused(f"no message is of the type {kind[:60]!r}; {hint}")


def type_of(told: Told) -> str:
    """The type of a message: `document.delivered`, `batch.done`, …"""
    return f"{'batch' if told.document_id is None else 'document'}.{told.kind.replace(' ', '_')}"


def fan_out(engine: Engine, tenant: str, *, at: dt.datetime) -> int:
    """Make a message of each event that an active address has not heard of; harmless beside another and repeated."""
    with reading(engine) as connection:
        active = [one for one in webhooks.every(connection, tenant) if one.state is EndpointState.ACTIVE]
    made = 0
    for endpoint in active:
        end = event_stream.settled(engine)
        found = event_stream.after(engine, tenant, endpoint.seen, PAGE, sender=endpoint.sender)
        seen = found[-1].seq if len(found) == PAGE else max([end, *(told.seq for told in found[-1:])])
        if seen <= endpoint.seen:
            continue
        wanted = [told for told in found if not endpoint.kinds or type_of(told) in endpoint.kinds]
        with writing(engine) as connection:
            one = webhook_endpoint.c
            moved = connection.execute(
                update(webhook_endpoint).where(one.id == endpoint.id, one.seen == endpoint.seen).values(seen=seen)
            )
            if moved.rowcount == 1:
                made += _insert(connection, endpoint, wanted, at)
    return made


def _insert(connection: Connection, endpoint: Endpoint, happened: Sequence[Told], at: dt.datetime) -> int:
    if not happened:
        return 0
    document = tables.document.c
    ids = {told.document_id for told in happened if told.document_id is not None}
    references = dict(connection.execute(select(document.id, document.ext_id).where(document.id.in_(ids))).all())
    rows = [
        {
            "id": f"msg_{endpoint.id}_{told.seq}",
            "endpoint_id": endpoint.id,
            "seq": told.seq,
            "kind": type_of(told),
            "body": _body(told, references.get(told.document_id or "")),
            "state": MessageState.PENDING,
            "due_at": at + SCHEDULE[0],
            "tries": 0,
            "created_at": at,
        }
        for told in happened
    ]
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(webhook_outbox).on_conflict_do_nothing(index_elements=["id"]), rows)
    return len(rows)


def _body(told: Told, reference: str | None) -> bytes:
    whole = told.as_json()
    return _json(
        {
            "type": type_of(told),
            "timestamp": whole["at"],
            "data": {
                "seq": told.seq,
                "batch": told.batch_id,
                "document": reference,
                "document_id": told.document_id,
                "actor": told.actor,
                "details": whole["data"],
            },
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def trial(connection: Connection, endpoint: Endpoint, *, at: dt.datetime) -> str:
    """Put a message on its way that only tries it, and answer its id."""
    message_id = f"msg_{endpoint.id}_trial{secrets.token_hex(4)}"
    body = _json({"type": TRIAL, "timestamp": at.isoformat(), "data": {"endpoint": endpoint.id}})
    connection.execute(
        insert(webhook_outbox).values(
            id=message_id,
            endpoint_id=endpoint.id,
            seq=None,
            kind=TRIAL,
            body=body,
            state=MessageState.PENDING,
            due_at=at,
            tries=0,
            created_at=at,
        )
    )
    return message_id


def claim(connection: Connection, key: TenantKey, *, at: dt.datetime, limit: int) -> list[Claimed]:
    """Take the messages that are due, up to `limit` per address, for this process alone until `LEASE` has passed."""
    one, message = webhook_endpoint.c, webhook_outbox.c
    resting = select(one.id).where(or_(one.rest_until.is_(None), one.rest_until <= at))
    knocked = set(connection.execute(resting).scalars())
    claimed: list[Claimed] = []
    for endpoint in webhooks.every(connection, key.tenant):
        if endpoint.state is not EndpointState.ACTIVE or endpoint.id not in knocked:
            continue
        due = [
            Message(message_id, body, tries)
            for message_id, body, tries in connection.execute(
                select(message.id, message.body, message.tries)
                .where(message.endpoint_id == endpoint.id, message.state == MessageState.PENDING, message.due_at <= at)
                .order_by(message.due_at, message.seq)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
        ]
        if due:
            ids = [one.id for one in due]
            connection.execute(update(webhook_outbox).where(message.id.in_(ids)).values(due_at=at + LEASE))
            signing = webhooks.signing_secrets(connection, key, endpoint.id, at=at)
            claimed.append(Claimed(endpoint, signing, tuple(due)))
    return claimed


def conclude(
    connection: Connection,
    endpoint: Endpoint,
    tried: Sequence[Answered],
    untouched: Sequence[Message],
    *,
    at: dt.datetime,
    jitter: float = 0.0,
) -> None:
    """Write what came of tries, and give back what was claimed and not tried.

    A failure is tried again by the schedule, up to a tenth later by `jitter` (0 to 1), and not before the receiver
    asks for it; after the last try, and after "gone", the address is disabled.
    """
    for answered in tried:
        _write(connection, endpoint, answered, at, jitter)
    if untouched:
        ids = [one.id for one in untouched]
        connection.execute(
            update(webhook_outbox)
            .where(webhook_outbox.c.id.in_(ids), webhook_outbox.c.state == MessageState.PENDING)
            .values(due_at=at)
        )


def _write(connection: Connection, endpoint: Endpoint, answered: Answered, at: dt.datetime, jitter: float) -> None:
    one, message, tries = webhook_endpoint.c, webhook_outbox.c, answered.message.tries + 1
    connection.execute(
        insert(webhook_attempt).values(
            message_id=answered.message.id, at=at, status=answered.status, said=answered.said, ms=answered.ms
        )
    )
    state, due_at, rest_until = MessageState.DELIVERED, None, None
    if not answered.delivered:
        last = tries >= len(SCHEDULE)
        if last or answered.status == _GONE:
            state, tried = MessageState.GIVEN_UP, f"after {tries} tries" if last else "it says that it is gone"
            webhooks.disable(connection, endpoint.id, f"{tried}: {answered.said}")
        else:
            wait = max(SCHEDULE[tries] * (1 + jitter / 10), min(answered.retry_after or SCHEDULE[0], SCHEDULE[-1]))
            state, due_at, rest_until = MessageState.PENDING, at + wait, at + min(wait, LONGEST_REST)
    connection.execute(update(webhook_endpoint).where(one.id == endpoint.id).values(rest_until=rest_until))
    connection.execute(
        update(webhook_outbox)
        .where(message.id == answered.message.id, message.state == MessageState.PENDING)
        .values(state=state, due_at=due_at, tries=tries)
    )


def next_due(connection: Connection, tenant: str) -> dt.datetime | None:
    """When something is to be sent; None where nothing waits."""
    one, message = webhook_endpoint.c, webhook_outbox.c
    query = (
        select(func.min(message.due_at))
        .join_from(webhook_outbox, webhook_endpoint, message.endpoint_id == one.id)
        .where(one.tenant == tenant, one.state == EndpointState.ACTIVE, message.state == MessageState.PENDING)
    )
    return connection.execute(query).scalar_one()


def forget(connection: Connection, *, at: dt.datetime) -> int:
    """Delete what was delivered so long ago that nobody replays it by its id, with its tries; answers how many."""
    message = webhook_outbox.c
    gone = connection.execute(
        delete(webhook_outbox).where(message.state == MessageState.DELIVERED, message.created_at < at - KEPT)
    )
    return gone.rowcount
