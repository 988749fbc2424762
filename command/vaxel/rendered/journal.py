"""What is finished of a run, written down document by document, so that the same command goes on after any end."""

import fcntl
import hashlib
import json
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, Self, cast

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unwritable

_SETTLED = b'{"settled":true}\n'
"""After this line everything before it is on the disk itself, so that a power cut takes nothing of it."""


@dataclass(frozen=True, slots=True)
class Lying:
    """One artifact and where it lies: a file of the folder, or a part of one of its packs."""

    kind: ArtifactKind
    path: str
    sha256: str
    size: int
    pack: str | None = None
    offset: int | None = None

    def is_of(self, body: bytes) -> bool:
        """Whether `body` is what was written."""
        return hashlib.sha256(body).hexdigest() == self.sha256


@dataclass(frozen=True, slots=True)
class Entry:
    """What one document came to: where its artifacts lie, or the sentence that says why there are none."""

    record: int
    document: str
    files: tuple[Lying, ...] = ()
    error: str | None = None


@dataclass(slots=True)
class Journal:
    """One line of JSON for each document, in the order in which they were done; memory is eight bytes for each.

    The first line says what the run is of. A line that a kill left half is cut off; what stands in the journal and lies
    where it says is finished. Where a document has several lines, the last one holds.
    """

    path: Path
    _file: FileIO = field(init=False, repr=False)
    _places: "array[int]" = field(default_factory=lambda: array("q"), init=False, repr=False)
    _end: int = field(default=0, init=False, repr=False)

    @classmethod
    def open(cls, path: Path, run: dict[str, Any], holds: Callable[[Sequence[Lying], bool], bool]) -> Self:
        """Open or begin it; `holds` says whether artifacts lie there, and, where asked, byte for byte.

        Raises Unwritable where it cannot be written, or another process is writing it.
        """
        journal = cls(path)
        try:
            journal._file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666), "r+")
            fcntl.flock(journal._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Unwritable(
                f"{path.parent}: another vaxel render of the same file is writing there; let it end"
            ) from error
        except OSError as error:
            raise Unwritable(
                f"{path} cannot be written ({error.strerror}); choose another place for the output"
            ) from error
        journal._take_up(holds)
        if journal._end == 0:
            journal._append(json.dumps(run, ensure_ascii=False).encode() + b"\n")
        return journal

    def finished(self, record: int) -> bool:
        """Whether the artifacts of a record lie there already."""
        return record < len(self._places) and self._places[record] > 0

    def note(self, entry: Entry) -> None:
        """Write down what a document came to; raises Unwritable, and nothing is noted then."""
        told = {key: value for key, value in asdict(entry).items() if value not in (None, ())}
        told["files"] = [{key: value for key, value in asdict(one).items() if value is not None} for one in entry.files]
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        at = self._append(line)
        self._set(entry.record, at if entry.error is None else -at)

    def settled(self) -> None:
        """Everything that was noted lies on the disk itself; write that down, there too."""
        self._append(_SETTLED)
        try:
            os.fdatasync(self._file.fileno())
        except OSError as error:
            raise self._unwritable(error) from error

    def entries(self) -> Iterator[Entry]:
        """What each document came to, in the order of the input."""
        with self.path.open("rb") as file:
            for at in self._places:
                if at:
                    file.seek(abs(at))
                    yield _entry(json.loads(file.readline()))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _take_up(self, holds: Callable[[Sequence[Lying], bool], bool]) -> None:
        unsettled: dict[int, Entry] = {}
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                at, self._end = self._end, self._end + len(line)
                if line == _SETTLED:
                    unsettled.clear()
                elif at and (entry := _line(line)) is not None and entry.error is None and holds(entry.files, False):
                    self._set(entry.record, at)
                    unsettled[entry.record] = entry
        for record, entry in unsettled.items():
            if not holds(entry.files, True):
                self._set(record, 0)
        try:
            self._file.truncate(self._end)
        except OSError as error:
            raise self._unwritable(error) from error

    def _append(self, line: bytes) -> int:
        at = self._end
        try:
            view = memoryview(line)
            while view:
                view = view[self._file.write(view) or 0 :]
        except OSError as error:
            self._file.truncate(at)
            raise self._unwritable(error) from error
        self._end += len(line)
        return at

    def _set(self, record: int, at: int) -> None:
        missing = record + 1 - len(self._places)
        if missing > 0:
            self._places.frombytes(bytes(missing * self._places.itemsize))
        self._places[record] = at

    def _unwritable(self, error: OSError) -> Unwritable:
        return Unwritable(
            f"{self.path} cannot be written ({error.strerror}); make room, and run the same command again"
        )


def _line(line: bytes) -> Entry | None:
    """What a line says; None for one that a power cut left unreadable, whose document is done again."""
    try:
        return _entry(json.loads(line))
    except (ValueError, KeyError, TypeError):
        return None


def _entry(told: dict[str, Any]) -> Entry:
    files = tuple(
        Lying(
            ArtifactKind(one["kind"]),
            str(one["path"]),
            str(one["sha256"]),
            int(one["size"]),
            cast("str | None", one.get("pack")),
            cast("int | None", one.get("offset")),
        )
        for one in told["files"]
    )
    return Entry(int(told["record"]), str(told["document"]), files, cast("str | None", told.get("error")))
