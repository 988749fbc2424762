"""The process that workers are forked from: it has the libraries in memory, and then a pack, and renders nothing.

Two of the kind stand above a worker. The first has imported the libraries; for each pack it forks a second, which
unpacks the pack and makes ready what all documents share (fonts, style sheets, compiled templates), under the limits of
a document. Workers are forked from that one, so a worker begins in milliseconds with everything warm. A stem has one
thread, so that forking is safe, and ends with everything it forked as soon as nobody holds the other end of its socket.
"""

import contextlib
import ctypes
import gc
import os
import pickle
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press.frames import GoneError, Head, receive, send
from vaxel_engine.press.hand import told_by, work
from vaxel_engine.press.limits import confine
from vaxel_engine.press.warmth import line_in_template, made_ready, watched
from vaxel_engine.rendering.readiness import rehearse

_DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG, linux/prctl.h
_GRACE = 0.5
"""Seconds that a worker which is stopped has for writing down where it was."""


def begin(fd: int, *, alone: bool) -> None:
    """The life of the process: the first stem, or, where forking is not safe, a worker `alone` with one pack."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever gave the work
    channel = socket.socket(fileno=fd)
    folder = tempfile.mkdtemp(prefix="vaxel-press-")
    tempfile.tempdir = folder
    try:
        with contextlib.suppress(GoneError):
            if alone:
                _alone(channel)
            else:
                _serve(channel, None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _alone(channel: socket.socket) -> None:
    _, (packed,), fds = receive(channel, seconds=None, fds=1)
    confine()
    with open(fds[0], "ab", buffering=0) as notes:  # noqa: PTH123  # a file handed over has no path
        watched(notes)
        work(channel, _unpacked(packed))


def _serve(channel: socket.socket, pack: Pack | None) -> None:
    """Answer until the other end is closed, and then end every child."""
    children: set[int] = set()
    try:
        while True:
            head, bodies, fds = receive(channel, seconds=None, fds=2)
            match head["do"]:
                case "rehearse":
                    rehearse([ArtifactKind(kind) for kind in head["kinds"]])
                    _settle()
                    answer: Head = {}
                case "fork":
                    packed = bodies[0] if bodies else None
                    pid = _fork(partial(_child, channel, fds, pack, packed))
                    children.add(pid)
                    for fd in fds:
                        os.close(fd)
                    answer = {"pid": pid}
                case "ready":
                    assert pack is not None  # noqa: S101  # only a stem with a pack is asked
                    answer = made_ready(pack, head)
                    _settle()
                case "adopt":
                    assert pack is not None  # noqa: S101
                    *change, document = bodies
                    pack = pack.changed(told_by(change[0])) if change else pack
                    answer = made_ready(pack, head, _document(document))
                    _settle()
                case "line":
                    assert pack is not None  # noqa: S101
                    answer = {"line": line_in_template(pack, head["file"], head["line"])}
                case _:
                    known = head["pid"] in children  # else it was ended before, and the number may be another's
                    children.discard(head["pid"])
                    answer = {"status": _end(head["pid"], gently=head["gently"]) if known else -signal.SIGKILL}
            send(channel, answer, seconds=None)
    finally:
        for pid in children:
            _end(pid, gently=False)


def _child(channel: socket.socket, fds: list[int], pack: Pack | None, packed: bytes | None) -> None:
    """What a fork does: a stem with a pack, or a worker of the pack that this stem has, as it is or changed."""
    channel.close()
    own = socket.socket(fileno=fds[0])
    confine()
    with open(fds[1], "ab", buffering=0) as notes, contextlib.suppress(GoneError):  # noqa: PTH123
        watched(notes)
        if packed is None:
            work(own, pack)
        elif pack is None:
            _serve(own, _unpacked(packed))
        else:
            work(own, pack.changed(told_by(packed)))


def _fork(child: Callable[[], None]) -> int:
    parent = os.getpid()
    Path(tempfile.gettempdir()).mkdir(exist_ok=True)  # a machine that tidies up may have taken it after some days
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _die_with(parent)
        child()
        status = 0
    finally:
        os._exit(status)  # the parent's clean-up is not this process's


def _end(pid: int, *, gently: bool) -> int:
    """End a child, and answer how it ended: a negative signal, or what it exited with."""
    deadline = time.monotonic() + _GRACE
    for blow in (signal.SIGPROF, signal.SIGKILL)[0 if gently else 1 :]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, blow)
        while blow is signal.SIGPROF and time.monotonic() < deadline:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _die_with(parent: int) -> None:
    """Be ended when the parent is; it may be gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _settle() -> None:
    """Let go of what is not used any more, and keep the collector of a worker from the pages that all of them share."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _document(packed: bytes) -> Document:
    return cast("Document", pickle.loads(packed))  # noqa: S301  # the same


def _unpacked(packed: bytes) -> Pack:
    pack = pickle.loads(packed)  # noqa: S301  # from the press that started this process
    assert isinstance(pack, Pack)  # noqa: S101
    return pack
