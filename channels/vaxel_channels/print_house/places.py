"""Where a print house picks its jobs up: what a place must be able to do, and the folder on this machine."""

import os
from pathlib import Path
from typing import Protocol

FILE_CAP = 64_000
"""Bytes of a file of the print house that are read; our manifests are shorter too."""


class NotLetIn(OSError):
    """The place is there and does not let us in, or is not the one that the settings describe."""


class Place(Protocol):
    """A folder, here or elsewhere; names are relative to it. Everything that fails is an OSError."""

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        ...

    @property
    def remedy(self) -> str:
        """What to look at when it does not answer."""
        ...

    def read(self, name: str) -> bytes | None:
        """The beginning of a file, at most `FILE_CAP` bytes; None when there is none."""
        ...

    def write(self, name: str, body: bytes) -> None:
        """Write a file whole under the name that it has while it is written: `<name>.part`."""
        ...

    def appear(self, name: str) -> None:
        """Let the written file take its name, in one step, over an older one of that name."""
        ...

    def remove(self, name: str) -> bool:
        """Take a file away; say whether it was there."""
        ...

    def names(self, folder: str) -> list[str]:
        """The names in a folder inside, in order; none when there is no such folder."""
        ...

    def close(self) -> None:
        """Let go of it; may be called twice."""
        ...


def part_of(name: str) -> str:
    """What a file is called until it is whole."""
    return f"{name}.part"


class Folder:
    """A folder of this machine, mounted or not; it is never made."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def title(self) -> str:
        """What a sentence calls it."""
        return f"The drop folder {self._path}"

    @property
    def remedy(self) -> str:
        """What to look at when it does not answer."""
        return "check that it is mounted, writable and has space"

    def read(self, name: str) -> bytes | None:
        """The beginning of a file, never through a link."""
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        with os.fdopen(descriptor, "rb") as file:
            return file.read(FILE_CAP)

    def write(self, name: str, body: bytes) -> None:
        """Write a file that outlives a power cut; nothing of it stays when the disk is full."""
        path = self._path / part_of(name)
        # Never through a link that somebody laid there; readable by the print house's group alone.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o640)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            path.unlink(missing_ok=True)
            raise

    def appear(self, name: str) -> None:
        """Rename, and flush the folder."""
        (self._path / part_of(name)).replace(self._path / name)
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, name: str) -> bool:
        """Take a file away; say whether it was there."""
        try:
            (self._path / name).unlink()
        except FileNotFoundError:
            self._path.stat()  # raises where the share is not mounted: then nobody knows
            return False
        return True

    def names(self, folder: str) -> list[str]:
        """The names in a folder inside, in order."""
        try:
            return sorted(path.name for path in (self._path / folder).iterdir())
        except FileNotFoundError:
            return []

    def close(self) -> None:
        """Nothing is held between two jobs."""
