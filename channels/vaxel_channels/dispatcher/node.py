"""This worker among others on one ledger: its name, its life, its heartbeat, and the chunk it holds."""

import datetime as dt
import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from vaxel_channels.dispatcher.settings import DispatchSettings
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger, claims
from vaxel_ledger.claims import Chunk, Claimant, TakenOver

_LOG = logging.getLogger(__name__)


def _lock_file(folder: Path, name: str) -> Path:
    return folder / f".dispatcher-{name}.lock"


def free_name(folder: Path, stem: str) -> str:
    """The first of `stem-1`, `stem-2`, … that no process on this machine works under, for one that comes and goes.

    `folder` is that of the artifacts. After a crash the next one gets the same name, and goes on with what it held.
    """
    number = 1
    while True:
        name = f"{stem}-{number}"
        file = _lock_file(folder, name)
        if not file.exists():
            return name
        with file.open("rb") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                number += 1
            else:
                return name


class Node:
    """One process per name: on one machine an operating-system lock says so, between machines the life in the ledger.

    While it lives a thread beats. `alive` is asked before each hand-over: a worker that could not beat for half the
    time after which others take over hands nothing more over.
    """

    def __init__(self, ledger: Ledger, settings: DispatchSettings, clock: Callable[[], dt.datetime]) -> None:
        self._ledger, self._settings, self._clock = ledger, settings, clock
        self.me = Claimant(settings.executor_id)
        self.watch = claims.Watch(settings.monotonic, settings.takeover_after.total_seconds())
        self._lock: int | None = None
        self._ended = threading.Event()
        self._heart: threading.Thread | None = None
        self._beaten = 0.0
        self._lost = False

    def begin(self) -> None:
        """Take the name, end its earlier life, and beat from now on; harmless when it lives already.

        Raises:
            Misconfigured: another process works under this name.
        """
        if self._lock is not None:
            return
        self._lock = self._only_one()
        self.me = Claimant(self._settings.executor_id)
        with self._ledger.writing() as connection:
            claims.begin_life(connection, self.me, self._clock())
        self._lost, self._beaten = False, time.monotonic()
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat_on, args=(self._ended,), name="heart", daemon=True)
        self._heart.start()

    def close(self) -> None:
        """End this life; may be called twice."""
        self._ended.set()
        if self._heart is not None:
            self._heart.join()
            self._heart = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def beat(self, connection: Connection) -> None:
        """Say that this worker is alive.

        Raises:
            Misconfigured: another process took the name.
        """
        before = time.monotonic()
        self._lost = not claims.beat(connection, self.me, self._clock())
        if self._lost:
            raise Misconfigured(
                f"another process dispatches on this ledger as {self.me.executor_id!r} and this one stops; "
                "give each a name of its own"
            )
        self._beaten = before

    def alive(self) -> bool:
        """Whether nobody can have taken over what this worker holds; it beats by itself where that is late."""
        if not self._fresh() and not self._lost:
            self._try_to_beat()
        return self._fresh() and not self._lost

    def _fresh(self) -> bool:
        return time.monotonic() - self._beaten < self._settings.takeover_after.total_seconds() / 2

    def _beat_on(self, ended: threading.Event) -> None:
        while not ended.wait(self._settings.takeover_after.total_seconds() / 6) and not self._lost:
            self._try_to_beat()

    def _try_to_beat(self) -> None:
        try:
            with self._ledger.writing() as connection:
                self.beat(connection)
        except (SQLAlchemyError, Misconfigured) as error:
            _LOG.warning("the heartbeat of %s could not be written (%s)", self.me.executor_id, type(error).__name__)

    def _only_one(self) -> int:
        file = _lock_file(self._ledger.vault.store.folder, self._settings.executor_id)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise Misconfigured(
                f"another process dispatches on this ledger as {self._settings.executor_id!r}; "
                "wait for it to end, or give this one a name of its own"
            ) from error
        return descriptor


@dataclass(frozen=True, slots=True)
class Held:
    """The chunk that a worker holds, as those who write for it need to know it."""

    node: Node
    chunk: Chunk

    def check(self, connection: Connection) -> None:
        """Be sure, until the transaction ends, that the chunk is still ours.

        Raises:
            TakenOver: it is not.
        """
        if not self.still_ours(connection):
            raise TakenOver(f"the chunk {self.chunk.id} was taken over from {self.node.me.executor_id}")

    def still_ours(self, connection: Connection) -> bool:
        """Whether the chunk is still ours; if so, until the transaction ends."""
        return claims.holds(connection, self.node.me, self.chunk)

    def alive(self) -> bool:
        """Whether more may be handed over."""
        return self.node.alive()
