"""What one document may take, and how long a worker is kept; what takes more is stopped, the next goes on."""

import contextlib
import os
import resource
import signal
import sys
from dataclasses import dataclass

from vaxel_engine.errors import Misconfigured

MB = 1024 * 1024
_LARGEST_FILE = 64 * MB
_MOST_OPEN = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """What a document may take, together in all the artifacts that are asked for at once.

    What all documents of a pack share is made before the first of them, and is none of its own: it has `ready`.

    seconds     on the clock on the wall
    processor   seconds of processor time, own and system's
    ready       seconds of processor time for making what the documents of a pack share
    memory      MB of address space beyond what a warm worker has; only Linux holds to it
    documents   after so many a worker is replaced by a fresh one
    growth      MB that a worker may have grown by before it is replaced

    Raises Misconfigured for a limit that would stop every document.
    """

    seconds: float = 60.0
    processor: float = 30.0
    ready: float = 30.0
    memory: int = 768
    documents: int = 1_000
    growth: int = 256

    def __post_init__(self) -> None:
        for name, least in (
            ("seconds", 0.1),
            ("processor", 0.1),
            ("ready", 0.1),
            ("memory", 64),
            ("documents", 1),
            ("growth", 1),
        ):
            if getattr(self, name) < least:
                raise Misconfigured(f"the limit `{name}` of rendering is {getattr(self, name)}; {least} is the least")


def arm(processor: float, memory: int) -> None:
    """From now on this process ends itself (SIGPROF, MemoryError) where it takes more than that from here."""
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + memory * MB, hard))
    signal.setitimer(signal.ITIMER_PROF, processor)


def disarm() -> None:
    """The document is done; what follows is not counted to it."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    if sys.platform == "linux":
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def confine() -> None:
    """What no document needs, for as long as this process lives: large files, many of them, dumps of memory."""
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_NOFILE, _MOST_OPEN),
    ):
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > most:
            with contextlib.suppress(ValueError, OSError):  # a system may forbid to change one of them
                resource.setrlimit(what, (most, most))


def resident() -> int:
    """MB of memory that this process holds; 0 where the system does not say."""
    return _pages(1) * os.sysconf("SC_PAGE_SIZE") // MB if sys.platform == "linux" else 0


def _address_space() -> int:
    return _pages(0) * os.sysconf("SC_PAGE_SIZE")


def _pages(column: int) -> int:
    with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # a Path costs more than reading it
        return int(file.read().split()[column])
