"""The campaign: documents go out through workers that are killed over and over, and the provider's ledger judges."""

import contextlib
import datetime as dt
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

from vaxel.faults import provider
from vaxel.faults.life import Place, Plan, live
from vaxel.faults.provider import DOORS
from vaxel_channels.dispatcher import CommitPoint
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import Document
from vaxel_ledger import Ledger, LedgerLine, claims, work
from vaxel_ledger.report import ReportLine
from vaxel_ledger.states import Status

WORKERS: Final = 3
KILLED_AFTER: Final = (0.2, 2.0)
"""Seconds that a worker lives, uniformly drawn."""
FAULTS: Final = 0.1
"""Share of the provider's calls that meet a fault."""
_EACH_POINT = 3
_NEW_NAME = 0.1
"""Share of the killed that never come back under their name: others take over what they held."""
_MOST_PACE = 0.4
_ENDING = 90.0
"""Seconds for everything to come to rest once nobody is killed any more."""
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


@dataclass(slots=True)
class _Worker:
    name: str
    process: ForkServerProcess
    dies: float


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
    running: list[_Worker] = field(default_factory=list[_Worker])

    def start(self, name: str, point: CommitPoint | None = None) -> _Worker:
        """Let a worker live, for a while that is drawn, or until it passes a commit point."""
        sabotage = self.asked.sabotage
        plan = Plan(
            name,
            blind=sabotage is Sabotage.BLIND_RETRY,
            drops_intents=sabotage is Sabotage.DROP_INTENT,
            dies_at=point,
            occurrence=self.chance.randint(1, 5) if point is CommitPoint.HANDED_OVER else 1,
        )
        process = _PROCESSES.Process(target=live, args=(self.place, plan), daemon=True)
        process.start()
        worker = _Worker(name, process, time.monotonic() + self.chance.uniform(*KILLED_AFTER))
        self.running.append(worker)
        return worker

    def end(self, worker: _Worker) -> bool:
        """Kill a worker, and say whether it held a claimed chunk at that moment."""
        pid = worker.process.pid
        assert pid is not None  # noqa: S101 - it was started
        with contextlib.suppress(ProcessLookupError):  # it may have died by itself
            os.kill(pid, signal.SIGSTOP)  # what is true of it now stays true until it is dead
        with self.ledger.reading() as connection:
            held = claims.claimed(connection, worker.name) > 0
        worker.process.kill()
        worker.process.join()
        self.running.remove(worker)
        return held

    def line(self) -> LedgerLine:
        """The ledger's line, which must close at every moment."""
        line = self.ledger.counts(self.batch_id)
        self.breaks += not line.closes
        return line

    def to_do(self) -> int:
        """Documents that were not handed over yet, and are not in anybody else's hands."""
        went = sum(one.documents for one in self.ledger.went(self.batch_id))
        return max(0, self.asked.documents - went - self.line().unknown)

    def die_at_each_point(self) -> None:
        """Kill a worker three times at every named commit point."""
        for point in CommitPoint:
            for _ in range(_EACH_POINT):
                worker = self.start("w0", point)
                worker.process.join(20)
                if worker.process.exitcode is None:
                    raise Misconfigured(f"the campaign has too few documents: no worker came to {point} any more")
                self.running.remove(worker)
                self.at_points += 1
                self.line()

    def kill(self) -> None:
        """Kill workers at moments that are drawn, until as many held a chunk as was asked for, or nothing is left."""
        waiting = [f"w{n}" for n in range(WORKERS)]
        last_told = time.monotonic()
        while self.kills < self.asked.kills and self.to_do():
            while waiting:
                self.start(waiting.pop())
            worker = min(self.running, key=lambda one: one.dies)
            time.sleep(max(0.0, worker.dies - time.monotonic()))
            self.kills += self.end(worker)
            if self.chance.random() < _NEW_NAME:
                self.names += 1
                waiting.append(f"w{self.names}")
            else:
                waiting.append(worker.name)
            if self.kills % 5 == 0:
                self.line()
                self.pace()
            if time.monotonic() - last_told >= 10:
                last_told = time.monotonic()
                self.told(f"{self.kills} kills, {self.to_do()} documents to hand over")
        for one in list(self.running):
            self.end(one)

    def pace(self) -> None:
        """Let the provider take so long for each that the documents last as long as the kills."""
        left = (self.asked.kills - self.kills) * sum(KILLED_AFTER) / 2
        self.orders.send(min(_MOST_PACE, left / max(1, self.to_do())))

    def come_to_rest(self) -> LedgerLine:
        """Let workers finish, with a provider that does not fail any more, and nobody killed."""
        self.orders.send("calm")
        for n in range(2):
            self.start(f"w{n}")
        until = time.monotonic() + _ENDING
        quiet = 0
        while quiet < 5 and time.monotonic() < until:
            time.sleep(0.5)
            line = self.line()
            with self.ledger.reading() as connection:
                rest = work.next_due(connection, self.batch_id)
            quiet = quiet + 1 if line.waiting == line.unknown and rest is None else 0
        for one in list(self.running):
            self.end(one)
        return self.line()


def documents(number: int) -> Iterator[Document]:
    """Texts and text e-mails, every twentieth with a PDF, for doors of all three kinds."""
    for n in range(number):
        door = DOORS[2] if n % 10 == 9 else DOORS[n % 2]
        yield Document.model_validate(
            {
                "kind": "message",
                "reference": f"F-{n:06d}",
                "sender": "campaign",
                "recipient": {"name": door, "email": "elin.forsberg@example.se"},
                "message": {"subject": "pdf" if n % 20 == 0 else "text", "body": f"Hej, detta är brev {n}."},
            }
        )


def run(asked: Asked, told: Callable[[str], None]) -> Found:
    """Run a campaign; `told` gets a sentence of progress now and then.

    Raises:
        Misconfigured: the database cannot be used, or the campaign is too small for its kills.
    """
    _PROCESSES.set_forkserver_preload(["vaxel.faults.life", "vaxel.faults.provider"])
    since = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vaxel-faults-", ignore_cleanup_errors=True) as named:
        folder = Path(named)
        ours, theirs = _PROCESSES.Pipe()
        door = _PROCESSES.Process(target=provider.serve, args=(theirs, asked.seed, FAULTS), daemon=True)
        door.start()
        place = Place(asked.url or f"sqlite:///{folder / 'ledger.sqlite'}", folder, ours.recv())
        with place.open() as ledger:
            source = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
            batch = ledger.accept(source.ljust(64, "0"), "campaign", "faults", documents(asked.documents))
            chance = random.Random(asked.seed)  # noqa: S311 - a die, no secret
            one = _Campaign(asked, place, ours, ledger, batch.batch_id, told, chance)
            try:
                one.pace()
                one.die_at_each_point()
                one.kill()
                line = one.come_to_rest()
                ours.send("verdict")
                verdict = ours.recv()
                report = ledger.report_lines(batch.batch_id)
                lost = _lost(report, set(verdict["taken"]), told)
            finally:
                for worker in one.running:
                    worker.process.kill()
                with contextlib.suppress(OSError):
                    ours.send(None)
                door.join(5)
                door.kill()
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
    )


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
