"""Sealed bytes on disk: write-once files named by the SHA-256 of what they hold, in 256 shards.

A file holds one or several sealed items, so that a chunk of documents costs two fsyncs instead of hundreds. Every item
has its own address, the SHA-256 of its ciphertext, and is checked against it when read.
"""

import hashlib
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vaxel_engine.errors import Misconfigured, Unreadable
from vaxel_ledger.keys import sync_folder
from vaxel_ledger.sealing import sha256


@dataclass(frozen=True, slots=True)
class Place:
    """Where one sealed item lies: its address, the file, and the bytes within the file."""

    sha: str
    pack: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of packs; it sees ciphertext only."""

    folder: Path

    def put(self, items: Sequence[bytes]) -> list[Place]:
        """Keep sealed items together in one file; when this returns they survive a power cut.

        Raises:
            Misconfigured: the disk is full or the folder cannot be written.
        """
        if not items:
            return []
        pack = hashlib.sha256()
        for item in items:
            pack.update(item)
        name = pack.hexdigest()
        try:
            self._write(name, items)
        except OSError as error:
            raise Misconfigured(
                f"the store {self.folder} could not be written ({error.strerror}); make room or mend its permissions"
            ) from error
        places: list[Place] = []
        offset = 0
        for item in items:
            places.append(Place(sha=sha256(item), pack=name, offset=offset, length=len(item)))
            offset += len(item)
        return places

    def get(self, place: Place) -> bytes:
        """Read one sealed item back.

        Raises:
            Unreadable: the file is gone, short, or no longer what was kept.
        """
        file = self._file(place.pack)
        try:
            with file.open("rb") as pack:
                pack.seek(place.offset)
                item = pack.read(place.length)
        except OSError as error:
            raise Unreadable(
                f"the artifact {place.sha} cannot be read from {file} ({error.strerror}); restore the file from backup"
            ) from error
        if sha256(item) != place.sha:
            raise Unreadable(
                f"the artifact {place.sha} in {file} is corrupted: its bytes are not those that were kept; "
                "restore the file from backup"
            )
        return item

    def _file(self, pack: str) -> Path:
        return self.folder / pack[:2] / pack

    def _write(self, name: str, items: Sequence[bytes]) -> None:
        file = self._file(name)
        shard = file.parent
        if not shard.is_dir():
            shard.mkdir(parents=True, exist_ok=True, mode=0o700)
            sync_folder(self.folder)
        draft = shard / f".{name}.{secrets.token_hex(4)}.part"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                for item in items:
                    out.write(item)
                out.flush()
                os.fsync(out.fileno())
            draft.rename(file)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(shard)
