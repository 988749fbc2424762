"""Block programs in a store, each beside its version, and the marks of those that are withdrawn.

programs/nordljus/7c41d0e2a9b3.program                      what the gate let pass
programs/nordljus/7c41d0e2a9b3.verdict.json                 what the gate found, and of what; see `compiled.verdicts`
programs/nordljus/7c41d0e2a9b3.0a1b2c3d4e5f6071.withdrawn   that the program of this digest differed from WeasyPrint

A mark names the program that it is about: it outlives the process that made it, counts in every process that reads the
store, and says nothing about a program that is made later.
"""

from hashlib import sha256
from pathlib import Path

from vaxel_engine.errors import Unwritable
from vaxel_engine.packs.durable import plain_name, write_whole


def program_place(brand: str, store: Path, version: str) -> Path:
    """Where the block program of a version is kept."""
    return store / "programs" / plain_name(brand) / f"{version}.program"


def keep_program(place: Path, program: bytes) -> None:
    """Keep a block program in place of an earlier one; empty takes it away. Raises Unwritable; the earlier stays."""
    if program:
        write_whole(place, program, otherwise="the program that was there before stays")
        return
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        raise Unwritable(f"{place} cannot be taken away ({error.strerror}); delete it") from error


def kept_program(place: Path) -> bytes:
    """The block program at `place`; empty where there is none that can be read: documents are set without it."""
    try:
        return place.read_bytes()
    except OSError:
        return b""


def digest_of(program: bytes) -> str:
    """What a program is called where something is said about it."""
    return sha256(program).hexdigest()[:16]


def mark_of(place: Path, digest: str) -> Path:
    """The file that says that the program of this digest is withdrawn."""
    return place.with_name(f"{place.stem}.{digest}.withdrawn")


def withdraw(place: Path, digest: str, why: str) -> None:
    """Withdraw a program in every process that reads the store, until another one is made. Raises Unwritable."""
    mark = mark_of(place, digest)
    if not mark.exists():
        write_whole(mark, why.encode(), otherwise="the program is withdrawn in this process alone")


def withdrawn(place: Path, digest: str) -> str:
    """Why the program of this digest is withdrawn; empty where it is not."""
    mark = mark_of(place, digest)
    try:
        return mark.read_text(encoding="utf-8", errors="replace")[:500] or "it was withdrawn"
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"{mark} cannot be read ({error.strerror})"
