"""Processes beside the one that compiles: a program for greys is learned in one, and they set what is compared.

Each has a copy of the pack. Where there is to be only one process, everything is done in turn in this one.
"""

import multiprocessing
import os
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from vaxel_engine.compiled.searching import Paper
from vaxel_engine.errors import Unrenderable
from vaxel_engine.packs import Pack
from vaxel_engine.rendering.paper import grey_typesetter, typesetter

T = TypeVar("T")
Promise = Callable[[], T]
"""Something that is under way, or done when it is asked for."""


def by_reference(pack: Pack, paper: Paper) -> bytes:
    """A paper as WeasyPrint sets it."""
    return pack.once(grey_typesetter if paper.grey else typesetter).pdf(paper.html, paper.pictures, paper.identifier)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does what a pack's gate asks for: other processes, or whoever calls a promise."""

    pack: Pack
    pool: ProcessPoolExecutor | None = None
    ahead: int = 0
    """How many papers are given out before the first of them is asked for."""

    def promise(self, do: Callable[..., T], *given: Any) -> Promise[T]:
        """`do(pack, *given)`, as soon as somebody has time; `do` stands at the top of a module."""
        if self.pool is None:
            return partial(do, self.pack, *given)
        return self.pool.submit(_with_pack, do, given).result

    def set(self, paper: Paper) -> Promise[bytes]:
        """A paper as WeasyPrint sets it."""
        return self.promise(by_reference, paper)


@contextmanager
def crew(pack: Pack, processes: int) -> Generator[Crew]:
    """A crew of `processes` beside this one, or none; raises Unrenderable where one of them was ended from outside."""
    if processes < 2:
        yield Crew(pack)
        return
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(processes, context, _begin, (pack,)) as pool:
        try:
            yield Crew(pack, pool, 2 * processes)
        except BrokenProcessPool as error:
            raise Unrenderable(
                "one of the processes that compile was ended from outside, or memory ran out; compile again"
            ) from error
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_packs: list[Pack] = []
"""In a process of a crew: its pack."""


def _begin(pack: Pack) -> None:
    _packs.append(pack)
    threading.Thread(target=_end_with_the_one_that_compiles, daemon=True).start()


def _end_with_the_one_that_compiles() -> None:
    """Nobody asks for the answer any more once that process was killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _with_pack(do: Callable[..., T], given: tuple[Any, ...]) -> T:
    return do(_packs[0], *given)
