"""A pack as the renderers see it: immutable, complete, and able to say which file on disk a name stands for."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar, cast

from vaxel_engine.errors import TemplateError
from vaxel_engine.mailing.profile import Profile
from vaxel_engine.packs.blocks import Block
from vaxel_engine.packs.words import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a reader turns with questions, and who is behind the brand by law; from `brand.toml`."""

    legal_name: str
    organisation_number: str
    vat_number: str | None
    address: tuple[str, ...]
    telephone: str
    email: str
    website: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Pack:
    """One brand's files with those it inherits, read and checked.

    `digest` is the SHA-256 over every name and content it was built from; equal digests render equal bytes.
    `files` says for every name where it lies on disk, so that an error or a preview can point at it.
    `profile` is the mail house's: where the envelope's window is, and what must stay clear.
    `most_blocks` is how many of its blocks one document shows, those of the highest priority.
    `tokens` are the design values by group and name, e.g. tokens["colour"]["brand"].
    `stamped` says that it is looked at: what its templates write says which line wrote it, see `rendering.stamps`.
    `program` is the block program that the gate let pass (`vaxel_engine.compiled`), empty where there is none, kept at
    `program_place`; one of `compared_one_in` documents is set by WeasyPrint as well and compared, none where it is 0.
    `published` says that it is a version of a store, examined and never changed, instead of files being worked on.
    """

    brand: str
    digest: str
    name: str
    link_base: str
    contact: Contact
    profile: Profile
    tokens: Mapping[str, Mapping[str, str]]
    blocks: tuple[Block, ...]
    most_blocks: int
    files: Mapping[str, Path]
    _contents: Mapping[str, bytes] = field(repr=False)
    _sections: Mapping[str, tuple[str, ...]] = field(repr=False)
    _words: Mapping[str, Words] = field(repr=False)
    published: bool = False
    stamped: bool = False
    program: bytes = field(default=b"", repr=False)
    program_place: Path | None = None
    compared_one_in: int = 1_000
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict[Callable[..., Any], Any], init=False, repr=False)
    _read: dict[Callable[..., Any], set[str]] = field(
        default_factory=dict[Callable[..., Any], set[str]], init=False, repr=False
    )
    _watching: list[set[str]] = field(default_factory=list[set[str]], init=False, repr=False)
    _lock: Any = field(default_factory=RLock, init=False, repr=False)

    def with_stamps(self) -> "Pack":
        """The pack as a preview looks at it. Raises ValueError for a published version: what is sent has no stamps."""
        if self.published:
            raise ValueError("a published pack is rendered as it is")
        return replace(self, stamped=True)

    def __reduce__(self) -> tuple[Callable[..., "Pack"], tuple[dict[str, Any]]]:
        """What travels to another process: everything read, nothing made of it."""
        kept = (one for one in fields(self) if one.init)
        return _again, ({one.name: _plain(getattr(self, one.name)) for one in kept},)

    def told_to(self, other: "Pack") -> dict[str, Any]:
        """What somebody who has `other` must be told to have this pack: all but the contents that are the same."""
        kept = {one.name: _plain(getattr(self, one.name)) for one in fields(self) if one.init}
        same = {name for name, content in self._contents.items() if other._contents.get(name) == content}
        return {**kept, "_contents": {name: None if name in same else self._contents[name] for name in self._contents}}

    def changed(self, told: dict[str, Any]) -> "Pack":
        """The pack that `told_to` told of, for somebody who has this one."""
        contents = {
            name: self._contents[name] if content is None else content for name, content in told["_contents"].items()
        }
        kept: dict[str, Any] = {**told, "_contents": contents}
        return Pack(**kept)

    def read(self, name: str) -> bytes:
        """The content of the file called `name` ("css/print.css"); raises TemplateError when there is none."""
        self.note(name)
        try:
            return self._contents[name]
        except KeyError:
            raise TemplateError(f'the brand "{self.brand}" and those it extends have no such file', file=name) from None

    def has(self, name: str) -> bool:
        """Whether there is a file called `name`."""
        return name in self._contents

    def changed_since(self, other: "Pack") -> frozenset[str]:
        """The names of files that are others, new or gone compared with `other`."""
        names = self._contents.keys() | other._contents.keys()
        return frozenset(name for name in names if self._contents.get(name) != other._contents.get(name))

    def words(self, language: str) -> Words:
        """The words in `language`; raises TemplateError when the brand does not speak it."""
        try:
            words = self._words[language]
            return replace(words, told=self.note) if self.stamped else words
        except KeyError:
            raise TemplateError(
                f'the brand "{self.brand}" has no words in this language; write the file', file=f"words.{language}.toml"
            ) from None

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the brand speaks."""
        return tuple(self._words)

    def sections(self, kind: str) -> tuple[str, ...]:
        """The sections of a document of `kind`, in their order: the same in every channel."""
        try:
            return self._sections[kind]
        except KeyError:
            raise TemplateError(
                f"has no [kinds.{kind}] with its sections", file=str(self.files["brand.toml"])
            ) from None

    def provide(self, make: Callable[["Pack"], T], made: T) -> None:
        """Take `made` for what `make` makes of this pack: for an examination that counts what is used."""
        with self._lock:
            self._made[make] = made

    def once(self, make: Callable[["Pack"], T]) -> T:
        """What `make` makes of this pack, made at the first call and kept with the pack: templates, styles."""
        with self._lock:
            if make not in self._made:
                if not self.stamped:
                    self._made[make] = make(self)
                else:
                    with self.watched() as read:
                        self._made[make] = make(self)
                    self._read[make] = read
            self.note(*self._read.get(make, ()))
            return cast(T, self._made[make])

    def note(self, *names: str) -> None:
        """These files, and words as "words:payment.ocr", are at work now: whoever watches is told."""
        for read in self._watching:
            read.update(names)

    @contextmanager
    def watched(self) -> Generator[set[str]]:
        """What is read while the block runs; only a preview wants to know."""
        self._watching.append(read := set[str]())
        try:
            yield read
        finally:
            self._watching.pop()


def _again(kept: dict[str, Any]) -> Pack:
    return Pack(**kept)


def _plain(value: Any) -> Any:
    """Mappings as dictionaries, since those that cannot be changed cannot travel either."""
    if isinstance(value, Words):
        return replace(value, tree=_plain(value.tree))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
