"""A pack's program made of documents: what one of them shows that is not known yet is learned from WeasyPrint."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from vaxel_engine.compiled import harfbuzz
from vaxel_engine.compiled.gathering import MOST, Gathering
from vaxel_engine.compiled.learning import learn
from vaxel_engine.compiled.miss import LEARNED, STUMBLES, Miss, Reason
from vaxel_engine.compiled.program import Place, Program, Role
from vaxel_engine.compiled.reading import bare, head_of
from vaxel_engine.compiled.searching import Paper
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.compiled.shaping import Types
from vaxel_engine.compiled.stretching import shortened, stretched
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.engines import engine_versions
from vaxel_engine.rendering.paper import grey_typesetter, typesetter
from vaxel_engine.rendering.typesetting import Typesetter

_EXAMPLES = 8
"""Documents of one kind whose rows are set in other numbers of lines."""
_AGAIN = 3
"""How often documents with new blocks are looked at once more: first their markup is learned, then its lines."""
LOOKED_AT_IN_ONE = 20
"""Documents that are looked at in the time in which one is set."""
_FORMAT = 6
"""Of what is kept; another one is not read."""


def key_of(pack: Pack) -> str:
    """The digest of everything a program depends on: the pack's files, and what sets and shapes its pages."""
    versions = {**engine_versions(pack), "harfbuzz": harfbuzz.version(), "program": str(_FORMAT)}
    said = "\n".join([pack.digest, *(f"{name} {version}" for name, version in sorted(versions.items()))])
    return sha256(said.encode()).hexdigest()


def setter_of(pack: Pack, program: Program) -> Setter:
    """A program made ready with the fonts of its pack, and what it has for ink of one colour."""
    fonts = (pack.read(name) for name in sorted(pack.files) if name.startswith("fonts/"))
    files = {sha256(content).hexdigest(): content for content in fonts}
    configuration = pack.once(typesetter).configuration
    grey = None if program.grey is None else Setter(program.grey, Types(program.grey.faces, files, configuration))
    return Setter(program, Types(program.faces, files, configuration), grey)


def empty(pack: Pack) -> Setter:
    """The program of a pack before it has learned anything."""
    return setter_of(pack, _unlearned(key_of(pack)))


def _unlearned(key: str) -> Program:
    return Program(key, Place(0, Role.THROUGH, ""))


@dataclass(slots=True)
class Learned:
    """What came of learning: how many documents were known already, and what cannot be compiled, in plain words."""

    documents: int = 0
    known: int = 0
    learned: int = 0
    said: dict[str, int] = field(default_factory=dict[str, int])
    left: dict[Reason, int] = field(default_factory=dict[Reason, int])
    papers: list[Paper] = field(default_factory=list[Paper], repr=False)
    """What something was learned from."""


@dataclass(slots=True)
class _Way:
    """A program on its way, in colour or in greys: what its pages are set from, by whom, and what it was shown."""

    setter: Setter
    typesetter: Typesetter
    gathering: Gathering
    grey: bool = False
    step: Callable[[], None] = lambda: None
    """Called whenever a document was set."""
    done: Learned = field(default_factory=Learned)
    examples: dict[str, list[Paper]] = field(default_factory=dict[str, list[Paper]])
    whole: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])
    """Bodies whose documents of so many pages were written whole, with what stands in their margins."""

    def show(self, rendering: Rendering) -> bool:
        """Learn what is new in a document; whether there was anything that was not known."""
        paper, done = self._paper(rendering), self.done
        done.documents += 1
        try:
            self.setter.pdf(paper.html, paper.pictures, paper.identifier)
        except Miss:
            try:
                self._learn(paper)
                self.setter.pdf(paper.html, paper.pictures, paper.identifier)
                done.learned += 1
            except Miss as miss:
                done.left[miss.reason] = done.left.get(miss.reason, 0) + 1
            except STUMBLES:
                done.left[Reason.FAULT] = done.left.get(Reason.FAULT, 0) + 1
            return True
        done.known += 1
        return False

    def look(self, rendering: Rendering) -> bool:
        """Take up new blocks of a document, and learn what else is new; whether it is to be looked at once more."""
        paper = self._paper(rendering)
        try:
            if self.gathering.look(paper):
                return True
            body, pages = self.setter.laid(paper.html)
            kind = body.number, min(len(pages), 3)
            if kind not in self.whole:
                self.setter.pdf(paper.html, paper.pictures, paper.identifier)
                self.whole.add(kind)
        except Miss as miss:
            if miss.reason in LEARNED:
                self._try(paper)
                return self._is_new(paper)
        return False

    def gathered(self) -> None:
        """Let WeasyPrint set what was gathered, wherever it can stand."""
        for paper in self.gathering.gathered():
            self._try(paper)

    def prove(self) -> None:
        """Put sheets in place of those that were learned from together, which the program sets and can be compared."""
        self.done.papers[:] = [paper for paper in self.done.papers if not paper.again]
        self.done.papers += self.gathering.proofs()

    def spread(self) -> None:
        """Let what was seen in one kind of documents be known in the others."""
        self.gathering.spread()
        self.gathered()

    def stretch(self) -> None:
        """Learn rows in all numbers of lines, and tables of few rows, from documents of each body."""
        for examples in self.examples.values():
            for paper in _stretched(self.setter, examples):
                self._try(paper)

    def _paper(self, rendering: Rendering) -> Paper:
        paper = Paper.of(rendering, grey=self.grey)
        kept = self.examples.setdefault(_body_of(paper.html), [])
        if len(kept) < _EXAMPLES:
            kept.append(paper)
        return paper

    def _is_new(self, paper: Paper) -> bool:
        """Whether there are blocks in a document that are to be gathered; not in one that cannot be read."""
        try:
            return self.gathering.look(paper)
        except Miss:
            return False

    def _try(self, paper: Paper) -> None:
        try:
            self._learn(paper)
        except (Miss, *STUMBLES):
            return  # the document stays what it is, one for the reference path

    def _learn(self, paper: Paper) -> None:
        program, types = self.setter.program, self.setter.types
        for said in learn(program, paper.html, paper.pictures, self.typesetter, types, again=paper.again):
            self.done.said[said] = self.done.said.get(said, 0) + 1
        self.done.papers.append(paper)
        self.step()


def teach(
    setter: Setter,
    pack: Pack,
    documents: Iterable[Document],
    step: Callable[[], None] = lambda: None,
    *,
    stretch: bool = True,
    grey: bool = False,
) -> Learned:
    """Let a program see `documents`: it learns those that it misses, and with `stretch` their rows in other lengths.

    With `grey` it is a program for ink of one colour (`greys_of`). Raises what filling the templates raises.
    """
    way = _way(setter, pack, step, grey=grey)
    for document in documents:
        way.show(Rendering.of(document, pack))
    if stretch:
        way.stretch()
    return way.done


def gather(
    setter: Setter,
    pack: Pack,
    documents: Iterable[Document],
    step: Callable[[], None] = lambda: None,
    *,
    stretch: bool = True,
    grey: bool = False,
) -> Learned:
    """Let a program look at many documents: new blocks are set together, what else is new with its own document.

    A document in which nothing is new costs a twentieth of setting it. Then what was seen in one kind of documents is
    learned for all others, and with `stretch` rows in other lengths. With `grey` it is a program for ink of one colour.
    Raises what filling the templates raises.
    """
    way = _way(setter, pack, step, grey=grey)
    pending: list[Document] = []
    for at, document in enumerate(documents, start=1):
        if way.look(Rendering.of(document, pack)):
            pending.append(document)
        if len(way.gathering) >= 4 * MOST:
            way.gathered()
        if at % LOOKED_AT_IN_ONE == 0:
            step()
    for _ in range(_AGAIN):
        way.gathered()
        way.spread()
        pending = [document for document in pending if way.look(Rendering.of(document, pack))]
    for document in pending:
        way.show(Rendering.of(document, pack))
    if stretch:
        way.stretch()
    way.prove()
    return way.done


def greys_of(setter: Setter, pack: Pack) -> Setter:
    """What a program has for ink of one colour: another program, begun where there is none."""
    if setter.grey is None:
        setter.grey = setter_of(pack, _unlearned(setter.program.key))
        setter.program.grey = setter.grey.program
    return setter.grey


def _way(setter: Setter, pack: Pack, step: Callable[[], None], *, grey: bool) -> _Way:
    return _Way(setter, pack.once(grey_typesetter if grey else typesetter), Gathering(setter), grey, step)


def _body_of(html: str) -> str:
    """What tables may differ by: language, classes of the body and columns."""
    columns = html[html.find("<colgroup") : html.find("</colgroup>")] if "<colgroup" in html else ""
    return (
        columns
        + head_of(html[: html.index("<body")])[2]
        + bare(html[(at := html.index("<body")) : html.index(">", at) + 1])
    )


def _stretched(setter: Setter, examples: list[Paper]) -> Iterator[Paper]:
    """Documents of one body with rows in numbers of lines that are not known, and with tables of few rows."""
    seen: set[int] = set()
    for paper in examples:
        table, shorter = shortened(setter.program, paper.html)
        longer = stretched(setter.program, setter.types, paper.html)
        others = [] if table in seen else shorter
        seen.add(table)
        for other in (*others, longer):
            if other is not None:
                yield Paper(f"{paper.name}, its rows in other lengths", other, paper.pictures, grey=paper.grey)
