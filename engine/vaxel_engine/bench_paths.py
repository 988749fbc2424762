"""The mailbox PDF by the way that documents take and by the reference path, in turn: no figure without the other."""

import gc
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.bench import swept
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.mailbox_pdf import render_mailbox_pdf

NO_PROGRAM = "this version compiles no layouts: every document is set by WeasyPrint"
"""Why no document takes another way than the reference path."""


@dataclass(frozen=True, slots=True)
class PathCost:
    """Medians of processor milliseconds of one mailbox PDF, facts included, warm, new data in every document."""

    cpu_ms: float
    """By the way that documents take, hits and misses together."""
    reference_cpu_ms: float
    """By WeasyPrint as it is warm: shared fonts, style sheet and pictures."""
    ratio: float
    """Of sums: how many times the processor time that is taken the reference path takes."""
    documents: int
    hits: int
    misses: Mapping[str, int]
    """Why documents took the reference path, and how many."""


def bench_paths(documents: Sequence[Document], pack: Pack, *, warm_up: int = 2) -> PathCost:
    """Set each document both ways, the first one first every other time, after `warm_up` documents that do not count.

    Processor time of this process. Raises ValueError when there is nothing to measure, and whatever rendering raises.
    """
    counted = documents[warm_up:]
    if not counted:
        raise ValueError("give at least one document beside those that warm up")
    for document in documents[:warm_up]:
        _taken(document, pack)
        _reference(document, pack)
    misses: Counter[str] = Counter()
    spent: dict[Callable[[Document, Pack], str | None], list[float]] = {_taken: [], _reference: []}
    with swept():
        for turn, document in enumerate(counted):
            for way in (_taken, _reference) if turn % 2 else (_reference, _taken):
                gc.collect()  # what one way leaves behind is not swept up at the other's expense
                start = time.process_time()
                reason = way(document, pack)
                spent[way].append((time.process_time() - start) * 1000)
                if way is _taken and reason is not None:
                    misses[reason] += 1
    taken, reference = spent[_taken], spent[_reference]
    return PathCost(
        cpu_ms=statistics.median(taken),
        reference_cpu_ms=statistics.median(reference),
        ratio=sum(reference) / sum(taken),
        documents=len(counted),
        hits=len(counted) - misses.total(),
        misses=dict(misses),
    )


def set_by_the_reference_path(document: Document, pack: Pack) -> bytes:
    """The mailbox PDF by WeasyPrint, whatever way the document would take; raises as rendering does."""
    return render_mailbox_pdf(Rendering.of(document, pack))


def _taken(document: Document, pack: Pack) -> str | None:
    """By the way that documents take; why it was the reference path, where it was."""
    Rendering.of(document, pack).artifact(ArtifactKind.MAILBOX_PDF)
    return NO_PROGRAM


def _reference(document: Document, pack: Pack) -> None:
    set_by_the_reference_path(document, pack)
