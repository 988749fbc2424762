"""Many documents at the press at once: as many workers as processors, and never more documents in hand than a few."""

import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.errors import Unrenderable
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press.press import Check, Press, Sitting

_AHEAD = 2
"""Documents that are read while every worker has one, so that none waits for the reader."""


@dataclass(frozen=True, slots=True)
class Order:
    """One document of a run: its number in the input, what it is called where it will be kept, what it becomes."""

    number: int
    name: str
    document: Document
    kinds: tuple[ArtifactKind, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """What an order came to: its artifacts, or the sentence that says why there are none."""

    order: Order
    artifacts: Mapping[ArtifactKind, Artifact] = field(default_factory=dict[ArtifactKind, Artifact])
    error: str | None = None


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def press_in_bulk(
    press: Press,
    orders: Iterable[Order],
    *,
    pack: Pack,
    workers: int = 0,
    printing: Printing | None = None,
    check: Check = Check.BULK,
) -> Generator[Printed]:
    """Yield what each of `orders` came to, as they are done, by `workers` at a time (0: one for each processor).

    An order is taken from `orders`, in the caller's own thread, only when there is room for it, so that a run of a
    million documents holds no more of them than one of ten. What cannot be rendered costs its own document alone: it is
    a sentence, whatever limit it met. A worker that is ended from outside costs one document another try. Closed
    early, it ends what is being rendered. Raises what reading `orders` raises, once what was begun before is yielded.
    """
    workers = workers or processors()
    at_work: set[Sitting] = set()

    def made(order: Order) -> Printed:
        sitting = press.sitting(order.document, pack, printing=printing)
        at_work.add(sitting)
        try:
            with sitting:
                return Printed(order, sitting.artifacts(order.kinds, check=check))
        except Unrenderable as error:
            return Printed(order, error=str(error))
        finally:
            at_work.discard(sitting)

    source, running = iter(orders), set[Future[Printed]]()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="press")
    fault: Exception | None = None
    try:
        while True:
            while fault is None and len(running) < workers + _AHEAD:
                try:
                    order = next(source)
                except StopIteration:
                    source = _nothing()
                    break
                except Exception as error:  # noqa: BLE001  # raised below, after what was begun before
                    fault = error
                else:
                    running.add(pool.submit(made, order))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
        if fault is not None:
            raise fault
    finally:
        for sitting in tuple(at_work):
            sitting.drop()
        pool.shutdown(cancel_futures=True)
        press.floor.send_home(pack)


def _nothing() -> Iterator[Order]:
    return iter(())
