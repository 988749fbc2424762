"""The gate: a program writes nothing in production before it was compared with WeasyPrint, object for object.

Compared are documents that it never learned from: a realistic mix by seed; those with one text, number of rows or
optional part at its extreme (`extremes.py`); those that a search over many more found, one for each way in which a page
can end and those that fit most tightly (`searching.py`); and documents made longer until each of their blocks has begun
a page (`openings.py`). Then the samples, and what it learned from as far as it takes to have compared every shape,
distance and beginning of a page that the program knows: what was compared nowhere is forgotten.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from vaxel_engine.artifact import ArtifactKind
from vaxel_engine.compiled.artifacts import render
from vaxel_engine.compiled.comparing import Difference, compare
from vaxel_engine.compiled.compiling import LOOKED_AT_IN_ONE, Learned, empty, gather, key_of, setter_of, teach
from vaxel_engine.compiled.crew import Crew, Promise, by_reference, crew
from vaxel_engine.compiled.extremes import extremes
from vaxel_engine.compiled.keeping import packed, unpacked
from vaxel_engine.compiled.lessons import lessons
from vaxel_engine.compiled.looking import seen
from vaxel_engine.compiled.miss import Miss, Reason
from vaxel_engine.compiled.openings import opened
from vaxel_engine.compiled.pace import Pace, Tell, unheard
from vaxel_engine.compiled.probes import like, probe
from vaxel_engine.compiled.searching import (
    Fact,
    Paper,
    chosen,
    covering,
    facts_of,
    forget,
    paper_of,
    used_by,
)
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.mailing.printing import Printing
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering

_LEARNED_FROM, _COMPARED, _LOOKED_AT, _TRIED = 0, 1_000_000, 2_000_000, 3_000_000
"""Where the seeds of each kind of document begin, so that nothing is tried that was learned from."""
_EXTREMES_LEARNED, _EXTREMES_COMPARED = 1, 2

Reference = Callable[[Paper], bytes]


@dataclass(frozen=True, slots=True)
class Effort:
    """How many documents of each kind: drawn to learn from, of a mix to compare, searched for ends of pages."""

    taught: int = 1_500
    mixed: int = 48
    searched: int = 240
    extremes: bool = True
    """Whether rows in all numbers of lines are learned, and documents with one thing at its extreme, and compared."""

    processes: int = 1
    """That set documents side by side; what they find is the same."""

    @property
    def expected(self) -> int:
        """About how many documents WeasyPrint sets, for the time that is left; what is compared is known later."""
        return self.taught // LOOKED_AT_IN_ONE + self.mixed + (_SET if self.extremes else self.taught // 10)


_SET = 1_000
"""About so many documents are set to learn from them and to compare, where everything is."""


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
    withdrawn: str = ""
    """Why the same program was withdrawn before, in production."""

    @property
    def passed(self) -> bool:
        """Whether production may use the program: something was compared, and nothing differed."""
        return self.compared > 0 and self.different == 0 and not self.withdrawn

    @property
    def found(self) -> str:
        """The verdict in a sentence."""
        if self.different:
            return f"{self.different} of {self.compared} documents differ from the reference path, first {self.first}"
        if not self.compared:
            return "nothing could be compared, since every document was left to the reference path"
        if self.withdrawn:
            return (
                f"it is the program that was withdrawn ({self.withdrawn}); give a file that holds that document with "
                "--samples, so that it is learned from and compared"
            )
        why = ", ".join(f"{reason} {count}" for reason, count in self.misses.items())
        return (
            f"{self.compared} documents equal object for object; {self.hits} of {self.mixed} of a mix are set by the "
            f"program{f', the others are left to the reference path ({why})' if why else ''}"
        )


def compile_pack(
    pack: Pack,
    samples: Iterable[Document] = (),
    effort: Effort | None = None,
    *,
    tell: Tell = unheard,
) -> tuple[bytes, Verdict]:
    """A program for `pack`, taught with `samples` and probes, and what the gate says of it; `tell` how far it is.

    What was compared in no document that the program set is not in it. Raises what filling the templates raises.
    """
    effort = effort or Effort()
    pace = Pace(tell, effort.expected)
    own = [one for one in samples if one.pdf is None]
    with crew(pack, effort.processes) as hands:
        greys = hands.promise(_learned, own, effort, True)
        setter = empty(pack)
        learned = _learn(setter, pack, own, effort, pace)
        program, papers = greys()
        setter.program.grey = unpacked(program, key_of(pack))
        learned.papers += papers
        setter = setter_of(pack, setter.program)
        verdict, proved = judged(setter, pack, own, effort, pace=pace, learned=learned, hands=hands)
    forget(setter.program, facts_of(setter.program) - proved)
    hits, misses = _tried(setter, pack, _probes(pack, _TRIED, effort.mixed, own))
    return packed(setter.program), replace(verdict, hits=hits, misses=misses)


def _tried(setter: Setter, pack: Pack, documents: Iterable[Document]) -> tuple[int, Mapping[str, int]]:
    """How many documents a program sets, and why not the others, of those that had no say in what it has kept."""
    hits, misses = 0, Counter[str]()
    for document in documents:
        try:
            _written(setter, paper_of(document, pack))
        except Miss as miss:
            misses[miss.reason] += 1
        else:
            hits += 1
    return hits, dict(misses)


def _learned(pack: Pack, samples: Sequence[Document], effort: Effort, grey: bool) -> tuple[bytes, list[Paper]]:
    """A program in colour or in greys, to be given to another process, and what it has learned from."""
    setter = empty(pack)
    learned = _learn(setter, pack, samples, effort, grey=grey)
    return packed(setter.program), learned.papers


def _learn(
    setter: Setter,
    pack: Pack,
    samples: Sequence[Document],
    effort: Effort,
    step: Callable[[], None] = lambda: None,
    *,
    grey: bool = False,
) -> Learned:
    shown = lessons(pack) if effort.extremes else ()
    drawn = extremes(pack, _EXTREMES_LEARNED) if effort.extremes else ()
    learned = teach(setter, pack, shown, step, stretch=False, grey=grey)
    documents = chain(samples, _probes(pack, _LEARNED_FROM, effort.taught, samples), drawn)
    more = gather(setter, pack, documents, step, stretch=effort.extremes, grey=grey)
    learned.papers += more.papers
    learned.said |= more.said
    return learned


def judge(
    setter: Setter,
    pack: Pack,
    samples: Iterable[Document] = (),
    effort: Effort | None = None,
    *,
    reference: Reference | None = None,
) -> Verdict:
    """What the gate says of a program; `reference` sets a paper as WeasyPrint does, which by default it is."""
    return judged(setter, pack, list(samples), effort or Effort(), reference=reference)[0]


def judged(
    setter: Setter,
    pack: Pack,
    samples: Sequence[Document],
    effort: Effort,
    *,
    pace: Pace | None = None,
    learned: Learned | None = None,
    reference: Reference | None = None,
    hands: Crew | None = None,
) -> tuple[Verdict, set[Fact]]:
    """The verdict, and everything of the program that stands on pages that were compared and are equal."""
    hands = hands or Crew(pack)
    misses: Counter[str] = Counter()
    compared = different = hits = 0
    first = ""
    proved: set[Fact] = set()
    mixture = list(_probes(pack, _COMPARED, effort.mixed, samples))
    papers = _papers(setter, pack, mixture, samples, effort, learned)
    pace = pace or Pace(unheard, len(papers))
    pace.expect(len(papers))
    for at, (paper, written, expected) in enumerate(_both_ways(setter, papers, hands, reference)):
        in_mixture = at < effort.mixed
        if isinstance(written, Miss):
            if in_mixture:
                misses[written.reason] += 1
        else:
            found = compare(expected(), written)
            if in_mixture and not found:
                found = differences_in_print(setter, pack, mixture[at])
            compared += 1
            hits += in_mixture
            if found:
                different += 1
                first = first or f"{paper.name}, {found[0]}{seen(expected(), written)}"
            else:
                proved |= used_by(setter, paper)
        pace()
    said = learned.said if learned else {}
    return Verdict(compared, different, effort.mixed, hits, dict(misses), said, first), proved


def _both_ways(
    setter: Setter, papers: Iterable[Paper], hands: Crew, reference: Reference | None
) -> Iterator[tuple[Paper, bytes | Miss, Promise[bytes]]]:
    """Each paper as the program writes it, or why not, and as it is to be; some are set while others are compared."""
    under_way: deque[tuple[Paper, bytes | Miss, Promise[bytes]]] = deque()
    for paper in papers:
        try:
            written: bytes | Miss = _written(setter, paper)
        except Miss as miss:
            under_way.append((paper, miss, bytes))
        else:
            under_way.append((paper, written, partial(reference, paper) if reference else hands.set(paper)))
        if len(under_way) > hands.ahead:
            yield under_way.popleft()
    yield from under_way


def _written(setter: Setter, paper: Paper) -> bytes:
    own = setter.grey if paper.grey else setter
    if own is None:
        raise Miss(Reason.PAGE, "ink of one colour, which the program has not learned")
    return own.pdf(paper.html, paper.pictures, paper.identifier, again=paper.again)


def _papers(
    setter: Setter,
    pack: Pack,
    mixture: Sequence[Document],
    samples: Sequence[Document],
    effort: Effort,
    learned: Learned | None,
) -> list[Paper]:
    """What is compared: the mixture first, then the samples, and what goes with them."""
    strange = [paper_of(one, pack) for one in extremes(pack, _EXTREMES_COMPARED)] if effort.extremes else []
    looked_at = [paper_of(one, pack) for one in _probes(pack, _LOOKED_AT, effort.searched, samples)]
    papers = [*(paper_of(one, pack) for one in chain(mixture, samples)), *strange]
    return [*papers, *worth_comparing(setter, papers, looked_at, learned.papers if learned else ())]


def worth_comparing(
    setter: Setter, papers: Iterable[Paper], looked_at: Sequence[Paper], learned: Iterable[Paper] = ()
) -> list[Paper]:
    """Beside `papers`: what a search among `looked_at` chose, and what it takes to have compared all that is known."""
    found = chosen(setter, looked_at)
    wanted = facts_of(setter.program)
    for paper in (*papers, *found):
        wanted -= used_by(setter, paper)
    known = list(learned)
    found += [*covering(setter, looked_at, wanted), *covering(setter, known, wanted)]
    return [*found, *opened(setter, (*looked_at, *known), wanted)]


def differences(setter: Setter, pack: Pack, document: Document) -> list[Difference]:
    """What differs between the pages of both paths; raises Miss."""
    paper = paper_of(document, pack)
    written = _written(setter, paper)
    return compare(by_reference(pack, paper), written)


def differences_in_print(setter: Setter, pack: Pack, document: Document) -> list[Difference]:
    """What differs in print with ink of one colour; nothing where the program leaves that to the reference path."""
    rendering = Rendering.of(document, pack, printing=Printing(monochrome=True, blank_back=True))
    try:
        written = render(setter, rendering, ArtifactKind.PRINT_PDF)
    except Miss:
        return []
    return compare(rendering.by_reference(ArtifactKind.PRINT_PDF), written)


def _probes(pack: Pack, begin: int, count: int, samples: Sequence[Document]) -> Iterable[Document]:
    """Every other one is like one of the samples, which are what the pack is used for."""
    for seed in range(begin, begin + count):
        if samples and seed % 2:
            yield like(samples[seed // 2 % len(samples)], seed).model_copy(update={"sender": pack.brand})
        else:
            yield probe(seed, sender=pack.brand)
