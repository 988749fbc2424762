"""One worker of a run that is measured: a process as `vaxel worker` is, with channels and a press of its own."""

import contextlib
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from vaxel.process_tree import cpu_ms, memory_mb
from vaxel_channels.accounts import Accounts
from vaxel_channels.contract import Channel, Consignment, Order, Receipt
from vaxel_channels.dispatcher import CommitPoint, Dispatcher, DispatchSettings, SenderPolicy
from vaxel_channels.registry import CHANNELS
from vaxel_channels.settings import Mode
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import VaxelError
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press import Press
from vaxel_ledger import Ledger
from vaxel_ledger.ledger import utc_now
from vaxel_ledger.vault import DataKey, Item, Kept, Vault


@dataclass(frozen=True, slots=True)
class Post:
    """What a worker is given."""

    name: str
    folder: Path
    """Where the ledger is, and the folder that print jobs are dropped into."""
    tables: Mapping[str, Mapping[str, object]]
    """The settings of each channel by its name, in the sender's order of priority."""
    pack: Pack
    first: Document
    """Rendered before the run begins: everything is loaded and warm then."""
    chunk: int
    part: int
    """After so many documents what was spent is marked once more."""

    @property
    def ledger_url(self) -> str:
        """The one ledger of all workers."""
        return f"sqlite:///{self.folder}/ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Mark:
    """What the processes of a worker have spent and hold when it has rendered so many documents."""

    documents: int
    cpu_ms: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Share:
    """What a worker did of the run. Milliseconds of processor time, all documents together."""

    stages: Mapping[str, float]
    """Of its own process, as far as something is counted apart."""
    here_ms: float
    """Of its own process as a whole."""
    presses_ms: float
    """Of the processes that render for it."""
    start_ms: float
    """Of all of them, before the run began."""
    channels: Mapping[str, int]
    paper: Mapping[str, int]
    """How many pages on paper the block program set ("hit"), and why it left others."""
    marks: Sequence[Mark]


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


@dataclass(slots=True)
class _Marks:
    """Tells how far the worker is, chunk by chunk, and marks what it has spent at each part."""

    pipe: "Connection[Any, Any]"
    part: int
    marks: list[Mark] = field(default_factory=list[Mark])
    rendered: int = 0
    _told: int = 0

    def passed(self, point: CommitPoint) -> None:
        """Called at every commit point of the dispatcher."""
        if point is CommitPoint.CLAIMED:
            self._tell()
            if self.rendered >= len(self.marks) * self.part:
                self._mark()

    def end(self) -> None:
        """The last word before the share."""
        self._tell()
        self._mark()

    def _tell(self) -> None:
        self.pipe.send(self.rendered - self._told)
        self._told = self.rendered

    def _mark(self) -> None:
        self.marks.append(Mark(self.rendered, cpu_ms(os.getpid()), memory_mb(os.getpid())))


def run(post: Post, pipe: "Connection[Any, Any]") -> None:
    """Say None when ready, wait for the batch's id, tell how many documents each chunk had, and at last the `Share`.

    What stops the work is told as a sentence.
    """
    try:
        _work(post, pipe)
    except VaxelError as error:
        pipe.send(str(error))


def _work(post: Post, pipe: "Connection[Any, Any]") -> None:
    watch, taken, marks = _Watch(), Counter[str](), _Marks(pipe, post.part)
    with contextlib.ExitStack() as opened:
        channels = _channels(post, watch, taken, opened)
        place = Ledger.open(post.ledger_url)
        watched = type("Watched", (_WatchedVault,), {"watch": watch, "__slots__": ()})
        ledger = opened.enter_context(replace(place, vault=watched(place.vault.store, place.vault.keys)))
        press = Press()
        opened.callback(press.floor.close)

        def render(
            document: Document, kinds: Collection[ArtifactKind], link: str | None, _: Mapping[str, str] | None
        ) -> Mapping[ArtifactKind, Artifact]:
            with watch.stage("render"):
                made = press.render_all(document, kinds, pack=post.pack, link=link)
            marks.rendered += 1
            return made

        for channel in channels.of("").values():
            press.render_all(post.first, channel.capabilities.artifacts, pack=post.pack)
        press.tally.taken()
        settings = _settings(post, marks.passed)
        dispatcher = opened.enter_context(Dispatcher(ledger, channels, render, utc_now, settings))
        pipe.send(None)
        batch = pipe.recv()
        watch.spent.clear()
        start, here = cpu_ms(os.getpid()), time.process_time()
        dispatcher.dispatch(batch)
        here = (time.process_time() - here) * 1000
        marks.end()
        share = Share(
            stages={stage: spent * 1000 for stage, spent in watch.spent.items()},
            here_ms=here,
            presses_ms=marks.marks[-1].cpu_ms - start - here,
            start_ms=start,
            channels=dict(taken),
            paper={outcome: number for (_, outcome), number in press.tally.taken().items()},
            marks=tuple(marks.marks),
        )
        pipe.send(share)


def _settings(post: Post, passed: Callable[[CommitPoint], None]) -> DispatchSettings:
    order = tuple(post.tables)
    return DispatchSettings(
        lambda _: SenderPolicy(order),
        executor_id=post.name,
        chunk=post.chunk,
        passed=passed,
        link_for=lambda document_id: f"https://faktura.nordljus.example/{document_id[:24]}",
    )


def _channels(post: Post, watch: _Watch, taken: Counter[str], opened: contextlib.ExitStack) -> Accounts:
    channels: dict[str, Channel] = {}
    for name, table in post.tables.items():
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
