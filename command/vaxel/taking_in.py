"""Files taken into the ledger, durable before anything is handed over: by the switch, or ahead of a worker."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vaxel.brands import Brands
from vaxel.settings import Settings
from vaxel_engine.errors import Rejected
from vaxel_engine.intake import Reading, read
from vaxel_engine.model import Document
from vaxel_ledger import Ledger
from vaxel_ledger.acceptance import Accepted


@dataclass(frozen=True, slots=True)
class TakingIn:
    """What it takes to accept a file."""

    settings: Settings
    ledger: Ledger
    brands: Brands

    def accept(self, file: str | Path, mapping: str | Path | None = None) -> Accepted:
        """Accept the documents of `file`; the same bytes by the same mapping again answer with the first batch.

        Raises:
            Misconfigured: the mapping is wrong.
            Unreadable: the file cannot be read at all. Broken records are rejections in the batch's report.
        """
        path = Path(file)
        with read(path, mapping=mapping) as reading:
            return self.ledger.accept(
                _sha256(path, mapping),
                path.name,
                self.settings.tenant,
                self._entries(reading),
                pack_version=self.brands.live_versions(),
            )

    def _entries(self, reading: Reading) -> Iterator[Document | Rejected]:
        told = 0
        for record, document in reading.numbered():
            yield from reading.rejections[told:]
            told = len(reading.rejections)
            yield document if self.settings.sender(document.sender) else self._stranger(reading, record, document)
        yield from reading.rejections[told:]

    def _stranger(self, reading: Reading, record: int, document: Document) -> Rejected:
        known = ", ".join(self.settings.senders)
        return Rejected(
            file=reading.file,
            record=record,
            path="/sender",
            found=repr(document.sender[:40]),
            remedy=f"no such sender is set up in {self.settings.source.name}; set it up, or use one of {known}",
        )


def _sha256(path: Path, mapping: str | Path | None) -> str:
    """What a batch is known by: the file, and the mapping that it was read by."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    if mapping is not None:
        digest.update(hashlib.sha256(Path(mapping).read_bytes()).digest())
    return digest.hexdigest()
