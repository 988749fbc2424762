"""How a process of the press ended, and what that says about the document it had."""

import signal

from vaxel_engine.press.frames import Head
from vaxel_engine.press.place import Place
from vaxel_engine.press.worker import described

_CRASHES = {-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGBUS, -signal.SIGTRAP, -signal.SIGILL, -signal.SIGFPE}


class LostError(Exception):
    """A worker that was ended from outside: it says nothing about the document, which another one may render."""


class StoppedError(Exception):
    """A process that was ended at a limit, or ended itself; `met` in words, `place` as far as it is known."""

    def __init__(self, met: str, place: Place) -> None:
        super().__init__(met)
        self.met = met
        self.place = place


def stopped(status: int, met: str, place: Place, processor: float) -> Exception:
    """What a process that ended with `status` means, which had so many seconds of processor time.

    `met` where the press itself ended it at a limit.
    """
    if met:
        return StoppedError(f"took more than {met}", place)
    if status == -signal.SIGPROF:
        return StoppedError(f"took more than {processor:g} s of processor time", place)
    if status in _CRASHES:
        return StoppedError(f"ended the process that rendered it ({described(status)})", place)
    return LostError()


def seen_in(answer: Head) -> Place | None:
    """Where memory ran out, as a process that could still say so told it."""
    match answer.get("place"):
        case [str(file), int(line)]:
            return Place(file, line)
        case _:
            return None
