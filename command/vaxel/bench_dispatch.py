"""What the dispatcher costs beside reading, rendering and the channel: claims, decisions, frozen bytes, states."""

import multiprocessing
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from typing import Any

from sqlalchemy import text

from vaxel_channels.contract import Capabilities, Consignment, Order, Reach, Receipt, Repeat
from vaxel_channels.dispatcher import CommitPoint, Dispatcher, DispatchSettings, SenderPolicy
from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import Document, DocumentKind, Recipient
from vaxel_ledger import Ledger
from vaxel_ledger.ledger import utc_now
from vaxel_ledger.states import Status

PARTS = 10
"""Into so many equal parts a run is divided, so that one sees whether it is linear."""
_PROCESSES = multiprocessing.get_context("forkserver")
_BODY = b"Nordljus: 2 218,48 kr senast 20 dec. https://nordljus.example/d/abc"


@dataclass(frozen=True, slots=True)
class DispatchCost:
    """CPU milliseconds per document, of this process and of the database's."""

    documents: int
    cpu_ms: float
    first_ms: float
    """Of the first tenth."""
    last_ms: float


class Nothing:
    """A channel that takes everything and costs nothing."""

    capabilities = Capabilities(
        name="nothing",
        title="Nothing",
        kinds=frozenset(DocumentKind),
        artifacts=(ArtifactKind.SMS,),
        repeat=Repeat.NEITHER,
        delivered_means="it was taken",
    )

    def look_up(self, recipients: Sequence[Recipient]) -> Sequence[Reach]:
        """Everybody."""
        return [Reach.HIT] * len(recipients)

    def prepare(self, order: Order) -> Consignment:
        """The artifact as it is."""
        return Consignment(order.key, "nothing", "nobody", order.artifacts[ArtifactKind.SMS].body)

    def send(self, consignment: Consignment) -> Receipt:
        """Taken."""
        return Receipt(Status.DELIVERED, consignment.key[:16])

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Place:
    """A ledger of its own."""

    url: str
    folder: Path

    def open(self) -> Ledger:
        """Open it."""
        return Ledger.open(self.url, store=self.folder / "artifacts", tenant_key=self.folder / "tenant.key")

    def fill(self, documents: int) -> str:
        """Accept so many short messages."""
        with self.open() as ledger:
            return ledger.accept(secrets.token_hex(32), "bench", "bench", _messages(documents)).batch_id


def _messages(documents: int) -> Iterator[Document]:
    run = secrets.token_hex(4)
    for n in range(documents):
        yield Document.model_validate(
            {
                "kind": "message",
                "reference": f"{run}-{n:06d}",
                "sender": "bench",
                "recipient": {"name": "Elin Forsberg"},
                "message": {"subject": "Hej", "body": "Ett brev."},
            }
        )


def _dispatcher(
    ledger: Ledger,
    name: str,
    chunk: int,
    *,
    render_ms: float = 0.0,
    claimed: Callable[[], None] = lambda: None,
) -> Dispatcher:
    def render(
        _document: Document, kinds: Collection[ArtifactKind], _link: str | None, _versions: Mapping[str, str] | None
    ) -> Mapping[ArtifactKind, Artifact]:
        until = time.thread_time() + render_ms / 1000
        while time.thread_time() < until:  # rendering is work, not waiting
            pass
        return {kind: Artifact(kind, _BODY) for kind in kinds}

    def passed(point: CommitPoint) -> None:
        if point is CommitPoint.CLAIMED:
            claimed()

    settings = DispatchSettings(
        lambda _sender: SenderPolicy(("nothing",)), executor_id=name, chunk=chunk, passed=passed
    )
    return Dispatcher(ledger, {"nothing": Nothing()}, render, utc_now, settings)


def bench_dispatch(documents: int, chunk: int, url: str | None = None) -> DispatchCost:
    """Hand documents over to nobody, in one process, and answer what each cost.

    On PostgreSQL the time of the server's own process is counted where it runs on this machine.
    """
    each = max(1, documents // chunk // PARTS)
    marks: list[float] = []
    chunks = 0
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        place = Place(url or f"sqlite:///{folder}/ledger.sqlite", Path(folder))
        with place.open() as ledger:

            def claimed() -> None:
                nonlocal chunks
                if chunks % each == 0:
                    marks.append(_spent(ledger))
                chunks += 1

            with _dispatcher(ledger, "bench", chunk, claimed=claimed) as dispatcher:
                place.fill(chunk)  # caches and statements are there before the clock starts
                dispatcher.dispatch()
                batch = place.fill(documents)
                marks.clear()
                chunks = 0
                dispatcher.dispatch(batch)
                ends = _spent(ledger)
            if ledger.counts(batch).delivered != documents:
                raise Misconfigured("the database is not empty, so the bench measured something else; give it its own")
    per_part = 1000 / (each * chunk)
    first, last = (marks[1] - marks[0], marks[-1] - marks[-2]) if len(marks) > PARTS - 1 else (0.0, 0.0)
    return DispatchCost(documents, 1000 * (ends - marks[0]) / documents, per_part * first, per_part * last)


@dataclass(frozen=True, slots=True)
class Speedup:
    """How many times as fast several workers are as one, each on a processor of its own."""

    workers: int
    render_ms: float
    one_seconds: float
    all_seconds: float
    times: float


def bench_workers(
    documents: int, chunk: int, workers: int, render_ms: float, repeat: int, url: str | None = None
) -> Speedup:
    """Let one worker, then several, hand the same number of documents over; medians of the clock, in turn.

    Raises:
        Misconfigured: there are fewer processors than workers.
    """
    if len(os.sched_getaffinity(0)) < workers:
        raise Misconfigured(f"{workers} workers need as many processors, and this machine gives fewer; ask for fewer")
    _PROCESSES.set_forkserver_preload([__name__])
    alone: list[float] = []
    together: list[float] = []
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder:
        place = Place(url or f"sqlite:///{folder}/ledger.sqlite", Path(folder))
        place.fill(1)
        for _ in range(repeat):
            for taken, number in ((alone, 1), (together, workers)):
                place.fill(documents)
                taken.append(_race(place, number, chunk, render_ms))
    times = statistics.median(one / several for one, several in zip(alone, together, strict=True))
    return Speedup(workers, render_ms, statistics.median(alone), statistics.median(together), times)


def _race(place: Place, workers: int, chunk: int, render_ms: float) -> float:
    """Seconds by the clock from the start signal until the last worker has nothing to do."""
    pipes: list[Pipe[Any, Any]] = []
    processors = sorted(os.sched_getaffinity(0))
    for number in range(workers):
        ours, theirs = _PROCESSES.Pipe()
        runner = (place, f"w{number}", chunk, render_ms, processors[number], theirs)
        _PROCESSES.Process(target=_run, args=runner, daemon=True).start()
        pipes.append(ours)
    for pipe in pipes:
        pipe.recv()
    since = time.monotonic()
    for pipe in pipes:
        pipe.send(None)
    for pipe in pipes:
        pipe.recv()
    return time.monotonic() - since


def _run(place: Place, name: str, chunk: int, render_ms: float, processor: int, pipe: "Pipe[Any, Any]") -> None:
    os.sched_setaffinity(0, {processor})
    with place.open() as ledger, _dispatcher(ledger, name, chunk, render_ms=render_ms) as dispatcher:
        dispatcher.resume()
        pipe.send(None)
        pipe.recv()
        dispatcher.dispatch()
        pipe.send(None)


def _spent(ledger: Ledger) -> float:
    """CPU seconds so far, of this process and of the server's process that works for it."""
    spent = time.process_time()
    if ledger.engine.dialect.name != "postgresql":
        return spent
    with ledger.reading() as connection:
        pids = connection.execute(
            text(
                "SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend'"
            )
        ).scalars()
        return spent + sum(_of_process(pid) for pid in pids)


def _of_process(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # the server is on another machine
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
