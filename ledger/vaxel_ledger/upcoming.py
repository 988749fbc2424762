"""The documents that come after a chunk, as far as a register has to know them: sender, kind and recipient."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, select

from vaxel_engine.errors import Unreadable
from vaxel_engine.model import DocumentKind, Recipient
from vaxel_ledger import tables
from vaxel_ledger.states import DocumentState
from vaxel_ledger.vault import DOCUMENT, Vault, find

PAGE = 500
"""Documents opened at once."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One document that nobody has looked at yet."""

    document_id: str
    tenant: str
    sender: str
    kind: DocumentKind
    recipient: Recipient = field(repr=False)


class _Told(BaseModel):
    """What is read of a document that is kept; the rest of it is passed over."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    sender: str
    kind: DocumentKind
    recipient: Recipient


def upcoming(
    connection: Connection, vault: Vault, batches: Sequence[str], *, limit: int, without: Collection[str]
) -> list[Upcoming]:
    """The next new documents of some batches, in the order in which they are worked on; no more is read than is asked.

    What cannot be opened is left out: whoever works on it says why.
    """
    document = tables.document.c
    query = (
        select(document.id)
        .where(document.batch_id.in_(batches), document.state == DocumentState.NEW, document.due_at.is_(None))
        .order_by(document.prio, document.id)
        .limit(limit + len(without))
    )
    ids = [one for one in connection.execute(query).scalars() if one not in without][:limit]
    return [one for start in range(0, len(ids), PAGE) for one in _opened(connection, vault, ids[start : start + PAGE])]


def _opened(connection: Connection, vault: Vault, ids: Sequence[str]) -> Iterator[Upcoming]:
    keys = vault.data_keys(connection, ids)
    for one in find(connection, ids, [DOCUMENT]):
        try:
            told = _Told.model_validate_json(vault.open(one, keys.get(one.document_id)))
        except (Unreadable, ValueError):
            continue
        yield Upcoming(one.document_id, one.tenant, told.sender, told.kind, told.recipient)
