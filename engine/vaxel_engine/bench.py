"""What rendering costs: processor time and size per kind of artifact, each rendered alone, everything warm."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from vaxel_engine.artifact import Artifact, ArtifactKind
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.parity import demand
from vaxel_engine.press import Press
from vaxel_engine.press.sweeping import as_in_a_worker
from vaxel_engine.rendering import Rendering, kinds_of
from vaxel_engine.rendering.bank import draw_charts as for_the_bank
from vaxel_engine.rendering.email import draw_charts as for_the_mail


@dataclass(frozen=True, slots=True)
class Cost:
    """What one kind of artifact takes: the median of processor milliseconds, and of bytes, over all documents."""

    kind: ArtifactKind
    cpu_ms: float
    bytes: int
    documents: int


def bench_render(
    documents: Sequence[Document],
    pack: Pack,
    kinds: Iterable[ArtifactKind] = tuple(ArtifactKind),
    *,
    warm_up: int = 1,
) -> list[Cost]:
    """Measure each of `kinds` alone over all `documents` but the first `warm_up`, which only warm caches.

    Processor time of this process, which a busy machine disturbs less than the clock on the wall. Each document is
    measured once, since a second time its pictures would be there already. The facts are built anew for each kind, as
    they would be for a document of its own; what an e-mail attaches is made beforehand, so that its cost is its own.
    Raises ValueError when there is nothing to measure, and whatever rendering raises.
    """
    if len(documents) <= warm_up:
        raise ValueError("give at least one document beside those that warm up")
    costs: list[Cost] = []
    for kind in kinds:
        able = [document for document in documents[warm_up:] if kind in kinds_of(document)]
        if not able:
            continue
        for document in documents[:warm_up]:
            if kind in kinds_of(document):
                _measured(document, pack, kind)
        with as_in_a_worker():
            taken = [_measured(document, pack, kind) for document in able]
        cpu_ms = statistics.median(spent for spent, _ in taken)
        costs.append(Cost(kind, cpu_ms, round(statistics.median(size for _, size in taken)), len(able)))
    return costs


@dataclass(frozen=True, slots=True)
class Together:
    """All forms of one document, its facts found once, beside the PDF of another: medians of processor milliseconds."""

    cpu_ms: float
    """Without the pictures of its charts."""
    pdf_ms: float
    """Of the mailbox PDF of another document, made alone."""
    pictures_ms: float
    """Of its charts, as the mail and the bank show them."""

    @property
    def ratio(self) -> float:
        """How many times what the PDF alone takes."""
        return self.cpu_ms / self.pdf_ms


def bench_together(documents: Sequence[Document], pack: Pack, *, warm_up: int = 1) -> Together:
    """By turns the mailbox PDF of one of `documents` and every form that the next has, by the pack's program.

    No document is set twice, since words that were set once are known. The first `warm_up` of each only warm caches.
    Raises ValueError when there is nothing to measure, and whatever rendering raises.
    """
    if len(documents) < 2 * (warm_up + 1):
        raise ValueError("give at least two documents beside those that warm up")
    alone: list[float] = []
    forms: list[float] = []
    pictures: list[float] = []
    with as_in_a_worker() as sweeping:
        for one, document in zip(documents[0::2], documents[1::2], strict=False):
            start = time.process_time()
            Rendering.of(one, pack).artifact(ArtifactKind.MAILBOX_PDF)
            sweeping.after_a_document()
            alone.append((time.process_time() - start) * 1000)
            start = time.process_time()
            rendering = Rendering.of(document, pack)
            begun = time.process_time()
            for draw in (for_the_mail, for_the_bank):
                draw(rendering)
            drawn = time.process_time()
            for kind in kinds_of(document):
                rendering.artifact(kind)
            sweeping.after_a_document()
            pictures.append((drawn - begun) * 1000)
            forms.append((time.process_time() - start - (drawn - begun)) * 1000)
    return Together(*(statistics.median(taken[warm_up:]) for taken in (forms, alone, pictures)))


@dataclass(frozen=True, slots=True)
class Passage:
    """What the press adds to one kind of artifact: medians of milliseconds on the clock, measured in turn."""

    kind: ArtifactKind
    here_ms: float
    kept_ms: float
    new_ms: float


def bench_press(
    documents: Sequence[Document], pack: Pack, repeat: int = 3, kinds: Iterable[ArtifactKind] = tuple(ArtifactKind)
) -> list[Passage]:
    """Each of `kinds` rendered in this process, by a worker that is kept, and by a new one, in turn, everything warm.

    With the check that every document gets before it is handed over. Raises as `bench_render` does.
    """
    if not documents or repeat < 1:
        raise ValueError("give at least one document and one repetition")
    press = Press()
    published = replace(pack, published=True, digest=f"{pack.digest}, published")
    ways: tuple[Callable[[Document, ArtifactKind], object], ...] = (
        lambda document, kind: Rendering.of(document, pack).artifact(kind),
        lambda document, kind: press.render(document, kind, pack=published),
        lambda document, kind: press.render(document, kind, pack=pack),
    )
    passages: list[Passage] = []
    for kind in kinds:
        able = [document for document in documents if kind in kinds_of(document)]
        spent: list[list[float]] = [[], [], []]
        for turn in range(repeat + 1):
            for document in able:
                for way, render in enumerate(ways):
                    start = time.perf_counter()
                    render(document, kind)
                    if turn:  # the first round warms
                        spent[way].append((time.perf_counter() - start) * 1000)
        if able:
            passages.append(Passage(kind, *(statistics.median(one) for one in spent)))
    return passages


def rendered_here(document: Document, pack: Pack, kind: ArtifactKind, printing: Printing | None = None) -> Artifact:
    """One artifact made in this process, without limits: what others are measured against. Raises as rendering does."""
    return Rendering.of(document, pack, printing=printing).artifact(kind)


def bench_parity(documents: Sequence[Document], pack: Pack) -> float:
    """CPU milliseconds of the comparison that each document gets before it is handed over; the first one warms up."""
    spent: list[float] = []
    for document in documents:
        rendering = Rendering.of(document, pack)
        made = [rendering.artifact(kind) for kind in (ArtifactKind.SMS, ArtifactKind.CARD)]
        start = time.process_time()
        demand(rendering, made, complete=False)
        spent.append((time.process_time() - start) * 1000)
    return statistics.mean(spent[1:] or spent)


def _measured(document: Document, pack: Pack, kind: ArtifactKind) -> tuple[float, int]:
    """Processor milliseconds and bytes of one artifact; what an e-mail attaches is made while nothing is counted."""
    gc.collect()
    start = time.process_time()
    rendering = Rendering.of(document, pack)
    facts = time.process_time() - start
    if kind is ArtifactKind.EMAIL:
        rendering.artifact(ArtifactKind.MAILBOX_PDF)
    start = time.process_time()
    artifact = rendering.artifact(kind)
    return (facts + time.process_time() - start) * 1000, len(artifact.body)
