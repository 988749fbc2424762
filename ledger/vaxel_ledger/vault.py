"""What the ledger keeps of a document: sealed with the document's key, found again by what it is, checked when read."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from vaxel_engine.errors import Unreadable
from vaxel_ledger import tables
from vaxel_ledger.keys import TenantKeys
from vaxel_ledger.sealing import bound, new_key, seal, sha256, unseal
from vaxel_ledger.store import Place, Store

DOCUMENT: Final = "document"
"""The canonical document as it was accepted, JSON."""
CONSIGNMENT: Final = "consignment"
"""The frozen bytes of one hand-over."""
RECEIPT: Final = "receipt"
"""What a provider answered, as it came."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A document's own key, open."""

    tenant: str
    document_id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to keep for a document; `kind` is a kind of artifact, or `document`, `consignment`, `receipt`."""

    document_id: str
    kind: str
    media: str
    content: bytes = field(repr=False)
    idem_key: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing that is kept: what it is, where it lies, what is needed to check it."""

    document_id: str
    tenant: str
    kind: str
    media: str
    size: int
    idem_key: str | None
    place: Place
    plain_hmac: str
    sealed_sha256: bytes = field(repr=False)
    dek_id: str | None = None

    @property
    def bound(self) -> bytes:
        """What ties the ciphertext to tenant, document, kind and hand-over."""
        return bound("artifact", self.tenant, self.document_id, self.kind, self.idem_key or "")

    def row(self, at: dt.datetime) -> dict[str, Any]:
        """As a row of the table `artifact`."""
        return {
            "sha": self.place.sha,
            "tenant": self.tenant,
            "document_id": self.document_id,
            "kind": self.kind,
            "idem_key": self.idem_key,
            "media": self.media,
            "size": self.size,
            "pack": self.place.pack,
            "offset": self.place.offset,
            "length": self.place.length,
            "plain_hmac": self.plain_hmac,
            "sealed_sha256": self.sealed_sha256,
            "dek_id": self.dek_id,
            "created_at": at,
        }


@dataclass(frozen=True, slots=True)
class Vault:
    """Store and keys together; the only place where content is sealed and opened."""

    store: Store
    keys: TenantKeys

    def make_key(self, tenant: str, document_id: str, at: dt.datetime) -> tuple[DataKey, dict[str, Any]]:
        """A fresh data key, open and as a row of the table `dek`."""
        kek = self.keys.of(tenant)
        key = new_key()
        row = {
            "id": document_id,
            "tenant": tenant,
            "kek_id": kek.kek_id,
            "wrapped": kek.wrap(key, document_id),
            "created_at": at,
        }
        return DataKey(tenant, document_id, key), row

    def data_keys(self, connection: Connection, document_ids: Collection[str]) -> dict[str, DataKey]:
        """Open the keys of documents; an erased document has none and is absent from the answer.

        Raises:
            Misconfigured: the tenant's key file is lost.
            Unreadable: the tenant's key file holds another key than the one that wrapped them.
        """
        dek = tables.dek.c
        found = connection.execute(select(dek.id, dek.tenant, dek.kek_id, dek.wrapped).where(dek.id.in_(document_ids)))
        opened: dict[str, DataKey] = {}
        for dek_id, tenant, kek_id, wrapped in found:
            kek = self.keys.of(tenant)
            if kek.kek_id != kek_id:
                raise Unreadable(
                    f"the documents of {tenant} were sealed with key {kek_id}, and the key file holds {kek.kek_id}; "
                    "restore the first one from your backup of keys"
                )
            opened[dek_id] = DataKey(tenant, dek_id, kek.unwrap(wrapped, dek_id))
        return opened

    def keep(self, items: Sequence[Item], data_keys: Mapping[str, DataKey]) -> list[Kept]:
        """Seal items and write them to disk, all in one file; the rows are still to be inserted (`record`)."""
        drafts: list[tuple[Kept, bytes]] = []
        for item in items:
            data_key = data_keys[item.document_id]
            kept = Kept(
                document_id=item.document_id,
                tenant=data_key.tenant,
                kind=item.kind,
                media=item.media,
                size=len(item.content),
                idem_key=item.idem_key,
                place=Place("", "", 0, 0),
                plain_hmac=self.keys.of(data_key.tenant).content_hash(item.content),
                sealed_sha256=b"",
                dek_id=item.document_id,
            )
            drafts.append((kept, seal(data_key.key, item.content, kept.bound)))
        places = self.store.put([sealed for _, sealed in drafts])
        finished: list[Kept] = []
        for (kept, _), place, item in zip(drafts, places, items, strict=True):
            digest = bytes.fromhex(sha256(item.content))
            sealed = seal(data_keys[item.document_id].key, digest, bound("sha256", place.sha))
            finished.append(replace(kept, place=place, sealed_sha256=sealed))
        return finished

    def open(self, kept: Kept, data_key: DataKey | None) -> bytes:
        """The plain content, verified three ways: address, authentication tag, keyed hash.

        Raises:
            Unreadable: erased, gone, or changed on disk.
        """
        what = f"the {kept.kind} of document {kept.document_id}"
        if data_key is None:
            raise Unreadable(f"{what} was erased: its key was destroyed")
        content = unseal(data_key.key, self.store.get(kept.place), kept.bound, what=what)
        if self.keys.of(kept.tenant).content_hash(content) != kept.plain_hmac:
            raise Unreadable(f"{what} is not what was kept: its keyed hash differs; restore the database from backup")
        return content

    def plain_sha256(self, kept: Kept, data_key: DataKey | None) -> str | None:
        """SHA-256 of the plain content without reading it; None after erasure."""
        if data_key is None:
            return None
        place = bound("sha256", kept.place.sha)
        return unseal(data_key.key, kept.sealed_sha256, place, what=f"the hash of the artifact {kept.place.sha}").hex()


def record(connection: Connection, kept: Sequence[Kept], at: dt.datetime) -> None:
    """Insert the rows of what `Vault.keep` wrote."""
    if kept:
        connection.execute(insert(tables.artifact), [one.row(at) for one in kept])


def find(connection: Connection, document_ids: Collection[str], kinds: Iterable[str] | None = None) -> list[Kept]:
    """What is kept of documents, oldest first; all kinds unless some are named."""
    artifact = tables.artifact.c
    query = (
        select(
            artifact.document_id,
            artifact.tenant,
            artifact.kind,
            artifact.media,
            artifact.size,
            artifact.idem_key,
            artifact.sha,
            artifact.pack,
            artifact.offset,
            artifact.length,
            artifact.plain_hmac,
            artifact.sealed_sha256,
            artifact.dek_id,
        )
        .where(artifact.document_id.in_(document_ids))
        .order_by(artifact.created_at, artifact.document_id, artifact.kind)
    )
    if kinds is not None:
        query = query.where(artifact.kind.in_(list(kinds)))
    return [
        Kept(
            document_id=document_id,
            tenant=tenant,
            kind=kind,
            media=media,
            size=size,
            idem_key=idem_key,
            place=Place(sha, pack, offset, length),
            plain_hmac=plain_hmac,
            sealed_sha256=sealed,
            dek_id=dek_id,
        )
        for (
            document_id,
            tenant,
            kind,
            media,
            size,
            idem_key,
            sha,
            pack,
            offset,
            length,
            plain_hmac,
            sealed,
            dek_id,
        ) in connection.execute(query)
    ]
