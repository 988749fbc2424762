"""The press's processes as they stand: the first stem, and for each pack a stem and its idle workers."""

import atexit
import contextlib
import hashlib
import os
import pickle
import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.model import Document, DocumentKind
from vaxel_engine.packs import Pack
from vaxel_engine.packs.programs import digest_of
from vaxel_engine.press.endings import LostError, StoppedError, seen_in, stopped
from vaxel_engine.press.frames import GoneError, Head
from vaxel_engine.press.limits import Limits
from vaxel_engine.press.place import Place, place_of
from vaxel_engine.press.worker import FORKS, Worker, described, fork, start, started_with

_BENCHES_KEPT = 4
_IDLE_KEPT = max(4, os.cpu_count() or 1)
_ADOPTED = 100
"""Changes that a stem takes before another one takes its place: nothing that lives long may grow."""
_ASIDE = 5.0
"""Seconds for a question beside the work."""


@dataclass(slots=True)
class Bench:
    """One pack's processes; `out` counts the workers that somebody has, `withdrawn` says why no program is used."""

    stem: Worker | None = None
    idle: list[Worker] = field(default_factory=list[Worker])
    out: int = 0
    withdrawn: str = ""
    lock: Any = field(default_factory=threading.RLock)

    def clear(self) -> None:
        """End everything idle, and the stem."""
        for worker in [*self.idle, *([self.stem] if self.stem is not None else [])]:
            worker.end()
            worker.forget()
        self.idle.clear()
        self.stem = None


class Floor:
    """All benches of this process. Every method may be called from any thread.

    `forks` says whether workers are forked from stems, or each started anew, where forking is not safe.
    """

    def __init__(self, *, forks: bool = FORKS) -> None:
        self._forks = forks
        self._owner = os.getpid()
        self._lock = threading.RLock()
        self._first: Worker | None = None
        self._rehearsed: set[ArtifactKind] = set()
        self._benches: OrderedDict[str, Bench] = OrderedDict()

    def begin(self, kinds: Collection[ArtifactKind]) -> None:
        """Start the first process while the caller does something else; what hinders it, whoever asks next is told."""

        def start_first() -> None:
            with self._lock, contextlib.suppress(Unrenderable):
                self._first_stem(kinds)

        if self._forks:
            threading.Thread(target=start_first, name="press", daemon=True).start()

    def take(
        self, pack: Pack | None, kinds: Collection[ArtifactKind], of: DocumentKind | None, limits: Limits
    ) -> tuple[Bench, Worker]:
        """A worker of `pack` for artifacts of `kinds` of a document of the kind `of`; give it back, or discard it.

        A pack that is looked at is another one with each save: its stem stays, and a worker is told what is different.
        Raises StoppedError when what the pack shares cannot be made within the limits, LostError when a process was
        ended from outside, Unrenderable where none can be started.
        """
        bench = self._bench(pack)
        with bench.lock:
            try:
                if bench.idle:
                    return bench, bench.idle.pop()
                if not self._forks or pack is None:
                    return bench, self._anew(pack)
                stem = self._stem(bench, pack, kinds)
                if pack.stamped:
                    return bench, _looking(stem, pack)
                if of is not None:
                    self._warm(bench, stem, kinds, of, limits)
                worker = fork(stem)
                worker.pack = pack
                return bench, worker
            except (GoneError, TimeoutError) as error:
                bench.out -= 1
                bench.clear()
                raise LostError from error
            except BaseException:
                bench.out -= 1
                raise

    def adopt(self, pack: Pack, document: Document, kinds: Collection[ArtifactKind], limits: Limits) -> None:
        """While nobody waits: the stem of a pack that is looked at takes it as it is now, and makes ready what
        `document` will need of it. Where that meets a limit the stem is ended, and whoever comes next begins anew.
        """
        if not self._forks:
            return
        bench = self._bench(pack)
        with bench.lock:
            try:
                if bench.stem is not None and bench.stem.done >= _ADOPTED:
                    bench.clear()
                stem = self._stem(bench, pack, kinds)
                packed = pickle.dumps(document, pickle.HIGHEST_PROTOCOL)
                known = ("document", hashlib.sha256(packed).hexdigest())
                if stem.has(pack) and known in stem.warm:
                    return
                change = [] if stem.has(pack) else [_packed_change(pack, stem)]
                stem.pack = pack
                stem.warm.clear()
                stem.done += 1
                self._make_ready(bench, stem, list(kinds), document.kind, limits, [*change, packed])
                stem.warm.add(known)
            except (GoneError, TimeoutError, StoppedError, LostError):
                bench.clear()
            finally:
                bench.out -= 1

    def worn(self, worker: Worker, limits: Limits) -> bool:
        """Whether a worker has rendered its share, or has grown too much."""
        grown = worker.resident - worker.resident_at_first
        return worker.done >= limits.documents or grown > limits.growth

    def change(self, worker: Worker, pack: Pack) -> list[bytes]:
        """What a worker of a pack that is looked at must be told to have it as it is now; it has it from then on."""
        if worker.has(pack):
            return []
        change = _packed_change(pack, worker)
        worker.pack = pack
        return [change]

    def give_back(self, bench: Bench, worker: Worker, limits: Limits, *, kept: bool) -> None:
        """A document is done; the worker is kept for the next one where `kept`, unless it is worn."""
        with bench.lock:
            bench.out -= 1
            if kept and not self.worn(worker, limits) and len(bench.idle) < _IDLE_KEPT:
                bench.idle.append(worker)
                return
        worker.end()
        worker.forget()

    def discard(self, bench: Bench, worker: Worker, *, gently: bool) -> tuple[int, Place]:
        """End a worker that cannot be asked again; how it ended, and where it was."""
        with bench.lock:
            bench.out -= 1
            status = worker.end(gently=gently)
            return status, self._place(bench, worker)

    def forget_idle(self, bench: Bench) -> None:
        """A worker was ended from outside while it was idle; those that were idle beside it may have been, too."""
        with bench.lock:
            idle, bench.idle = bench.idle, []
        for worker in idle:
            worker.end()
            worker.forget()

    def send_home(self, pack: Pack) -> None:
        """A run over many documents of `pack` is over: end the workers that it kept, unless the pack is published."""
        with self._lock:
            bench = None if pack.published else self._benches.get(_name(pack))
        if bench is not None:
            self.forget_idle(bench)

    def close(self) -> None:
        """End every process; the next document starts them again."""
        with self._lock:
            benches = list(self._benches.values())
            self._benches.clear()
            first, self._first = self._first, None
            self._rehearsed.clear()
        if self._owner != os.getpid():
            return  # a fork of ours must not end what is not its own
        for bench in benches:
            with bench.lock:
                bench.clear()
        if first is not None:
            first.end()
            first.forget()

    def pids(self, pack: Pack | None = None) -> tuple[int, ...]:
        """The numbers of the first stem and of the stem of `pack`, as far as they were started."""
        with self._lock:
            bench = self._benches.get(_name(pack))
            found = (self._first, None if bench is None else bench.stem)
        return tuple(worker.process.pid for worker in found if worker is not None)

    def _bench(self, pack: Pack | None) -> Bench:
        name = _name(pack)
        with self._lock:
            if self._owner != os.getpid():  # forked: what was here belongs to the other one
                self._owner = os.getpid()
                self._first = None
                self._rehearsed.clear()
                self._benches.clear()
            bench = self._benches.setdefault(name, Bench())
            bench.out += 1  # from here on nobody evicts it
            self._benches.move_to_end(name)
            unused = [key for key, one in self._benches.items() if one.out == 0 and one is not bench]
            ended = [self._benches.pop(key) for key in unused[: max(0, len(self._benches) - _BENCHES_KEPT)]]
        for one in ended:
            with one.lock:
                one.clear()
        return bench

    def _anew(self, pack: Pack | None) -> Worker:
        if self._forks:
            with self._lock:
                return fork(self._first_stem(()))
        worker = started_with(_packed(pack))
        worker.pack = pack
        return worker

    def _stem(self, bench: Bench, pack: Pack, kinds: Collection[ArtifactKind]) -> Worker:
        """The pack's stem, forked from the first one when that has rehearsed what is asked for now."""
        if bench.stem is None:
            with self._lock:
                bench.stem = fork(self._first_stem(kinds), [_packed(pack)])
            bench.stem.pack = pack
        return bench.stem

    def _first_stem(self, kinds: Collection[ArtifactKind]) -> Worker:
        """The first stem, warm for `kinds`; a new one where the one before is gone."""
        for attempt in (1, 2):
            if self._first is None:
                self._first, self._rehearsed = start(alone=False), set()
            missing = [kind for kind in kinds if kind not in self._rehearsed]
            try:
                self._first.ask({"do": "rehearse", "kinds": missing})
            except (GoneError, TimeoutError) as error:
                status = self._first.end()
                self._first = None
                if attempt == 2:
                    raise Unrenderable(
                        f"the process that renders ends as soon as it begins ({described(status)}); run `vaxel doctor`"
                    ) from error
            else:
                self._rehearsed.update(missing)
                return self._first
        raise AssertionError

    def _warm(
        self, bench: Bench, stem: Worker, kinds: Collection[ArtifactKind], of: DocumentKind, limits: Limits
    ) -> None:
        wanted = [kind for kind in kinds if (kind, of) not in stem.warm]
        if wanted:
            self._make_ready(bench, stem, wanted, of, limits)

    def _make_ready(
        self,
        bench: Bench,
        stem: Worker,
        wanted: list[ArtifactKind],
        of: DocumentKind,
        limits: Limits,
        adopted: Sequence[bytes] = (),
    ) -> None:
        """The stem makes ready what `wanted` needs; of what is `adopted`, a change and a document, as they are then."""
        head: Head = {"do": "adopt" if adopted else "ready", "kinds": wanted, "document_kind": of}
        head |= {"processor": limits.ready, "memory": limits.memory}
        seen = None
        try:
            answer, _ = stem.ask(head, adopted, seconds=limits.seconds)
        except TimeoutError:
            met, gently = f"{limits.seconds:g} s", True
        except GoneError:
            met, gently = "", False
        else:
            if "limit" not in answer:
                stem.warm.update((kind, of) for kind in wanted)
                return
            met, gently, seen = f"{limits.memory} MB of memory", False, seen_in(answer)
        status = stem.end(gently=gently)
        place = self._place(bench, stem)
        bench.stem = None
        bench.clear()
        raise stopped(status, met, seen or place, limits.ready)

    def _place(self, bench: Bench, worker: Worker) -> Place:
        pack = worker.pack
        place = place_of(worker.notes.read(), {} if pack is None else pack.files)
        worker.forget()
        if place.line is None or place.file is None or bench.stem is None or bench.stem is worker or pack is None:
            return Place(place.file, None, place.kind, place.stage)
        head: Head = {"do": "line", "file": place.file, "line": place.line}
        with contextlib.suppress(GoneError, TimeoutError, KeyError):
            answer, _ = bench.stem.ask(head) if not pack.stamped else _asked_aside(bench.stem, pack, head)
            return Place(place.file, answer["line"], place.kind, place.stage)
        return Place(place.file, None, place.kind, place.stage)


def _looking(stem: Worker, pack: Pack) -> Worker:
    """A worker of a pack that is looked at, whatever the stem has: what is different travels with it."""
    worker = fork(stem, [] if stem.has(pack) else [_packed_change(pack, stem)])
    worker.pack = pack
    return worker


def _asked_aside(stem: Worker, pack: Pack, head: Head) -> tuple[Head, list[bytes]]:
    """What a worker that is ended afterwards answers: it reads a template that has just ended another one."""
    worker = _looking(stem, pack)
    try:
        return worker.ask({**head, "processor": _ASIDE, "memory": Limits().memory}, seconds=_ASIDE)
    finally:
        worker.end()
        worker.forget()


def ask(
    floor: Floor, bench: Bench, worker: Worker, head: Head, bodies: Sequence[bytes], limits: Limits
) -> tuple[Head, list[bytes]]:
    """What a worker answers within the limits. A worker that raises here is ended, and given back.

    Raises StoppedError where a limit was met or the worker ended itself, LostError where it was ended from outside.
    """
    gently, met, seen = False, "", None
    try:
        told = {**head, "processor": limits.processor, "memory": limits.memory}
        answer, made = worker.ask(told, bodies, seconds=limits.seconds)
        if "limit" not in answer:
            worker.done += 1
            worker.resident = int(answer["resident"])
            worker.resident_at_first = worker.resident_at_first or worker.resident
            return answer, made
        met, seen = f"{limits.memory} MB of memory", seen_in(answer)
    except TimeoutError:
        gently, met = True, f"{limits.seconds:g} s"
    except GoneError:
        pass  # how it ended says why
    except BaseException:
        floor.discard(bench, worker, gently=False)
        raise
    status, place = floor.discard(bench, worker, gently=gently)
    error = stopped(status, met, seen or place, limits.processor)
    if isinstance(error, LostError):
        floor.forget_idle(bench)
    raise error


def _name(pack: Pack | None) -> str:
    """Packs that render the same bytes and lie elsewhere have processes of their own: errors name their files.

    So has a pack that is looked at: nothing stamped is where artifacts are made. It is one, whatever is saved in it.
    """
    if pack is None:
        return ""
    if pack.stamped:
        return f"looked at {pack.brand} {pack.files['brand.toml']}"
    program = pack.once(_program_digest) if pack.program else ""
    return f"{pack.digest} {pack.published} {pack.files['brand.toml']} {program} {pack.compared_one_in}"


def _program_digest(pack: Pack) -> str:
    return digest_of(pack.program)


def _packed_change(pack: Pack, stem: Worker) -> bytes:
    assert stem.pack is not None  # noqa: S101  # a stem that is asked for workers has one
    return pickle.dumps(pack.told_to(stem.pack), pickle.HIGHEST_PROTOCOL)


def _packed(pack: Pack | None) -> bytes:
    return pickle.dumps(pack, pickle.HIGHEST_PROTOCOL)


_shared: list[Floor] = []
_lock = threading.Lock()


def shared_floor() -> Floor:
    """The floor of this process; its processes end with this one."""
    with _lock:
        if not _shared:
            _shared.append(Floor())
            atexit.register(_shared[0].close)
        return _shared[0]
