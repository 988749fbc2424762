"""The press's side of its processes: started, asked, and ended; how one ended and where it was."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from vaxel_engine.errors import Unrenderable
from vaxel_engine.packs import Pack
from vaxel_engine.press.frames import GoneError, Head, receive, send

FORKS = sys.platform == "linux"
"""Whether forking a process that has used Pango is known to be safe; elsewhere each worker is started anew."""

_STARTING = 60.0
"""Seconds within which a process that was started, and has no document, answers."""
_GRACE = 2.0
_KEPT = (
    "PATH",
    "HOME",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "XDG_CACHE_HOME",
)
"""All that a worker knows of the environment: no secret, no language, no time zone."""


class Notes:
    """A file without a name, in which a process writes what it is at."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process that writes into it
        self.fd = self._file.fileno()

    def read(self) -> str:
        """The end of what was written."""
        size = os.fstat(self.fd).st_size
        return os.pread(self.fd, 64_000, max(0, size - 64_000)).decode(errors="replace")

    def close(self) -> None:
        """Let the file go."""
        self._file.close()


class Process(Protocol):
    """What can end a worker: the stem that forked it, or the operating system."""

    @property
    def pid(self) -> int:
        """Its number in the operating system."""
        ...

    def end(self, *, gently: bool) -> int:
        """End it, gently so that it says where it was; the signal as a negative number, or what it exited with."""
        ...


@dataclass(slots=True)
class Worker:
    """One process with a socket to it. A question and its answer are one: a stem is asked by many threads."""

    channel: socket.socket
    notes: Notes
    process: Process
    pack: Pack | None = None
    """What it renders with, or keeps ready."""
    done: int = 0
    """Documents; of a stem the changes that it took."""
    resident_at_first: int = 0
    resident: int = 0
    """MB that it held after its first and after its latest document."""
    warm: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    _asking: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def has(self, pack: Pack) -> bool:
        """Whether it works with this very pack: the same content, from the same files."""
        return self.pack is not None and self.pack.digest == pack.digest and self.pack.files == pack.files

    def ask(
        self, head: Head, bodies: Sequence[bytes] = (), *, fds: Sequence[int] = (), seconds: float = _STARTING
    ) -> tuple[Head, list[bytes]]:
        """What it answers; raises TimeoutError and GoneError, after which it can only be ended."""
        with self._asking:
            send(self.channel, head, bodies, fds=fds, seconds=seconds)
            answer, made, _ = receive(self.channel, seconds=seconds)
        return answer, made

    def end(self, *, gently: bool = False) -> int:
        """End it and let its socket go; harmless when it is gone. Its notes can be read until `forget`."""
        self.channel.close()
        try:
            return self.process.end(gently=gently)
        except (GoneError, TimeoutError, OSError):
            return -signal.SIGKILL  # whoever could have ended it is gone, and took it along

    def forget(self) -> None:
        """Let its notes go."""
        self.notes.close()


@dataclass(frozen=True, slots=True)
class Forked:
    """A child of a stem, which alone may end it, since it alone knows that the number is still the child's."""

    stem: Worker
    pid: int

    def end(self, *, gently: bool) -> int:
        """See `Process`."""
        answer, _ = self.stem.ask({"do": "end", "pid": self.pid, "gently": gently})
        return int(answer["status"])


@dataclass(frozen=True, slots=True)
class Started:
    """A process of its own."""

    popen: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """See `Process`."""
        return self.popen.pid

    def end(self, *, gently: bool) -> int:
        """See `Process`."""
        if gently:
            with contextlib.suppress(ProcessLookupError):
                self.popen.send_signal(signal.SIGPROF)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.popen.wait(_GRACE)  # its socket is closed: it ends by itself, and takes its folder along
        self.popen.kill()
        return self.popen.wait()


def start(*, alone: bool) -> Worker:
    """A first stem, or a worker `alone`; raises Unrenderable where no process can be started."""
    ours, theirs = socket.socketpair()
    source = (
        "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from vaxel_engine.press.stem import begin; "
        f"begin({theirs.fileno()}, alone={alone})"
    )
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    try:
        popen = subprocess.Popen(  # noqa: S603  # our own code, nothing from outside
            [sys.executable, "-I", "-c", source, json.dumps([path for path in sys.path if path])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            env={**environment, "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        raise Unrenderable(f"no process can be started to render in ({error.strerror}); make room for one") from error
    finally:
        theirs.close()
    return Worker(ours, Notes(), Started(popen))


def fork(stem: Worker, packed: Sequence[bytes] = ()) -> Worker:
    """A child of `stem`: with `packed` a stem that has that pack, else a worker of the pack that `stem` has.

    Where `stem` has a pack, `packed` is what has changed in it since, and the child is a worker of the changed one.
    Raises GoneError and TimeoutError when the stem does not answer.
    """
    ours, theirs = socket.socketpair()
    notes = Notes()
    try:
        answer, _ = stem.ask({"do": "fork"}, packed, fds=(theirs.fileno(), notes.fd))
        return Worker(ours, notes, Forked(stem, int(answer["pid"])))
    except BaseException:
        ours.close()
        notes.close()
        raise
    finally:
        theirs.close()


def started_with(packed: bytes) -> Worker:
    """A worker alone with the pack; raises as `start` does, and GoneError when it dies at once."""
    worker = start(alone=True)
    send(worker.channel, {}, [packed], fds=(worker.notes.fd,), seconds=_STARTING)
    return worker


def described(status: int) -> str:
    """How a process ended, for a sentence."""
    if status < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
    return f"status {status}"
