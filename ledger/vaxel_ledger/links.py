"""The document behind a web link: found by the hash of its token, since the token itself is never stored."""

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, func, select

from vaxel_engine.model import Document
from vaxel_ledger import events, tables
from vaxel_ledger.database import reading
from vaxel_ledger.sealing import sha256
from vaxel_ledger.switch_tables import follow_up
from vaxel_ledger.vault import Vault
from vaxel_ledger.work import load


@dataclass(frozen=True, slots=True)
class Linked:
    """What a page behind a link needs to know of its document."""

    document_id: str
    tenant: str
    document: Document = field(repr=False)
    since: dt.datetime
    """When the document was accepted: the link's age is counted from here."""
    channel: str | None
    """The channel of the last hand-over that the link went with; None before the first."""
    key: str | None = field(repr=False)
    """The idempotency key of that hand-over."""


def linked(engine: Engine, vault: Vault, token: str) -> Linked | None:
    """The document that `token` opens; None for a token that was never given out, and after an erasure."""
    document, attempt = tables.document.c, tables.attempt.c
    query = select(document.id, document.tenant, document.created_at).where(
        document.link_sha256 == sha256(token.encode())
    )
    with reading(engine) as connection:
        found = connection.execute(query).first()
        if found is None:
            return None
        document_id, tenant, since = found
        opened = load(connection, vault, [document_id]).documents.get(document_id)
        last = connection.execute(
            select(attempt.channel, attempt.idem_key)
            .outerjoin_from(tables.attempt, follow_up, follow_up.c.idem_key == attempt.idem_key)
            .where(attempt.document_id == document_id)
            .order_by(func.coalesce(follow_up.c.by_link, False).desc(), attempt.seq.desc())
            .limit(1)
        ).first()
    if opened is None:
        return None
    channel, key = last if last is not None else (None, None)
    return Linked(document_id, tenant, opened, since, channel, key)


def tell(connection: Connection, document_id: str, kind: str, *, actor: str, at: dt.datetime) -> None:
    """Write an event of a document."""
    document = tables.document.c
    batch_id = connection.execute(select(document.batch_id).where(document.id == document_id)).scalar_one()
    events.write(connection, [events.Event(batch_id, document_id, kind)], actor=actor, at=at)
