"""Writing files so that a reader never meets half of one: `.part` first, then renamed into place."""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from vaxel_engine.errors import Unwritable


def writable_folder(path: Path) -> Path:
    """Make the folder where it is absent and try to write in it, before any work is done.

    Raises:
        Unwritable: it is a file, cannot be made, or cannot be written; the sentence says which.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / f".vaxel-{os.getpid()}.part"
        probe.write_bytes(b"")
        probe.unlink()
    except FileExistsError:
        raise Unwritable(f"{path} is a file, not a folder; choose another place for the output") from None
    except OSError as error:
        raise Unwritable(f"{path} cannot be written ({error.strerror}); choose another place for the output") from error
    return path


def write_whole(path: Path, body: bytes) -> None:
    """Write `body` to `path` at once: another process sees the whole file or none."""
    _write_whole(path, (body,))


def write_whole_of(path: Path, pieces: Iterable[str]) -> None:
    """The same of text that comes in pieces, as UTF-8; never all of it is held."""
    _write_whole(path, (piece.encode() for piece in pieces))


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Unwritable(f"{path} cannot be written ({error.strerror}); nothing of it was kept") from error


def file_stem(reference: str) -> str:
    """Turn a sender's reference into a file name that is safe everywhere and still unique."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", reference).strip("-.")[:80]
    if stem == reference:
        return stem
    return f"{stem or 'document'}-{hashlib.sha256(reference.encode()).hexdigest()[:8]}"
