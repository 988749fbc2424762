"""A pack's program made of documents: what one of them shows that is not known yet is learned from WeasyPrint."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from vaxel_engine.compiled import harfbuzz
from vaxel_engine.compiled.learning import learn
from vaxel_engine.compiled.miss import STUMBLES, Miss, Reason
from vaxel_engine.compiled.program import Place, Program, Role
from vaxel_engine.compiled.reading import bare, head_of
from vaxel_engine.compiled.setting import Setter
from vaxel_engine.compiled.shaping import Types
from vaxel_engine.compiled.stretching import shortened, stretched
from vaxel_engine.model import Document
from vaxel_engine.packs import Pack
from vaxel_engine.rendering import Rendering
from vaxel_engine.rendering.engines import engine_versions
from vaxel_engine.rendering.paper import source_of, typesetter

_FORMAT = 1
"""Of what is kept; another one is not read."""


def key_of(pack: Pack) -> str:
    """The digest of everything a program depends on: the pack's files, and what sets and shapes its pages."""
    versions = {**engine_versions(pack), "harfbuzz": harfbuzz.version(), "program": str(_FORMAT)}
    said = "\n".join([pack.digest, *(f"{name} {version}" for name, version in sorted(versions.items()))])
    return sha256(said.encode()).hexdigest()


def setter_of(pack: Pack, program: Program) -> Setter:
    """A program made ready with the fonts of its pack."""
    fonts = (pack.read(name) for name in sorted(pack.files) if name.startswith("fonts/"))
    files = {sha256(content).hexdigest(): content for content in fonts}
    return Setter(program, Types(program.faces, files, pack.once(typesetter).configuration))


def empty(pack: Pack) -> Setter:
    """The program of a pack before it has learned anything."""
    return setter_of(pack, Program(key_of(pack), Place(0, Role.THROUGH, "")))


@dataclass(slots=True)
class Learned:
    """What came of learning: how many documents were known already, and what cannot be compiled, in plain words."""

    documents: int = 0
    known: int = 0
    learned: int = 0
    said: dict[str, int] = field(default_factory=dict[str, int])
    left: dict[Reason, int] = field(default_factory=dict[Reason, int])


def teach(
    setter: Setter,
    pack: Pack,
    documents: Iterable[Document],
    step: Callable[[], None] = lambda: None,
    *,
    stretch: bool = True,
) -> Learned:
    """Let a program see `documents`: it learns those that it misses, and with `stretch` their rows in other lengths.

    Raises what filling the templates raises.
    """
    done = Learned()
    examples: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for document in documents:
        html, pictures, identifier = source_of(Rendering.of(document, pack))
        examples.setdefault(_body_of(html), []).append((html, pictures))
        done.documents += 1
        try:
            setter.pdf(html, pictures, identifier)
            done.known += 1
        except Miss:
            try:
                for said in learn(setter.program, html, pictures, pack.once(typesetter), setter.types):
                    done.said[said] = done.said.get(said, 0) + 1
                setter.pdf(html, pictures, identifier)
                done.learned += 1
            except Miss as miss:
                done.left[miss.reason] = done.left.get(miss.reason, 0) + 1
            except STUMBLES:
                done.left[Reason.FAULT] = done.left.get(Reason.FAULT, 0) + 1
        step()
    for kept in examples.values() if stretch else ():
        _stretch(setter, pack, kept)
    return done


def _body_of(html: str) -> str:
    """What tables of different bodies may differ by: language and classes."""
    return head_of(html[: html.index("<body")])[2] + bare(html[(at := html.index("<body")) : html.index(">", at) + 1])


def _stretch(setter: Setter, pack: Pack, examples: list[tuple[str, dict[str, str]]]) -> None:
    """Learn rows in all numbers of lines, and tables of few rows, from documents of one body."""
    seen: set[int] = set()
    for html, pictures in examples:
        table, shorter = shortened(setter.program, html)
        longer = stretched(setter.program, setter.types, html)
        others = [] if table in seen else shorter
        seen.add(table)
        for other in (*others, longer):
            if other is None:
                continue
            try:
                learn(setter.program, other, pictures, pack.once(typesetter), setter.types)
            except (Miss, *STUMBLES):
                continue
