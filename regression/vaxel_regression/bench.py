"""What a guarded case costs, the bare render and the bare browser shot beside it: CPU time of every process."""

import os
import resource
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.inspection.watching import watched
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_regression.browser import Camera, camera
from vaxel_regression.observation import observe

GUARDED = (ArtifactKind.MAILBOX_PDF, ArtifactKind.EMAIL, ArtifactKind.WEB)
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of one artifact of one document: rendered alone, shot once in a browser, and guarded whole.

    `guarded` is the render with everything observed and every oracle asked, as for a case that is new or has changed.
    One that has not changed costs its render alone.
    """

    kind: str
    render: float
    shot: float | None
    guarded: float


def bench_regression(document: Document, pack: Pack, repeat: int) -> Iterator[Cost]:
    """The median of `repeat` runs of each artifact that is drawn, in a warm process with a warm browser.

    Raises Misconfigured where there is no browser.
    """
    with camera() as running:
        observe(watched(document, pack), ArtifactKind.WEB, lambda: running)
        for kind in GUARDED:
            renders, shots, whole = list[float](), list[float](), list[float]()
            for _ in range(repeat):
                began = _spent()
                rendering = watched(document, pack)
                artifact = rendering.artifact(kind)
                rendered = _spent()
                if kind is not ArtifactKind.MAILBOX_PDF:
                    _shoot(artifact.body.decode(), running)
                shot = _spent()
                observe(rendering, kind, lambda: running)
                renders.append(rendered - began)
                shots.append(shot - rendered)
                whole.append(rendered - began + _spent() - shot)
            once = None if kind is ArtifactKind.MAILBOX_PDF else median(shots)
            yield Cost(kind, median(renders), once, median(whole))


def _shoot(html: str, running: Camera) -> None:
    with running.page(390) as page:
        page.set_content(html, wait_until="load")
        page.screenshot(full_page=True, animations="disabled")


def _spent() -> float:
    """CPU seconds of this process and of all that it started: the browser is several."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime
    time.sleep(0.05)  # so that the browser has ended what it was asked for
    return spent + sum(_of(process) for process in _descendants(os.getpid()))


def _descendants(process: int) -> Iterator[int]:
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            children = thread.read_text(encoding="ascii").split()
        except OSError:
            continue  # it ended meanwhile
        for child in map(int, children):
            yield child
            yield from _descendants(child)


def _of(process: int) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0  # it ended meanwhile
    return sum(int(spent) for spent in fields[11:15]) / _TICK  # its own, and its children's that have ended (proc(5))
