"""The campaign: documents go out through workers that are killed over and over, and the provider's ledger judges."""

import contextlib
import datetime as dt
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select

from vaxel.faults import provider
from vaxel.faults.life import Place, Plan, live
from vaxel.faults.mixture import documents, print_letter
from vaxel_channels.dispatcher import CommitPoint
from vaxel_channels.elks import wire
from vaxel_channels.receiving import Reader, ReportReceiver
from vaxel_engine.errors import Misconfigured
from vaxel_ledger import Ledger, LedgerLine, tables, work
from vaxel_ledger.report import ReportLine
from vaxel_ledger.states import Status
from vaxel_simulators.listening import HttpServer

WORKERS: Final = 3
KILLED_AFTER: Final = (0.2, 2.0)
"""Seconds that a worker lives from the moment it begins to work, uniformly drawn."""
FAULTS: Final = 0.1
"""Share of the provider's calls that meet a fault, and of its reports that come twice or out of order."""
_HEIR = "heir"
"""The worker that only takes over what the dead left; it lives longer, and its deaths do not count."""
_HEIR_LIVES: Final = (3.0, 6.0)
_POINT_PATIENCE = 60.0
_NEW_NAME = 0.1
"""Share of the killed that never come back under their name: others take over what they held."""
_MOST_PACE = 0.4
_LEAST_PACE = 0.002
_RESERVE = 0.15
"""Share of the documents that should be left when the last kill counts: a busy machine lets fewer count."""
_LOOK_EVERY = 0.02
_DRY = 8.0
"""Seconds without anything to hand over after which nothing more is expected: longer than any wait in the campaign."""
_ENDING = 120.0
"""Seconds without progress after which not everything has come to rest, once nobody is killed any more."""
_PROCESSES = multiprocessing.get_context("forkserver")


class Sabotage(StrEnum):
    """A rule that is broken on purpose, which the campaign must find out."""

    BLIND_RETRY = "blind-retry"
    DROP_INTENT = "drop-intent"


@dataclass(frozen=True, slots=True)
class Asked:
    """How large a campaign, on which database."""

    documents: int
    kills: int
    url: str | None = None
    seed: int = 1
    sabotage: Sabotage | None = None
    at_each_point: int = 3
    """Kills at every named commit point, besides."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came out of it; see `vaxel.ledger_outputs.FaultsOutput` for the words."""

    documents: int
    kills: int
    lost: int
    duplicates: int
    unknown: int
    resent_blind: int
    ledger_breaks: int
    seconds: float
    at_commit_points: int
    faults: int
    mixed_up: int


@dataclass(slots=True)
class _Worker:
    name: str
    process: ForkServerProcess
    began: Event
    lives: float
    dies: float | None = None
    before: str | None = None
    """The life of this name before the process."""


@dataclass(slots=True)
class _Campaign:
    asked: Asked
    place: Place
    orders: "Connection[Any, Any]"
    ledger: Ledger
    batch_id: str
    told: Callable[[str], None]
    chance: random.Random
    kills: int = 0
    at_points: int = 0
    breaks: int = 0
    names: int = WORKERS
    slowness: float = 0.1
    """Seconds that the provider takes for each."""
    left_before: int = 0
    kills_before: int = 0
    running: list[_Worker] = field(default_factory=list[_Worker])

    def start(self, name: str, point: CommitPoint | None = None) -> _Worker:
        """Let a worker live, for a while that is drawn, or until it passes a commit point."""
        sabotage = self.asked.sabotage
        plan = Plan(
            name,
            blind=sabotage is Sabotage.BLIND_RETRY,
            drops_intents=sabotage is Sabotage.DROP_INTENT,
            only_takes_over=name == _HEIR,
            dies_at=point,
            occurrence=self.chance.randint(1, 5) if point is CommitPoint.HANDED_OVER else 1,
        )
        before = self.life(name)
        began = _PROCESSES.Event()
        process = _PROCESSES.Process(target=live, args=(self.place, plan, began), daemon=True)
        process.start()
        lives = self.chance.uniform(*(_HEIR_LIVES if name == _HEIR else KILLED_AFTER))
        worker = _Worker(name, process, began, lives, before=before)
        self.running.append(worker)
        return worker

    def life(self, name: str) -> str | None:
        """Which life of a name the ledger knows."""
        node = tables.node.c
        with self.ledger.reading() as connection:
            return connection.execute(select(node.life).where(node.executor_id == name)).scalar_one_or_none()

    def end(self, worker: _Worker) -> bool:
        """Kill a worker, and say whether it, and no earlier life of its name, held a claimed chunk at that moment."""
        pid = worker.process.pid
        assert pid is not None  # noqa: S101 - it was started
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)  # what is true of it now stays true until it is dead
        life, chunk = self.life(worker.name), tables.chunk.c
        with self.ledger.reading() as connection:
            held = connection.execute(select(func.count()).where(chunk.life == life)).scalar_one()
        worker.process.kill()
        worker.process.join()
        self.running.remove(worker)
        if worker.process.exitcode != -signal.SIGKILL:
            self.told(f"{worker.name} ended by itself with {worker.process.exitcode}; its words stand above")
            return False
        return held > 0 and life != worker.before

    def next_to_die(self) -> _Worker:
        """Wait until somebody's time is up; it runs from when a worker begins to work, however busy the machine is."""
        while True:
            now = time.monotonic()
            for one in self.running:
                if one.dies is None and (one.began.is_set() or one.process.exitcode is not None):
                    one.dies = now + one.lives
                if one.dies is not None and one.dies <= now:
                    return one
            time.sleep(_LOOK_EVERY)

    def line(self) -> LedgerLine:
        """The ledger's line, which must close at every moment."""
        line = self.ledger.counts(self.batch_id)
        self.breaks += not line.closes
        return line

    def to_do(self) -> int:
        """Documents that are not handed over yet."""
        with self.ledger.reading() as connection:
            done, total = work.progress(connection, self.batch_id)
        return total - done

    def die_at_each_point(self) -> None:
        """Kill a worker at every named commit point, some times each."""
        for point in CommitPoint:
            for _ in range(self.asked.at_each_point):
                worker = self.start("w0", point)
                worker.process.join(_POINT_PATIENCE)
                if worker.process.exitcode is None:
                    raise Misconfigured(f"the campaign has too few documents: no worker came to {point} any more")
                self.running.remove(worker)
                self.at_points += worker.process.exitcode == -signal.SIGKILL
                self.line()

    def kill(self) -> None:
        """Kill workers at moments that are drawn, until as many held a chunk as was asked for, or nothing is left."""
        waiting = [_HEIR, *(f"w{n}" for n in range(WORKERS))]
        last_told = last_busy = time.monotonic()
        while self.kills < self.asked.kills and time.monotonic() - last_busy < _DRY:
            while waiting:
                self.start(waiting.pop())
            worker = self.next_to_die()
            counts = self.end(worker) and worker.name != _HEIR
            self.kills += counts
            if worker.name != _HEIR and self.chance.random() < _NEW_NAME:
                self.names += 1
                waiting.append(f"w{self.names}")
            else:
                waiting.append(worker.name)
            if counts and self.kills % 10 == 0:
                self.line()
                self.pace()
            if time.monotonic() - last_busy >= 1 and self.to_do():
                last_busy = time.monotonic()
            if time.monotonic() - last_told >= 10:
                last_told = time.monotonic()
                self.told(f"{self.kills} kills, {self.to_do()} documents to hand over")
        for one in list(self.running):
            self.end(one)

    def pace(self) -> None:
        """Let the provider take so long for each that the documents last longer than the kills."""
        left, kills = self.to_do(), self.kills - self.kills_before
        wanted = (left - _RESERVE * self.asked.documents) / max(1, self.asked.kills - self.kills)
        if kills > 0:
            self.slowness *= max(0.5, min(1.5, (self.left_before - left) / kills / max(0.1, wanted)))
        self.left_before, self.kills_before = left, self.kills
        self.slowness = min(_MOST_PACE, max(_LEAST_PACE, self.slowness))
        self.orders.send(self.slowness)

    def come_to_rest(self) -> LedgerLine:
        """Let workers finish, with a provider that does not fail any more, and nobody killed."""
        self.orders.send("calm")
        for n in range(2):
            self.start(f"w{n}")
        until = time.monotonic() + _ENDING
        quiet = waiting = 0
        while quiet < 5 and time.monotonic() < until:
            time.sleep(0.3)
            line = self.line()
            if line.waiting != waiting:
                waiting, until = line.waiting, time.monotonic() + _ENDING
            with self.ledger.reading() as connection:
                rest = work.next_due(connection, self.batch_id)
            quiet = quiet + 1 if line.waiting == line.unknown and rest is None else 0
        for one in list(self.running):
            self.end(one)
        return self.line()


def run(asked: Asked, told: Callable[[str], None]) -> Found:
    """Run a campaign; `told` gets a sentence of progress now and then.

    Raises:
        Misconfigured: the database cannot be used, or the campaign is too small for its kills.
    """
    _PROCESSES.set_forkserver_preload(["vaxel.faults.life", "vaxel.faults.provider"])
    since = time.monotonic()
    with contextlib.ExitStack() as opened:
        kept = tempfile.TemporaryDirectory(prefix="vaxel-faults-", ignore_cleanup_errors=True)
        folder = Path(opened.enter_context(kept))
        print_letter(folder)
        orders = opened.enter_context(_provider(asked.seed))
        place = Place(asked.url or f"sqlite:///{folder / 'ledger.sqlite'}", folder, orders.recv())
        ledger = opened.enter_context(place.open())
        place = replace(place, report_url=opened.enter_context(_receiver(ledger)))
        source = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
        batch = ledger.accept(source.ljust(64, "0"), "campaign", "faults", documents(asked.documents))
        chance = random.Random(asked.seed)  # noqa: S311 - a die, no secret
        one = _Campaign(asked, place, orders, ledger, batch.batch_id, told, chance)
        try:
            one.pace()
            one.die_at_each_point()
            one.kill()
            line = one.come_to_rest()
            orders.send("verdict")
            verdict = orders.recv()
            lost = _lost(ledger.report_lines(batch.batch_id), set(verdict["taken"]), told)
        finally:
            for worker in one.running:
                worker.process.kill()
    for reference in verdict["doubled"]:
        told(f"{reference} was taken more than once")
    return Found(
        documents=asked.documents,
        kills=one.kills,
        lost=lost,
        duplicates=verdict["duplicates"],
        unknown=line.unknown,
        resent_blind=verdict["resent_blind"],
        ledger_breaks=one.breaks,
        seconds=round(time.monotonic() - since, 1),
        at_commit_points=one.at_points,
        faults=verdict["faults"],
        mixed_up=verdict["mixed_up"],
    )


@contextlib.contextmanager
def _provider(seed: int) -> "Generator[Connection[Any, Any]]":
    """The provider in a process of its own; its first word is its address."""
    ours, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=provider.serve, args=(theirs, seed, FAULTS), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        with contextlib.suppress(OSError):
            ours.send(None)
        process.join(5)
        process.kill()


@contextlib.contextmanager
def _receiver(ledger: Ledger) -> Generator[str]:
    """The address at which 46elks' delivery reports are taken in, durably before it hears yes."""
    token = "campaign-takes-its-reports"  # noqa: S105 - on loopback, for the length of a campaign
    taking = ReportReceiver({"sms": Reader(token, wire.read_report)}, lambda report: ledger.receive([report]))
    server = HttpServer(taking, host="127.0.0.1", port=0, who="The receiver of delivery reports")
    try:
        yield f"{server.url}/reports/sms/{token}"
    finally:
        server.stop()


def _lost(report: Iterator[ReportLine], taken: set[str], told: Callable[[str], None]) -> int:
    """Documents that the provider does not have, and that nobody is told to look after; or that went nowhere."""
    lost = 0
    for line in report:
        cared_for = line.status is Status.OUTCOME_UNKNOWN
        delivered = line.status in (Status.DELIVERED, Status.READ)
        if not (cared_for or (delivered and line.document in taken)):
            there = "has it" if line.document in taken else "does not have it"
            told(f"{line.document} ended {line.status}, and the provider {there}: {line.reason}")
            lost += 1
    return lost
