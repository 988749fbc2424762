"""The gate: a program writes nothing in production before it was compared with WeasyPrint, object for object.

Compared are the samples it was taught, and documents that it never learned from: a realistic mix by seed, and those
that a search over many more found, one for each way in which a page can end and those that fit their pages most
tightly. The search sets them with the program alone, which is cheap; only what it chose is set by WeasyPrint.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled.artifacts import render
from vaxel_engine.compiled.comparing import Difference, compare
from vaxel_engine.compiled.compiling import Learned, empty, teach
from vaxel_engine.compiled.keeping import packed
from vaxel_engine.compiled.miss import Miss
from vaxel_engine.compiled.paginating import Placed
from vaxel_engine.compiled.probes import probe
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.paper import source_of, typesetter

TAUGHT, MIXED, SEARCHED, TIGHTEST = 160, 24, 240, 8
_LEARNED_FROM, _COMPARED, _LOOKED_AT = 0, 1_000_000, 2_000_000
"""Where the seeds of each kind of document begin, so that nothing is tried that was learned from."""
MOST_ENDS = 24
"""Ways in which pages end that are tried; a pack has a dozen or two."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate found: documents compared, how many of the mix the program set itself, and why not the others."""

    compared: int
    different: int
    mixed: int
    hits: int
    misses: Mapping[str, int]
    slow: Mapping[str, int]
    """What cannot be compiled, in words for a designer, and in how many documents it was met."""
    first: str = ""
    """The first difference, with its document."""

    @property
    def passed(self) -> bool:
        """Whether production may use the program: something was compared, and nothing differed."""
        return self.compared > 0 and self.different == 0

    @property
    def found(self) -> str:
        """The verdict in a sentence."""
        if self.different:
            return f"{self.different} of {self.compared} documents differ from the reference path, first {self.first}"
        if not self.compared:
            return "nothing could be compared, since every document was left to the reference path"
        why = ", ".join(f"{reason} {count}" for reason, count in self.misses.items())
        return (
            f"{self.compared} documents equal object for object; {self.hits} of {self.mixed} of a mix are set by the "
            f"program{f', the others are left to the reference path ({why})' if why else ''}"
        )


def compile_pack(
    pack: Pack,
    samples: Iterable[Document] = (),
    *,
    taught: int = TAUGHT,
    mixed: int = MIXED,
    searched: int = SEARCHED,
    step: Callable[[], None] = lambda: None,
) -> tuple[bytes, Verdict]:
    """A program for `pack`, taught with `samples` and probes, and what the gate says of it; `step` after each document.

    Raises what filling the pack's templates raises.
    """
    setter = empty(pack)
    own = [one for one in samples if one.pdf is None]
    learned = teach(setter, pack, [*own, *_probes(pack, _LEARNED_FROM, taught)], step, grey=True)
    verdict = judge(setter, pack, own, mixed=mixed, searched=searched, step=step, learned=learned)
    return packed(setter.program), verdict


def judge(
    setter: Setter,
    pack: Pack,
    samples: Iterable[Document] = (),
    *,
    mixed: int = MIXED,
    searched: int = SEARCHED,
    step: Callable[[], None] = lambda: None,
    learned: Learned | None = None,
) -> Verdict:
    """Compare what a program writes with the reference path: samples, a mix, and what the search chose."""
    misses: Counter[str] = Counter()
    compared = different = hits = 0
    first = ""
    mixture = [*_probes(pack, _COMPARED, mixed)]
    chosen = [*search(setter, pack, _probes(pack, _LOOKED_AT, searched))] if searched else []
    for at, document in enumerate([*mixture, *samples, *chosen]):
        in_mixture = at < len(mixture)
        try:
            found = differences(setter, pack, document)
        except Miss as miss:
            if in_mixture:
                misses[miss.reason] += 1
        else:
            compared += 1
            hits += in_mixture
            if in_mixture and setter.grey is not None and not found:
                found = differences_in_print(setter, pack, document)
            if found:
                different += 1
                first = first or f"{document.reference}, {found[0]}"
        step()
    return Verdict(compared, different, len(mixture), hits, dict(misses), learned.said if learned else {}, first)


def differences(setter: Setter, pack: Pack, document: Document) -> list[Difference]:
    """What differs between the pages of both paths; raises Miss."""
    html, pictures, identifier = source_of(Rendering.of(document, pack))
    written = setter.pdf(html, pictures, identifier)
    return compare(pack.once(typesetter).pdf(html, pictures, identifier), written)


def differences_in_print(setter: Setter, pack: Pack, document: Document) -> list[Difference]:
    """What differs in print with ink of one colour; nothing where the program leaves that to the reference path."""
    rendering = Rendering.of(document, pack, printing=Printing(monochrome=True, blank_back=True))
    try:
        written = render(setter, rendering, ArtifactKind.PRINT_PDF)
    except Miss:
        return []
    return compare(rendering.by_reference(ArtifactKind.PRINT_PDF), written)


def search(setter: Setter, pack: Pack, documents: Iterable[Document]) -> list[Document]:
    """Of many documents one for each way in which a page ends, and the tightest fits."""
    ends: dict[object, Document] = {}
    tight: list[tuple[float, int, Document]] = []
    for at, document in enumerate(documents):
        html, _, _ = source_of(Rendering.of(document, pack))
        try:
            body, pages = setter.laid(html)
        except Miss:
            continue
        if len(pages) == 1:
            continue
        for number, (page, following) in enumerate(pairwise(pages)):
            ends.setdefault(_end(page, following), document)
            room = setter.program.pages[body.number, number == 0].bottom - _bottom(page)
            tight.append((room, at, document))
    tight.sort(key=lambda one: one[:2])
    chosen = {id(one): one for one in [*list(ends.values())[:MOST_ENDS], *(one for *_, one in tight[:TIGHTEST])]}
    return list(chosen.values())


def _end(page: list[Placed], following: list[Placed]) -> object:
    """How a page ends: its last block, the first of the next one, and how many lines they have."""
    last, first = page[-1], following[0]
    return (
        *(last.block.place.number, first.block.place.number),
        *(len(one.lines) and max(map(len, one.lines)) for one in (last, following[min(1, len(following) - 1)])),
    )


def _bottom(page: list[Placed]) -> float:
    return max(one.y + one.shape.height for one in page if one.shape.fixed is None)


def _probes(pack: Pack, begin: int, count: int) -> Iterable[Document]:
    return (probe(seed, sender=pack.brand) for seed in range(begin, begin + count))
