"""A process with everything it started, as Linux tells it: processor time and memory, for those who measure."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def cpu_ms(root: int) -> float:
    """Milliseconds of processor time of a process and its descendants, also of those that ended and were waited for."""
    return sum(map(_spent, _tree(root)))


def memory_mb(root: int) -> float:
    """MB of memory of a process and its descendants; what several of them share is counted once (PSS, proc(5))."""
    return sum(map(_held, _tree(root))) / 1024


def _tree(root: int) -> Iterator[int]:
    yield root
    for thread in Path(f"/proc/{root}/task").glob("*/children"):
        try:
            children = thread.read_text(encoding="ascii").split()
        except OSError:
            continue  # it ended meanwhile
        for child in map(int, children):
            yield from _tree(child)


def _spent(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0  # it ended meanwhile, and whoever waited for it counts it
    return sum(int(spent) for spent in fields[11:15]) * 1000 / _TICK


def _held(process: int) -> int:
    try:
        told = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return int(told.partition("\nPss:")[2].split()[0]) if "\nPss:" in told else 0
