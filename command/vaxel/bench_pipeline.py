"""A file from end to end, each document by the channel it takes, to local stand-ins: what each stage costs."""

import contextlib
import itertools
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from vaxel.bench_channels import stand_ins
from vaxel.bench_worker import Post, Share, run
from vaxel.process_tree import cpu_ms
from vaxel_engine.bench import bench_parity
from vaxel_engine.bench_paths import Taking
from vaxel_engine.errors import Misconfigured
from vaxel_engine.intake import read
from vaxel_engine.intake.candidate import Candidate
from vaxel_engine.model import Document
from vaxel_engine.press import processors
from vaxel_engine.rules import check
from vaxel_ledger import Ledger

_PROCESSES = multiprocessing.get_context("spawn")
_ORDER = {"kivra": "Kivra", "email": "E-mail", "sms": "SMS (46elks)", "print": ""}
"""The sender's order of priority, and each channel's name among the stand-ins."""
_SAMPLE = 40
"""Documents by which checking and comparing are measured, each by itself."""
_PARTS = 10


@dataclass(frozen=True, slots=True)
class PipelineCost:
    """CPU milliseconds per document by stage, all processes of the sender's side; the stand-ins' apart."""

    documents: int
    workers: int
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
    """Once for each worker: processes and the first document of each channel, which do not count above."""

    @property
    def hit_rate(self) -> float:
        """The share of artifacts of paper that the block program set."""
        return self.hits / max(1, self.hits + sum(self.misses.values()))

    @property
    def cpu_ms(self) -> float:
        """Of everything that a run does; it judges nothing by the rules unless it is asked to."""
        return sum(spent for stage, spent in self.stages.items() if stage != "check")


def bench_pipeline(
    file: Path, documents: int, taking: Taking, step: Callable[[], object], workers: int | None = None
) -> PipelineCost:
    """Take `file`, which has so many documents, from end to end and answer what it cost.

    `workers` are processes as `vaxel worker` is, each with a press of its own, as many as there are processors where
    nothing is said; they render with the block program of `taking`. `step` is called after each document.

    Raises:
        Misconfigured: a worker stopped, or was ended, before its work was done.
    """
    published, workers = replace(taking.pack, published=True), workers or processors()
    read_ms, check_ms = _reading(file), _checking(file)
    with read(file) as reading:
        several = list(itertools.islice(reading, _SAMPLE))
    parity_ms, miss_ms = bench_parity(several, published), _missing(several, taking)
    with tempfile.TemporaryDirectory(prefix="vaxel-bench-") as folder, contextlib.ExitStack() as opened:
        tables = _tables(Path(folder), opened.enter_context(stand_ins()))
        stand_in = next(one.pid for one in multiprocessing.active_children() if one.pid is not None)
        post = Post(
            name="",
            folder=Path(folder),
            tables=tables,
            pack=published,
            first=several[0],
            chunk=max(10, min(100, documents // (_PARTS * workers))),
            part=max(1, documents // (_PARTS * workers)),
        )
        ledger = opened.enter_context(Ledger.open(post.ledger_url))
        pipes = [_employed(replace(post, name=f"worker-{number}"), opened) for number in range(1, workers + 1)]
        for pipe in pipes:
            _heard(pipe)
        start, began, simulators = time.monotonic(), time.process_time(), cpu_ms(stand_in)
        with read(file) as reading:
            batch = ledger.accept("0" * 64, file.name, "bench", reading).batch_id
        accepted = (time.process_time() - began) * 1000
        for pipe in pipes:
            pipe.send(batch)
        shares = _shares(pipes, step)
        seconds, simulators = time.monotonic() - start, cpu_ms(stand_in) - simulators
    first, last = _tenths(shares)
    paper = sum((Counter(share.paper) for share in shares), Counter[str]())
    return PipelineCost(
        documents=documents,
        workers=workers,
        stages=_stages(shares, documents, read_ms, check_ms, accepted / documents, parity_ms),
        simulators_ms=simulators / documents,
        channels=dict(sum((Counter(share.channels) for share in shares), Counter[str]())),
        seconds=seconds,
        first_ms=first,
        last_ms=last,
        memory_first_mb=sum(share.marks[:2][-1].memory_mb for share in shares),
        memory_last_mb=sum(share.marks[-1].memory_mb for share in shares),
        hits=paper.pop("hit", 0),
        misses=paper,
        miss_ms=miss_ms,
        start_ms=sum(share.start_ms for share in shares) / workers,
    )


def _tables(folder: Path, known: Mapping[str, tuple[str, Mapping[str, object]]]) -> Mapping[str, Mapping[str, object]]:
    drop = folder / "drop"
    drop.mkdir()
    return {name: known[title][1] if title else {"folder": str(drop)} for name, title in _ORDER.items()}


def _employed(post: Post, opened: contextlib.ExitStack) -> "Connection[Any, Any]":
    ours, theirs = _PROCESSES.Pipe()
    worker = _PROCESSES.Process(target=run, args=(post, theirs))
    worker.start()
    theirs.close()
    opened.callback(worker.join)
    opened.callback(worker.terminate)  # before it is waited for; one that has finished hears nothing
    return ours


def _heard(pipe: "Connection[Any, Any]") -> Any:
    try:
        said = pipe.recv()
    except EOFError as error:
        raise Misconfigured("a worker of the measurement was ended before its work was done; run it again") from error
    if isinstance(said, str):
        raise Misconfigured(f"a worker of the measurement stopped: {said}")
    return said


def _shares(pipes: Sequence["Connection[Any, Any]"], step: Callable[[], object]) -> list[Share]:
    """What each worker did, once all have finished."""
    shares: list[Share] = []
    waiting = list(pipes)
    while waiting:
        told = wait(waiting)
        for pipe in [one for one in waiting if one in told]:
            match _heard(pipe):
                case Share() as share:
                    shares.append(share)
                    waiting = [one for one in waiting if one is not pipe]
                case documents:
                    for _ in range(documents):
                        step()
    return shares


def _stages(
    shares: Sequence[Share], documents: int, read_ms: float, check_ms: float, accepted_ms: float, parity_ms: float
) -> Mapping[str, float]:
    """Milliseconds per document by stage, of all workers; a reader's, a judge's and the comparison's are given."""
    spent: Counter[str] = Counter()
    for share in shares:
        spent.update({stage: of / documents for stage, of in share.stages.items()})
    here = sum(share.here_ms for share in shares) / documents
    presses = sum(share.presses_ms for share in shares) / documents
    return {
        "read": read_ms,
        "check": check_ms,
        "take in": max(0.0, accepted_ms - read_ms),
        "route": here - sum(spent.values()),
        "render": spent["render"] + presses - parity_ms,
        "parity": parity_ms,
        "hand over": spent["hand over"],
        "archive": spent["archive"],
    }


def _tenths(shares: Sequence[Share]) -> tuple[float, float]:
    """CPU milliseconds per document of the second tenth, since the first warms up, and of the last whole one."""
    if any(len(share.marks) < _PARTS for share in shares):
        return 0.0, 0.0

    def between(one: int, other: int) -> float:
        spent = sum(share.marks[other].cpu_ms - share.marks[one].cpu_ms for share in shares)
        return spent / sum(share.marks[other].documents - share.marks[one].documents for share in shares)

    return between(1, 2), between(-3, -2)  # the last mark is the end, wherever that came


def _missing(several: Sequence[Document], taking: Taking) -> float | None:
    """CPU milliseconds of a mailbox PDF that the program leaves to the reference path, the mean; None without one."""
    spent: list[float] = []
    for document in several:
        start = time.process_time()
        _, reason = taking.pdf(document)
        spent += [] if reason is None else [(time.process_time() - start) * 1000]
    return sum(spent) / len(spent) if spent else None


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
