"""Files taken into the ledger, durable before anything is handed over: by the switch, or ahead of a worker."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vaxel.brands import Brands
from vaxel.settings import Settings
from vaxel_engine.errors import Rejected
from vaxel_engine.intake import Reading, read
from vaxel_engine.intake.control_totals import ControlTotals
from vaxel_engine.model import Document
from vaxel_ledger import Ledger
from vaxel_ledger.acceptance import Accepted

PRIORITIES: Final = {"urgent": -10, "normal": 0, "bulk": 10}
"""Who goes first while several batches wait; lower goes before higher."""

HELD_WHEN_SENT = "held when it was sent, until a person releases it"
HELD_BY_SETTING = "its sender's documents are held (`hold` in its settings) until a person releases them"


@dataclass(frozen=True, slots=True)
class TakingIn:
    """What it takes to accept a file."""

    settings: Settings
    ledger: Ledger
    brands: Brands

    def accept(
        self,
        file: str | Path,
        mapping: str | Path | None = None,
        *,
        only: str | None = None,
        priority: int = 0,
        hold: bool = False,
        totals: ControlTotals | None = None,
    ) -> Accepted:
        """Accept the documents of `file`; the same bytes by the same mapping again answer with the first batch.

        `only` is the one sender that may have documents in it; the same bytes from another are another batch. With
        `hold` nothing of it leaves until a person releases it, nor where what came in differs from `totals`, or from
        those that the file itself carries.

        Raises:
            Misconfigured: the mapping is wrong.
            Unreadable: the file cannot be read at all. Broken records are rejections in the batch's report.
        """
        path = Path(file)
        with read(path, mapping=mapping) as reading:

            def announced() -> list[ControlTotals]:
                return [one for one in (totals, reading.control_totals) if one is not None]

            return self.ledger.accept(
                _sha256(path, mapping, only),
                path.name,
                self.settings.tenant,
                self._entries(reading, only),
                pack_version=self.brands.live_versions(),
                sender=only,
                priority=priority,
                hold=HELD_WHEN_SENT if hold else None,
                holds=self._held,
                totals=announced,
            )

    def _held(self, document: Document) -> str | None:
        """Why a document waits for a person by its sender's setting."""
        sender = self.settings.sender(document.sender)
        return HELD_BY_SETTING if sender is not None and sender.hold else None

    def _entries(self, reading: Reading, only: str | None) -> Iterator[Document | Rejected]:
        told = 0
        for record, document in reading.numbered():
            yield from reading.rejections[told:]
            told = len(reading.rejections)
            yield document if self.belongs(document, only) else self._stranger(reading, record, document, only)
        yield from reading.rejections[told:]

    def belongs(self, document: Document, only: str | None = None) -> bool:
        """Whether a document names a sender that is set up, and the only one where there is one."""
        sender = self.settings.sender(document.sender)
        return sender is not None and (only is None or sender is self.settings.senders.get(only))

    def _stranger(self, reading: Reading, record: int, document: Document, only: str | None) -> Rejected:
        if only is not None:
            remedy = f"this key acts for the sender {only} alone; name that one, or use a key of the other"
        else:
            known = ", ".join(self.settings.senders)
            remedy = f"no such sender is set up in {self.settings.source.name}; set it up, or use one of {known}"
        return Rejected(
            file=reading.file,
            record=record,
            path="/sender",
            found=repr(document.sender[:40]),
            remedy=remedy,
        )


def _sha256(path: Path, mapping: str | Path | None, only: str | None) -> str:
    """What a batch is known by: the file, the mapping that it was read by, and the only sender it may be of."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    if mapping is not None:
        digest.update(hashlib.sha256(Path(mapping).read_bytes()).digest())
    if only is not None:
        digest.update(b"\0only " + only.encode())
    return digest.hexdigest()
