"""Messages between a press and its workers: a JSON head and raw bodies, over a socket, each with a deadline.

Whatever comes from a worker is read as JSON and bytes, never unpickled: a worker has run somebody's templates.
"""

import array
import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any, cast

_LARGEST_HEAD = 4_000_000
_LARGEST_BODY = 256_000_000
_CHUNK = 1 << 20
_MOST_BODIES = 16
_LENGTH = struct.Struct(">I")

Head = dict[str, Any]


class GoneError(Exception):
    """The other side has closed, died, or says what no worker says."""


def send(
    channel: socket.socket, head: Head, bodies: Sequence[bytes] = (), *, fds: Sequence[int] = (), seconds: float | None
) -> None:
    """Send one message; `fds` are handed over with its first byte. Raises TimeoutError and GoneError."""
    told = json.dumps({**head, "sizes": [len(body) for body in bodies]}).encode()
    deadline = _deadline(seconds)
    try:
        channel.settimeout(seconds)
        first = _LENGTH.pack(len(told)) + told
        if fds:
            rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))
            sent = channel.sendmsg([first], [rights])
            first = first[sent:]
        for body in (first, *bodies):
            _send(channel, body, deadline)
    except TimeoutError:
        raise
    except OSError as error:
        raise GoneError(str(error)) from error


def receive(channel: socket.socket, *, seconds: float | None, fds: int = 0) -> tuple[Head, list[bytes], list[int]]:
    """The next message: head, bodies, and up to `fds` files handed over. Raises TimeoutError and GoneError."""
    deadline = _deadline(seconds)
    try:
        start, handed = _first(channel, deadline, fds)
        (length,) = _LENGTH.unpack(start)
        if length > _LARGEST_HEAD:
            raise GoneError("a head that is too large")
        head = json.loads(_read(channel, length, deadline))
        sizes = [int(size) for size in cast("list[int]", head["sizes"])]
        if len(sizes) > _MOST_BODIES or sum(sizes) > _LARGEST_BODY or min(sizes, default=0) < 0:
            raise GoneError("bodies that are too large")
        return cast("Head", head), [_read(channel, size, deadline) for size in sizes], handed
    except TimeoutError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoneError(str(error)) from error


def _first(channel: socket.socket, deadline: float | None, fds: int) -> tuple[bytes, list[int]]:
    if not fds:
        return _read(channel, _LENGTH.size, deadline), []
    _wait(channel, deadline)
    room = socket.CMSG_SPACE(fds * array.array("i").itemsize)
    start, told, _, _ = channel.recvmsg(_LENGTH.size, room)
    if not start:
        raise GoneError("closed")
    handed = array.array("i")
    for level, kind, content in told:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            handed.frombytes(content[: len(content) - len(content) % handed.itemsize])
    return start + _read(channel, _LENGTH.size - len(start), deadline), list(handed)


def _send(channel: socket.socket, body: bytes, deadline: float | None) -> None:
    view = memoryview(body)
    while view:
        _wait(channel, deadline)
        view = view[channel.send(view[:_CHUNK]) :]


def _read(channel: socket.socket, length: int, deadline: float | None) -> bytes:
    content = bytearray(length)
    view = memoryview(content)
    while view:
        _wait(channel, deadline)
        got = channel.recv_into(view[:_CHUNK])
        if not got:
            raise GoneError("closed")
        view = view[got:]
    return bytes(content)


def _wait(channel: socket.socket, deadline: float | None) -> None:
    if deadline is not None:
        channel.settimeout(max(deadline - time.monotonic(), 0.001))


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds
