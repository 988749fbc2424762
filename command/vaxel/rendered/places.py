"""Where rendered artifacts are put: one file each, or many in pack files, which are ordinary tar archives."""

import os
import tarfile
from collections.abc import Iterable, Sequence
from io import FileIO
from pathlib import Path
from typing import Protocol

from vaxel.files import write_whole
from vaxel.rendered.journal import Lying
from vaxel_engine.artifact import Artifact
from vaxel_engine.errors import Unwritable

PACK_BYTES = 256 * 1024 * 1024
"""A pack file that has reached so much is followed by the next: few enough to list, small enough to copy."""
_BLOCK = tarfile.BLOCKSIZE


class Place(Protocol):
    """Keeps the artifacts of one document together: all of them, or none and a sentence."""

    def keep(self, name: str, artifacts: Iterable[Artifact]) -> tuple[Lying, ...]:
        """Write them; raises Unwritable, and nothing of them is kept then."""
        ...

    def holds(self, lying: Sequence[Lying], *, same: bool) -> bool:
        """Whether all of them lie there in their full length; with `same`, byte for byte what was written."""
        ...

    def settle(self) -> None:
        """Wait until what was written is on the disk itself; raises Unwritable."""
        ...

    def close(self) -> None:
        """Let go of open files."""
        ...


class Files:
    """One file for each artifact, named after the document, for eyes and for whoever fetches single documents."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unsettled: list[Path] = []

    def keep(self, name: str, artifacts: Iterable[Artifact]) -> tuple[Lying, ...]:
        """See `Place`."""
        written: list[Path] = []
        lying: list[Lying] = []
        try:
            for artifact in artifacts:
                path = self._folder / f"{name}{artifact.suffix}"
                write_whole(path, artifact.body)
                written.append(path)
                lying.append(Lying(artifact.kind, path.name, artifact.sha256, len(artifact.body)))
        except Unwritable:
            for path in written:
                path.unlink(missing_ok=True)
            raise
        self._unsettled += written
        return tuple(lying)

    def holds(self, lying: Sequence[Lying], *, same: bool) -> bool:
        """See `Place`."""
        try:
            return all(
                (self._folder / one.path).stat().st_size == one.size
                and (not same or one.is_of((self._folder / one.path).read_bytes()))
                for one in lying
            )
        except OSError:
            return False

    def settle(self) -> None:
        """See `Place`."""
        unsettled, self._unsettled = self._unsettled, []
        for path in unsettled:
            with path.open("rb") as file:
                _on_the_disk(file.fileno(), path)

    def close(self) -> None:
        """Nothing stays open."""


class Packs:
    """Many artifacts in few files: a million documents would be seven million files, most of them smaller than a block.

    A pack is a tar archive, written at its end only. The journal says which bytes of it an artifact is, so one can be
    read without the others; `tar` reads all.
    """

    def __init__(self, folder: Path, run: str, *, most: int = PACK_BYTES) -> None:
        self._folder, self._run, self._most = folder, run, most
        self._ends: dict[str, int] = {}
        self._name = ""
        self._file: FileIO | None = None
        self._at = 0

    def keep(self, name: str, artifacts: Iterable[Artifact]) -> tuple[Lying, ...]:
        """See `Place`."""
        file = self._open()
        start, pieces, lying, at = self._at, list[bytes](), list[Lying](), self._at
        for artifact in artifacts:
            member = tarfile.TarInfo(f"{name}{artifact.suffix}")
            member.size = len(artifact.body)
            head = member.tobuf(tarfile.PAX_FORMAT)
            offset = at + len(head)
            padding = bytes(-member.size % _BLOCK)
            pieces += [head, artifact.body, padding]
            at = offset + member.size + len(padding)
            lying.append(Lying(artifact.kind, member.name, artifact.sha256, len(artifact.body), self._name, offset))
        try:
            _write_all(file, b"".join(pieces))
        except OSError as error:
            file.truncate(start)
            raise _unwritable(self._folder / self._name, error) from error
        self._at = at
        return tuple(lying)

    def holds(self, lying: Sequence[Lying], *, same: bool) -> bool:
        """See `Place`."""
        try:
            for one in lying:
                path = self._folder / str(one.pack)
                end = (one.offset or 0) + one.size
                if path.stat().st_size < end:
                    return False
                if same:
                    with path.open("rb") as file:
                        file.seek(one.offset or 0)
                        if not one.is_of(file.read(one.size)):
                            return False
        except OSError:
            return False
        for one in lying:
            end = (one.offset or 0) + one.size
            self._ends[str(one.pack)] = max(self._ends.get(str(one.pack), 0), end + -end % _BLOCK)
        return True

    def settle(self) -> None:
        """See `Place`."""
        if self._file is not None:
            _on_the_disk(self._file.fileno(), self._folder / self._name)

    def close(self) -> None:
        """See `Place`; the archive gets the two empty blocks that end one (POSIX, pax)."""
        file, self._file = self._file, None
        if file is None:
            return
        with file:
            try:
                _write_all(file, bytes(2 * _BLOCK))
                os.fdatasync(file.fileno())
            except OSError as error:
                raise _unwritable(self._folder / self._name, error) from error

    def _open(self) -> FileIO:
        """The pack that is written to: the last one from the end of what the journal knows of it, or a new one."""
        if self._file is not None and self._at < self._most:
            return self._file
        self.close()
        there = sorted(path.name for path in self._folder.glob(f"render-{self._run}-*.tar"))
        self._at = self._ends.get(there[-1], 0) if there and self._name == "" else self._most
        if self._at < self._most:
            self._name = there[-1]
        else:
            self._name, self._at = f"render-{self._run}-{len(there) + 1:05d}.tar", 0
        path = self._folder / self._name
        try:
            self._file = FileIO(path, "a")
            self._file.truncate(self._at)
        except OSError as error:
            self._file, self._name = None, ""
            raise _unwritable(path, error) from error
        return self._file


def _write_all(file: FileIO, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[file.write(view) or 0 :]


def _on_the_disk(descriptor: int, path: Path) -> None:
    try:
        os.fdatasync(descriptor)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> Unwritable:
    return Unwritable(f"{path} cannot be written ({error.strerror}); make room, and run the same command again")
