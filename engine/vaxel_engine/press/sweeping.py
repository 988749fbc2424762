"""When Python looks for objects that hold each other: after a document; within one only if it has hundreds of pages."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

_COLLECTED_AT, _SWEPT_AT = 200_000, 20_000
"""Objects after which it looks for them in any case, and after which it does once a document is done."""
_OLD_TOO = 20
"""Of so many times one also looks at what was there before: words that are kept grow older with every document."""


class Sweeping:
    """The sweeping of a process that renders one document after the other."""

    def __init__(self) -> None:
        gc.set_threshold(_COLLECTED_AT, 10, 10)
        self._settled = False
        self._times = 0

    def after_a_document(self) -> None:
        """Sweep up what it left, where that is much.

        What outlives the first one is the pack's, its program and what WeasyPrint keeps, and nobody's garbage.
        """
        if not self._settled:
            self._settled = True
            gc.collect()
            gc.freeze()
        elif gc.get_count()[0] > _SWEPT_AT:
            self._times += 1
            gc.collect(0 if self._times % _OLD_TOO else 2)


@contextmanager
def as_in_a_worker() -> Generator[Sweeping]:
    """Sweep as a worker of the press does, for those who measure in a process of their own."""
    before = gc.get_threshold()
    sweeping = Sweeping()
    sweeping.after_a_document()
    try:
        yield sweeping
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
