"""The words of a pack in one language: every label and sentence that a reader may meet."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, Union

from vaxel_engine.errors import TemplateError
from vaxel_engine.model import Language

WordTree: TypeAlias = Mapping[str, Union[str, "WordTree"]]

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """Labels and sentences by dotted name ("payment.ocr"); `file` is where a designer looks for a missing one.

    A sentence has its variable parts in braces, "Pay by {date}"; only `fill` puts them in, so nothing is evaluated.
    """

    language: Language
    file: str
    tree: WordTree

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
        sentence = self[name]

        def put(slot: re.Match[str]) -> str:
            value = values.get(slot[1])
            if value is None:
                offered = ", ".join(f"{{{key}}}" for key in sorted(values)) or "none"
                raise TemplateError(f'"{name}" has the slot {slot[0]}; it may use {offered}', file=self.file)
            return value

        return _SLOT.sub(put, sentence)

    def names(self) -> Iterator[str]:
        """All dotted names, in the order they stand."""
        yield from _names(self.tree, "")

    def _find(self, name: str) -> str | None:
        here: str | WordTree = self.tree
        for part in name.split("."):
            if isinstance(here, str) or part not in here:
                return None
            here = here[part]
        return here if isinstance(here, str) else None


def _names(tree: WordTree, prefix: str) -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield prefix + key
        else:
            yield from _names(value, f"{prefix}{key}.")
