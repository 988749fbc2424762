"""Keys of the HTTP service: made once, shown once, kept as a hash; each acts for one sender alone."""

import datetime as dt
import hmac
import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from vaxel_ledger.sealing import sha256
from vaxel_ledger.service_tables import api_key

_SHAPE = re.compile(r"vaxel_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


class KeyState(StrEnum):
    """Whether a key opens anything."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key without its secret."""

    id: str
    tenant: str
    sender: str
    name: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None

    def state(self, at: dt.datetime) -> KeyState:
        """What the key is worth at a moment."""
        if self.revoked_at is not None:
            return KeyState.REVOKED
        return KeyState.EXPIRED if self.expires_at is not None and self.expires_at <= at else KeyState.VALID


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the only moment at which its secret is known."""

    key: ApiKey
    text: str = field(repr=False)
    """What goes behind `Authorization: Bearer`."""


def create(
    connection: Connection, tenant: str, sender: str, name: str, *, at: dt.datetime, expires_at: dt.datetime | None
) -> NewKey:
    """Make a key for one sender; its text is nowhere to be had again."""
    made = ApiKey(secrets.token_hex(6), tenant, sender, name, at, expires_at, None)
    secret = secrets.token_urlsafe(32)
    connection.execute(
        insert(api_key).values(
            id=made.id,
            tenant=tenant,
            sender=sender,
            name=name,
            secret_sha256=sha256(secret.encode()),
            created_at=at,
            expires_at=expires_at,
        )
    )
    return NewKey(made, f"vaxel_{made.id}_{secret}")


def every(connection: Connection, tenant: str) -> list[ApiKey]:
    """All keys of a tenant, the oldest first."""
    key = api_key.c
    query = select(key.id, key.tenant, key.sender, key.name, key.created_at, key.expires_at, key.revoked_at)
    rows = connection.execute(query.where(key.tenant == tenant).order_by(key.created_at, key.id))
    return [ApiKey(*row) for row in rows]


def revoke(connection: Connection, tenant: str, key_id: str, *, at: dt.datetime) -> ApiKey | None:
    """Let a key open nothing any more, for good; None where the tenant has no such key."""
    key = api_key.c
    connection.execute(
        update(api_key).where(key.tenant == tenant, key.id == key_id, key.revoked_at.is_(None)).values(revoked_at=at)
    )
    return next((one for one in every(connection, tenant) if one.id == key_id), None)


def holder(connection: Connection, tenant: str, text: str) -> ApiKey | None:
    """The key with this text, whatever its state; None for a text that no key of the tenant has."""
    shaped = _SHAPE.fullmatch(text)
    if shaped is None:
        return None
    key_id, secret = shaped.groups()
    key = api_key.c
    found = connection.execute(
        select(
            key.id, key.tenant, key.sender, key.name, key.created_at, key.expires_at, key.revoked_at, key.secret_sha256
        ).where(key.id == key_id, key.tenant == tenant)
    ).first()
    if found is None or not hmac.compare_digest(found[7], sha256(secret.encode())):
        return None
    return ApiKey(*found[:7])
