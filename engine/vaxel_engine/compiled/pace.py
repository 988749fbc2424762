"""How far the making of a program is: what was set by WeasyPrint so far, and what is expected to be."""

from collections.abc import Callable

Tell = Callable[[int, int], None]
"""Told how much is done, and of how much."""


def unheard(_done: int, _expected: int) -> None:
    """Nobody is told."""


class Pace:
    """Counts what is done, and tells it; how much is to come is known only in part before."""

    def __init__(self, tell: Tell, expected: int) -> None:
        self._tell, self._done, self._expected = tell, 0, expected

    def __call__(self) -> None:
        """One more is done."""
        self._done += 1
        self._tell(self._done, max(self._expected, self._done))

    def expect(self, more: int) -> None:
        """So many are to come."""
        self._expected = self._done + more
        self._tell(self._done, self._expected)
