"""What came in over HTTP: one batch per sender and idempotency key, and which batches a sender may look at."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select, update

from vaxel_ledger import tables
from vaxel_ledger.ledger import BatchLine
from vaxel_ledger.service_tables import api_request


class Known(StrEnum):
    """What is known of an idempotency key."""

    NEW = "new"
    UNFINISHED = "unfinished"
    """The same body was begun under it, and no batch was named: in hand elsewhere, or left behind by a crash."""
    SAME = "same"
    OTHER = "other"
    """It was used for another body."""


@dataclass(frozen=True, slots=True)
class Begun:
    """The answer to a key and a body."""

    known: Known
    batch_id: str | None = None


def begin(
    connection: Connection, tenant: str, sender: str, idem_key: str, body_sha256: str, *, at: dt.datetime
) -> Begun:
    """Note that a body is about to be taken in under a key; harmless when repeated."""
    one = api_request.c
    found = connection.execute(
        select(one.body_sha256, one.batch_id).where(
            one.tenant == tenant, one.sender == sender, one.idem_key == idem_key
        )
    ).first()
    if found is None:
        connection.execute(
            insert(api_request).values(
                tenant=tenant, sender=sender, idem_key=idem_key, body_sha256=body_sha256, created_at=at
            )
        )
        return Begun(Known.NEW)
    if found[0] != body_sha256:
        return Begun(Known.OTHER)
    return Begun(Known.UNFINISHED if found[1] is None else Known.SAME, found[1])


def finish(connection: Connection, tenant: str, sender: str, idem_key: str, batch_id: str) -> None:
    """Name the batch that the body became."""
    one = api_request.c
    connection.execute(
        update(api_request)
        .where(one.tenant == tenant, one.sender == sender, one.idem_key == idem_key)
        .values(batch_id=batch_id)
    )


def give_up(connection: Connection, tenant: str, sender: str, idem_key: str) -> None:
    """Forget a key under which nothing was taken in, so that a mended body may come under it."""
    one = api_request.c
    connection.execute(
        delete(api_request).where(
            one.tenant == tenant, one.sender == sender, one.idem_key == idem_key, one.batch_id.is_(None)
        )
    )


def batch_of(connection: Connection, tenant: str, sender: str, batch_id: str) -> BatchLine | None:
    """A batch that came in over HTTP from this sender; None for any other."""
    if not owns_batch(connection, tenant, sender, batch_id):
        return None
    batch = tables.batch.c
    query = select(batch.id, batch.tenant, batch.source_name, batch.state, batch.created_at, batch.hold)
    return BatchLine(*connection.execute(query.where(batch.id == batch_id)).one())


def owns_batch(connection: Connection, tenant: str, sender: str, batch_id: str) -> bool:
    """Whether a batch came in over HTTP from this sender."""
    batch = tables.batch.c
    query = select(batch.id).where(batch.id == batch_id, batch.tenant == tenant, batch.sender == sender)
    return connection.execute(query).first() is not None


def owns_document(connection: Connection, tenant: str, sender: str, document_id: str) -> bool:
    """Whether a document belongs to a batch that came in over HTTP from this sender."""
    document = tables.document.c
    batch_id = connection.execute(select(document.batch_id).where(document.id == document_id)).scalar_one_or_none()
    return batch_id is not None and owns_batch(connection, tenant, sender, batch_id)
