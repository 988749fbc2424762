"""The mailbox PDF by the pack's block program and by the reference path, in turn: no figure without the other."""

import gc
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from vaxel_engine import compiled
from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled.keeping import packed, unpacked
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.errors import Misconfigured
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.press.sweeping import Sweeping, as_in_a_worker
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.mailbox_pdf import render_mailbox_pdf


@dataclass(frozen=True, slots=True)
class PathCost:
    """Medians of processor milliseconds of one mailbox PDF, facts included, warm, new data in every document."""

    cpu_ms: float
    """By the program, and what it misses by the reference path: hits and misses together."""
    reference_cpu_ms: float
    """By WeasyPrint as it is warm: shared fonts, style sheet and pictures."""
    ratio: float
    """Of sums: how many times the processor time of the way with the program the reference path takes."""
    documents: int
    hits: int
    misses: Mapping[str, int]
    """Why documents took the reference path, and how many."""
    hit_cpu_ms: float | None
    miss_cpu_ms: float | None
    """Of those that the program set, and of those that it left; None where there was none."""
    hit_ratio: float | None
    """Of the sums of hits alone."""


class Taking:
    """The way with the program: what it does not know is set as ever."""

    def __init__(self, pack: Pack, setter: Setter, taught: int | None = None) -> None:
        self.pack = pack if pack.program else replace(pack, program=packed(setter.program))
        """With the program, as a published pack carries it."""
        self.taught = taught
        """Documents that it learned from here; None for a program that the gate let pass, as production uses it."""
        self._setter = setter

    @classmethod
    def taught_here(cls, pack: Pack, learned: Sequence[Document], step: Callable[[], None] = lambda: None) -> Self:
        """Let a program of `pack` learn from documents that are not measured; some 60 ms for each."""
        setter = compiled.empty(pack)
        compiled.gather(setter, pack, learned, step)
        return cls(pack, setter, len(learned))

    @classmethod
    def of_published(cls, pack: Pack) -> Self:
        """The program that a published pack was compiled to; raises Misconfigured where none can be used."""
        kept = unpacked(pack.program, compiled.key_of(pack)) if pack.program else None
        if kept is None:
            raise Misconfigured(
                f"{pack.brand} is published without a program of these versions; run `vaxel compile {pack.brand}`"
            )
        return cls(pack, compiled.setter_of(pack, kept))

    def pdf(self, document: Document) -> tuple[bytes, str | None]:
        """The mailbox PDF, and why it was the reference path that made it, where it was; raises as rendering does."""
        rendering = Rendering.of(document, self.pack)
        try:
            return compiled.render(self._setter, rendering, ArtifactKind.MAILBOX_PDF), None
        except compiled.Miss as miss:
            return rendering.by_reference(ArtifactKind.MAILBOX_PDF), str(miss.reason)

    def hits(self, documents: Sequence[Document]) -> int:
        """How many of `documents` the program sets."""
        return sum(self.pdf(document)[1] is None for document in documents)


def bench_paths(taking: Taking, documents: Sequence[Document], *, warm_up: int = 2) -> PathCost:
    """Set each document both ways, the first one first every other time, after `warm_up` documents that do not count.

    Processor time of this process, with what is swept up after a document. Raises ValueError when there is nothing to
    measure, and whatever rendering raises.
    """
    counted = documents[warm_up:]
    if not counted:
        raise ValueError("give at least one document beside those that warm up")
    for document in documents[:warm_up]:
        taking.pdf(document)
        set_by_the_reference_path(document, taking.pack)
    misses: Counter[str] = Counter()
    taken: list[float] = []
    reference: list[float] = []
    missed: list[bool] = []

    def take(document: Document, sweeping: Sweeping) -> None:
        start = time.process_time()
        _, reason = taking.pdf(document)
        sweeping.after_a_document()
        taken.append((time.process_time() - start) * 1000)
        missed.append(reason is not None)
        misses.update([] if reason is None else [reason])

    def set_plainly(document: Document, sweeping: Sweeping) -> None:
        start = time.process_time()
        set_by_the_reference_path(document, taking.pack)
        sweeping.after_a_document()
        reference.append((time.process_time() - start) * 1000)

    with as_in_a_worker() as sweeping:
        for turn, document in enumerate(counted):
            for way in (take, set_plainly) if turn % 2 else (set_plainly, take):
                gc.collect()  # what one way leaves behind is not swept up at the other's expense
                way(document, sweeping)
    hits = [(one, other) for one, other, miss in zip(taken, reference, missed, strict=True) if not miss]
    return PathCost(
        cpu_ms=statistics.median(taken),
        reference_cpu_ms=statistics.median(reference),
        ratio=sum(reference) / sum(taken),
        documents=len(counted),
        hits=len(hits),
        misses=dict(misses),
        hit_cpu_ms=statistics.median(one for one, _ in hits) if hits else None,
        miss_cpu_ms=statistics.median(one for one, miss in zip(taken, missed, strict=True) if miss) if misses else None,
        hit_ratio=sum(other for _, other in hits) / sum(one for one, _ in hits) if hits else None,
    )


def set_by_the_reference_path(document: Document, pack: Pack) -> bytes:
    """The mailbox PDF by WeasyPrint, whatever way the document would take; raises as rendering does."""
    return render_mailbox_pdf(Rendering.of(document, pack))
