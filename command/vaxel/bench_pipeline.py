"""A file from end to end, each document by the channel it takes, to local stand-ins: what each stage costs."""

import contextlib
import itertools
import multiprocessing
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vaxel.bench_channels import stand_ins
from vaxel.process_tree import cpu_ms, memory_mb
from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Channel, Consignment, Order, Receipt
from vaxel_channels.dispatcher import CommitPoint, Dispatcher, DispatchSettings, SenderPolicy
from vaxel_channels.registry import CHANNELS
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.bench import bench_parity
from vaxel_engine.bench_paths import Taking
from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.model import Document
from vaxel_engine.press import Press, processors
from vaxel_engine.rules import check
from vaxel_ledger import Ledger
from vaxel_ledger.ledger import utc_now
from vaxel_ledger.vault import DataKey, Item, Kept, Vault

_ORDER = {"kivra": "Kivra", "email": "E-mail", "sms": "SMS (46elks)", "print": ""}
"""The sender's order of priority, and each channel's name among the stand-ins."""
_SAMPLE = 40
"""Documents by which checking and comparing are measured, each by itself."""
_PARTS = 10


@dataclass(frozen=True, slots=True)
class PipelineCost:
    """CPU milliseconds per document by stage, all processes of the sender's side; the stand-ins' apart."""

    documents: int
    stages: Mapping[str, float]
    simulators_ms: float
    channels: Mapping[str, int]
    seconds: float
    """On the clock, from the file to the last hand-over."""
    first_ms: float
    last_ms: float
    memory_first_mb: float
    memory_last_mb: float
    hits: int
    """Artifacts of paper that the block program set."""
    misses: Mapping[str, int]
    """Why the others were left to the reference path, and how many."""
    miss_ms: float | None
    """CPU milliseconds of one that is left, of the first documents; None where none of them is."""
    start_ms: float
    """Once for all documents: processes and the first document of each channel, which do not count above."""

    @property
    def hit_rate(self) -> float:
        """The share of artifacts of paper that the block program set."""
        return self.hits / max(1, self.hits + sum(self.misses.values()))

    @property
    def cpu_ms(self) -> float:
        """Of everything that a run does; it judges nothing by the rules unless it is asked to."""
        return sum(spent for stage, spent in self.stages.items() if stage != "check")


@dataclass(slots=True)
class _Watch:
    """Processor seconds of the calling thread by stage; what is measured within another stage is not counted there."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))
    _within: list[float] = field(default_factory=list[float])

    @contextlib.contextmanager
    def stage(self, name: str) -> Generator[None]:
        """Count the block to `name`."""
        self._within.append(0.0)
        start = time.thread_time()
        try:
            yield
        finally:
            took = time.thread_time() - start
            self.spent[name] += took - self._within.pop()
            if self._within:
                self._within[-1] += took


class _WatchedVault(Vault):
    """A vault whose sealing, writing, reading and opening is counted."""

    __slots__ = ()
    watch: _Watch

    def keep(self, items: Sequence[Item], data_keys: Mapping[str, DataKey]) -> list[Kept]:
        """As the vault does."""
        with self.watch.stage("archive"):
            return Vault.keep(self, items, data_keys)

    def open(self, kept: Kept, data_key: DataKey | None) -> bytes:
        """As the vault does."""
        with self.watch.stage("archive"):
            return Vault.open(self, kept, data_key)


def bench_pipeline(file: Path, documents: int, taking: Taking, step: Callable[[], object]) -> PipelineCost:
    """Take `file`, which has so many documents, from end to end and answer what it cost.

    A worker renders at a time, as in one dispatcher, with the block program of `taking`. `step` is called after each
    document.
    """
    published = replace(taking.pack, published=True)
    read_ms, check_ms = _reading(file), _checking(file)
    with read(file) as reading:
        several = list(itertools.islice(reading, _SAMPLE))
    parity_ms, miss_ms = bench_parity(several, published), _missing(several, taking)
    watch, taken = _Watch(), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder, contextlib.ExitStack() as opened:
        channels = _channels(Path(folder), watch, taken, opened)
        stand_in = next(one.pid for one in multiprocessing.active_children() if one.pid is not None)
        place = Ledger.open(f"sqlite:///{folder}/ledger.sqlite")
        watched = type("Watched", (_WatchedVault,), {"watch": watch, "__slots__": ()})
        ledger = opened.enter_context(replace(place, vault=watched(place.vault.store, place.vault.keys)))
        press = Press()

        def render(
            document: Document, kinds: Collection[ArtifactKind], link: str | None, _: Mapping[str, str] | None
        ) -> Mapping[ArtifactKind, Artifact]:
            with watch.stage("render"):
                made = press.render_all(document, kinds, pack=published, link=link)
            step()
            return made

        chunk = max(10, min(100, documents // _PARTS))
        marks = _Marks(stand_in, each=max(1, documents // chunk // _PARTS))
        settings = DispatchSettings(
            lambda _: SenderPolicy(tuple(_ORDER)),
            chunk=chunk,
            passed=marks.passed,
            link_for=lambda document_id: f"https://faktura.nordljus.example/{document_id[:24]}",
        )
        warming = _ours(stand_in)
        for channel in channels.of("").values():
            press.render_all(several[0], channel.capabilities.artifacts, pack=published)
        press.tally.taken()
        began, start = _ours(stand_in), time.monotonic()
        simulators = cpu_ms(stand_in)
        with read(file) as reading:
            batch = ledger.accept("0" * 64, file.name, "bench", reading).batch_id
        accepted, self_before = _ours(stand_in), time.process_time()
        watch.spent.clear()
        with Dispatcher(ledger, channels, render, utc_now, settings) as dispatcher:
            dispatcher.dispatch(batch)
        here = (time.process_time() - self_before) * 1000
        ended, seconds = _ours(stand_in), time.monotonic() - start
        simulators = cpu_ms(stand_in) - simulators
        memory = marks.memory(), memory_mb(os.getpid()) - memory_mb(stand_in)
        paper = {outcome: number for (_, outcome), number in press.tally.taken().items()}
        press.floor.close()
    spent = {name: seconds_of * 1000 / documents for name, seconds_of in watch.spent.items()}
    workers = (ended - accepted - here) / documents
    stages = {
        "read": read_ms,
        "check": check_ms,
        "take in": max(0.0, (accepted - began) / documents - read_ms),
        "route": here / documents - sum(spent.values()),
        "render": spent.get("render", 0.0) + workers - parity_ms,
        "parity": parity_ms,
        "hand over": spent.get("hand over", 0.0),
        "archive": spent.get("archive", 0.0),
    }
    first, last = marks.tenths(chunk, ended)
    return PipelineCost(
        documents=documents,
        stages=stages,
        simulators_ms=simulators / documents,
        channels=dict(taken),
        seconds=seconds,
        first_ms=first,
        last_ms=last,
        memory_first_mb=memory[0],
        memory_last_mb=memory[1],
        hits=paper.pop("hit", 0),
        misses=paper,
        miss_ms=miss_ms,
        start_ms=began - warming,
    )


def _missing(several: Sequence[Document], taking: Taking) -> float | None:
    """CPU milliseconds of a mailbox PDF that the program leaves to the reference path, the mean; None without one."""
    spent: list[float] = []
    for document in several:
        start = time.process_time()
        _, reason = taking.pdf(document)
        spent += [] if reason is None else [(time.process_time() - start) * 1000]
    return sum(spent) / len(spent) if spent else None


@dataclass(slots=True)
class _Marks:
    """What was spent when each tenth was begun, and the memory after the first."""

    stand_in: int
    each: int
    spent: list[float] = field(default_factory=list[float])
    _chunks: int = 0
    _memory: float = 0.0

    def passed(self, point: CommitPoint) -> None:
        """Called at every commit point of the dispatcher."""
        if point is not CommitPoint.CLAIMED:
            return
        if self._chunks % self.each == 0:
            self.spent.append(_ours(self.stand_in))
            if len(self.spent) == 2:  # the first tenth is done
                self._memory = memory_mb(os.getpid()) - memory_mb(self.stand_in)
        self._chunks += 1

    def memory(self) -> float:
        """MB after the first tenth; 0 where there were too few documents to tell."""
        return self._memory

    def tenths(self, chunk: int, ended: float) -> tuple[float, float]:
        """CPU milliseconds per document of the second tenth, since the first warms up, and of the last whole one."""
        marks = [*self.spent, ended]
        if len(marks) <= _PARTS:
            return 0.0, 0.0
        part = self.each * chunk
        return (marks[2] - marks[1]) / part, (marks[_PARTS - 1] - marks[_PARTS - 2]) / part


def _ours(stand_in: int) -> float:
    return cpu_ms(os.getpid()) - cpu_ms(stand_in)


def _channels(folder: Path, watch: _Watch, taken: Counter[str], opened: contextlib.ExitStack) -> Accounts:
    tables = dict(opened.enter_context(stand_ins()))
    drop = folder / "drop"
    drop.mkdir()
    channels: dict[str, Channel] = {}
    for name, title in _ORDER.items():
        table: Mapping[str, object] = tables[title][1] if title else {"folder": str(drop)}
        channel = CHANNELS[name].open(name, table, Mode.SANDBOX)
        opened.callback(channel.close)
        channels[name] = _watched(channel, name, watch, taken)
    return Accounts(channels)


def _watched(channel: Channel, name: str, watch: _Watch, taken: Counter[str]) -> Channel:
    """The same channel, its work counted; it stays the object it is, so that it can all it could."""
    prepare, send = channel.prepare, channel.send

    def prepared(order: Order) -> Consignment:
        with watch.stage("hand over"):
            return prepare(order)

    def sent(consignment: Consignment) -> Receipt:
        taken[name] += 1
        with watch.stage("hand over"):
            return send(consignment)

    the: Any = channel
    the.prepare, the.send = prepared, sent
    return channel


def _reading(file: Path) -> float:
    start, number = time.process_time(), 0
    with read(file) as reading:
        for _ in reading:
            number += 1
    return (time.process_time() - start) * 1000 / max(1, number)


def _checking(file: Path) -> float:
    with read(file) as reading:
        several = [one for one in itertools.islice(reading.candidates(), _SAMPLE) if isinstance(one, Candidate)]
    check(several[0])
    start = time.process_time()
    for one in several:
        check(one)
    return (time.process_time() - start) * 1000 / len(several)


def by_processors(cost: PipelineCost) -> float:
    """Documents a second if all processors of this machine did nothing else."""
    return processors() * 1000 / cost.cpu_ms
