"""Failed documents with a corrected recipient, driven once more: the same document, with another delivery number."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from vaxel_engine.model import Document
from vaxel_ledger import tables
from vaxel_ledger.decision import Decision
from vaxel_ledger.sealing import sha256
from vaxel_ledger.states import BatchState, DocumentState
from vaxel_ledger.transitions import Move, move
from vaxel_ledger.vault import DOCUMENT, Item, Vault, record

MEDIA = "application/json"
CORRECTED = "its recipient was corrected; it is decided anew"


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that found no way."""

    document_id: str
    reference: str
    cause: str
    """What spoke against each channel, by codes: the same for all that fail for the same."""


def failed(connection: Connection, batch_id: str) -> list[Failed]:
    """The failed documents of a batch, in its order."""
    document = tables.document.c
    query = (
        select(document.id, document.ext_id, document.route, document.reason)
        .where(document.batch_id == batch_id, document.state == DocumentState.FAILED)
        .order_by(document.record)
    )
    found: list[Failed] = []
    for document_id, reference, kept, reason in connection.execute(query):
        route = Decision.from_json(kept) if kept else None
        against = [f"{name}: {one.code}" for name, one in route.reasons.items() if not one.favours] if route else []
        found.append(Failed(document_id, reference, ", ".join(against) or str(reason)))
    return found


def redrive(
    connection: Connection, vault: Vault, corrected: Mapping[str, Document], *, at: dt.datetime, actor: str
) -> set[str]:
    """Keep corrected documents and let them be decided anew; answer those that were still failed.

    What was kept before stays kept; the delivery number is raised, since a person wants another hand-over of it.
    """
    ids = sorted(corrected)
    document = tables.document.c
    rows = connection.execute(
        select(document.id, document.tenant, document.delivery_no, document.batch_id).where(
            document.id.in_(ids), document.state == DocumentState.FAILED
        )
    ).all()
    data_keys = vault.data_keys(connection, [row[0] for row in rows])
    known = [row for row in rows if row[0] in data_keys]  # the others were erased
    items = [Item(row[0], DOCUMENT, MEDIA, corrected[row[0]].model_dump_json().encode()) for row in known]
    record(connection, vault.keep(items, data_keys), at)
    values = {"route": None, "chan_ix": 0, "reason": CORRECTED, "due_at": None}
    moves = [Move(row[0], values, {"why": "corrected"}) for row in known]
    moved = move(connection, moves, expected=DocumentState.FAILED, to=DocumentState.NEW, at=at, actor=actor)
    for document_id, tenant, delivery_no, batch_id in known:
        if document_id not in moved:
            continue
        token = vault.keys.of(tenant).link_token(document_id, delivery_no + 1)
        connection.execute(
            update(tables.document)
            .where(document.id == document_id)
            .values(delivery_no=delivery_no + 1, link_sha256=sha256(token.encode()))
        )
        batch = tables.batch.c
        connection.execute(
            update(tables.batch)
            .where(batch.id == batch_id, batch.state == BatchState.DONE)
            .values(state=BatchState.RECEIVED, updated_at=at)
        )
    return moved
