"""The words of a pack in one language: every label and sentence that a reader may meet."""

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar, Union, cast

from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Language

WordTree: TypeAlias = Mapping[str, Union[str, "WordTree"]]

T = TypeVar("T")

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and sentences by dotted name ("payment.ocr"); `file` is where a designer looks for a missing one.

    A sentence has its variable parts in braces, "Pay by {date}"; only `fill` puts them in, so nothing is evaluated.
    """

    language: Language
    file: str
    tree: WordTree
    told: Callable[..., None] | None = field(default=None, repr=False, compare=False)
    """Who is told of each word that is read, as "words:payment.ocr"; only a preview wants to know."""
    _found: dict[str, str | None] = field(default_factory=dict[str, str | None], init=False, repr=False, compare=False)
    """What was asked for before; a bill asks for the same few words line by line."""

    def __getitem__(self, name: str) -> str:
        """The word called `name`; raises TemplateError that names the file when it is not there."""
        word = self._find(name)
        if word is None:
            raise TemplateError(f'the word "{name}" is missing; add it there', file=self.file)
        return word

    def get(self, name: str, default: str) -> str:
        """The word called `name`, or `default`: for open sets such as units, where a code list stands behind."""
        word = self._find(name)
        return default if word is None else word

    def fill(self, name: str, **values: str) -> str:
        """The sentence called `name` with its slots filled; raises TemplateError for a slot that nobody fills."""
        form, slots = _parted(self[name])
        said = tuple(map(values.get, slots))
        if None in said:
            offered = ", ".join(f"{{{key}}}" for key in sorted(values)) or "none"
            missing = slots[said.index(None)]
            raise TemplateError(f'"{name}" has the slot {{{missing}}}; it may use {offered}', file=self.file)
        return form % said

    def phrase(self, name: str, *offered: str) -> Callable[..., str]:
        """The sentence called `name` as a function of its slots in the order given, for what is said line by line.

        Raises as `fill` does, a missing slot at the first call.
        """
        form, slots = _parted(self[name])
        if slots == offered:
            return lambda *values: form % values
        return lambda *values: self.fill(name, **dict(zip(offered, values, strict=True)))

    def names(self) -> Iterator[str]:
        """All dotted names, in the order they stand."""
        if self.told is not None:
            self.told("words:")
        yield from _names(self.tree, "")

    def _find(self, name: str) -> str | None:
        if self.told is not None:
            self.told(f"words:{name}")
        if name not in self._found:
            self._found[name] = _word_in(self.tree, name)
        return self._found[name]


class TreeRead(dict[str, object]):
    """A tree of words as a template walks it: `told` is told of each word that is read and table listed."""

    def __init__(self, tree: Mapping[str, object], told: Callable[[str], None], prefix: str = "words:") -> None:
        super().__init__(
            {
                key: TreeRead(cast("WordTree", value), told, f"{prefix}{key}.") if isinstance(value, Mapping) else value
                for key, value in tree.items()
            }
        )
        self._told, self._prefix = told, prefix

    def __getitem__(self, key: str) -> object:
        value = super().__getitem__(key)
        if not isinstance(value, TreeRead):
            self._told(self._prefix + key)
        return value

    def get(self, key: str, default: object = None) -> object:
        """As a dictionary does."""
        return self[key] if key in self else self._listed(default)

    def __iter__(self) -> Iterator[str]:
        return self._listed(super().__iter__())

    def items(self) -> Any:  # the views of a dictionary have no public types
        """As a dictionary does."""
        return self._listed(super().items())

    def keys(self) -> Any:  # the views of a dictionary have no public types
        """As a dictionary does."""
        return self._listed(super().keys())

    def values(self) -> Any:  # the views of a dictionary have no public types
        """As a dictionary does."""
        return self._listed(super().values())

    def _listed(self, seen: T) -> T:
        self._told(self._prefix)
        return seen


def _word_in(tree: WordTree, name: str) -> str | None:
    here: str | WordTree = tree
    for part in name.split("."):
        if isinstance(here, str) or part not in here:
            return None
        here = here[part]
    return here if isinstance(here, str) else None


@functools.lru_cache(maxsize=2_048)
def _parted(sentence: str) -> tuple[str, tuple[str, ...]]:
    """A sentence with `%s` for each of its slots, and their names."""
    return _SLOT.sub("%s", sentence.replace("%", "%%")), tuple(_SLOT.findall(sentence))


def _names(tree: WordTree, prefix: str) -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield prefix + key
        else:
            yield from _names(value, f"{prefix}{key}.")
