"""The packs' files as a designer edits them: by id, never by path; nothing outside the packs is read or written."""

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaxel_engine.errors import Unwritable, VaxelError
from vaxel_engine.packs import Pack

EDITED = frozenset({".html", ".mjml", ".txt", ".css", ".toml", ".md", ".svg"})
LARGEST = 400_000
"""Bytes of a file that is opened here."""
_KEPT = 50


class ConflictError(VaxelError):
    """The file is another now than the one that was edited."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file: `id` is brand and name, `digest` what was read, `versions` how many earlier texts are kept."""

    id: str
    path: Path
    text: str
    digest: str
    versions: int


class Sources:
    """Every text file of the packs under `roots`; the first root wins. May be called from any thread.

    A brand's file lies where its brand does. What comes with Vaxel is not changed where a designer has own packs: a
    save of such a file writes it into the brand that is looked at, where it takes the place of the other.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(root.resolve() for root in roots)
        self._lock = threading.Lock()
        self._history: dict[Path, list[str]] = {}

    def id_of(self, path: Path) -> str | None:
        """The id of a pack's file; None for any other."""
        whole = path.resolve()
        for root in self._roots:
            if whole.is_relative_to(root) and self._edited(whole, root):
                return whole.relative_to(root).as_posix()
        return None

    def names(self) -> list[str]:
        """Every id, in the order of the roots and of the alphabet."""
        return list(dict.fromkeys(self._walk()))

    def read(self, source_id: str) -> Source | None:
        """The file as it lies on disk; None where there is none of this id."""
        path = self._path(source_id)
        if path is None:
            return None
        text = path.read_text(encoding="utf-8", errors="replace")
        return Source(source_id, path, text, digest_of(text), len(self._history.get(path, ())))

    def save(self, source_id: str, brand: str, text: str, was: str) -> Source | None:
        """Write a text over the one whose digest is `was`; None where there is no file of this id.

        Raises ConflictError when the file was changed meanwhile, Unwritable when it cannot be written.
        """
        with self._lock:
            before = self.read(source_id)
            if before is None:
                return None
            if before.digest != was:
                raise ConflictError(f"{source_id} was changed outside this page meanwhile; open it again, then save")
            target = self._target(before.path, brand)
            kept = self._history.setdefault(target, [])
            kept.append(before.text)
            del kept[:-_KEPT]
            _write(target, text)
            return self.read(self.id_of(target) or source_id)

    def versions(self, source_id: str) -> list[str]:
        """The texts that saves replaced since the start, oldest first."""
        path = self._path(source_id)
        return [] if path is None else list(self._history.get(path, ()))

    def _path(self, source_id: str) -> Path | None:
        for root in self._roots:
            whole = (root / source_id).resolve()
            if whole.is_relative_to(root) and self._edited(whole, root):
                return whole
        return None

    def _edited(self, whole: Path, root: Path) -> bool:
        parts = whole.relative_to(root).parts
        return (
            len(parts) > 1
            and not any(part.startswith(".") for part in parts)
            and whole.suffix in EDITED
            and (root / parts[0] / "brand.toml").is_file()
            and whole.is_file()
            and whole.stat().st_size <= LARGEST
        )

    def _target(self, path: Path, brand: str) -> Path:
        own = self._roots[0]
        if path.is_relative_to(own) or not (own / brand / "brand.toml").is_file():
            return path
        root = next(root for root in self._roots if path.is_relative_to(root))
        return own / brand / Path(*path.relative_to(root).parts[1:])

    def _walk(self) -> Iterator[str]:
        for root in self._roots:
            for path in sorted(root.glob("*/**/*")):
                if path.suffix in EDITED and self._edited(path.resolve(), root):
                    yield path.relative_to(root).as_posix()


def digest_of(text: str) -> str:
    """What a text is recognised by."""
    return hashlib.sha256(text.encode()).hexdigest()


def word_at(pack: Pack, language: str, text: str) -> str | None:
    """The dotted name of the word or sentence of the pack that `text` was made of; the longest that fits."""
    said = " ".join(text.split())
    found: tuple[int, str | None] = (3, None)  # a unit or a currency says nothing about where one is
    words = pack.words(language)
    for name in words.names():
        pieces = [" ".join(piece.split()) for piece in re.split(r"\{\w+\}", words[name])]
        weight = sum(map(len, pieces))
        if weight > found[0] and re.search(".{0,300}?".join(map(re.escape, pieces)), said):
            found = weight, name
    return found[1]


def line_of_word(toml: str, name: str) -> int | None:
    """The line where a dotted name stands in a file of words."""
    table, line_names = "", name.split(".")
    for number, line in enumerate(toml.split("\n"), 1):
        header = re.fullmatch(r"\s*\[([\w.-]+)\]\s*(?:#.*)?", line)
        if header:
            table = header[1]
            continue
        key = re.match(r"\s*([\w.-]+)\s*=", line)
        if key and [*filter(None, table.split(".")), *key[1].split(".")] == line_names:
            return number
    return None


def _write(target: Path, text: str) -> None:
    """All of it or nothing: a renderer never reads half a file."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        coming = target.with_name(f".{target.name}.saving")
        coming.write_text(text, encoding="utf-8", newline="")
        if target.exists():
            coming.chmod(target.stat().st_mode)
        os.replace(coming, target)  # noqa: PTH105  # the same folder: one step on every system
    except OSError as error:
        raise Unwritable(
            f"{target.name} cannot be saved ({error.strerror}); see that the folder may be written"
        ) from error
