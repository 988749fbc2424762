"""A pack as the renderers see it: immutable, complete, and able to say which file on disk a name stands for."""

from collections.abc import Callable, Mapping
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
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict[Callable[..., Any], Any], init=False, repr=False)
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

    def read(self, name: str) -> bytes:
        """The content of the file called `name` ("css/print.css"); raises TemplateError when there is none."""
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
            return self._words[language]
        except KeyError:
            raise TemplateError(
                f'the brand "{self.brand}" has no words in this language; write the file', file=f"words.{language}.toml"
            ) from None

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
                self._made[make] = make(self)
            return cast(T, self._made[make])


def _again(kept: dict[str, Any]) -> Pack:
    return Pack(**kept)


def _plain(value: Any) -> Any:
    """Mappings as dictionaries, since those that cannot be changed cannot travel either."""
    if isinstance(value, Words):
        return replace(value, tree=_plain(value.tree))
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value
