"""Where a sender's own systems hear what happens: addresses, their secrets, and what stands at each."""

import base64
import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, delete, func, insert, select, update

from vaxel_ledger import tables
from vaxel_ledger.keys import TenantKey
from vaxel_ledger.webhook_tables import EndpointState, MessageState, webhook_attempt, webhook_endpoint, webhook_outbox

SECRET_BYTES = 32
"""Standard Webhooks asks for 24 to 64."""
OVERLAP = dt.timedelta(hours=24)
"""For so long the secret before a rotation signs too."""
TRIAL = "webhook.trial"
"""The type of a message that only tries the way."""
LOG_LENGTH = 50


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address without its secret."""

    id: str
    tenant: str
    sender: str | None
    url: str
    kinds: tuple[str, ...]
    state: EndpointState
    why: str | None
    seen: int
    rest_until: dt.datetime | None
    created_at: dt.datetime

    @property
    def sentence(self) -> str:
        """What a person has to know of a disabled one."""
        return (
            f"the webhook {self.id} to {self.url} is disabled: {self.why}; nothing is lost, and "
            f"`vaxel webhooks enable {self.id}` goes on where it stopped"
        )


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An address at one of the two moments at which its secret is shown: when it is made, and when it is rotated."""

    endpoint: Endpoint
    secret: str = field(repr=False)
    """`whsec_…`, for the receiver."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many messages of an address stand how."""

    pending: int
    delivered: int
    given_up: int
    next_due: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Tried:
    """One try of one message."""

    message_id: str
    kind: str
    at: dt.datetime
    status: int | None
    said: str
    ms: int


def create(
    connection: Connection,
    key: TenantKey,
    url: str,
    *,
    sender: str | None = None,
    kinds: Sequence[str] = (),
    at: dt.datetime,
) -> NewEndpoint:
    """Make an address hear everything that happens from now on; its secret is shown with the answer alone."""
    endpoint_id, secret = f"ep{secrets.token_hex(6)}", secrets.token_bytes(SECRET_BYTES)
    newest = connection.execute(select(func.max(tables.event.c.seq))).scalar_one() or 0
    connection.execute(
        insert(webhook_endpoint).values(
            id=endpoint_id,
            tenant=key.tenant,
            sender=sender,
            url=url,
            kinds=list(kinds),
            secret=key.wrap(secret, _place(endpoint_id)),
            state=EndpointState.ACTIVE,
            seen=newest,
            created_at=at,
        )
    )
    (made,) = (one for one in every(connection, key.tenant) if one.id == endpoint_id)
    return NewEndpoint(made, _shown(secret))


def every(connection: Connection, tenant: str, *, sender: str | None = None) -> list[Endpoint]:
    """All addresses of a tenant, or of one sender where it is named, the oldest first."""
    one = webhook_endpoint.c
    query = select(
        one.id, one.tenant, one.sender, one.url, one.kinds, one.state, one.why, one.seen, one.rest_until, one.created_at
    ).where(one.tenant == tenant)
    if sender is not None:
        query = query.where(one.sender == sender)
    return [
        Endpoint(endpoint_id, whose, of, url, tuple(kinds), state, why, seen, rest, created)
        for endpoint_id, whose, of, url, kinds, state, why, seen, rest, created in connection.execute(
            query.order_by(one.created_at, one.id)
        )
    ]


def disabled(connection: Connection, tenant: str) -> list[Endpoint]:
    """The addresses that nothing is sent to."""
    return [one for one in every(connection, tenant) if one.state is EndpointState.DISABLED]


def rotate(connection: Connection, key: TenantKey, endpoint: Endpoint, *, at: dt.datetime) -> NewEndpoint:
    """Give an address another secret; the one before it signs beside it for `OVERLAP`, so that nothing is refused."""
    one, secret = webhook_endpoint.c, secrets.token_bytes(SECRET_BYTES)
    connection.execute(
        update(webhook_endpoint)
        .where(one.id == endpoint.id)
        .values(previous=one.secret, previous_until=at + OVERLAP, secret=key.wrap(secret, _place(endpoint.id)))
    )
    return NewEndpoint(endpoint, _shown(secret))


def signing_secrets(connection: Connection, key: TenantKey, endpoint_id: str, *, at: dt.datetime) -> tuple[bytes, ...]:
    """The secrets that sign at a moment, the newest first."""
    one = webhook_endpoint.c
    secret, previous, until = connection.execute(
        select(one.secret, one.previous, one.previous_until).where(one.id == endpoint_id)
    ).one()
    valid = [secret, *([previous] if previous is not None and until is not None and at < until else [])]
    return tuple(key.unwrap(wrapped, _place(endpoint_id)) for wrapped in valid)


def disable(connection: Connection, endpoint_id: str, why: str) -> bool:
    """Send nothing more to an address; what happens meanwhile waits. Says whether it was active."""
    one = webhook_endpoint.c
    changed = connection.execute(
        update(webhook_endpoint)
        .where(one.id == endpoint_id, one.state == EndpointState.ACTIVE)
        .values(state=EndpointState.DISABLED, why=why)
    )
    return changed.rowcount == 1


def enable(connection: Connection, endpoint_id: str, *, at: dt.datetime) -> bool:
    """Let an address go on where it stopped: all that waits is due now, with a fresh schedule. Says if it was off."""
    one, message = webhook_endpoint.c, webhook_outbox.c
    changed = connection.execute(
        update(webhook_endpoint)
        .where(one.id == endpoint_id, one.state == EndpointState.DISABLED)
        .values(state=EndpointState.ACTIVE, why=None, rest_until=None)
    )
    if changed.rowcount == 1:
        connection.execute(
            update(webhook_outbox)
            .where(message.endpoint_id == endpoint_id, message.state != MessageState.DELIVERED)
            .values(state=MessageState.PENDING, due_at=at, tries=0)
        )
    return changed.rowcount == 1


def remove(connection: Connection, endpoint_id: str) -> None:
    """Forget an address with its messages and their log."""
    connection.execute(delete(webhook_endpoint).where(webhook_endpoint.c.id == endpoint_id))


def replay(connection: Connection, endpoint: Endpoint, message_id: str, *, at: dt.datetime) -> bool:
    """Send one message again, under the same `webhook-id`; says whether the address has such a message."""
    message = webhook_outbox.c
    changed = connection.execute(
        update(webhook_outbox)
        .where(message.endpoint_id == endpoint.id, message.id == message_id)
        .values(state=MessageState.PENDING, due_at=at, tries=0)
    )
    return changed.rowcount == 1


def replay_after(connection: Connection, endpoint: Endpoint, seq: int, *, at: dt.datetime) -> int:
    """Send everything that happened after an event again; answers how many messages there were already.

    What never became a message, because the address is younger, becomes one.
    """
    one, message = webhook_endpoint.c, webhook_outbox.c
    again = connection.execute(
        update(webhook_outbox)
        .where(message.endpoint_id == endpoint.id, message.seq > seq)
        .values(state=MessageState.PENDING, due_at=at, tries=0)
    )
    connection.execute(update(webhook_endpoint).where(one.id == endpoint.id, one.seen > seq).values(seen=seq))
    return again.rowcount


def standing(connection: Connection, endpoint_id: str) -> Standing:
    """How many messages of an address stand how."""
    message = webhook_outbox.c
    rows = connection.execute(
        select(message.state, func.count(), func.min(message.due_at))
        .where(message.endpoint_id == endpoint_id)
        .group_by(message.state)
    ).all()
    numbers = {state: number for state, number, _ in rows}
    return Standing(
        numbers.get(MessageState.PENDING, 0),
        numbers.get(MessageState.DELIVERED, 0),
        numbers.get(MessageState.GIVEN_UP, 0),
        next((due for state, _, due in rows if state is MessageState.PENDING), None),
    )


def log(connection: Connection, endpoint_id: str, *, limit: int = LOG_LENGTH) -> list[Tried]:
    """The newest tries of an address, the newest first."""
    message, attempt = webhook_outbox.c, webhook_attempt.c
    query = (
        select(message.id, message.kind, attempt.at, attempt.status, attempt.said, attempt.ms)
        .join_from(webhook_attempt, webhook_outbox, attempt.message_id == message.id)
        .where(message.endpoint_id == endpoint_id)
        .order_by(attempt.id.desc())
        .limit(limit)
    )
    return [Tried(*row) for row in connection.execute(query)]


def _place(endpoint_id: str) -> str:
    return f"webhook\n{endpoint_id}"


def _shown(secret: bytes) -> str:
    return f"whsec_{base64.b64encode(secret).decode()}"
