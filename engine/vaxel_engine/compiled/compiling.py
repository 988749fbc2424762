"""A pack's program made of documents: what one of them shows that is not known yet is learned from WeasyPrint."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from vaxel_engine.compiled import harfbuzz
from vaxel_engine.compiled.learning import learn
from vaxel_engine.compiled.miss import STUMBLES, Miss, Reason
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

_FORMAT = 2
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
    grey: bool = False
    examples: dict[str, list[Paper]] = field(default_factory=dict[str, list[Paper]])

    def show(self, rendering: Rendering, done: Learned) -> bool:
        """Whether there was something in a document that was not known."""
        setter, paper = self.setter, Paper.of(rendering, grey=self.grey)
        html, pictures, identifier = paper.html, paper.pictures, paper.identifier
        self.examples.setdefault(_body_of(html), []).append(paper)
        done.documents += 1
        try:
            setter.pdf(html, pictures, identifier)
        except Miss:
            try:
                for said in learn(setter.program, html, pictures, self.typesetter, setter.types):
                    done.said[said] = done.said.get(said, 0) + 1
                done.papers.append(paper)
                setter.pdf(html, pictures, identifier)
                done.learned += 1
            except Miss as miss:
                done.left[miss.reason] = done.left.get(miss.reason, 0) + 1
            except STUMBLES:
                done.left[Reason.FAULT] = done.left.get(Reason.FAULT, 0) + 1
            return True
        done.known += 1
        return False


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

    With `grey` it learns the pages for ink of one colour from those documents in which there was something new. Raises
    what filling the templates raises.
    """
    done, in_greys = Learned(), Learned()
    ways = [_Way(setter, pack.once(typesetter))]
    if grey:
        other = setter.grey = setter.grey or setter_of(pack, _unlearned(setter.program.key))
        setter.program.grey = other.program
        ways.append(_Way(other, pack.once(grey_typesetter), grey=True))
    for document in documents:
        rendering = Rendering.of(document, pack)
        if ways[0].show(rendering, done):
            for way in ways[1:]:
                way.show(rendering, in_greys)
        step()
    for way in ways if stretch else ():
        for kept in way.examples.values():
            done.papers += _stretched(way, kept)
    done.papers += in_greys.papers
    return done


def _body_of(html: str) -> str:
    """What tables of different bodies may differ by: language and classes."""
    return head_of(html[: html.index("<body")])[2] + bare(html[(at := html.index("<body")) : html.index(">", at) + 1])


def _stretched(way: _Way, examples: list[Paper]) -> Iterator[Paper]:
    """Learn rows in all numbers of lines, and tables of few rows, from documents of one body; what was learned from."""
    setter = way.setter
    seen: set[int] = set()
    for paper in examples:
        table, shorter = shortened(setter.program, paper.html)
        longer = stretched(setter.program, setter.types, paper.html)
        others = [] if table in seen else shorter
        seen.add(table)
        for other in (*others, longer):
            if other is None:
                continue
            try:
                learn(setter.program, other, paper.pictures, way.typesetter, setter.types)
            except (Miss, *STUMBLES):
                continue
            yield Paper(f"{paper.name}, its rows in other lengths", other, paper.pictures, grey=way.grey)
