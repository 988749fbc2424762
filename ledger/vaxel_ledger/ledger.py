"""The ledger as one thing to hold: opened on an address, with its store of artifacts and its key file."""

import datetime as dt
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, delete, select

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.model import Document
from vaxel_ledger import (
    acceptance,
    cancelling,
    counts,
    database,
    doubts,
    events,
    follow_ups,
    holding,
    inbox,
    links,
    pausing,
    report,
    standing,
    tables,
)
from vaxel_ledger.acceptance import Accepted, Entry, Source
from vaxel_ledger.allowance import DailyAllowance
from vaxel_ledger.counts import LedgerLine
from vaxel_ledger.doubts import Doubt
from vaxel_ledger.holding import Done, Target
from vaxel_ledger.keys import TenantKeys
from vaxel_ledger.links import Linked
from vaxel_ledger.outcomes import Outcome, conclude
from vaxel_ledger.report import ReportLine, Why
from vaxel_ledger.sealing import sha256
from vaxel_ledger.standing import Waits, Went
from vaxel_ledger.states import AttemptState, BatchState, Status
from vaxel_ledger.store import Store
from vaxel_ledger.suppression import Suppressed, Suppression, listed
from vaxel_ledger.vault import Vault, find


def utc_now() -> dt.datetime:
    """The machine's clock; the ledger's edge to time."""
    return dt.datetime.now(dt.UTC)


def batch_id_at(at: dt.datetime) -> str:
    """A batch's id: sorts by time, cannot be guessed from another, carries nothing of the content."""
    return f"{at.astimezone(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch in a list."""

    batch_id: str
    tenant: str
    source_name: str
    state: BatchState
    created_at: dt.datetime
    hold: str | None = None
    """Why it waits for a person."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came in, was decided, was handed over, was answered; and the artifacts kept. Close it after use."""

    engine: Engine
    vault: Vault
    clock: Callable[[], dt.datetime] = utc_now

    @classmethod
    def open(
        cls,
        url: str,
        *,
        store: Path | None = None,
        tenant_key: Path | None = None,
        clock: Callable[[], dt.datetime] = utc_now,
    ) -> Self:
        """Open a ledger, and make it where the database is empty.

        `store` is the folder of sealed artifacts and `tenant_key` the file that opens them; for SQLite they lie beside
        the database (`vaxel.artifacts`, `vaxel.key`) unless said otherwise. Keep a backup of the key elsewhere.

        Raises:
            Misconfigured: the address, a folder or the schema is not one this version can work with.
        """
        engine = database.connect(url)
        beside = Path(engine.url.database or "") if engine.dialect.name == "sqlite" else None
        if beside is not None:
            _make_folder(beside.parent)
        if beside is None and (store is None or tenant_key is None):
            raise Misconfigured("a ledger on PostgreSQL needs to be told its folder of artifacts and its key file")
        place = beside or Path()
        store = store or place.with_suffix(".artifacts")
        keys = TenantKeys(tenant_key or place.with_suffix(".key"))
        database.check_schema(engine)
        _make_folder(store)
        with database.reading(engine) as connection:
            sealed_before = connection.execute(select(tables.dek.c.id).limit(1)).first() is not None
        if not sealed_before:  # a lost key must be restored, never replaced
            keys.make()
        return cls(engine, Vault(Store(store), keys), clock)

    def close(self) -> None:
        """Release connections; may be called twice."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Generator[Connection]:
        """One transaction that writes."""
        with database.writing(self.engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Generator[Connection]:
        """One transaction that only reads."""
        with database.reading(self.engine) as connection:
            yield connection

    def accept(
        self,
        source_sha256: str,
        source_name: str,
        tenant: str,
        records: Iterable[Entry],
        *,
        pack_version: Mapping[str, str] | None = None,
        sender: str | None = None,
        priority: int = 0,
        hold: str | None = None,
        holds: Callable[[Document], str | None] | None = None,
        totals: Callable[[], Sequence[ControlTotals]] = tuple,
    ) -> Accepted:
        """Take in all records of a source, in their order: documents, and rejections where a record is broken.

        Durable when it returns. The same bytes again (same SHA-256, same tenant) answer with the first batch.
        `pack_version` names, by brand, the published packs that the batch is rendered with to its end;
        `sender`, the only one that may look at it over HTTP; `priority`, who goes first: lower before higher; `hold`,
        why all of it waits for a person, and `holds`, why a document does; `totals`, what its sender says is in it.

        Raises:
            Misconfigured: the tenant's key is lost, or the ledger or its store cannot be written.
            Refused: a person cancelled the batch while it was being taken in.
        """
        source = Source(tenant, source_sha256, source_name, pack_version, sender, priority, hold)
        if holds is not None:
            source = replace(source, holds=holds)
        source = replace(source, totals=totals)
        with database.told(f"taking {source_name} in", "hand the same file in again: it goes on where it stopped"):
            return acceptance.accept(
                self.engine, self.vault, source, records, clock=self.clock, new_batch_id=batch_id_at
            )

    def counts(self, batch_id: str) -> LedgerLine:
        """The equation of one batch, at this moment.

        Raises:
            LookupError: there is no such batch.
        """
        with self.reading() as connection:
            return counts.counts(connection, batch_id)

    def went(self, batch_id: str) -> list[Went]:
        """How many documents of a batch went through which channel, and how their hand-overs stand."""
        with self.reading() as connection:
            return standing.went(connection, batch_id)

    def waits(self, batch_id: str) -> list[Waits]:
        """What the waiting documents of a batch wait for, the commonest reason first."""
        with self.reading() as connection:
            return standing.waits(connection, batch_id)

    def report(self, batch_id: str) -> list[ReportLine]:
        """One line per record of a batch, in the source's order; `report_lines` for batches of any size."""
        return list(self.report_lines(batch_id))

    def report_lines(self, batch_id: str) -> Iterator[ReportLine]:
        """One line per record of a batch, in the source's order, as of one moment; memory does not grow with them."""
        with self.reading() as connection:
            yield from report.lines(connection, self.vault, batch_id)

    def why(self, document_id: str) -> Why:
        """All reasons for and against each channel, the hand-overs, and everything that happened.

        Raises:
            LookupError: there is no such document.
        """
        with self.reading() as connection:
            return report.why(connection, document_id)

    def batches(self) -> list[BatchLine]:
        """All batches, newest first."""
        batch = tables.batch.c
        query = select(batch.id, batch.tenant, batch.source_name, batch.state, batch.created_at, batch.hold)
        with self.reading() as connection:
            return [BatchLine(*row) for row in connection.execute(query.order_by(batch.id.desc()))]

    def documents(self, reference: str, tenant: str | None = None) -> list[str]:
        """The ids of documents with a sender's reference, newest first; several only after a cancellation."""
        document = tables.document.c
        query = select(document.id).where(document.ext_id == reference).order_by(document.id.desc())
        if tenant is not None:
            query = query.where(document.tenant == tenant)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def documents_by_id(self, document_id: str, tenant: str) -> list[str]:
        """The document with this id, where the tenant has it."""
        document = tables.document.c
        query = select(document.id).where(document.id == document_id, document.tenant == tenant)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def artifact(self, document_id: str, kind: ArtifactKind) -> bytes:
        """The newest artifact of a kind, verified against what was kept.

        Raises:
            LookupError: none of that kind was made.
            Unreadable: erased, gone, or changed on disk.
        """
        with self.reading() as connection:
            kept = find(connection, [document_id], [kind.value])
            if not kept:
                raise LookupError(f"the ledger has no {kind.value} of document {document_id}")
            data_key = self.vault.data_keys(connection, [document_id]).get(document_id)
        return self.vault.open(kept[-1], data_key)

    def link_token(self, document_id: str) -> str:
        """The token for a document's web link: 43 characters of base64url, the same for every retry.

        Raises:
            LookupError: there is no such document.
        """
        document = tables.document.c
        with self.reading() as connection:
            found = connection.execute(
                select(document.tenant, document.delivery_no).where(document.id == document_id)
            ).first()
            again = follow_ups.followed(connection, [document_id])
        if found is None:
            raise LookupError(f"the ledger has no document {document_id}")
        given_out = found[1] - len(again)  # a second way keeps the link that the recipient has
        return self.vault.keys.of(found[0]).link_token(document_id, given_out)

    def document_for_link(self, token: str) -> str | None:
        """The document that a web link's token opens; None for a token that was never given out."""
        document = tables.document.c
        query = select(document.id).where(document.link_sha256 == sha256(token.encode()))
        with self.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def linked(self, token: str) -> Linked | None:
        """Everything that a page behind a link needs to know of its document; None for a token never given out."""
        return links.linked(self.engine, self.vault, token)

    def tell(self, document_id: str, kind: str, *, actor: str) -> None:
        """Write that something happened to a document, e.g. that a stranger followed its link; nothing personal."""
        with self.writing() as connection:
            links.tell(connection, document_id, kind, actor=actor, at=self.clock())

    def receive(self, reports: Iterable[inbox.Told]) -> int:
        """Keep providers' reports durably, and answer how many were new; they are applied by the dispatcher."""
        return inbox.take_in(self.engine, self.vault, reports, at=self.clock())

    def suppression(self, tenant: str, channel: str) -> Suppression:
        """The list of addresses that a tenant's channel sends nothing to."""
        return Suppression(self.engine, self.vault, tenant, channel, self.clock)

    def allowance(self, tenant: str, channel: str) -> DailyAllowance:
        """What a tenant's channel has used of its day."""
        return DailyAllowance(self.engine, tenant, channel, self.clock)

    def suppressed(self, tenant: str) -> list[Suppressed]:
        """Every address that is or was on a tenant's lists, without the addresses, the newest first."""
        with self.reading() as connection:
            return listed(connection, tenant)

    def pause(self, channel: str) -> bool:
        """Hand nothing more over through a channel until `go_on`, and say whether it ran until now."""
        with self.writing() as connection:
            return pausing.pause(connection, channel)

    def drain(self, channel: str) -> bool:
        """Let nothing new into a channel until `go_on`, finish what is ready, and say whether it ran until now."""
        with self.writing() as connection:
            return pausing.drain(connection, channel)

    def go_on(self, channel: str) -> int | None:
        """Let a stopped channel go on, and say how many documents waited for it; None where it was not stopped."""
        with self.writing() as connection:
            return pausing.go_on(connection, channel, at=self.clock())

    def paused(self) -> frozenset[str]:
        """The channels that are paused."""
        with self.reading() as connection:
            return pausing.paused(connection)

    def draining(self) -> frozenset[str]:
        """The channels that get nothing new."""
        with self.reading() as connection:
            return pausing.stopped(connection).draining

    def hold(self, target: Target, why: str, *, actor: str = "person") -> Done:
        """Let nothing more leave of a batch or a document until it is released; what already left is named."""
        with self.writing() as connection:
            return holding.hold(connection, target, why, at=self.clock(), actor=actor)

    def release(self, target: Target, *, despite_totals: bool = False, actor: str = "person") -> Done:
        """Let what is held of a batch or a document go on; of two at once one moves it, the other finds nothing.

        Raises:
            Refused: the sender's totals differ from what came in, and nobody said that it goes out all the same.
        """
        with self.writing() as connection:
            return holding.release(connection, target, despite_totals=despite_totals, at=self.clock(), actor=actor)

    def cancel(self, document_id: str, *, actor: str = "person") -> bool:
        """Cancel a document while nothing of it can have left us; say whether it was."""
        with self.writing() as connection:
            return bool(cancelling.cancel(connection, [document_id], at=self.clock(), actor=actor))

    def call_off(self, target: Target, *, actor: str = "person") -> Done:
        """Cancel what has not left of a batch or a document, and let a worker ask providers for what they hold.

        The file of a cancelled batch may be handed in again.
        """
        with self.writing() as connection:
            return cancelling.call_off(connection, target, at=self.clock(), actor=actor)

    def cancel_batch(self, batch_id: str, *, actor: str = "person") -> int:
        """Cancel what can be cancelled of a batch, let its file be handed in again, and say how many were cancelled."""
        return self.call_off(Target.batch(batch_id), actor=actor).moved

    def doubts(self, tenant: str, *, limit: int) -> tuple[list[Doubt], int]:
        """Hand-overs of a tenant whose outcome nobody knows, the oldest first, and how many there are in all."""
        with self.reading() as connection:
            return doubts.doubts(connection, tenant, limit=limit)

    def settle_doubt(self, document_id: str, *, arrived: bool, actor: str = "person") -> bool:
        """Write what a person found out about an unknown outcome, and say whether there was one to settle.

        Arrived means delivered; not arrived means that the next channel is tried.
        """
        status = Status.DELIVERED if arrived else Status.FAILED
        why = f"{actor} found out that it {'arrived' if arrived else 'did not arrive'}"
        attempt = tables.attempt.c
        query = select(attempt.idem_key).where(
            attempt.document_id == document_id, attempt.state == AttemptState.IN_DOUBT
        )
        with self.writing() as connection:
            key = connection.execute(query).scalar_one_or_none()
            if key is not None:
                conclude(connection, [Outcome(key, status, reason=why)], at=self.clock(), actor=actor)
        return key is not None

    def erase(self, document_id: str, *, actor: str = "person") -> None:
        """Make everything kept of a document unreadable for ever, by destroying its key (GDPR Art. 17).

        What happened to it stays, without personal data.
        """
        document = tables.document.c
        with self.writing() as connection:
            batch_id = connection.execute(select(document.batch_id).where(document.id == document_id)).scalar_one()
            connection.execute(delete(tables.dek).where(tables.dek.c.id == document_id))
            events.write(connection, [events.Event(batch_id, document_id, "erased")], actor=actor, at=self.clock())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Misconfigured(
            f"the folder {folder} cannot be made ({error.strerror}); name one where this user may write"
        ) from error
